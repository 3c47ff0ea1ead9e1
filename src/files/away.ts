/** The store is full, may not be written to, or does not answer: an operator or time puts it right, and it can be tried again. */
export class StoreAway extends Error {
  constructor(cause: unknown) {
    super('The file store is away.', { cause })
  }
}

/** What a disk says, and what Node says where nobody answers at a bucket. */
const troubles =
  /^(?:ENOSPC|EDQUOT|EROFS|EACCES|EPERM|EIO|EMFILE|ENFILE|ESTALE|ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)$/

/** The error as it was, or `StoreAway` where it is none of our own making. */
export function storeErrorOf(error: unknown): unknown {
  for (let at = error; typeof at === 'object' && at !== null; at = Reflect.get(at, 'cause')) {
    const { code, name, $metadata }: { code?: unknown; name?: unknown; $metadata?: unknown } = at
    const isTrouble = typeof code === 'string' && troubles.test(code)
    // Whatever a bucket refuses: it is busy, or does not know our key any more.
    if (isTrouble || name === 'TimeoutError' || $metadata !== undefined) return new StoreAway(error)
  }
  return error
}

// Whatever can be decided and done about a batch before it is written: who is who, which files, what is new at all.
import type { StoredFile } from '../../files/stored-file.ts'
import { inTransaction } from '../connect.ts'
import type { Entry } from './entries.ts'
import { faultOfFiles, takeFiles } from './files.ts'
import type { Ground, Part, Prepared } from './ground.ts'
import { followedKey } from './keys.ts'
import { whatIsNew } from './known.ts'
import { goOnAbove } from './numbers.ts'

/** What a batch hangs on: none of it may be just being written. */
export const namesOf = ({ source }: Ground, entries: readonly Entry[]): string[] =>
  entries.flatMap(({ key, ticket }) => [key, followedKey(source, ticket) ?? key])

/** Null = nothing of it is new. */
export async function prepare(ground: Ground, entries: readonly Entry[]): Promise<Prepared | null> {
  const parts = await withoutBadFiles(ground, await whatIsNew(ground, entries))
  if (parts.length === 0) return null
  const { client, directory, topics, isDry } = ground
  const mode = isDry ? 'read only' : ''
  const files = isDry ? new Map<string, StoredFile[]>() : await storeFiles(ground, parts)
  await ground.record()
  const people = await inTransaction(client, () => directory.find(parts.flatMap(peopleOf)), mode)
  const names = parts.flatMap(({ ticket }) => ticket.category ?? [])
  const categories = await inTransaction(client, () => topics.find(names), mode)
  if (!isDry) await goOnAbove(client, parts)
  return { parts, found: { people, categories, files } }
}

const peopleOf = ({ ticket }: Entry) => [
  ticket.requester,
  ...(ticket.assignee ? [ticket.assignee] : []),
  ...ticket.participants,
  ...ticket.messages.flatMap(({ author }) => author ?? []),
]

async function withoutBadFiles({ folder, teller }: Ground, parts: readonly Part[]): Promise<Part[]> {
  const good: Part[] = []
  for (const part of parts) {
    const fault = await faultOfFiles(folder, part.ticket.messages)
    if (fault) teller.refuse(part.place, fault)
    else good.push(part)
  }
  return good
}

/** Before the transaction: what is stored and gets no row is swept up some days later. */
async function storeFiles(
  { store, folder, clamdUrl }: Ground,
  parts: readonly Part[],
): Promise<Map<string, StoredFile[]>> {
  const files = new Map<string, StoredFile[]>()
  for (const { ticket, messageKeys } of parts) {
    for (const [at, message] of ticket.messages.entries()) {
      if (message.files.length === 0) continue
      files.set(messageKeys[at] ?? '', await takeFiles(store, folder, message.files, clamdUrl))
    }
  }
  return files
}

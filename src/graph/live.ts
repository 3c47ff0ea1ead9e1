// Subscriptions: what the database tells, as a stream of things to be read.
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
} from 'graphql'
import type { Notices } from '../database/notices.ts'
import { Backlog, Ended, type Look } from './backlog.ts'
import { Refusal } from './refusal.ts'

/** What an answer without end goes by. */
export interface Stream {
  notices: Notices
  /** Aborted with an `Ended` when it is over. */
  signal: AbortSignal
  /** Ends it, also while nobody takes what is told. */
  end(why: Ended): void
}

/** Nothing: the rights of whoever asks are asked for anew, and that is all. */
const nothing: Look = { concerns: async () => true, read: async () => null }

/** So long after they ended rights are missed at the latest, where nothing happens. */
export const CHECK_MS = 30_000

/**
 * What comes in on a channel of the database, as looks; `read` says what a notification is about, null where that is nothing
 * for this subscriber. Now and then there is a look at nothing, by which the rights of whoever asks are asked for anew.
 */
export async function follow(
  stream: Stream,
  channel: string,
  read: (payload: string) => { key: string; look: Look } | 'many' | null,
): Promise<Backlog> {
  const { notices, signal } = stream
  let unfollow = () => {}
  const stop = () => backlog.fail(signal.reason)
  const backlog = new Backlog(why => {
    if (why instanceof Ended) stream.end(why)
    unfollow()
    clearInterval(checking)
    signal.removeEventListener('abort', stop)
  })
  const checking = setInterval(() => backlog.put('', nothing), CHECK_MS).unref()
  signal.addEventListener('abort', stop)
  try {
    unfollow = await notices.follow(channel, {
      heard(payload) {
        const news = read(payload)
        if (news === 'many') backlog.fail(new Ended('many'))
        else if (news) backlog.put(news.key, news.look)
      },
      lost: () => backlog.fail(new Ended('lost')),
    })
  } catch (error) {
    await backlog.return()
    throw error
  }
  if (signal.aborted) stop()
  return backlog
}

/** Begins a subscription; what its field's `subscribe` makes are looks. Throws why it cannot begin. */
export async function looksOf(asked: ExecutionArgs): Promise<AsyncIterable<Look>> {
  const source = await createSourceEventStream(asked)
  if (Symbol.asyncIterator in source) return source as AsyncIterable<Look>
  throw source.errors?.[0] ?? new Refusal('INTERNAL')
}

/** For encoders that want what graphql-js makes: on the wire, errors as clients read them are the same. */
export const encodable = (result: FormattedExecutionResult): ExecutionResult =>
  ({ data: undefined, ...result }) as ExecutionResult

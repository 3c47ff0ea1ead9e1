// An answer that is the same for every address must also take the same time: else a clock tells who has an account.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from './context.ts'

/** Longer than the work takes for anybody, short enough to be waited for. */
const SAME_TIME_MS = 300

/** Asks for the operation to be answered no sooner than it would be for somebody else. */
export function answerInSameTime(context: Context): void {
  context.dueAt = performance.now() + SAME_TIME_MS
}

/** Waits until the answer is due. To be called when the transaction is over, so that no connection waits along. */
export async function untilDue({ dueAt }: Context): Promise<void> {
  if (dueAt !== undefined) await sleep(Math.max(0, dueAt - performance.now()))
}

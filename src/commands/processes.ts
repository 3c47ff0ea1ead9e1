// Several processes that share one port, so that every core of a machine answers. All they share stands in PostgreSQL.
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerMetrics } from '../web/request-metrics.ts'
import { aborted } from './open.ts'

/** Before one that died is followed by another: a fault that kills each at once must not keep the machine busy. */
const AGAIN_MS = 1000

/**
 * Keeps `count` processes of this command alive until it is to stop. The first has to listen before the others begin, so
 * that what an operator has to put right is said once; its exit code is the answer then.
 */
export async function keepProcesses(count: number, stopping: AbortSignal, ready: string): Promise<number> {
  answerMetrics()
  const first = begin()
  const [code] = await Promise.race([once(first, 'listening').then(() => []), once(first, 'exit')])
  if (first.isDead()) return Number(code ?? 1)
  cluster.on('exit', () => void follow(stopping))
  const others = Array.from({ length: count - 1 }, begin)
  await Promise.all(others.map(each => Promise.race([once(each, 'listening'), once(each, 'exit')])))
  process.stdout.write(ready)
  await aborted(stopping)
  await Promise.all(living().map(end))
  return 0
}

async function follow(stopping: AbortSignal): Promise<void> {
  await sleep(AGAIN_MS)
  if (!stopping.aborted) begin()
}

function begin(): Worker {
  const worker = cluster.fork()
  handOnAgain(worker)
  return worker
}

/**
 * Node hands each connection to a process by turns, and forgets it where that process dies before it says that it takes it:
 * whoever asked would wait for good. So that answer is given in its stead, "not taken", and Node hands it to another one. One
 * that was taken knows no such answer any more. (The messages are Node's own, lib/internal/cluster; a test sees whether they hold.)
 */
function handOnAgain(worker: Worker): void {
  const { process } = worker
  const send = process.send
  let handed: unknown
  Object.assign(process, {
    send(message: object, ...rest: unknown[]) {
      if (Reflect.get(message, 'act') === 'newconn') handed = Reflect.get(message, 'seq')
      return Reflect.apply(send, process, [message, ...rest])
    },
  })
  // By then all that it said has been read.
  process.once('close', () => {
    if (handed !== undefined) process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack: handed, accepted: false })
  })
}

const living = (): Worker[] => Object.values(cluster.workers ?? {}).filter(each => each !== undefined)

/** By the signal that a process alone gets: what was begun is finished. A terminal's Ctrl-C has reached it already. */
async function end(worker: Worker): Promise<void> {
  const ended = once(worker, 'exit')
  worker.process.kill('SIGTERM')
  await ended
}

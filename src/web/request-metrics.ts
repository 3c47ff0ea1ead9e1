// Request times as Prometheus reads them: of all processes that share the port, whichever of them is asked.
import cluster from 'node:cluster'
import { once } from 'node:events'
import { AggregatorRegistry, type Registry } from 'prom-client'

const QUESTION = 'plaindesk:metrics'

/** What `/metrics` says of requests. */
export function requestMetrics(registry: Registry): () => Promise<string> {
  if (!cluster.isWorker) return () => registry.metrics()
  AggregatorRegistry.setRegistries([registry])
  new AggregatorRegistry() // from now on it tells the process above what it has counted
  return askAbove
}

/** For the process that keeps the others: adds up what they have counted. */
export function answerMetrics(): void {
  const all = new AggregatorRegistry()
  cluster.on('message', (asking, question: unknown) => {
    if (question !== QUESTION) return
    all.clusterMetrics().then(
      metrics => asking.send({ metrics }),
      () => asking.send({ metrics: '' }), // one of them was just ending
    )
  })
}

async function askAbove(): Promise<string> {
  process.send?.(QUESTION)
  for (;;) {
    const [answer] = await once(process, 'message')
    if (typeof answer?.metrics === 'string') return answer.metrics
  }
}

// Quality, "Reliability": on SIGTERM what was begun is finished or given back, then the process ends.
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { addJob } from '../../src/jobs/add-job.ts'
import { startWorker } from '../../src/jobs/worker.ts'
import { Browser } from '../kit/browser.ts'
import { password, people } from '../kit/cast.ts'
import { Wire } from '../kit/http.ts'
import { serve } from '../kit/serve.ts'
import { open, texts } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { plaindesk, as, sql, settled } = await world()
const wire = new Wire()
afterAll(() => wire.close())

test('quality, Reliability: a form that is half there when SIGTERM comes is taken to its end, and the exit code is 0', {
  timeout: 120_000,
}, async () => {
  const number = await open(as('ann'), 'Half there')
  const served = await serve(plaindesk)
  onTestFinished(() => void served.process.kill('SIGKILL'))
  const browser = new Browser(wire, served.url)
  await browser.logIn(people.ann.email, password)
  const form = (await browser.visit(`/tickets/${number}`))
    .form(/^(Send comment|Kommentar senden)$/)
    .fill({ message: 'The end of it.' })
  const { url, body } = form.submission()
  if (!body) throw new Error('a form that posts nothing')
  const headers = {
    'content-type': body.contentType,
    'content-length': body.content.length,
    cookie: browser.jar.header(url),
    origin: url.origin,
  }
  const post = request(url, { method: 'POST', headers })
  const answered = once(post, 'response') as Promise<[IncomingMessage]>
  const ended = once(served.process, 'exit')
  post.write(body.content.subarray(0, 100))
  await new Promise(resolve =>
    post.once('socket', socket => (socket.pending ? socket.once('connect', resolve) : resolve(null))),
  )
  await sleep(500) // until the server has read it
  served.process.kill('SIGTERM')
  await sleep(500)
  post.end(body.content.subarray(100))
  const [answer] = await answered
  expect(answer.statusCode).toBe(303)
  answer.resume()
  expect(await ended).toEqual([0, null])
  expect(await texts(as('ann'), number)).toContain('The end of it.')
})

test('quality, Reliability: a job that does not come to its end is given back', { timeout: 120_000 }, async () => {
  await settled()
  const begun = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  const endless = () => {
    begun.resolve()
    return end.promise
  }
  const worker = await startWorker({ ...plaindesk, tasks: { crontab: '', list: { endless } } })
  await addJob(plaindesk.orm.em.fork(), 'endless', {})
  await begun.promise
  const locks = () => sql(`select locked_by from graphile_worker.jobs where task_identifier = 'endless'`)
  expect(await locks()).toEqual([{ locked_by: expect.stringMatching(/^pool-/) }])
  await worker.stop()
  expect(await locks()).toEqual([{ locked_by: null }])
  end.resolve()
  await sql(
    `select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs where task_identifier = 'endless'))`,
  )
})

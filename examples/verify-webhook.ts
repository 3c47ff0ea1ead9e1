// Takes events, and believes those that the portal signed.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'

const { WEBHOOK_SECRET = '', PORT } = process.env
const key = Buffer.from(WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64')

function isGenuine(headers: IncomingHttpHeaders, body: Buffer): boolean {
  const id = String(headers['webhook-id'])
  const timestamp = String(headers['webhook-timestamp'])
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false // an old one, sent again by somebody else
  const expected = Buffer.from(
    `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`,
  )
  // Two while the secret is being exchanged.
  return String(headers['webhook-signature'])
    .split(' ')
    .map(signature => Buffer.from(signature))
    .some(signature => signature.length === expected.length && timingSafeEqual(signature, expected))
}

createServer(async (request, response) => {
  const body = await buffer(request) // as it came: parsed and written anew it has other bytes
  if (!isGenuine(request.headers, body)) return response.writeHead(401).end()
  const event = JSON.parse(body.toString())
  console.log(event.type, event.data.number) // note it down, answer at once, work afterwards
  response.writeHead(204).end()
}).listen(Number(PORT))

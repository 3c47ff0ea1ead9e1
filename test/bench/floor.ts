// The floor: what a page costs that does nothing but ask the database and send bytes. No framework, no template, no rule.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { type FloorAnswer, keyOf } from './processes.ts'

const pool = new pg.Pool({ connectionString: process.argv[2], max: 16 })
const answers = new Map<string, FloorAnswer>()

process.on('message', (learned: FloorAnswer[]) => {
  answers.clear()
  for (const answer of learned) answers.set(answer.key, answer)
  process.send?.('learned')
})
process.on('SIGTERM', () => process.exit())

const server = createServer((req, res) => {
  req.resume()
  req.on('end', () => answer(req, res).catch(error => res.writeHead(500).end(String(error))))
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const known = answers.get(keyOf({ path: req.url ?? '', headers: req.headers as Record<string, string> }))
  if (!known) return void res.writeHead(404).end()
  const { session, statements, isTransaction, status, headers, body } = known
  const { rowCount } = await pool.query(...session)
  if (rowCount !== 1) return void res.writeHead(401).end()
  if (isTransaction) await transact(statements)
  else await Promise.all(statements.map(([text, values]) => pool.query(text, values)))
  res.writeHead(status, headers).end(body)
}

async function transact(statements: FloorAnswer['statements']): Promise<void> {
  const client = await pool.connect()
  await client.query('begin')
  for (const [text, values] of statements) await client.query(text, values)
  await client.query('commit')
  client.release()
}

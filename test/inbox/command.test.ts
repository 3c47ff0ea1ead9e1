// plaindesk mail receive, as a mail server's pipe or an operator runs it.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openMailSocket } from '../../src/inbox/doors/mail-socket.ts'
import { receiveNow } from '../../src/inbox/receive-now.ts'
import { people } from '../kit/cast.ts'
import { plaindesk as program } from '../kit/program.ts'
import { settings } from '../kit/settings.ts'
import { end } from '../operation/command.ts'
import { world } from '../world.ts'

const { plaindesk, url, sql } = await world()
const { dataDir, databaseUrl } = plaindesk.config

async function receive(raw: string, files: string[] = [], more: Record<string, string> = {}) {
  const env = { ...settings(url, databaseUrl ?? '', dataDir), PATH: process.env.PATH ?? '', ...more }
  const child = program(['mail', 'receive', ...files], { env })
  child.stdin?.end(raw)
  const { code, out, err: trouble } = await end(child)
  const lines = out
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))
  return { code, lines, trouble }
}

const mail = (from: string, id: string, subject: string, body = 'Hello', more = '') =>
  `From: ${from}\nMessage-ID: <${id}@mail.example>\nSubject: ${subject}\n${more}\n${body}\n`

describe.each(['with a running portal', 'alone'])('§6: mail receive, %s', how => {
  if (how !== 'alone') {
    const opened = openMailSocket(plaindesk, receiveNow)
    afterAll(async () => (await opened)?.stop())
  }
  const id = how.replaceAll(' ', '-')

  test('one line of JSON with what was understood, and an exit code for what became of it', async () => {
    const { code, lines, trouble } = await receive(
      mail(people.bo.email, `new-${id}`, 'By the command', 'It works.\n\n-- \nBo Berg'),
    )
    expect(trouble).toBe('')
    expect(lines).toEqual([
      {
        outcome: 'created',
        reason: null,
        kind: 'person',
        ticket: expect.any(Number),
        message: expect.stringMatching(/^message_/),
        from: people.bo.email,
        subject: 'By the command',
        visible: 'It works.',
        folded: '-- \nBo Berg',
        attachments: [],
      },
    ])
    expect(code).toBe(0)
    expect((await receive(mail(people.bo.email, `new-${id}`, 'By the command'))).code).toBe(12)
    expect((await receive(mail('nobody@else.example', `nobody-${id}`, 'x'))).code).toBe(11)
    expect((await receive(mail(people.bo.email, `away-${id}`, 'x', 'y', 'Auto-Submitted: auto-replied\n'))).code).toBe(
      13,
    )
    expect((await receive(how === 'alone' ? '\n' : '')).code).toBe(10)
  })

  test('several files at once: a line each, in their order', async () => {
    const files = ['one', 'two', 'three'].map(name => join(dataDir, `${name}-${id}.eml`))
    for (const [at, file] of files.entries())
      await writeFile(file, mail(people.bo.email, `file-${at}-${id}`, `File ${at}`))
    const { code, lines } = await receive('', files)
    expect(lines.map(({ subject, outcome }) => [subject, outcome])).toEqual([
      ['File 0', 'created'],
      ['File 1', 'created'],
      ['File 2', 'created'],
    ])
    expect(code).toBe(0)
  })
})

test('§6: without a database the mail server is told to try again later', async () => {
  const { code, lines, trouble } = await receive(mail(people.bo.email, 'later', 'x'), [], {
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/nothing',
  })
  expect([code, lines]).toEqual([75, []])
  expect(trouble).not.toBe('')
})

test('§6: an unproven mail is held where proof is wanted', async () => {
  const { code, lines } = await receive(mail(people.bo.email, 'held', 'x'), [], {
    MAIL_AUTH: 'enforce',
    MAIL_AUTHSERV_ID: 'mx.example',
  })
  expect([code, lines[0]?.outcome, lines[0]?.reason]).toEqual([10, 'held', 'NOT_PROVEN'])
  const proven = await receive(
    `Authentication-Results: mx.example; dkim=pass header.d=acme.example\n${mail(people.bo.email, 'proven', 'x')}`,
    [],
    { MAIL_AUTH: 'enforce', MAIL_AUTHSERV_ID: 'mx.example' },
  )
  expect(proven.lines[0]?.outcome).toBe('created')
  expect(await sql(`select proof from incoming_mail where message_id = '<proven@mail.example>'`)).toEqual([
    { proof: 'AUTHENTICATED' },
  ])
})

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { MailAddress, MailPart } from '../../src/inbox/reading/mail-facts.ts'
import { readMail } from '../../src/inbox/reading/read-mail.ts'
import { expected } from './mail/expected.ts'

const folder = new URL('./mail/', import.meta.url)
const files = readdirSync(folder).filter(name => name.endsWith('.eml'))

const authorOf = (from: MailAddress | null): string | null =>
  from === null ? null : from.name === '' ? from.address : `${from.name} <${from.address}>`

const lineOf = (part: MailPart): string =>
  [
    part.filename,
    part.contentType,
    part.size,
    ...(part.isInline ? ['inline'] : []),
    ...(part.isDecoration ? ['decoration'] : []),
  ].join(' | ')

describe('§6: mails in the shapes of real programs', () => {
  test.each(Object.entries(expected))('%s', async (name, mail) => {
    const facts = await readMail(readFileSync(new URL(name, folder)))
    const { shape, outcome, ...rest } = mail
    expect({
      from: authorOf(facts.from),
      subject: facts.subject,
      visible: facts.visible,
      folded: facts.folded,
      attachments: facts.parts.map(lineOf),
      kind: facts.kind,
    }).toEqual({ folded: '', attachments: [], kind: 'person', ...rest })
  })

  test('every mail has an entry, and every entry its mail', () => {
    expect(Object.keys(expected).toSorted()).toEqual(files.toSorted())
  })
})

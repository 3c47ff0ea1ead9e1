import { describe, expect, test } from 'vitest'
import { kindOf } from '../../src/inbox/reading/kind.ts'
import type { MailKind } from '../../src/inbox/reading/mail-facts.ts'

const person = { address: 'jana@kunde.example', name: 'Jana Novak' }
const answer = { 'in-reply-to': '<10042.start@plaindesk.example>' }

function kind(headers: Record<string, string>, subject = 'Frage', from = person): MailKind {
  const list = Object.entries({ to: 'support@plaindesk.example', ...headers }).map(([key, value]) => ({ key, value }))
  const found = kindOf(list, { subject, from, report: null })
  expect(found.reason === null).toBe(found.kind === 'person')
  return found.kind
}

describe('§6: who wrote a mail, a person or a machine', () => {
  test.each<[string, Record<string, string>]>([
    ['nothing special', {}],
    ['RFC 3834: Auto-Submitted: no', { 'auto-submitted': 'no' }],
    ['Auto-Submitted: No, with a comment', { 'auto-submitted': 'No (really)' }],
    ['Precedence: normal', { precedence: 'normal' }],
    ['Exchange asks for no receipts', { 'x-auto-response-suppress': 'DR, RN, NRN, OOF, AutoReply' }],
    ['a ticket system asks for no answers to a reply', { 'x-auto-response-suppress': 'All', ...answer }],
    [
      'Google Groups',
      { 'x-google-group-id': '1', 'list-id': '<support.desk>', precedence: 'list', 'list-unsubscribe': '<mailto:u>' },
    ],
    ['a sender for others adds an unsubscribe link to a reply', { 'list-unsubscribe': '<mailto:u>', ...answer }],
    ['a procmail rule forwarded it', { 'x-loop': 'support@plaindesk.example' }],
    ['an Exchange rule forwarded it', { 'auto-submitted': 'auto-generated', 'x-ms-exchange-inbox-rules-loop': 'a@b' }],
    ['X-Autoreply: no', { 'x-autoreply': 'no' }],
  ])('a person: %s', (_, headers) => {
    expect(kind(headers)).toBe('person')
  })

  test.each<[string, Record<string, string>]>([
    ['RFC 3834: a vacation program', { 'auto-submitted': 'auto-replied (vacation)' }],
    ['RFC 3834: a program', { 'auto-submitted': 'auto-generated; owner-email="x@y.example"' }],
    ['RFC 5436: a notice', { 'auto-submitted': 'auto-notified' }],
    ['Precedence: bulk', { precedence: 'bulk' }],
    ['Precedence: auto_reply', { precedence: 'auto_reply' }],
    ['Precedence: junk', { precedence: 'junk' }],
    ['X-Auto-Response-Suppress: All', { 'x-auto-response-suppress': 'All' }],
    ['X-Autoreply', { 'x-autoreply': 'yes' }],
    ['X-Autorespond', { 'x-autorespond': '' }],
    ['X-Autoresponder', { 'x-autoresponder': 'Will not send another autoreply for 86400 seconds' }],
    ['X-Auto-Reply-From', { 'x-auto-reply-from': 'a@b.example' }],
    ['Delivered-To: Autoresponder', { 'delivered-to': 'Autoresponder' }],
    ['X-Loop', { 'x-loop': 'responder@kunde.example' }],
    ['a mailing list', { 'list-id': '<users.lists.example>', precedence: 'list' }],
    ['a newsletter', { 'list-unsubscribe': '<https://news.example/u>' }],
    ['the null sender', { 'return-path': '<>' }],
    ['the null sender as Postfix writes it', { 'return-path': '<MAILER-DAEMON>' }],
    ['a read receipt', { 'content-type': 'multipart/report; report-type=disposition-notification; boundary=x' }],
    ['a complaint', { 'content-type': 'multipart/report; boundary=x; report-type="feedback-report"' }],
    ['an accepted invitation', { 'content-type': 'text/calendar; method=REPLY' }],
    ['our own machines', { 'auto-submitted': 'auto-replied', 'x-auto-response-suppress': 'All' }],
  ])('automatic: %s', (_, headers) => {
    expect(kind(headers)).toBe('automatic')
  })

  test.each([
    'Automatic reply: [#10042] Printer',
    'Out of Office AutoReply: [#10042] Printer',
    'Automatische Antwort: [#10042] Drucker',
    'Abwesenheitsnotiz: [#10042] Drucker',
    'Réponse automatique : [#10042] Imprimante',
    'Respuesta automática: [#10042] Impresora',
    'Risposta automatica: [#10042] Stampante',
    'Resposta automática: [#10042] Impressora',
    'Automatisch antwoord: [#10042] Printer',
    'Odpowiedź automatyczna: [#10042] Drukarka',
    'Autosvar: [#10042] Skrivare',
    'Automaattinen vastaus: [#10042]',
    '自動応答: [#10042]',
    '自动答复: [#10042]',
    'Автоматический ответ: [#10042]',
  ])('automatic by its subject: %s', subject => {
    expect(kind({}, subject)).toBe('automatic')
    expect(kind({}, `Re: ${subject}`)).toBe('person')
    expect(kind({}, `WG: ${subject}`)).toBe('person')
    expect(kind({}, `Frage zu "${subject}"`)).toBe('person')
  })

  test('a word without a colon counts only in an answer', () => {
    for (const subject of ['Abwesenheitsnotiz', 'Out of Office', 'Absence', 'away: x']) {
      expect(kind({}, subject)).toBe('person')
      expect(kind(answer, subject)).toBe('automatic')
    }
    expect(kind({}, 'Out of office: how do I switch it off?')).toBe('person')
    expect(kind({}, 'Abwesenheitsnotiz einrichten')).toBe('person')
  })

  test('a bounce by its sender', () => {
    expect(kind({}, 'anything', { address: 'MAILER-DAEMON@mx.example', name: '' })).toBe('bounce')
    expect(kind({}, 'anything', { address: 'x@mx.example', name: 'Mail Delivery Subsystem' })).toBe('bounce')
    expect(kind({}, 'Undeliverable: x', { address: 'postmaster@mx.example', name: '' })).toBe('bounce')
    expect(kind({}, 'Your mail server', { address: 'postmaster@mx.example', name: 'Jan' })).toBe('person')
    expect(kind({}, 'Undeliverable: what does that mean?')).toBe('person')
    expect(kind({ 'content-type': 'multipart/report; report-type=delivery-status; boundary=x' })).toBe('bounce')
    expect(kind({ 'x-failed-recipients': 'a@b.example' })).toBe('bounce')
  })
})

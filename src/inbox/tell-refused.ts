// What the sender of a mail is told that did not become a request, or not the whole of it. Each at most once a day and
// address: whoever runs into it all day, or a program that does, is not answered all day.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Language } from '../i18n/language.ts'
import { enqueueOnce } from '../outbox/enqueue-once.ts'

interface Sender {
  /** In its stored form. Only ever one that is proven: else strangers are told what they never wrote. */
  address: string
  /** As guessed from the mail; null = English. */
  language: Language | null
  /** The mail that the notice answers: its row in the ledger. */
  mail?: string
}

/** H13: new requests by mail need a confirmed account. Says whether a notice goes, with the way to the form. */
export const tellRefused = (em: EntityManager, sender: Sender, now: Date): Promise<boolean> =>
  tellOnceADay(em, 'refused', sender, now)

/** Of a mail that was larger than we take, and of which nothing is kept but its headers. */
export const tellTooLarge = (em: EntityManager, sender: Sender, now: Date): Promise<boolean> =>
  tellOnceADay(em, 'too-large', sender, now)

async function tellOnceADay(
  em: EntityManager,
  template: 'refused' | 'too-large',
  { address, language, mail }: Sender,
  now: Date,
): Promise<boolean> {
  const key = `${template} ${now.toISOString().slice(0, 10)} ${address}`
  const rows = mail ? { mail } : {}
  return (await enqueueOnce(em, [{ key, template, recipient: address, language, rows }], now)) > 0
}

/** Of files that were left out of a mail that is on its ticket. */
export async function tellFilesLeftOut(
  em: EntityManager,
  { address, language, ...rows }: Omit<Sender, 'mail'> & { user: string; ticket: string; message: string },
  now: Date,
): Promise<boolean> {
  const key = `files-left-out ${rows.message}`
  return (await enqueueOnce(em, [{ key, template: 'files-left-out', recipient: address, language, rows }], now)) > 0
}

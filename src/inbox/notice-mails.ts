// What senders of mails are told that we could not take.
import type { Desk, Letter, LetterWriter } from '../outbox/letter.ts'
import { read, ticketLetter } from '../tickets/ticket-letter.ts'
import { IncomingMail } from './incoming-mail.ts'

export const noticeMails = {
  refused: letter,
  'too-large': letter,
  'files-left-out': filesLeftOut,
} satisfies Record<string, LetterWriter>

/** Fixed words: nothing of the mail is repeated, or we would carry anybody's words to anybody. */
async function letter({ em, t, mail, config, url }: Desk): Promise<Letter> {
  const answered = mail.rows.mail ? await em.findOne(IncomingMail, mail.rows.mail) : null
  return {
    subject: t(`mail:${mail.template}.subject`, { brand: config.brandName }),
    origin: 'auto-replied',
    thread: null,
    answers: answered?.messageId ?? null,
    reason: 'sender',
    leaveUrl: null,
    facts: {
      greeting: t('mail:greeting.plain'),
      formUrl: url('/tickets/new'),
      registerUrl: url('/register'),
      limit: config.maxMailMb,
    },
    isStale: false,
  }
}

async function filesLeftOut(desk: Desk): Promise<Letter | null> {
  const about = await read(desk)
  if (!about) return null
  return { ...(await ticketLetter(desk, about, { limit: desk.config.maxUploadMb })), origin: 'auto-replied' }
}

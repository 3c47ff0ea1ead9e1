// What senders of mails are told that we could not take.
import type { Desk, Letter, LetterWriter } from '../outbox/letter.ts'
import { read, ticketLetter } from '../tickets/ticket-letter.ts'

export const noticeMails = {
  refused: async desk => letter(desk),
  'too-large': async desk => letter(desk),
  'files-left-out': filesLeftOut,
} satisfies Record<string, LetterWriter>

/** Fixed words: nothing of the mail is repeated, or we would carry anybody's words to anybody. */
function letter({ t, mail, config, url }: Desk): Letter {
  return {
    subject: t(`mail:${mail.template}.subject`, { brand: config.brandName }),
    origin: 'auto-replied',
    thread: null,
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

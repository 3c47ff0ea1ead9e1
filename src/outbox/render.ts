// A letter laid out as plain text and as HTML.
import { join } from 'node:path'
import { Eta } from 'eta'
import type { Config } from '../config.ts'
import type { Translate } from '../i18n/translate.ts'
import { linkified } from '../lib/html.ts'
import { wrap } from '../lib/wrap.ts'
import type { Letter } from './letter.ts'
import type { OutboxMail } from './outbox-mail.ts'
import { htmlPen, type Pen, textPen } from './pens.ts'

/** By this name the HTML part shows the logo that travels with it: mail programs load no pictures from elsewhere. */
export const LOGO_ID = 'logo'

const PREVIEW = 140 // characters; no mail program shows more beside the subject

/** What every mail view may use without `it.`: the strokes of the pen, settings, and the facts of its letter. */
const names = [
  't',
  ...Object.keys(textPen),
  'brand',
  'from',
  'contact',
  'salesContact',
  'address',
  'greeting',
  'leaveUrl',
  'ticket',
  'message',
  'ticketDetails',
  'answerAddress',
  'closes',
  'oneTime',
  'isTeam',
  'when',
  'loginUrl',
  'forgotUrl',
  'accountUrl',
  'ticketsUrl',
  'goodUrl',
  'badUrl',
  'formUrl',
  'registerUrl',
  'supportAddress',
  'limit',
  'mailbox',
  'webhook',
  'waiting',
  'others',
  'hasMore',
]
const views = join(import.meta.dirname, '../../views/mail')
// Mail views hold strokes only, never a word, so the white space between them is nothing but their own layout.
const body = new Eta({
  views,
  autoTrim: ['slurp', 'slurp'],
  cache: true,
  functionHeader: `const { ${names.join(', ')} } = it`,
})
const frame = new Eta({ views, autoTrim: false, cache: true })

/** Both parts of a mail. The HTML holds nothing but our own markup around escaped text. */
export function layOut(letter: Letter, mail: OutboxMail, config: Config, t: Translate): { text: string; html: string } {
  const { brandName: brand, supportContact: contact, salesContact, supportAddress } = config
  const shared = {
    ...letter.facts,
    t,
    brand,
    contact,
    salesContact,
    from: config.mailFrom.address,
    supportAddress,
    address: mail.recipient,
    leaveUrl: letter.leaveUrl,
  }
  const write = (pen: Pen): string => body.render(`/${mail.template}.eta`, { ...shared, ...pen }).trimEnd()
  const text = write(textPen)
  const reason = t(`mail:foot.${letter.reason}`, { brand, address: mail.recipient })
  const frameFacts = {
    reason: wrap(reason),
    foot: footOf(letter, config, t),
    brand,
    logo: config.brandLogo && LOGO_ID,
    language: mail.language,
    subject: letter.subject,
  }
  const preview = previewOf(letter.preview ?? firstWords(text, letter))
  return {
    text: frame.render('/layout.text.eta', { ...frameFacts, body: text }),
    html: frame.render('/layout.html.eta', { ...frameFacts, reason, body: write(htmlPen), preview }),
  }
}

interface FootLine {
  label: string
  value: string
  /** Where the value is no address to link to by its label, but a text that may contain one. */
  html?: string
}

function footOf({ leaveUrl, switchOffUrl }: Letter, config: Config, t: Translate): FootLine[] {
  const { imprintUrl, privacyUrl, accessibilityUrl, supportContact } = config
  const links = {
    switchOff: switchOffUrl,
    leave: leaveUrl,
    imprint: imprintUrl,
    privacy: privacyUrl,
    accessibility: accessibilityUrl,
  }
  const contact = {
    label: t('mail:foot.contact'),
    value: supportContact,
    html: linkified(supportContact, ' class="link" style="color:#17604a"'),
  }
  return [
    contact,
    ...Object.entries(links).flatMap(([key, value]) => (value ? { label: t(`mail:foot.${key}`), value } : [])),
  ]
}

/** The first paragraph after the greeting. */
const firstWords = (text: string, { facts }: Letter): string =>
  text.split('\n\n').find(block => block !== facts.greeting) ?? ''

const previewOf = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, PREVIEW).toWellFormed()

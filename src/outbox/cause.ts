// Why a mail did not arrive, out of what mail servers say: RFC 3463's figures where there are any, else the usual words.

export enum DeliveryCause {
  UNKNOWN_ADDRESS = 'UNKNOWN_ADDRESS',
  MAILBOX_FULL = 'MAILBOX_FULL',
  TOO_LARGE = 'TOO_LARGE',
  REFUSED = 'REFUSED',
  UNREACHABLE = 'UNREACHABLE',
}

/** In this order: "mailbox full" comes with 5.2.2, but also with 5.1.1 or 5.7.1 of servers that know no better. */
const signs: readonly [RegExp, DeliveryCause][] = [
  [/\b[45]\.2\.2\b|\bfull\b|over ?quota|quota exceeded/i, DeliveryCause.MAILBOX_FULL],
  [/\b[45]\.(2\.3|3\.4)\b|too (large|big)|size limit|exceeds.*size/i, DeliveryCause.TOO_LARGE],
  [/\b[45]\.(1\.\d+|2\.1)\b/, DeliveryCause.UNKNOWN_ADDRESS],
  [/\b[45]\.[67]\.\d+\b/, DeliveryCause.REFUSED],
  [/\b[45]\.4\.\d+\b/, DeliveryCause.UNREACHABLE],
  [
    /unknown|no such|not exist|not found|inactive|disabled|invalid (recipient|mailbox|address)/i,
    DeliveryCause.UNKNOWN_ADDRESS,
  ],
  [/spam|blocked|blacklist|block list|policy|rejected|denied|refused/i, DeliveryCause.REFUSED],
  [/timed? ?out|unreachable|connect|expired|retry/i, DeliveryCause.UNREACHABLE],
]

/** Null where it cannot be told. */
export const causeOf = (words: string): DeliveryCause | null => signs.find(([sign]) => sign.test(words))?.[1] ?? null

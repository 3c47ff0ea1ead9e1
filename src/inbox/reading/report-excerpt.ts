// The words of a report without the mail that it returns.

const LONGEST = 60_000 // characters; reports are short, what they return is not
const copy =
  /^[-=_*\s>]{0,80}(?:this is a copy of (?:the|your) message|(?:the |possibly truncated )?(?:old|original|returned|unsent|undelivered|undeliverable|rejected) (?:message|mail)(?: (?:follows|headers?|text|header follows|was received.{0,60}|attached|below))?|below this line is a copy of the message|included is a copy of the message|message (?:header|headers|text|contents?|body|follows?)(?: follow(?:s|ed)?)?|a copy of (?:the|your) (?:original )?(?:message|headers?).{0,60}|(?:the )?(?:text|header|headers|body|content|first \d+ (?:lines|bytes)) of (?:the|your) (?:original )?(?:message|mail|e-?mail).{0,60}|your (?:original )?message (?:reads|follows|was|is below|header).{0,40}|copy of (?:original )?message.{0,20}|unsent message follows|original (?:mail|e-?mail) (?:follows|header).{0,20}|start of (?:returned|forwarded) message|(?:die|ihre) (?:originalnachricht|ursprüngliche nachricht).{0,40}|der kopfteil.{0,60}|it appears that the original message.{0,40})[-=_*\s:.()<]{0,80}$/im
const header =
  /^(?:>\s?)?(?:Return-Path: ?<|Received: (?:from|by|\(qmail)|X-(?:Original-To|Envelope-From|Mailer|MimeOLE): ?|MIME-Version: ?1|DKIM-Signature: )/im

/** Up to where the returned mail or its header begins. Where that would leave nothing, all of it. */
export function wordsOf(text: string): string {
  const start = text.slice(0, LONGEST)
  const ends = [copy, header].map(pattern => pattern.exec(start)?.index ?? start.length)
  const words = start.slice(0, Math.min(...ends))
  return words.includes('@') ? words : start
}

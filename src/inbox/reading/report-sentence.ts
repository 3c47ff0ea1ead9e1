// Which words of a report are its reason.

/** Says in some server's words that a mail was not delivered. */
export const notDeliveredPhrase =
  /qmail-send program|(?:n't|not) able to deliver|mail delivery software|this is the mail (?:system|delivery)|mail system at host|(?:could not|couldn'?t|cannot|can'?t|not|unable to) be? ?(?:be )?(?:delivered|sent|deliver)|delivery (?:to the following|has failed|failed|attempt|failure|error)|undeliverable|undelivered|unzustellbar|nicht zugestellt|fehlgeschlagen|(?:did not|didn'?t) reach|permanent(?:ly)? (?:fatal )?(?:error|failure|failed)|returned (?:to (?:you|sender|the sender)|mail|below)|user unknown|unknown user|failed (?:address|recipient|delivery)|mailbox (?:is )?(?:full|unavailable|not found|unknown)|delivery status notification/i

/** The line with the server's code, else the first that says what is wrong. */
export function sentenceIn(words: string): string {
  const lines = words.split('\n').map(line => line.trim().slice(0, 500))
  const coded = lines.find(line => /(?<![\d.])[45]\d\d[\s-].*\w|(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?!\.)/.test(line))
  return coded ?? lines.find(line => notDeliveredPhrase.test(line)) ?? lines.find(line => line !== '') ?? ''
}

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 500)

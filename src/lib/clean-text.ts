// What people and programs send is made harmless once, at the door: no control characters, no lone surrogates, no
// characters that turn the reading direction round (they make `exe.pdf` of `fdp.exe`), composed letters (NFC).

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const unwanted = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFEFF\uFFF9-\uFFFB]/g

/** Without what would be taken out at the door, for what comes back before it came through: a form's typed text. */
export const withoutUnwanted = (text: string): string => text.toWellFormed().replace(unwanted, '')

/** Text of many lines: line ends become `\n`, blank ends go. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(unwanted, '')
    .normalize('NFC')
    .replace(/^\n+/, '')
    .trimEnd()
}

/** Text of one line: every run of white space becomes one space. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim()
}

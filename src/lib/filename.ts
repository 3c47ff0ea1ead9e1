import { cleanLine } from './clean-text.ts'

const MAX_LENGTH = 200
// Marks that turn the reading direction without being overrides; clean-text.ts takes those.
const directionMarks = /[\u061C\u200E\u200F]/g
// What Windows does not take in a name, so that every download can be saved as it is called.
const forbidden = /[<>:"|?*]/g

/** A file's name as it came from outside → one safe to show and to save: no folders, no control or direction characters, NFC, at most 200 characters with the extension kept, never empty. */
export function cleanFilename(name: string): string {
  const last = cleanLine(name).split(/[/\\]/).at(-1) ?? ''
  const clean = last
    .replace(directionMarks, '')
    .replace(forbidden, '_')
    .replace(/(?<![. ])[. ]+$/, '') // looking back keeps a name of dots alone from costing the square of its length
    .trim()
  return shorten(clean) || 'file'
}

function shorten(name: string): string {
  const characters = [...name]
  if (characters.length <= MAX_LENGTH) return name
  const extension = /\.[^.\s]{1,20}$/.exec(name)?.[0] ?? ''
  return characters.slice(0, MAX_LENGTH - [...extension].length).join('') + extension
}

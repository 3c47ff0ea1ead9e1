import { v7 } from 'uuid'

/** A new row id: UUID version 7, so ids made one after the other lie side by side in an index. */
export const newId = (): string => v7()

/** What the outside sees of a row: `ticket_0199…`. The type is part of it, so `node(id:)` needs no guessing. */
export const globalId = (type: string, id: string): string => `${type.charAt(0).toLowerCase()}${type.slice(1)}_${id}`

/** Takes a global id apart, or answers null for anything that is none. */
export function parseGlobalId(text: string): { type: string; id: string } | null {
  const match = /^([a-z][A-Za-z]{1,30})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text)
  if (!match) return null
  const [, type = '', id = ''] = match
  return { type: `${type.charAt(0).toUpperCase()}${type.slice(1)}`, id }
}

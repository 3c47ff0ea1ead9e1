// Places in lists, as clients hold them: opaque, and of no use in another list.
import type { Node } from './node.ts'
import type { Order } from './order.ts'
import { Refusal } from './refusal.ts'

/** What of a list its cursors hold. */
export interface List {
  order: Order
  /** Whatever else distinguishes the list (filter, search); a cursor of another list is refused. */
  fingerprint?: string
}

/** Where a thing stands in a list. */
export function cursorOf(node: Node, { order, fingerprint = '' }: List): string {
  const values = order.properties.map(property => {
    const value: unknown = Reflect.get(node, property)
    return value instanceof Date ? value.toISOString() : value
  })
  return cursorAt(order, fingerprint, values)
}

/** The cursor of a place in a list, whether or not there is a row. */
export const cursorAt = ({ name }: Order, fingerprint: string, values: readonly unknown[]): string =>
  Buffer.from(JSON.stringify([name, fingerprint, ...values])).toString('base64url')

/** The values of the sort key at a place. Refuses what is no cursor of this list. */
export function readCursor(
  argument: string,
  cursor: string,
  { order, fingerprint = '' }: List,
): (string | number | boolean)[] {
  const [name, print, ...values] = parse(cursor)
  const fits = name === order.name && print === fingerprint && values.length === order.columns.length
  if (!fits || !values.every(value => ['string', 'number', 'boolean'].includes(typeof value)))
    throw new Refusal('BAD_USER_INPUT', argument)
  return values as (string | number | boolean)[]
}

function parse(cursor: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return []
  }
}

/** A sort key. All its columns run the same way, so that one row comparison and one index serve it. */
export interface Order {
  /** Names it inside cursors. */
  name: string
  /** Database columns; the last one is unique. Values must be exact in JavaScript (dates to the millisecond). */
  columns: readonly string[]
  /** The entity's properties that hold these columns' values. */
  properties: readonly string[]
  descending: boolean
}

/** What `order by` takes. */
export const inOrder = ({ columns, descending }: Order, direction = descending ? 'desc' : 'asc'): string =>
  columns.map(column => `t.${column} ${direction}`).join(', ')

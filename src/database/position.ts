// How far the database's log (WAL) was written or replayed, as PostgreSQL says it: `16/B374D848`.

export const isPosition = (text: string): boolean => /^[\dA-F]{1,8}\/[\dA-F]{1,8}$/i.test(text)

/** As a number, so that two can be compared. */
export function positionOf(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/')
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}

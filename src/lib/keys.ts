import { hkdfSync } from 'node:crypto'

/** A 256-bit key of its own for each purpose, derived from the application's secret: knowing one tells nothing of another. */
export function deriveKey(secret: string, label: string): Buffer {
  const name = `${label} ${secret}`
  const known = keys.get(name) ?? Buffer.from(hkdfSync('sha256', secret, 'plaindesk', label, 32))
  if (keys.size < MOST_KEYS) keys.set(name, known)
  return known
}

// Each mail and each link asks for its key again. There are as many as there are purposes; tests have several secrets.
const keys = new Map<string, Buffer>()
const MOST_KEYS = 200

import { hkdfSync } from 'node:crypto'

/** A 256-bit key of its own for each purpose, derived from the application's secret: knowing one tells nothing of another. */
export const deriveKey = (secret: string, label: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'plaindesk', label, 32))

import { deriveKey } from '../lib/keys.ts'

/** Tells whether two places have the same SESSION_SECRET, and nothing else of it. */
export const secretMark = (secret: string): string => deriveKey(secret, 'backup mark').toString('hex')

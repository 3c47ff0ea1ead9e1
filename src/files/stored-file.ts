/** What the virus scanner said. Without a scanner every file is `CLEAN` from the start. */
export enum ScanResult {
  PENDING = 'PENDING',
  CLEAN = 'CLEAN',
  INFECTED = 'INFECTED',
}

/** What the file kit says of a file that it has stored whole. Size in bytes. */
export interface StoredFile {
  filename: string
  contentType: string
  size: number
  sha256: string
  storageKey: string
  scan: ScanResult
}

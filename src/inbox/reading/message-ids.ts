// Message-IDs (RFC 5322 §3.6.4), with brackets.

// RFC 5322 sets no bound to References; programs shorten it to some dozen.
const MAX_IDS = 200

// No program means them, and no database takes a NUL.
const controls = /[^\P{Cc}\s]/gu

export function messageIds(header: string): string[] {
  const text = header.replace(controls, '')
  const bracketed = text.match(/<[^<>\s]{1,990}(?:\s[^<>\s]{1,990})?>/g)
  if (bracketed !== null) return [...new Set(bracketed.map(id => id.replace(/\s/g, '')))].slice(-MAX_IDS)
  // Without brackets, where it looks like one: "20240101.1234@host".
  const bare = text.match(/(?<=^|[\s,])[^\s<>,"()@]{1,500}@[^\s<>,"()@]{1,490}(?=$|[\s,])/g) ?? []
  return [...new Set(bare.map(id => `<${id}>`))].slice(-MAX_IDS)
}

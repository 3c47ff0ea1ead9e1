/** What a canned text can speak of, in the order that its form lists them. */
export const placeholders = ['customer', 'number', 'subject', 'organization', 'agent', 'brand', 'link'] as const
export type Facts = Partial<Record<(typeof placeholders)[number], string | null>>

/**
 * A canned text with `{{customer}}` and the others filled in. What is unknown, or has nothing to say here, stays as it
 * stands, so that whoever sends it sees the gap. What is filled in is not looked through again.
 */
export const fillPlaceholders = (text: string, facts: Facts): string =>
  text.replace(/\{\{ *(\w+) *\}\}/g, (whole, name: string) => {
    const found: unknown = Object.hasOwn(facts, name) ? Reflect.get(facts, name) : null
    return typeof found === 'string' && found !== '' ? found : whole
  })

/** Fills the places of a path: `/tickets/{ticket.number}` with what is found along the dots, encoded. */
export function expand(template: string, values: object): string {
  return template.replace(/\{([\w.]+)\}/g, (_place, path: string) => {
    const found = valueAt(values, path)
    if (typeof found !== 'string' && typeof found !== 'number') throw new Error(`${template}: nothing for {${path}}`)
    return encodeURIComponent(found)
  })
}

/** What is found along the dots; undefined where the way ends before. */
export function valueAt(values: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
      values,
    )
}

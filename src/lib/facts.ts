/** Some properties of a thing whose shape nobody promises; what is missing is left out. */
export function facts(thing: unknown, ...names: string[]): Record<string, unknown> {
  const found = names.map(name => [name, Reflect.get(Object(thing), name)] as const)
  return Object.fromEntries(found.filter(([, value]) => value !== undefined))
}

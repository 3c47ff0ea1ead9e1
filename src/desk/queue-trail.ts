// Working through a list of the queue, whichever it is: from its first ticket to the next, and back to it after the last.

/** The list's address with what comes behind a place in it; `left` is the number of the ticket that was just left. */
export function onwards(list: string, place: string | undefined, left: string): string {
  const next = behind(list)
  if (place) next.set('after', place)
  next.set('next', left)
  return `/agent?${next}`
}

/** Of a page of the list the first ticket that is not the one just left; the list where none is left. */
export function nextOnPage(tickets: unknown, query: Readonly<Record<string, string>>): string {
  const list = behind(new URLSearchParams(query).toString())
  const nodes = listAt(tickets, 'nodes')
  const at = nodes.findIndex(node => String(Reflect.get(Object(node), 'number')) !== query.next)
  if (at === -1) return `/agent?${list}`
  const place = String(Reflect.get(Object(listAt(tickets, 'edges')[at]), 'cursor'))
  return `/agent/tickets/${Reflect.get(Object(nodes[at]), 'number')}?${new URLSearchParams({ list: list.toString(), place })}`
}

/** A list without the page of it. */
function behind(list: string): URLSearchParams {
  const query = new URLSearchParams(list)
  for (const name of ['after', 'before', 'next']) query.delete(name)
  if (query.size === 0) query.set('tab', 'open')
  return query
}

function listAt(thing: unknown, name: string): unknown[] {
  const found: unknown = Reflect.get(Object(thing), name)
  return Array.isArray(found) ? found : []
}

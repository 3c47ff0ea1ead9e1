// Prints what changed since it ran last. The file keeps how far it has come; without one it begins at the beginning.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const { PLAINDESK_URL, PLAINDESK_TOKEN } = process.env
const [file = 'cursor.json'] = process.argv.slice(2)

const query = `query ($after: String) {
  tickets(first: 100, after: $after, orderBy: UPDATED_AT_ASC) {
    nodes { id number subject status }
    pageInfo { hasNextPage endCursor }
  }
}`

let after: string | null = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
let hasNextPage = true
while (hasNextPage) {
  const answer = await fetch(`${PLAINDESK_URL}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${PLAINDESK_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { after } }),
  })
  const { data, errors } = await answer.json()
  if (errors) throw new Error(`${errors[0].extensions.code}: ${errors[0].message}`)
  // Save these first, then how far you have come: a ticket that comes twice does no harm.
  for (const ticket of data.tickets.nodes) console.log(JSON.stringify(ticket))
  hasNextPage = data.tickets.pageInfo.hasNextPage
  after = data.tickets.pageInfo.endCursor ?? after
  writeFileSync(file, JSON.stringify(after))
}

// Prints each ticket as soon as it changes. After a broken connection it reads what it missed, so nothing is left out.
import { createClient } from 'graphql-sse'

const url = `${process.env.PLAINDESK_URL}/graphql`
const headers = { authorization: `Bearer ${process.env.PLAINDESK_TOKEN}` }
const list = `query ($after: String) {
  tickets(first: 100, after: $after, orderBy: UPDATED_AT_ASC) {
    nodes { number subject status } pageInfo { hasNextPage endCursor }
  }
}`
const subscription = 'subscription { ticketChanged { cursor ticket { number subject status } } }'

let cursor: string | null = null
let isCaughtUp = true

async function catchUp(): Promise<void> {
  isCaughtUp = false
  for (let hasNextPage = cursor !== null; hasNextPage; ) {
    const body = JSON.stringify({ query: list, variables: { after: cursor } })
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    })
    const { nodes, pageInfo } = (await answer.json()).data.tickets
    for (const ticket of nodes) console.log(JSON.stringify(ticket))
    cursor = pageInfo.endCursor ?? cursor
    hasNextPage = pageInfo.hasNextPage
  }
  isCaughtUp = true
}

const client = createClient({ url, headers, retryAttempts: Number.POSITIVE_INFINITY })
client.subscribe<{ ticketChanged: { cursor: string; ticket: object } }>(
  { query: subscription },
  {
    next({ data, errors }) {
      if (errors) console.error(errors[0]?.message)
      if (!data) return
      console.log(JSON.stringify(data.ticketChanged.ticket))
      if (isCaughtUp) cursor = data.ticketChanged.cursor
    },
    error: console.error,
    complete: () => process.exit(1), // such as a token that was revoked: connecting again would not help
  },
  { connected: catchUp },
)

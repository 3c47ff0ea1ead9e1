// All tickets that I may see, page by page.
const { PLAINDESK_URL, PLAINDESK_TOKEN } = process.env

const query = `query ($after: String) {
  tickets(first: 50, after: $after) { nodes { number subject } pageInfo { hasNextPage endCursor } }
}`

async function* allTickets() {
  let after: string | null = null
  do {
    const answer: Response = await fetch(`${PLAINDESK_URL}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${PLAINDESK_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { after } }),
    })
    const { data, errors } = await answer.json()
    if (errors) throw new Error(`${errors[0].extensions.code}: ${errors[0].message}`)
    yield* data.tickets.nodes
    const { hasNextPage, endCursor } = data.tickets.pageInfo
    after = hasNextPage ? endCursor : null
  } while (after)
}

for await (const { number, subject } of allTickets()) console.log(number, subject)

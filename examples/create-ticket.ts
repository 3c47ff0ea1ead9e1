// Creates a ticket. The key is of your own making, such as the id of the order that it is about: sent twice, for instance
// because the answer was lost, it is still one ticket.
const { PLAINDESK_URL, PLAINDESK_TOKEN } = process.env
const [key] = process.argv.slice(2)

async function graphql(query: string, variables: object) {
  const answer = await fetch(`${PLAINDESK_URL}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${PLAINDESK_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = await answer.json()
  if (errors) throw new Error(`${errors[0].extensions.code}: ${errors[0].message}`)
  return data
}

const { createTicket } = await graphql(
  `mutation ($input: CreateTicketInput!) {
    createTicket(input: $input) { ticket { number url } userErrors { code field message } }
  }`,
  {
    input: {
      subject: 'The export stops half way',
      message: 'Since this morning it ends after 500 rows.',
      idempotencyKey: key,
    },
  },
)
// What somebody can put right is no error of the request.
for (const { field, message } of createTicket.userErrors) console.error(`${field}: ${message}`)
console.log(createTicket.ticket)

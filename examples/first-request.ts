// Who am I, and what did I send last?
const { PLAINDESK_URL, PLAINDESK_TOKEN } = process.env

const answer = await fetch(`${PLAINDESK_URL}/graphql`, {
  method: 'POST',
  headers: { authorization: `Bearer ${PLAINDESK_TOKEN}`, 'content-type': 'application/json' },
  body: JSON.stringify({ query: '{ viewer { name } tickets(first: 3) { nodes { number subject status } } }' }),
})
const { data, errors } = await answer.json()
if (errors) throw new Error(errors[0].message)
console.log(data.viewer.name, data.tickets.nodes)

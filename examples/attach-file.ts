// Puts a file on a ticket: first the bytes, then a message with the id that they got.
import { openAsBlob } from 'node:fs'
import { basename } from 'node:path'

const { PLAINDESK_URL, PLAINDESK_TOKEN } = process.env
const [path = '', number] = process.argv.slice(2)

async function send(to: string, body: FormData | string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${PLAINDESK_URL}${to}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${PLAINDESK_TOKEN}`, ...headers },
    body,
  })
  const result = await answer.json()
  if (result.errors) throw new Error(`${result.errors[0].extensions.code}: ${result.errors[0].message}`)
  return result
}

const form = new FormData()
form.set('file', await openAsBlob(path), basename(path))
const { id } = await send('/uploads', form)

const query = `mutation ($input: CommentOnTicketInput!) {
  commentOnTicket(input: $input) { message { attachments { filename url } } userErrors { code field message } }
}`
const input = { number: Number(number), message: 'The log, as you asked.', attachments: [id] }
const { data } = await send('/graphql', JSON.stringify({ query, variables: { input } }), {
  'content-type': 'application/json',
})
console.log(data.commentOnTicket.userErrors, data.commentOnTicket.message?.attachments)

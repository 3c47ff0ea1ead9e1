# Puts a file ($1) on a ticket ($2): first the bytes, then a message with the id that they got.
id=$(curl --fail-with-body --silent --show-error "$PLAINDESK_URL/uploads" \
  --header "Authorization: Bearer $PLAINDESK_TOKEN" \
  --form "file=@$1" | sed 's/.*"id":"\([^"]*\)".*/\1/')

curl --fail-with-body --silent --show-error "$PLAINDESK_URL/graphql" \
  --header "Authorization: Bearer $PLAINDESK_TOKEN" \
  --header 'Content-Type: application/json' \
  --data @- <<JSON
{
  "query": "mutation (\$input: CommentOnTicketInput!) { commentOnTicket(input: \$input) { message { attachments { filename url } } userErrors { code field message } } }",
  "variables": { "input": { "number": $2, "message": "The log, as you asked.", "attachments": ["$id"] } }
}
JSON

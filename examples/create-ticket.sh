# Creates a ticket. The key ($1) is of your own making, such as the id of the order that it is about: sent twice, for
# instance because the answer was lost, it is still one ticket.
curl --fail-with-body --silent --show-error --retry 3 --retry-all-errors "$PLAINDESK_URL/graphql" \
  --header "Authorization: Bearer $PLAINDESK_TOKEN" \
  --header 'Content-Type: application/json' \
  --data @- <<JSON
{
  "query": "mutation (\$input: CreateTicketInput!) { createTicket(input: \$input) { ticket { number url } userErrors { code field message } } }",
  "variables": {
    "input": {
      "subject": "The export stops half way",
      "message": "Since this morning it ends after 500 rows.",
      "idempotencyKey": "$1"
    }
  }
}
JSON

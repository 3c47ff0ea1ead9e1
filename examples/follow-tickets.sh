# Prints each ticket as soon as it changes, a line of JSON each, until the server ends it or Ctrl-C.
curl --fail-with-body --silent --show-error --no-buffer "$PLAINDESK_URL/graphql" \
  --header "Authorization: Bearer $PLAINDESK_TOKEN" \
  --header 'Content-Type: application/json' \
  --header 'Accept: text/event-stream' \
  --data '{"query": "subscription { ticketChanged { cursor ticket { number subject status } } }"}' |
  while read -r name value; do
    [ "$name" = data: ] && [ -n "$value" ] && echo "$value"
  done

# Who am I, and what did I send last?
curl --fail-with-body --silent --show-error "$PLAINDESK_URL/graphql" \
  --header "Authorization: Bearer $PLAINDESK_TOKEN" \
  --header 'Content-Type: application/json' \
  --data '{"query": "{ viewer { name } tickets(first: 3) { nodes { number subject status } } }"}'

# All tickets that I may see, page by page.
after=null
while
  answer=$(curl --fail-with-body --silent --show-error "$PLAINDESK_URL/graphql" \
    --header "Authorization: Bearer $PLAINDESK_TOKEN" \
    --header 'Content-Type: application/json' \
    --data "{\"query\": \"query (\$after: String) { tickets(first: 50, after: \$after) { nodes { number subject } pageInfo { hasNextPage endCursor } } }\", \"variables\": {\"after\": $after}}")
  echo "$answer"
  after=$(echo "$answer" | sed 's/.*"endCursor":\("[^"]*"\|null\).*/\1/')
  echo "$answer" | grep --quiet '"hasNextPage":true'
do :; done

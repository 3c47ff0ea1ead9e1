# Prints what changed since it ran last. The file ($1) keeps how far it has come; without one it begins at the beginning.
after=$(cat "$1" 2>/dev/null || echo null)
while
  answer=$(curl --fail-with-body --silent --show-error "$PLAINDESK_URL/graphql" \
    --header "Authorization: Bearer $PLAINDESK_TOKEN" \
    --header 'Content-Type: application/json' \
    --data "{\"query\": \"query (\$after: String) { tickets(first: 100, after: \$after, orderBy: UPDATED_AT_ASC) { nodes { id number subject status } pageInfo { hasNextPage endCursor } } }\", \"variables\": {\"after\": $after}}")
  echo "$answer" # save these first, then how far you have come
  cursor=$(echo "$answer" | sed 's/.*"endCursor":\("[^"]*"\|null\).*/\1/')
  [ "$cursor" = null ] || after=$cursor
  echo "$after" > "$1"
  echo "$answer" | grep --quiet '"hasNextPage":true'
do :; done

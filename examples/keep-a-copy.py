# Prints what changed since it ran last. The file keeps how far it has come; without one it begins at the beginning.
import json
import os
import sys
import urllib.request

QUERY = """query ($after: String) {
  tickets(first: 100, after: $after, orderBy: UPDATED_AT_ASC) {
    nodes { id number subject status }
    pageInfo { hasNextPage endCursor }
  }
}"""

path = sys.argv[1]
after = None
if os.path.exists(path):
    with open(path) as file:
        after = json.load(file)
more = True
while more:
    request = urllib.request.Request(
        os.environ["PLAINDESK_URL"] + "/graphql",
        json.dumps({"query": QUERY, "variables": {"after": after}}).encode(),
        {"Authorization": "Bearer " + os.environ["PLAINDESK_TOKEN"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        result = json.load(answer)
    if "errors" in result:
        raise SystemExit(result["errors"][0]["message"])
    tickets = result["data"]["tickets"]
    # Save these first, then how far you have come: a ticket that comes twice does no harm.
    for ticket in tickets["nodes"]:
        print(json.dumps(ticket))
    more = tickets["pageInfo"]["hasNextPage"]
    after = tickets["pageInfo"]["endCursor"] or after
    with open(path, "w") as file:
        json.dump(after, file)

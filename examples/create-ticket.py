# Creates a ticket. The key is of your own making, such as the id of the order that it is about: sent twice, for instance
# because the answer was lost, it is still one ticket.
import json
import os
import sys
import urllib.request


def graphql(query, variables):
    request = urllib.request.Request(
        os.environ["PLAINDESK_URL"] + "/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Authorization": "Bearer " + os.environ["PLAINDESK_TOKEN"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        result = json.load(answer)
    if "errors" in result:
        raise SystemExit(result["errors"][0]["message"])
    return result["data"]


created = graphql(
    """mutation ($input: CreateTicketInput!) {
      createTicket(input: $input) { ticket { number url } userErrors { code field message } }
    }""",
    {
        "input": {
            "subject": "The export stops half way",
            "message": "Since this morning it ends after 500 rows.",
            "idempotencyKey": sys.argv[1],
        }
    },
)["createTicket"]
# What somebody can put right is no error of the request.
for error in created["userErrors"]:
    print(error["field"], error["message"], file=sys.stderr)
print(created["ticket"])

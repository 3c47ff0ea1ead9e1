# All tickets that I may see, page by page.
import json
import os
import urllib.request

QUERY = """query ($after: String) {
  tickets(first: 50, after: $after) { nodes { number subject } pageInfo { hasNextPage endCursor } }
}"""


def all_tickets():
    after = None
    while True:
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
        yield from tickets["nodes"]
        after = tickets["pageInfo"]["endCursor"]
        if not tickets["pageInfo"]["hasNextPage"]:
            return


for ticket in all_tickets():
    print(ticket["number"], ticket["subject"])

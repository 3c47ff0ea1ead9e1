# Prints each ticket as soon as it changes. After a broken connection it reads what it missed, so nothing is left out.
import json
import os
import sys
import time
import urllib.request

LIST = """query ($after: String) {
  tickets(first: 100, after: $after, orderBy: UPDATED_AT_ASC) {
    nodes { number subject status } pageInfo { hasNextPage endCursor }
  }
}"""
SUBSCRIPTION = "subscription { ticketChanged { cursor ticket { number subject status } } }"


def send(query, accept="application/json", **variables):
    request = urllib.request.Request(
        os.environ["PLAINDESK_URL"] + "/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {
            "Authorization": "Bearer " + os.environ["PLAINDESK_TOKEN"],
            "Content-Type": "application/json",
            "Accept": accept,
        },
    )
    return urllib.request.urlopen(request, timeout=60)  # a line that keeps it alive comes every twelve seconds


def changes(after):
    """What is told after a cursor (None: from now on), as pairs of a ticket and the cursor behind it."""
    with send(SUBSCRIPTION, "text/event-stream") as stream:
        more = after is not None
        while more:
            tickets = json.load(send(LIST, after=after))["data"]["tickets"]
            more = tickets["pageInfo"]["hasNextPage"]
            after = tickets["pageInfo"]["endCursor"] or after
            for ticket in tickets["nodes"]:
                yield ticket, after
        for line in stream:
            if line.startswith(b"event: complete"):
                sys.exit(1)  # such as a token that was revoked: connecting again would not help
            if line.startswith(b"data: {"):
                result = json.loads(line[6:])
                if "errors" in result:
                    print(result["errors"][0]["message"], file=sys.stderr)
                if result.get("data"):
                    change = result["data"]["ticketChanged"]
                    yield change["ticket"], change["cursor"]


cursor = None
while True:
    try:
        for ticket, cursor in changes(cursor):
            print(json.dumps(ticket), flush=True)
    except OSError:
        pass
    time.sleep(2)

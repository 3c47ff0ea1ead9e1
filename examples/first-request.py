# Who am I, and what did I send last?
import json
import os
import urllib.request

request = urllib.request.Request(
    os.environ["PLAINDESK_URL"] + "/graphql",
    json.dumps({"query": "{ viewer { name } tickets(first: 3) { nodes { number subject status } } }"}).encode(),
    {"Authorization": "Bearer " + os.environ["PLAINDESK_TOKEN"], "Content-Type": "application/json"},
)
with urllib.request.urlopen(request) as answer:
    result = json.load(answer)
if "errors" in result:
    raise SystemExit(result["errors"][0]["message"])
print(result["data"]["viewer"]["name"], result["data"]["tickets"]["nodes"])

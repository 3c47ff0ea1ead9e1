# Puts a file on a ticket: first the bytes, then a message with the id that they got.
import json
import os
import sys
import urllib.request
import uuid

path, number = sys.argv[1:]


def send(to, body, content_type):
    request = urllib.request.Request(
        os.environ["PLAINDESK_URL"] + to,
        body,
        {"Authorization": "Bearer " + os.environ["PLAINDESK_TOKEN"], "Content-Type": content_type},
    )
    with urllib.request.urlopen(request) as answer:
        result = json.load(answer)
    if "errors" in result:
        raise SystemExit(result["errors"][0]["message"])
    return result


boundary = uuid.uuid4().hex
with open(path, "rb") as file:
    content = file.read()
head = (
    f"--{boundary}\r\n"
    f'Content-Disposition: form-data; name="file"; filename="{os.path.basename(path)}"\r\n'
    "Content-Type: application/octet-stream\r\n\r\n"
)
form = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
upload = send("/uploads", form, f"multipart/form-data; boundary={boundary}")

query = """mutation ($input: CommentOnTicketInput!) {
  commentOnTicket(input: $input) { message { attachments { filename url } } userErrors { code field message } }
}"""
comment = {"number": int(number), "message": "The log, as you asked.", "attachments": [upload["id"]]}
body = json.dumps({"query": query, "variables": {"input": comment}}).encode()
print(send("/graphql", body, "application/json")["data"]["commentOnTicket"])

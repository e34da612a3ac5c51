"""Pledge money towards a need and hand it in: a draft first, then the move. Python 3.9 or newer, nothing else.

    BANGFU_TOKEN=bangfu_... python pledge.py https://registry.example ORGANISATION NEED AMOUNT

The token needs the scopes read and pledges:write, and acts as an account that speaks for the organisation.
"""

import json
import os
import sys
import urllib.error
import urllib.request
import uuid


def ask(method, address, body=None, **headers):
    """The status, the headers and the JSON of the answer. What is refused says why in `detail`."""
    request = urllib.request.Request(address, method=method)
    request.add_header("Authorization", "Bearer " + os.environ["BANGFU_TOKEN"])
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as refusal:
        sys.exit(str(refusal.code) + " " + json.load(refusal)["detail"])


if __name__ == "__main__":
    site, organisation, need, amount = sys.argv[1:]
    _status, _headers, found = ask("GET", site + "/api/v1/needs/" + need + "/")
    item = next(item for item in found["items"] if item["kind"] == "money")
    print("unmet:", item["unmet"]["text"])

    # Keep the key until there is an answer: sent again with the same key, the pledge is not made twice.
    key = str(uuid.uuid4())
    body = {
        "organisation": int(organisation),
        "need": int(need),
        "items": [{"need_item": item["id"], "amount": amount}],  # money as text: exact to the fen
    }
    for _attempt in range(2):
        status, headers, pledge = ask("POST", site + "/api/v1/pledges/", body, Idempotency_Key=key)
    print(pledge["number"], pledge["status"], "repeated:", headers.get("Idempotent-Replayed"))

    # A change names the version that it saw; if somebody was faster it is refused (412), and nothing is lost.
    address = site + "/api/v1/pledges/" + str(pledge["id"]) + "/"
    _status, headers, pledge = ask("GET", address)
    _status, _headers, pledge = ask("POST", address + "submit/", {}, If_Match=headers["ETag"])
    print(pledge["number"], pledge["status"])

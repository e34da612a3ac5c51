"""Read a whole list by cursor, and take the same question away as a file. Python 3.9 or newer, nothing else.

python read_list.py https://registry.example year=2020 > projects.json
BANGFU_TOKEN=bangfu_... python read_list.py https://registry.example stage=under_way
"""

import json
import os
import sys
import urllib.parse
import urllib.request


def ask(address):
    request = urllib.request.Request(address, headers={"Accept": "application/json"})
    if os.environ.get("BANGFU_TOKEN"):  # without a token: what everybody may know
        request.add_header("Authorization", "Bearer " + os.environ["BANGFU_TOKEN"])
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def everything(address):
    """The rows of all pages. A cursor neither skips nor repeats a row, however many are added meanwhile."""
    while address:
        page = ask(address)
        yield from page["results"]
        address = page["next"]


if __name__ == "__main__":
    site, *filters = sys.argv[1:]
    query = dict(pair.split("=", 1) for pair in filters)
    query.update(cursor="", page_size="200")
    rows = list(everything(site + "/api/v1/projects/?" + urllib.parse.urlencode(query)))
    json.dump(rows, sys.stdout, ensure_ascii=False, indent=1)
    print(len(rows), "projects", file=sys.stderr)

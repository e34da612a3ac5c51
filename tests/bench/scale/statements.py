"""How many statements the product sends for each question, told by the very middleware that production has."""

COUNT = """
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from registry.core.models import User
client = Client()
client.force_login(User.objects.get(username="bench0"))
found = {}
for name, address in given["addresses"].items():
    client.get(address, HTTP_HOST="localhost")  # what is read once in a process is not counted
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address, HTTP_HOST="localhost")
    assert answer.status_code == 200, (address, answer.status_code)
    found[name] = len(asked)
print(json.dumps(found))
"""


def count(place, addresses):
    """{name: statements} of addresses, by name, that a member of staff asks for the second time."""
    return place.ask(COUNT, addresses=addresses)

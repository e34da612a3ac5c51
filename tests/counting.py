"""How many questions a page asks of the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(client, url):
    """The number of queries of a second visit, the first having filled what is read once."""
    _read(client.get(url))
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
        _read(response)
    assert response.status_code == 200, response
    return len(captured)


def _read(response):
    """All of an answer: what is streamed asks while it is read."""
    response.getvalue() if response.streaming else response.content

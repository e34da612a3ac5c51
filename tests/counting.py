"""How many questions a page asks of the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(client, url):
    """The number of queries of a second visit, the first having filled what is read once."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
        response.getvalue() if response.streaming else response.content
    assert response.status_code == 200, response
    return len(captured)

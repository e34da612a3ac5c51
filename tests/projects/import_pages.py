"""Pages of the import wizard as tests open them."""

from django.urls import reverse

from .ledger_books import NATURAL, book


def ledger_of(*rows, head=NATURAL, **layout):
    return book(list(rows), head=head, **layout)


def address(page, found, frame="admin:import"):
    return reverse(f"{frame}-{page}", args=(found.pk,))


def page_of(client, found, query="", frame="admin:import"):
    answer = client.get(address("ledger", found, frame) + query)
    assert answer.status_code == 200
    return answer

"""Every page and endpoint asks as many statements as its line says, however much there is to list."""

import datetime
import os
import re

import pytest

from registry.core import sessions
from tests.registry.test_matrix import asking  # noqa: F401 - a fixture
from tests.statements import COUNTED, MANY, ask, cells, differences, grow, table, write

pytestmark = [pytest.mark.django_db, pytest.mark.plain, pytest.mark.long]


def counted(world, clients, leave_out=r"$^"):
    """{(route, account): statements} of all pages."""
    found = {}
    for name, account, address in cells(world):
        if re.search(leave_out, name):
            continue
        status, asked = ask(clients[account], address)
        if status < 400:
            found[name, account] = asked
    return found


def test_every_page_asks_as_many_statements_as_its_line_says_however_much_it_lists(asking, monkeypatch):  # noqa: F811
    monkeypatch.setattr(sessions, "TOUCHED_EVERY", datetime.timedelta(days=1))
    grow(asking.world, 1)
    few = counted(asking.world, asking.clients, leave_out="_(add|delete|export)$")  # they list nothing
    grow(asking.world, 2)
    many = counted(asking.world, asking.clients)
    numbers = {key: len(asked) for key, asked in many.items()}
    if os.environ.get("WRITE_STATEMENTS"):
        write(numbers)
    grown = [
        f"{' '.join(key)}: {len(few[key])} became {numbers[key]}"
        for key in few.keys() & many.keys()
        if numbers[key] > len(few[key]) + COUNTED.get(key, 0)
    ]
    assert grown == []
    assert differences(table(), numbers) == []
    assert max(numbers.values()) <= MANY

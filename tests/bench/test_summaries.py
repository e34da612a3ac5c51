"""Chance actions of several writers at once, while others fold and read: what is kept is always what is counted.

`ACTIONS=10000 WRITERS=8 python -m pytest -m bench tests/bench/test_summaries.py -s`.
"""

import os
from itertools import count

import pytest

from tests.reports.kept_at_once import write_at_once

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
ACTIONS, WRITERS = int(os.environ.get("ACTIONS") or 10_000), int(os.environ.get("WRITERS") or 8)


def test_after_so_many_actions_of_so_many_writers_the_summaries_are_equal(capsys):
    found = write_at_once(actions=ACTIONS, writers=WRITERS, seeds=count(1))
    with capsys.disabled():
        print(f"\n{found}", end="")  # noqa: T201 - what a benchmark is for
    assert found.wrong == {}
    assert found.apart == []
    assert found.problems == []

"""Hundreds of sequences of chance actions: the figures as of an instant are those that were counted then.

A fifth of the figures by turns after each sequence, all of them at the end of each register. FIGURE_TURNS=1 asks for
all after each, FIGURE_SEQUENCES for more sequences, or fewer; a failure names the seed of its register.
"""

import os
from collections import Counter
from functools import cache
from itertools import product

import pytest
from django.db import connection
from django.utils import timezone

from projects.models import Project
from registry.reports.as_of import as_of
from registry.reports.figures import DIMENSIONS, FIGURES, report
from registry.reports.figures.as_json import report_json

from .chance import ACTIONS, Register

pytestmark = pytest.mark.django_db

SEQUENCES = int(os.environ.get("FIGURE_SEQUENCES", "240"))
TURNS = int(os.environ.get("FIGURE_TURNS", "5"))
PARTS = 4
"""Tests that share them, so that several workers can."""
A_REGISTER = 25
"""Sequences of one register: more make the trail long, fewer make many registers."""

SIDES = [(one, *other) for one, other in product(DIMENSIONS, ((), ("county",), ("field",))) if one not in other]


@cache
def statements(by):
    """What the figures ask the database when they are divided by `by`: the same words for now and then."""
    asked = []

    def kept(execute, sql, params, many, context):
        if "GROUPING" in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(kept):
        report(user=None, by=by, codes=FIGURES, among=Project.objects.all())  # no answer that is kept
    assert len(asked) == len(FIGURES)
    return asked


def answers(number, by):
    """Figures in all, by rows, by columns and by cells, as the database gives them."""
    found = []
    with connection.cursor() as cursor:
        for sql, params in statements(by)[number % TURNS :: TURNS]:
            cursor.execute(sql, params)
            found.append(sorted(cursor.fetchall(), key=str))
    return found


def in_full(by, instant=None):
    """The same as pages and interface tell it, with the ids of the rows behind each figure."""
    found = report(user=None, as_of=instant, by=by, codes=FIGURES, row_ids=True)
    return report_json(found) | {"as_of": None}, [figure.row_ids for figure in found.figures]


@pytest.mark.parametrize("part", range(PARTS))
def test_the_figures_as_of_each_instant_are_those_that_were_counted_then(part):
    done, distinct = Counter(), set()
    seeds = range(part * A_REGISTER, SEQUENCES, PARTS * A_REGISTER)
    for seed in seeds:
        replay(seed, done, distinct)
    assert len(distinct) > len(seeds) * A_REGISTER * 0.6, "the registers hardly changed"
    if len(seeds) > 3:
        assert {doing.__name__ for doing in ACTIONS} <= set(done), "some action was always refused"


def replay(seed, done, distinct):
    """One register: what was counted after each sequence, and later the past of each of these instants."""
    register, then = Register(seed), []
    for number in range(seed, seed + A_REGISTER):
        done.update(register.sequence())
        by = SIDES[number % len(SIDES)]
        then.append((number, by, answers(number, by), timezone.now()))
    last, instant = in_full(by), timezone.now()
    register.sequence()
    for number, by, counted, moment in then:
        with as_of(moment):
            assert answers(number, by) == counted, f"register {seed}, sequence {number}, divided by {by}"
        distinct.add(str(counted))
    assert in_full(by, instant) == last, f"register {seed}, at its end, divided by {by}"

"""What the index of lists saves: `pytest -s -m bench tests/bench/test_listing_speed.py`.

The same questions to the index and to the register, by turns, so that a busy machine slows both.
`LISTING_PROJECTS` says of how many projects.
"""

import os
import statistics
import time

import pytest
from django.core.management import call_command
from django.http import QueryDict

from counties.models import Division
from projects.filters import ProjectFilters
from projects.listing.asking import Numbers
from projects.models import Field, Listed, Project
from projects.tables import ledger
from registry.core.dates import today
from registry.core.loading import tell_the_planner
from tests.factories import make_user
from tests.projects.test_filters import request_of

from .board_files import write_files

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
PROJECTS = int(os.environ.get("LISTING_PROJECTS", "5367"))
TURNS, LEAST_SAVED = 9, 3


def seconds(projects, query, user, *, facets):
    start = time.perf_counter()
    filters = ProjectFilters(QueryDict(query), projects, request=request_of(user))
    Numbers(filters).facets if facets else (list(ledger(filters.found())[:50]), Numbers(filters).total)
    return time.perf_counter() - start


def test_lists_are_answered_several_times_as_fast_as_by_the_register(tmp_path, capsys):
    call_command("load_reference", verbosity=0)
    counties = list(Division.objects.designated().values_list("code", flat=True))
    write_files(tmp_path, counties, today(), PROJECTS)
    call_command("load_dataset", str(tmp_path), verbosity=0)
    tell_the_planner()
    staff, field = make_user("bureau"), Field.objects.filter(code__in=_codes()).first().code
    year = Listed.objects.first().year
    saved = {}
    for name, query, facets in (
        ("W1", f"county={counties[0]}&field={field}&year={year}&ordering=-amount", False),
        ("W1u", "ordering=-amount", False),
        ("W2", "search=项目&ordering=-amount", False),
        ("W3", f"year={year}", True),
        ("W3b", f"year={year}&min_amount=10000", True),
    ):
        index, register = [], []
        for _turn in range(TURNS):
            index.append(seconds(Listed.objects.all(), query, staff, facets=facets))
            register.append(seconds(Project.objects.all(), query, staff, facets=facets))
        ours, theirs = statistics.median(index), statistics.median(register)
        saved[name] = theirs / ours
        with capsys.disabled():
            print(f"{name:>4} of {PROJECTS}: index {ours * 1000:.1f} ms, register {theirs * 1000:.1f} ms")  # noqa: T201
    assert statistics.geometric_mean(saved.values()) > LEAST_SAVED, saved


def _codes():
    return [row["code"] for row in Listed.objects.first().field_rows]

"""What the second wall costs: `pytest -m bench tests/bench/test_wall_speed.py`.

Pages of an organisation and of a county's officer, with row-level security and as the whole register. Both ways take
turns, so that a busy machine slows both. `WALL_PROJECTS=400,5367` says for how many projects.
"""

import os
import statistics
import time

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.urls import reverse

from counties.models import Division
from orgs.models import Organisation
from projects.models import Project
from registry.core import middleware
from registry.core.dates import today
from registry.core.session_roles import APP, role_of
from tests.factories import make_county_user, make_org_user

from .board_files import write_files

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
SIZES = [int(size) for size in os.environ.get("WALL_PROJECTS", "400,5367").split(",")]
VISITS = 9
MOST = 0.15
"""The part by which the wall may slow the pages, taken together."""

PAGES = ("projects", "my", "my-projects", "needs")


def seconds(client, page):
    start = time.perf_counter()
    assert client.get(reverse(page)).status_code == 200
    return time.perf_counter() - start


def measured(client, monkeypatch, page):
    """Median seconds of a page (with the wall, without it)."""
    taken = {role_of: [], whole: []}
    for visit in range(VISITS + 1):
        for way, times in taken.items():
            monkeypatch.setattr(middleware, "role_of", way)
            spent = seconds(client, page)
            if visit:  # the first fills what is read once
                times.append(spent)
    return tuple(statistics.median(times) for times in taken.values())


def whole(_user):
    return APP, None


@pytest.mark.parametrize("projects", SIZES)
def test_the_wall_slows_no_page_by_much(projects, tmp_path, client, monkeypatch, capsys):
    call_command("load_reference", verbosity=0)
    write_files(tmp_path, list(Division.objects.designated().values_list("code", flat=True)), today(), projects)
    call_command("load_dataset", str(tmp_path), verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    Project.objects.filter(pk__in=Project.objects.order_by("pk")[: projects // 2]).update(visibility="published")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ANALYZE")
    busy = Organisation.objects.alias(number=Count("participations")).order_by("-number").first()
    county = Division.objects.filter(code="130624", valid_to__isnull=True).get()
    sums = [0.0, 0.0]
    for who, user in (("organisation", make_org_user(busy)), ("county", make_county_user(county))):
        client.force_login(user)
        for page in PAGES:
            walled, plain = measured(client, monkeypatch, page)
            sums = [sums[0] + walled, sums[1] + plain]
            with capsys.disabled():
                print(f"\n{projects} projects, {who}, {page}: {walled * 1000:.0f} ms with, {plain * 1000:.0f} without")  # noqa: T201
    with capsys.disabled():
        print(f"\n{projects} projects, all pages: {sums[0] / sums[1] - 1:+.1%}")  # noqa: T201
    assert sums[0] <= sums[1] * (1 + MOST)

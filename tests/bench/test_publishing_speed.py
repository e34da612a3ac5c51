"""How long publishing and reading behind the wall take: `pytest -m bench tests/bench/test_publishing_speed.py`."""

import time

import pytest
from django.core.management import call_command
from django.db import connection

from counties.models import Division
from projects.actions.publishing import publish_project
from projects.models import Funding, Project
from projects.publishing.allowed import PARTS
from projects.publishing.contents import changed_since, publish_loaded
from registry.core.public_session import SCHEMA
from tests.factories import make_user
from tests.projects.dataset_files import calibrated

pytestmark = [pytest.mark.bench, pytest.mark.django_db, pytest.mark.plain]
PAGES = ("/projects/", "/projects/?search=大棚", "/", "/api/v1/figures/")


def seconds(ask):
    start = time.perf_counter()
    ask()
    return time.perf_counter() - start


@pytest.fixture
def loaded(tmp_path):
    """A register of 5,367 projects, marked as published and not published yet."""
    call_command("load_reference", verbosity=0)
    counties = list(Division.objects.designated().values_list("code", flat=True))
    calibrated(tmp_path, projects=5367, organisations=6300, counties=counties, fen=218_800_000_000,
               person_times=2_800_000)  # fmt: skip
    call_command("load_dataset", str(tmp_path), verbosity=0)
    Project.objects.update(visibility="published")


def test_publishing_all_at_once_one_by_one_and_reading_behind_the_wall(loaded, client, capsys):
    lines = [("publish 5,367 at once", seconds(lambda: publish_loaded(Project.objects.all())))]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ANALYZE {', '.join(connection.introspection.table_names())}")
        cursor.execute(f"ANALYZE {', '.join(f'{SCHEMA}.{part.table}' for part in PARTS)}")
    Funding.objects.filter(project__in=Project.objects.order_by("pk")[:5]).update(note="核对", goods="设备")
    lines.append(("find what has changed", seconds(lambda: changed_since(Project.objects.all()).count())))
    by, answers = make_user("bureau"), dict.fromkeys(("notice", "results", "county", "sum"), "已核实")
    for project in Project.objects.order_by("pk")[:3]:
        one = {"project": project, "by": by, "note": "核对", "acknowledged": answers}
        lines.append(("publish one", seconds(lambda one=one: publish_project(**one))))
    for page in PAGES:
        taken = [min(seconds(lambda page=page: client.get(page)) for _time in range(4))]
        client.force_login(make_user("bureau"))
        taken.append(min(seconds(lambda page=page: client.get(page)) for _time in range(4)))
        client.logout()
        lines.append((f"{page}: stranger, behind the wall", taken[0]))
        lines.append((f"{page}: bureau, on the register", taken[1]))
    with capsys.disabled():
        print("", *(f"{what:<50}{taken * 1000:>10.1f} ms" for what, taken in lines), sep="\n")  # noqa: T201
    assert lines[0][1] < 30

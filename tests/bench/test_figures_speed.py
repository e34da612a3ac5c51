"""How long figures take, now and in the past: `pytest -m bench tests/bench/test_figures_speed.py`.

The floor of the product at 5,367 projects, at the server: a figure by county and field within half a second, the same
as of a past day within two seconds. BENCH_SCALE=10 asks the same of ten times as many and holds them to nothing.
"""

import datetime
import os
import time

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from counties.models import Division
from projects.models import Funding, Project
from registry.reports.figures import report
from tests.factories import make_user
from tests.projects.dataset_files import calibrated

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
SCALE = int(os.environ.get("BENCH_SCALE", "1"))
MEASURES = ("funds", "projects", "organisations", "received", "beneficiaries")


def best(ask, times=3):
    taken = []
    for _time in range(times):
        start = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - start)
    return min(taken)


@pytest.fixture
def loaded(tmp_path):
    """A register of so many projects, and the instant before every tenth of them was changed."""
    call_command("load_reference", verbosity=0)
    counties = list(Division.objects.designated().values_list("code", flat=True))
    calibrated(tmp_path, projects=5367 * SCALE, organisations=6300 * SCALE, counties=counties,
               fen=218_800_000_000 * SCALE, person_times=2_800_000 * SCALE)  # fmt: skip
    call_command("load_dataset", str(tmp_path), verbosity=0)
    then = timezone.now()
    Project.objects.filter(pk__in=Project.objects.order_by("pk").values("pk")[: 537 * SCALE]).update(year=2021)
    Funding.objects.filter(pk__in=Funding.objects.order_by("pk").values("pk")[: 537 * SCALE]).update(note="核对")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return then


def test_figures_by_county_and_field_now_and_as_of_a_past_day(loaded, client, capsys):
    user, lines = make_user("bureau"), []
    for code in MEASURES:
        asked = {"user": user, "by": ("county", "field"), "codes": [code]}
        now, past = best(lambda: report(**asked)), best(lambda: report(**asked, as_of=loaded))  # noqa: B023
        lines.append((code, now, past))
    client.force_login(user)
    day = (loaded + datetime.timedelta(microseconds=1)).isoformat()
    pages = {
        "page": "/reports/?rows=county&columns=field&measure=funds",
        "page, past": f"/reports/?rows=county&columns=field&measure=funds&as_of={day}",
        "page, two instants": f"/reports/?rows=county&columns=field&measure=funds&against={day}",
        "changes": f"/reports/changes/?rows=county&columns=field&measure=funds&against={day}",
        "cell": "/reports/cell/?rows=county&columns=field&measure=funds&year=2019",
    }
    taken = {name: best(lambda: client.get(url)) for name, url in pages.items()}  # noqa: B023
    with capsys.disabled():
        print()  # noqa: T201 - what a benchmark is for
        for code, now, past in lines:
            print(f"{5367 * SCALE} projects  {code:<14} now {now * 1000:6.0f} ms   past {past * 1000:6.0f} ms")  # noqa: T201
        for name, spent in taken.items():
            print(f"{5367 * SCALE} projects  {name:<20} {spent * 1000:6.0f} ms")  # noqa: T201
    if SCALE == 1:
        assert max(now for _code, now, _past in lines) < 0.5
        assert max(past for _code, _now, past in lines) < 2

"""Plans of the ten hottest questions with a register of real size: `pytest -m bench tests/bench/test_plans.py -s`.

BENCH_SCALE=10 asks with ten times as many projects; WRITE_PLANS=1 keeps the plans in docs/plans.md. What finds its rows
by an index reads no large table from end to end; what counts a year or the whole may.
"""

import os

import pytest
from django.core.management import call_command
from django.db import connection

from counties.models import Division
from registry.hot import plans
from tests.factories import make_user
from tests.projects.dataset_files import calibrated

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
SCALE = int(os.environ.get("BENCH_SCALE", "1"))
BY_INDEX = {"W5"}
"""Read a few rows at every scale."""


@pytest.fixture
def loaded(tmp_path):
    call_command("load_reference", verbosity=0)
    counties = list(Division.objects.designated().values_list("code", flat=True))
    calibrated(tmp_path, projects=5367 * SCALE, organisations=6300 * SCALE, counties=counties,
               fen=218_800_000_000 * SCALE, person_times=2_800_000 * SCALE)  # fmt: skip
    call_command("load_dataset", str(tmp_path), verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return make_user("bureau")


def test_no_hot_question_reads_a_large_table_where_an_index_serves(loaded, capsys):
    if os.environ.get("WRITE_PLANS"):
        call_command("explain_hot", "--write")
    found = plans(loaded)
    with capsys.disabled():
        for plan in found:
            print(f"\n{plan.name}: {plan.statements} statements, {plan.lines[-1]}, scans {plan.scanned}")  # noqa: T201
    assert all(plan.status == 200 for plan in found)
    assert [plan.name for plan in found if plan.name in BY_INDEX and plan.scanned] == []

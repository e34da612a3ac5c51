"""The circular (W4) from the cube, and what its notes cost those who write:
`BENCH_SCALE=4 python -m pytest -m bench tests/bench/test_cube_speed.py -s`, in 5,367 projects."""

import os

import pytest
from django.core.management import call_command

from counties.models import Division
from tests.factories import make_user
from tests.projects.dataset_files import calibrated

from .cube_speed import measured

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
SCALE = int(os.environ.get("BENCH_SCALE", "1"))


def test_the_circular_and_what_the_notes_cost(client, tmp_path, capsys):
    call_command("load_reference", verbosity=0)
    counties = list(Division.objects.designated().values_list("code", flat=True))
    calibrated(tmp_path, projects=5367 * SCALE, organisations=6300 * SCALE, counties=counties,
               fen=218_800_000_000 * SCALE, person_times=2_800_000 * SCALE)  # fmt: skip
    call_command("load_dataset", str(tmp_path), verbosity=0)
    user = make_user("bureau")
    client.force_login(user)
    with capsys.disabled():
        print()  # noqa: T201 - what a benchmark is for
        for line in measured(user, lambda: client.get("/api/v1/figures/?by=year,field")):
            print(line)  # noqa: T201

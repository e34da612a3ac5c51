"""How long the whole register takes to leave as the standard ledger, and in how much memory: `pytest -m bench`.

5,367 projects with twelve items each. A short board comes at once, so that its first byte is its whole time; a long one
is a job. Memory is what Python holds at the most while the job runs.
"""

import time
import tracemalloc
import uuid

import pytest
from django.core.management import call_command
from django.db import connection

from counties.models import Division
from registry.core import lists_out
from registry.core.dates import today
from registry.core.exports import FORMATS
from registry.core.jobs import Progress
from tests.factories import make_user

from .board_files import PROJECTS, write_files

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
FEW = 1900
LEDGER = "/desk/board/?work=all&format="


@pytest.fixture
def load(tmp_path, settings):
    """Loads so many projects of twelve items each; gives an account of the bureau."""
    settings.MEDIA_ROOT = tmp_path / "media"

    def loaded(projects):
        call_command("load_reference", verbosity=0)
        write_files(tmp_path, list(Division.objects.designated().values_list("code", flat=True)), today(), projects)
        call_command("load_dataset", str(tmp_path), verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return make_user("bureau")

    return loaded


def made(user, form):
    """The seconds of the job that makes the ledger."""
    progress, start = Progress(batch=uuid.uuid4().hex), time.perf_counter()
    lists_out.make_list(progress, by=user, address=f"{LEDGER}{form}")
    assert progress.done == progress.total
    return time.perf_counter() - start


def peak(user, form):
    """The most memory that the job holds, in MiB."""
    tracemalloc.start()
    made(user, form)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 2**20


def test_the_whole_register_as_a_ledger(load, capsys):
    user = load(PROJECTS)
    made(user, "xlsx")
    spent = {form: min(made(user, form) for _round in range(3)) for form in ("xlsx", "csv")}
    held = {form: peak(user, form) for form in ("xlsx", "csv")}
    with capsys.disabled():
        for form, seconds in spent.items():
            print(f"\n{PROJECTS} projects as {form}: {seconds:.1f} s, {held[form]:.0f} MiB at the most")  # noqa: T201
    assert spent["xlsx"] < 15
    assert max(held.values()) < 40


def test_what_is_short_enough_comes_at_once(load, client, capsys):
    client.force_login(load(FEW))
    client.get(f"{LEDGER}xlsx").getvalue()
    start = time.perf_counter()
    answer = client.get(f"{LEDGER}xlsx")
    first = time.perf_counter() - start
    size = len(answer.getvalue())
    assert answer["Content-Type"] == FORMATS["xlsx"][1]
    with capsys.disabled():
        print(f"\n{FEW} projects at once: first byte after {first:.1f} s, {size / 2**20:.1f} MiB")  # noqa: T201
    assert first < 6

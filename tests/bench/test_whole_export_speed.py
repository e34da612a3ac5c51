"""The export of all projects with all their organisations' names: seconds, first byte, memory. `pytest -m bench`.

`EXPORT_PROJECTS` says how many (5,367 is the article's register, 536,700 a hundred of them). The long way, which writes
every cell in Python, is measured beside it in the same run while there are few enough of them.
"""

import os
import resource
import time

import pytest
from django.core.management import call_command
from django.db import connection

from counties.models import Division
from projects.export import HEAD, export_rows
from projects.models import Project
from registry.core.dates import today
from registry.core.exports import FORMATS, download
from tests.factories import make_user
from tests.projects.plain_export import plain_rows

from .board_files import write_files

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
PROJECTS = int(os.environ.get("EXPORT_PROJECTS") or 5367)
FEW = 60_000


def taken(rows, form):
    """(seconds until the first byte, seconds in all, bytes) of a download."""
    start, first, size = time.perf_counter(), None, 0
    for chunk in download(form, "projects", HEAD, rows).streaming_content:
        first = first or time.perf_counter() - start
        size += len(chunk)
    return first, time.perf_counter() - start, size


def resident():
    """The most memory that this process has ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_the_export_of_all_projects(tmp_path, capsys):
    call_command("load_reference", verbosity=0)
    write_files(tmp_path, list(Division.objects.designated().values_list("code", flat=True)), today(), PROJECTS)
    call_command("load_dataset", str(tmp_path), verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = Project.objects.visible_to(make_user("bureau")).order_by("-pk")
    before, told = resident(), []
    for form in FORMATS:
        first, seconds, size = taken(export_rows(found, form), form)
        each = seconds / PROJECTS * 1e6
        told.append(f"{form}: {seconds:.2f} s, {each:.0f} us each, first byte {first:.2f} s, {size / 2**20:.1f} MiB")
        assert first < 1
    grown = resident() - before
    if PROJECTS <= FEW:
        told += [f"{form} the long way: {taken(iter(plain_rows(found)), form)[1]:.2f} s" for form in FORMATS]
    with capsys.disabled():
        print(f"\n{PROJECTS} projects, memory grown by {grown:.0f} MiB", *told, sep="\n")  # noqa: T201
    assert grown < 60

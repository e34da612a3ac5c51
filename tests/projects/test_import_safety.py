"""An import under the worst of circumstances: two at once, a worker killed in the middle, a file made to do harm."""

import os
import signal
import subprocess
import sys
import threading
import time
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from projects.actions.imports import confirm_import, receive_ledger
from projects.models import LedgerImport, LedgerRow, Project
from registry.core.jobs import recover, run_next
from registry.core.models import Change, Job
from tests.factories import make_user
from tests.house import ROOT

from .importing import checked, work_off
from .ledger_books import book, project
from .ledger_files import save_xlsx

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("reference", "media")]


def ledger_of(number):
    return book([project(place) for place in range(1, number + 1)])


def test_two_persons_who_import_one_ledger_at_once_add_its_projects_once():
    persons = [make_user("bureau"), make_user("bureau")]
    ledgers = [confirm_import(ledger=checked(ledger_of(30), person), by=person) for person in persons]
    barrier = threading.Barrier(2)

    def work():
        barrier.wait()
        run_next()
        connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert Project.objects.count() == 30
    states = sorted(LedgerImport.objects.get(pk=ledger.pk).status for ledger in ledgers)
    assert states == ["checked", "imported"]
    failed = Job.objects.get(state="failed")
    assert failed.by in persons
    assert failed.by.notices.count() == 1
    assert failed.error


DOOMED = """
import sys, time
from django.conf import settings
settings.DATABASES["default"]["NAME"], settings.MEDIA_ROOT = sys.argv[1:]
import django
django.setup()
from projects.imports import work
from registry.core.jobs import run_next

def never_ends(*given):
    print("written", flush=True)
    time.sleep(60)

work._note_projects = never_ends
run_next()
"""


def test_a_worker_killed_when_all_was_written_leaves_nothing_and_no_job_that_hangs(settings):
    settings.JOB_LEASE = 1
    person = make_user("bureau")
    found = confirm_import(ledger=checked(ledger_of(200), person), by=person)
    trail = Change.objects.count()
    worker = subprocess.Popen(
        [sys.executable, "-c", DOOMED, connection.settings_dict["NAME"], str(settings.MEDIA_ROOT)], cwd=ROOT,
        stdout=subprocess.PIPE, text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "registry.settings", "JOB_LEASE": "1"},
    )  # fmt: skip
    with worker:
        assert worker.stdout.readline() == "written\n"
        worker.send_signal(signal.SIGKILL)
    time.sleep(1.5)
    assert recover() == 1
    found.refresh_from_db()
    assert (found.status, Project.objects.count(), LedgerRow.objects.count()) == ("checked", 0, 200)
    assert not Change.objects.filter(pk__gt=trail, table_name="projects_project").exists()
    assert (found.job.state, bool(found.job.error)) == ("queued", True), "another worker begins it anew"
    Job.objects.filter(pk=found.job.pk).update(not_before=None)
    assert run_next().state == "done"
    assert Project.objects.count() == 200


def test_a_cancelled_import_writes_nothing(settings):
    person = make_user("bureau")
    found = confirm_import(ledger=checked(ledger_of(20), person), by=person)
    Job.objects.filter(pk=found.job_id).update(state="cancelled")
    assert run_next() is None
    assert Project.objects.count() == 0
    found.refresh_from_db()
    assert confirm_import(ledger=found, by=person).job_id != found.job_id


def bomb(tmp_path):
    """A workbook whose single cell stands at the far end of the sheet, which other readers take gigabytes for."""

    path = tmp_path / "far.xlsx"
    save_xlsx(ledger_of(1), tmp_path / "good.xlsx")
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bad:
        for part in good.namelist():
            content = good.read(part)
            if part == "xl/worksheets/sheet1.xml":
                content = (
                    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
                    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
                )
            bad.writestr(part, content)
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("网页.xls", b"<html><table><tr><td>x</td></tr></table></html>"),
        ("图片.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
        ("断.xlsx", b"PK\x03\x04" + b"\0" * 200),
    ],
)
def test_what_is_no_ledger_is_refused_in_words_and_the_worker_lives(name, content):
    person = make_user("bureau")
    found = work_off(receive_ledger(upload=SimpleUploadedFile(name, content), by=person))
    assert (found.status, bool(found.refusal["zh-hans"])) == ("refused", True)


def test_a_file_made_to_do_harm_is_refused_and_the_worker_lives(tmp_path):
    person = make_user("bureau")
    upload = SimpleUploadedFile("far.xlsx", bomb(tmp_path).read_bytes())
    found = work_off(receive_ledger(upload=upload, by=person))
    assert found.status == "refused"

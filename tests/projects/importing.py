"""A ledger on its way through the wizard, as tests walk it: files as people send them, and the jobs done at once."""

import tempfile
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from projects.actions.imports import confirm_import, name_columns, receive_ledger
from projects.models import LedgerImport
from registry.core.jobs import KINDS, Progress
from registry.core.models import Job
from registry.core.trail import acting

from .ledger_files import save_csv, save_xlsx


def upload_of(book, name="2021年项目台账.xlsx", **how):
    """A book as the file that a browser sends."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        (save_csv if name.endswith(".csv") else save_xlsx)(book, path, **how)
        return SimpleUploadedFile(name, path.read_bytes())


def work_off(ledger):
    """Do the work that is in hand, as the worker would but in the test's own transaction; returns the fresh import."""
    job = LedgerImport.objects.get(pk=ledger.pk).job
    if job is not None and not job.is_over:
        progress, values = Progress(job.batch), {"state": Job.State.DONE}
        try:
            with acting(by=job.by, action=f"job.{job.kind}", batch=job.batch):
                values["result"] = KINDS[job.kind].run(progress, by=job.by, **job.parameters)
        except (ValidationError, PermissionDenied) as refusal:
            said = " ".join(getattr(refusal, "messages", [str(refusal)]))
            values |= {"state": Job.State.FAILED, "error": said}
        Job.objects.filter(pk=job.pk).update(done=progress.done, total=progress.total, **values)
    return LedgerImport.objects.get(pk=ledger.pk)


def received(book, by, **named):
    """A ledger that was sent and read."""
    return work_off(receive_ledger(upload=upload_of(book, **named), by=by))


def checked(book, by, name="2021年项目台账.xlsx", **asked):
    """One that was checked as the program understands it."""
    found = received(book, by, name=name)
    return work_off(name_columns(ledger=found, by=by, heads={}, **asked))


def imported(book, by, **asked):
    """One that was written."""
    return work_off(confirm_import(ledger=checked(book, by, **asked), by=by))


def row_of(ledger, number, sheet="台账"):
    return ledger.rows.get(sheet=sheet, row=number)

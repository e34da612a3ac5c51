"""The jobs of an import: reading, checking, writing, undoing. No page ever opens a workbook; a child process does."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.ledger import importing
from projects.ledger.survey import survey
from projects.ledger.verdicts import ACCEPT
from projects.ledger.words import MONEY_WORDS
from projects.ledger.writing import lock
from projects.models import LedgerImport
from projects.places import import_page
from registry.core import sheets
from registry.core.actions import locked
from registry.core.dates import format_instant
from registry.core.jobs import job
from registry.core.sheets.grid import Refused
from registry.core.translations import in_each_language
from registry.core.undo import undo_batch

from .rows import keep_rows, page_told, refusal_told, top_told

Status = LedgerImport.Status
SECONDS, MEMORY = 60, 400
"""What the process that reads a file may take: seconds, and MiB."""


def open_book(ledger):
    """The file of an import, read in a child process. Raises Refused."""
    return sheets.read_in_child(Path(settings.MEDIA_ROOT) / ledger.blob.path, seconds=SECONDS, memory_mib=MEMORY)


def order_of(ledger, **more):
    """How the sender wants the ledger read."""
    campaign = ledger.campaign.code if ledger.campaign else ""
    return importing.Order(ledger.sheet, ledger.unit, campaign, ledger.heads or None, **more)


def _fresh(ledger, by):
    """The import under a lock, as long as nothing was decided about it while the work went on."""
    fresh = locked(ledger, by=by)
    if fresh.status not in LedgerImport.UNFINISHED:
        raise ValidationError(_("The import was decided on in the meantime: it is “%s”.") % fresh.get_status_display())
    return fresh


def _surveyed(book, ledger):
    return survey(book, unit=MONEY_WORDS.get(ledger.unit, ""), chosen=ledger.heads or None)


def _found(key, by):
    return LedgerImport.objects.within_scope_of(by).select_related("blob", "campaign").get(pk=key)


def _told(ledger, by, words):
    return {"url": import_page(ledger, by), "words": words}


def _asked_at(job):
    return import_page(LedgerImport(pk=job.parameters["ledger"]), job.by)


@job("ledger.survey", gettext_lazy("Reading a ledger"), _asked_at)
def survey_ledger(progress, *, by, ledger):
    """Find the sheets, heads and units of a file that was sent; one that cannot be read is refused for good."""
    found = _found(ledger, by)
    try:
        book = open_book(found)
    except Refused as refused:
        found = _fresh(found, by)
        found.layout = {"refusal": refusal_told(refused)}
        found.move_to(Status.REFUSED, by=None)
        return _told(found, by, _("The file was refused: %s") % refused.message)
    pages = _surveyed(book, found)
    found = _fresh(found, by)
    found.layout = {"format": book.format, "sheets": [page_told(page) for page in pages]}
    found.told = in_each_language(lambda: [str(said) for said in book.warnings])
    found.save()
    words = ngettext("%d sheet was read: say what its columns are.", "%d sheets were read: say what their columns are.",
                     len(pages)) % len(pages)  # fmt: skip
    return _told(found, by, words)


@job("ledger.check", gettext_lazy("Checking a ledger"), _asked_at)
def check_ledger(progress, *, by, ledger):
    """Judge every row as the import would; nothing is written but the verdicts."""
    found = _found(ledger, by)
    try:
        book = open_book(found)
        progress.of(sum(len(sheet.rows) for sheet in book.sheets))
        outcome = importing.check(book, order_of(found, **decisions(found)), by=by, progress=progress.step)
    except Refused as refused:
        found = _fresh(found, by)
        found.layout["refusal"] = refusal_told(refused)
        found.rows.all().delete()
        found.summary = {}
        _go(found, Status.RECEIVED)
        return _told(found, by, _("The ledger cannot be read yet: %s") % refused.message)
    found = _fresh(found, by)
    found.layout.pop("refusal", None)
    found.layout["sheets"] = [page_told(page) for page in _surveyed(book, found)]
    found.layout["tops"] = {table.sheet: top_told(book, table) for table in outcome.layout.tables}
    found.told = in_each_language(lambda: [str(said) for said in outcome.verdicts.warnings])
    found.summary = outcome.verdicts.summary
    keep_rows(found, book, outcome)
    _go(found, Status.CHECKED)
    words = _("Checked: %(new)d new, %(differs)d that differ, %(unchanged)d unchanged, %(faulty)d faulty.")
    counted = found.summary
    return _told(found, by, words % {"new": counted["accepted"], "differs": counted["differs"],
                                     "unchanged": counted["unchanged"], "faulty": counted["rejected"]})  # fmt: skip


def _go(found, status):
    """Save, on the way to another state where it is in that one not yet."""
    if found.status == status:
        found.save()
    else:
        found.move_to(status, by=None)


def decisions(ledger):
    """What the sender has put right and decided, as `importing.Order` takes it; a row that is left needs nothing."""
    fixed = ledger.rows.exclude(fix={}).values_list("sheet", "row", "fix")
    picked = ledger.rows.filter(pick__act__in=("update", "new")).values_list("sheet", "row", "pick")
    return {
        "fixes": {f"{sheet}!{row}": fix for sheet, row, fix in fixed},
        "picks": {f"{sheet}!{row}": pick for sheet, row, pick in picked},
    }


@job("ledger.import", gettext_lazy("Importing a ledger"), _asked_at)
def import_ledger(progress, *, by, ledger):
    """Write what was checked and decided on: exactly that, or nothing."""
    found = _found(ledger, by)
    try:
        book = open_book(found)
    except Refused as refused:  # it was read before: a machine that is busier now
        raise ValidationError(refused.message) from refused
    seen = {row.place: row.digest for row in found.rows.to_write().only("sheet", "row", "digest")}
    progress.of(sum(len(sheet.rows) for sheet in book.sheets))
    try:
        outcome = importing.commit(
            book, order_of(found, seen=seen, **decisions(found)), by=by, digest=found.blob.sha256, batch=found.batch,
            name=f"#{found.pk}", progress=progress.step,
        )  # fmt: skip
        written = {one.place for one in outcome.verdicts.rows if one.outcome == ACCEPT or one.cells}
        importing.refuse_changed([place for place in seen if place not in written])  # and so undo what was written
    except ValidationError:
        _refuse_second(found)
        raise
    found = _fresh(found, by)
    found.written, found.campaign = outcome.written.counts, outcome.campaign
    _note_projects(found, outcome)
    found.move_to(Status.IMPORTED, by=by)
    projects, updated = found.written.get("project", 0), found.written.get("updated", 0)
    words = _("Imported: %(new)d new projects, %(updated)d updated. Batch #%(number)d.")
    return _told(found, by, words % {"new": projects, "updated": updated, "number": found.pk})


def _refuse_second(found):
    """Say who was faster, where the same file was imported meanwhile."""
    same = LedgerImport.objects.filter(blob=found.blob, status=Status.IMPORTED).exclude(pk=found.pk)
    first = same.select_related("imported_by").order_by("-imported_at").first()
    if first is not None:
        words = _("Nothing was written: %(person)s has imported this very file already (%(instant)s, #%(number)d).")
        told = {"person": first.imported_by, "instant": format_instant(first.imported_at), "number": first.pk}
        raise ValidationError(words % told)


def _note_projects(found, outcome):
    """Tell each row which project it became or changed."""
    found.rows.to_update().update(was_written=True)
    entries = outcome.verdicts.accepted
    became = [entry.sheet for entry in entries], [entry.row for entry in entries], outcome.written.projects
    with connection.cursor() as cursor:
        cursor.execute(_BECAME, [*became, found.pk])


_BECAME = """
    UPDATE projects_ledgerrow kept SET project = new.project, was_written = true
    FROM unnest(%s::text[], %s::int[], %s::bigint[]) AS new (sheet, row, project)
    WHERE kept.ledger_id = %s AND kept.sheet = new.sheet AND kept.row = new.row
"""


@job("ledger.undo", gettext_lazy("Undoing an import"), _asked_at)
def undo_import(progress, *, by, ledger, reason):
    """Take back everything that an import wrote, within a day and while nothing else has touched it."""
    found = _found(ledger, by)
    lock(f"campaign {found.campaign.code}")  # an import into it that is under way is waited for
    found = locked(found, by=by)
    found.move_to(Status.UNDONE, by=by, reason=reason)
    undo_batch(found.batch, by=by, action="ledger.undo", reason=reason, new_batch=progress.batch, progress=progress)
    found.rows.filter(was_written=True).update(was_written=False)
    return _told(found, by, _("Import #%d was undone: the register is as it was before.") % found.pk)

"""Importing a ledger: sent, its columns named, its faults put right, its differences decided on, written, taken back.

The work itself is done by the jobs of `projects.imports.work`; while one is in hand nothing else may be changed.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from projects.imports.work import check_ledger, import_ledger, survey_ledger, undo_import
from projects.ledger.columns import COLUMNS
from projects.models import LedgerImport
from projects.models.imports import PERMISSION
from projects.quotas import refuse_beyond_quota
from registry.core.actions import locked
from registry.core.blobs import clean_name, keep
from registry.core.jobs import enqueue
from registry.core.text import clean_text
from registry.core.trail import action

Status = LedgerImport.Status

LONGEST_FIX = 2000
ACTS = ("skip", "update", "new")


@action("ledgerimport.receive")
def receive_ledger(*, upload, by):
    """Keep a ledger that was sent and have it read; returns its import.

    The same file, sent again by the same person before anything was decided about it, is the same import. Raises
    PermissionDenied, or ValidationError for a file that is empty, nameless or too large.
    """
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(_("Your role does not import ledgers."))
    refuse_beyond_quota(by=by, size=upload.size)
    blob = keep(upload, upload.name)
    found = LedgerImport.objects.unfinished().filter(sender=by, blob=blob).first()
    if found is not None:
        return found
    found = LedgerImport.objects.create(
        sender=by, blob=blob, original_name=clean_name(upload.name),
        heads=_known(LedgerImport.objects.heads_said_by(by)),
    )  # fmt: skip
    return _begin(found, survey_ledger, by)


def _known(heads):
    """Without what no column is called any more."""
    return {head: key for head, key in heads.items() if key == "" or key in COLUMNS}


def _begin(ledger, work, by, **parameters):
    """Queue the work, of which there is one at a time; returns the import."""
    ledger.job = enqueue(work, by=by, ledger=ledger.pk, **parameters)
    ledger.save(update_fields=["job"])
    return ledger


def _opened(ledger, by):
    """The import under a lock, as long as the person may still decide about it and no work on it is in hand.

    Raises PermissionDenied, DoesNotExist, or ValidationError.
    """
    fresh = locked(ledger, by=by)
    if by.pk != fresh.sender_id or not by.has_perm(PERMISSION):
        raise PermissionDenied(_("Only the sender decides about an import."))
    if fresh.status not in LedgerImport.UNFINISHED:
        raise ValidationError(_("The import is “%s”: nothing can be changed any more.") % fresh.get_status_display())
    _refuse_work_in_hand(fresh)
    return fresh


def _refuse_work_in_hand(ledger):
    if ledger.job is not None and not ledger.job.is_over:
        raise ValidationError(_("Work on this ledger is in hand. Wait for its end, or stop it."))


@action("ledgerimport.name")
def name_columns(*, ledger, by, sheet="", unit="", campaign=None, heads):
    """Say how the ledger is to be read, and have it checked. `heads`: {head: column key, "" to leave it out}."""
    fresh = _opened(ledger, by)
    if unknown := [key for key in heads.values() if key and key not in COLUMNS]:
        raise ValidationError(_("There is no column “%s”.") % unknown[0])
    if sheet and sheet not in [page["name"] for page in fresh.layout["sheets"]]:
        raise ValidationError(_("There is no sheet “%s”.") % sheet)
    if unit and unit not in LedgerImport.Unit:
        raise ValidationError(_("There is no unit “%s”.") % unit)
    if (sheet, heads) != (fresh.sheet, fresh.heads):
        fresh.rows.all().delete()  # corrections and decisions were made of cells that may mean something else now
    fresh.sheet, fresh.unit, fresh.campaign, fresh.heads = sheet, unit, campaign, heads
    fresh.save()
    return _begin(fresh, check_ledger, by)


@action("ledgerimport.check")
def check_again(*, ledger, by):
    """Have the ledger judged anew, with all that was put right and decided since."""
    return _begin(_opened(ledger, by), check_ledger, by)


@action("ledgerimport.correct")
def correct_rows(*, ledger, by, fixes):
    """Put texts in the place of cells, {row's position: {column key: text}}, and have the ledger checked again.

    The file itself stays as it was. Raises ValidationError for a row or column that is not there.
    """
    fresh = _opened(ledger, by)
    rows = {row.position: row for row in fresh.rows.filter(position__in=fixes)}
    for position, texts in fixes.items():
        if position not in rows or not texts.keys() <= COLUMNS.keys():
            raise ValidationError(_("This row or column is not in the ledger."))
        rows[position].fix = rows[position].fix | {key: _typed(text) for key, text in texts.items()}
        rows[position].save(update_fields=["fix"])
    return _begin(fresh, check_ledger, by)


def _typed(text):
    text = clean_text(text, multiline=True)
    if len(text) > LONGEST_FIX:
        raise ValidationError(_("A correction has at most %d characters.") % LONGEST_FIX)
    return text


@action("ledgerimport.forget")
def forget_corrections(*, ledger, by, position):
    """Take the texts of a row as they stand in the file again."""
    fresh = _opened(ledger, by)
    fresh.rows.filter(position=position).update(fix={})
    return _begin(fresh, check_ledger, by)


@action("ledgerimport.decide")
def decide_rows(*, ledger, by, picks):
    """Decide what becomes of rows that the register knows otherwise: {position: {"act": act, "cells": [column keys]}}.

    Acts: "skip" leaves the register as it is, "update" takes the cells over, "new" logs another project. The ledger is
    then checked again, so that what the register would refuse is told before the last word.
    """
    fresh = _opened(ledger, by)
    rows = {row.position: row for row in fresh.rows.filter(position__in=picks)}
    for position, pick in picks.items():
        row = rows.get(position)
        if row is None or not (row.outcome == row.Outcome.DIFFERS or row.pick) or pick.get("act") not in ACTS:
            raise ValidationError(_("Nothing is to be decided about this row."))
        row.pick = pick
        row.save(update_fields=["pick"])
    return _begin(fresh, check_ledger, by)


@action("ledgerimport.confirm")
def confirm_import(*, ledger, by):
    """Have everything written that was checked and decided on; raises UnlawfulMove where that is nothing."""
    fresh = _opened(ledger, by)
    _refuse(fresh.refusals(Status.IMPORTED, by=by))
    return _begin(fresh, import_ledger, by)


@action("ledgerimport.undone")
def take_back(*, ledger, by, reason):
    """Have an import undone. Raises ValidationError where something stands in the way, PermissionDenied."""
    fresh = locked(ledger, by=by)
    undoing = fresh.lifecycle.find(Status.IMPORTED, Status.UNDONE)
    if not (by.has_perm(undoing.permission) and fresh.allows(undoing, by)):
        raise PermissionDenied(_("Only the sender and the bureau undo an import."))
    _refuse_work_in_hand(fresh)
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why: this step needs a reason.")})
    _refuse(fresh.refusals(Status.UNDONE, by=by))
    return _begin(fresh, undo_import, by, reason=reason.strip())


def _refuse(refusals):
    if refusals:
        raise ValidationError(refusals)


@action("ledgerimport.dropped")
def drop_ledger(*, ledger, by):
    """Give a ledger up before anything of it was written; the file and the trail stay."""
    fresh = locked(ledger, by=by)
    _refuse_work_in_hand(fresh)
    fresh.move_to(Status.DROPPED, by=by)
    fresh.rows.all().delete()
    return fresh

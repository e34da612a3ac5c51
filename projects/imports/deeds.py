"""What the wizard's buttons do: each calls an action, and tells on the page what that refused."""

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects.actions.imports import (
    check_again,
    confirm_import,
    correct_rows,
    decide_rows,
    drop_ledger,
    forget_corrections,
    take_back,
)
from projects.ledger.columns import COLUMNS
from projects.models import LedgerRow
from registry.core.forms import PlainTextField
from registry.core.text import ascii_digits_only
from registry.core.translations import in_own_language

from .pages import of_ledger
from .shown import grouped, offered_cells, only_suggestions

Outcome = LedgerRow.Outcome


def _back(request, frame, found):
    """The page of the import with the question that was asked of its rows."""
    query = request.POST.get("query", "")
    return redirect(frame.url("ledger", found.pk) + (f"?{query}" if query else ""))


def _answered(request, frame, found, act):
    """Do `act()`; what it refuses is told on the page as it now is."""
    try:
        act()
    except ValidationError as refusal:
        for words in refusal.messages:
            messages.error(request, words)
    return _back(request, frame, found)


@of_ledger
@require_POST
def correct(request, frame, found):
    """Take suggestions and texts typed in the place of faulty cells; the ledger is then checked again."""
    if "forget" in request.POST:
        (position,) = _numbers([request.POST["forget"]])
        return _answered(
            request, frame, found, lambda: forget_corrections(ledger=found, by=request.user, position=position)
        )
    fixes = _typed(request.POST)
    if "take_all" in request.POST:
        fixes = _all_suggested(found) | fixes
    elif take := request.POST.get("take"):
        position, texts = _suggested(found, take)
        fixes[position] = fixes.get(position, {}) | texts
    if not fixes:
        messages.warning(request, _("Nothing was typed or chosen."))
        return _back(request, frame, found)
    return _answered(request, frame, found, lambda: correct_rows(ledger=found, by=request.user, fixes=fixes))


def _typed(posted):
    """{position: {column key: text}} of the inputs `fix-<position>-<key>` in which something stands."""
    fixes = {}
    for name, text in posted.items():
        if name.startswith("fix-") and text.strip():
            _fix, position, key = name.split("-", 2)
            if key not in COLUMNS:
                raise BadRequest("no such column")
            (number,) = _numbers([position])
            fixes.setdefault(number, {})[key] = text
    return fixes


def _suggested(found, take):
    """(position, texts) of the suggestion that the address of a button names; raises BadRequest."""
    try:
        position, fault, number = _numbers(take.split(":"))
        row = found.rows.faulty().get(position=position)
        told = in_own_language(row.said)["errors"][fault]
        return position, grouped(told["suggestions"])[number]
    except (ValueError, IndexError, LedgerRow.DoesNotExist) as error:
        raise BadRequest("no such suggestion") from error


def _all_suggested(found):
    rows = found.rows.faulty().only("position", "said")
    texts = {row.position: only_suggestions(in_own_language(row.said, {})) for row in rows}
    return {position: fix for position, fix in texts.items() if fix}


def _numbers(texts):
    """Whole numbers as sent; raises BadRequest for anything else."""
    if not all(ascii_digits_only(text) and len(text) < 10 for text in texts):
        raise BadRequest("these are no numbers")
    return list(map(int, texts))


@of_ledger
@require_POST
def decide(request, frame, found):
    """Keep what was chosen on the rows of the page, or for all rows at once."""
    act = request.POST.get("all")
    picks = _picks_of_all(found, act) if act else _picks_of_page(request.POST)
    return _answered(request, frame, found, lambda: decide_rows(ledger=found, by=request.user, picks=picks))


def _picks_of_page(posted):
    picks = {}
    for name in posted:
        if name.startswith("act-"):
            (position,) = _numbers([name.removeprefix("act-")])
            cells = [key for key in posted.getlist(f"cell-{position}") if key in COLUMNS]
            act = posted[name] if posted[name] != "update" or cells else "skip"
            picks[position] = {"act": act} | ({"cells": cells} if act == "update" else {})
    return picks


def _picks_of_all(found, act):
    if act not in ("update", "skip"):
        raise BadRequest("no such act")
    picks = {}
    for row in found.rows.filter(outcome=Outcome.DIFFERS).only("position", "said"):
        cells = offered_cells(in_own_language(row.said, {}))
        if act == "skip" or cells:
            picks[row.position] = {"act": "skip"} if act == "skip" else {"act": "update", "cells": cells}
    return picks


@of_ledger
@require_POST
def check(request, frame, found):
    return _answered(request, frame, found, lambda: check_again(ledger=found, by=request.user))


@of_ledger
@require_POST
def write(request, frame, found):
    return _answered(request, frame, found, lambda: confirm_import(ledger=found, by=request.user))


@of_ledger
@require_POST
def undo(request, frame, found):
    reason = PlainTextField(required=False, max_length=300)
    return _answered(
        request, frame, found,
        lambda: take_back(ledger=found, by=request.user, reason=reason.clean(request.POST.get("reason", "")) or ""),
    )  # fmt: skip


@of_ledger
@require_POST
def drop(request, frame, found):
    try:
        drop_ledger(ledger=found, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(frame.url("ledger", found.pk))
    messages.success(request, _("“%s” was dropped. Nothing of it was written.") % found.original_name)
    return redirect(frame.home)

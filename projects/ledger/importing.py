"""One ledger from the book that was read to the register: `check` tells, `commit` tells the same and writes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from projects.dataset.fields import fitting_campaign
from projects.dataset.inserting import account
from projects.listing.filling import listed_at_the_end
from projects.models import Campaign
from registry.core import spelling
from registry.core.roles import Role
from registry.core.sheets.grid import DATE, TEXT, Refused
from registry.core.text import excerpt
from registry.core.trail import acting

from . import words
from .decisions import UPDATE, check_decisions
from .known import Known
from .layout import listed, read_layout
from .updating import refusals_of, settle_updates
from .verdicts import ACCEPT, judge
from .writing import Written, lock, write

TOLD = 20
"""So many refusals are told one by one."""


@dataclass(frozen=True)
class Order:
    """How a ledger is to be read and what a person decided; all may be empty. `unit`: a key of `words.MONEY_WORDS`;
    `campaign`: a code; `chosen`: what was said of heads, {head: column key, "" to leave it out}.

    Rows are named "<sheet>!<row>" (`Verdict.place`). `fixes`: {row: {column key: text}}, read in place of the cells;
    `picks`: {row: {"act": "skip" | "update" | "new", "cells": [column keys]}}; `seen`: {row: `Verdict.digest`} as the
    person saw them: `commit` writes nothing where one of the rows to be written has another by now.
    """

    sheet: str = ""
    unit: str = ""
    campaign: str = ""
    chosen: dict | None = None
    fixes: dict = field(default_factory=dict)
    picks: dict = field(default_factory=dict)
    seen: dict | None = None


@dataclass
class Outcome:
    """The verdicts on a ledger and how it was read; once it was committed what was `written`, and what `tell` gave."""

    layout: object
    campaign: object
    verdicts: object
    written: Written | None = None
    told: object = None


def check(book, order=Order(), *, by=None, progress=None):
    """The `Outcome` that `commit` would have, with nothing written. Raises Refused, PermissionDenied, and
    ValidationError for decisions on what is not there."""
    _permit(by)
    layout, campaign = _read(book, order)
    known = Known(campaign, by)
    verdicts = judge(layout, known, progress, fixes=order.fixes, picks=order.picks)
    with acting(by=by, action="ledger.check"):
        settle_updates(verdicts, known)
    return Outcome(layout, campaign, verdicts)


def commit(book, order=Order(), *, by, digest, name="", batch="", progress=None, tell=None):
    """Write the accepted rows and the chosen cells of a ledger, all in one transaction; returns the `Outcome`.

    `digest` names the file: the same file twice at once, or two ledgers of one campaign, wait for each other, and the
    second is judged by what the first has written. `name` is what the trail calls it. `by` None is the command.
    `tell(outcome)` is called beside the last statements, in the reader's language, and asks the database nothing.
    Raises Refused, PermissionDenied, and ValidationError, with nothing written, where a row has changed since it was
    seen or a chosen cell is refused.
    """
    _permit(by)
    layout, campaign = _read(book, order)
    spelling.tell(_names(layout))
    if by is None:
        with acting(by=None, action="ledger.import"):  # not of the batch: the account stays when that is undone
            lock("account")
            account(*words.IMPORTER)
    reason = f"{words.SOURCE} {name}".strip()
    held = {place for place, pick in order.picks.items() if pick["act"] == UPDATE}
    with ThreadPoolExecutor(max_workers=1) as beside, acting(by=by, action="ledger.import", reason=reason, batch=batch):
        lock(f"file {digest}", f"campaign {campaign.code}")
        known = Known(campaign, by, held)
        verdicts = judge(layout, known, progress, fixes=order.fixes, picks=order.picks)
        _check_seen(verdicts, order.seen)
        updated = settle_updates(verdicts, known, reason=reason, keep=True)
        if refusals := refusals_of(verdicts):
            raise ValidationError([_("Nothing was written, since some cells cannot be:"), *refusals[:TOLD]])
        is_full = any("joint" in table.head.columns or "county_code" in table.head.columns for table in layout.tables)
        with listed_at_the_end():
            outcome = Outcome(layout, campaign, verdicts, write(verdicts.accepted, known, by=by, with_lists=is_full))
            outcome.written.update(updated)
            telling = beside.submit(_told, tell, outcome, get_language()) if tell else None
    outcome.told = telling and telling.result()
    return outcome


def _told(tell, outcome, language):
    with override(language):
        return tell(outcome)


def _names(layout):
    """The names that will be spelt, as they stand in the cells."""
    lines = [line for table in layout.tables for line in table.lines]
    for key in ("project", "org"):
        yield from (cell.value for line in lines if (cell := line.cells.get(key)) and cell.kind == TEXT)


def _check_seen(verdicts, seen):
    """Raises ValidationError where a row that would be written is judged otherwise than when the person saw it."""
    if seen is not None:
        written = [verdict for verdict in verdicts.rows if verdict.outcome == ACCEPT or verdict.cells]
        refuse_changed([verdict.place for verdict in written if seen.get(verdict.place) != verdict.digest])


def refuse_changed(places):
    """Raises ValidationError for rows that are judged otherwise than when the person saw them; for none of them not."""
    if places:
        message = ngettext(
            "Nothing was written: the register has changed under %(count)d row since you looked at it (%(rows)s). "
            "Look at it again.",
            "Nothing was written: the register has changed under %(count)d rows since you looked at them (%(rows)s). "
            "Look at them again.",
            len(places),
        )
        raise ValidationError(message % {"count": len(places), "rows": listed(places)}, "seen")


def _permit(by):
    """The bureaux log projects; a county and an organisation bring in their own rows."""
    if by is not None and not (by.has_perm("projects.add_project") or by.holds(Role.COUNTY, Role.ORGANISATION)):
        raise PermissionDenied(_("Your role does not import ledgers."))


def _read(book, order):
    layout = read_layout(book, sheet=order.sheet, unit=words.MONEY_WORDS.get(order.unit, ""), chosen=order.chosen)
    check_decisions(layout, order.fixes, order.picks)
    return layout, _campaign(order.campaign, layout)


def _campaign(code, layout):
    """The campaign called `code`; without one that which fits the ledger's fields and first year best."""
    campaigns = list(Campaign.objects.all())
    if code:
        named = next((campaign for campaign in campaigns if campaign.code == code), None)
        if named is None:
            known = ", ".join(campaign.code for campaign in campaigns) or "-"
            message = _("there is no campaign “%(code)s”. Known are: %(known)s.") % {
                "code": excerpt(code),
                "known": known,
            }
            raise Refused(message, "NO_CAMPAIGN")
        return named
    if not campaigns:
        raise Refused(_("the register has no campaign. Run load_reference first."), "NO_CAMPAIGN")
    lines = [line for table in layout.tables for line in table.lines]
    fields = {cell.value for line in lines if (cell := line.cells.get("domain")) and cell.kind == TEXT}
    years = {cell.value.year for line in lines if (cell := line.cells.get("start")) and cell.kind == DATE}
    return fitting_campaign(campaigns, sorted(fields), min(years, default=None))

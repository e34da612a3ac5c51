"""One ledger from the book that was read to the register: `check` tells, `commit` tells the same and writes."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from projects.dataset.fields import fitting_campaign
from projects.models import Campaign
from registry.core.roles import Role
from registry.core.sheets.grid import DATE, TEXT, Refused
from registry.core.text import excerpt
from registry.core.trail import acting

from . import words
from .known import Known
from .layout import read_layout
from .verdicts import judge
from .writing import Written, lock, write


@dataclass(frozen=True)
class Order:
    """How a ledger is to be read; all may be empty. `unit`: a key of `words.MONEY_WORDS`; `campaign`: a code;
    `chosen`: what a person said of heads, {head: column key, "" to leave it out}."""

    sheet: str = ""
    unit: str = ""
    campaign: str = ""
    chosen: dict | None = None


@dataclass
class Outcome:
    """The verdicts on a ledger and how it was read; `written` once it was committed."""

    layout: object
    campaign: object
    verdicts: object
    written: Written | None = None


def check(book, order=Order(), *, by=None, progress=None):
    """The `Outcome` that `commit` would have, with nothing written. Raises Refused, PermissionDenied."""
    _permit(by)
    layout, campaign = _read(book, order)
    return Outcome(layout, campaign, judge(layout, Known(campaign, by), progress))


def commit(book, order=Order(), *, by, digest, batch="", progress=None):
    """Write the accepted rows of a ledger, all in one transaction; returns the `Outcome`.

    `digest` names the file: the same file twice at once, or two ledgers of one campaign, wait for each other, and the
    second is judged by what the first has written. `by` None is the command. Raises Refused, PermissionDenied.
    """
    _permit(by)
    layout, campaign = _read(book, order)
    with acting(by=by, action="ledger.import", batch=batch):
        lock(f"file {digest}", f"campaign {campaign.code}")
        known = Known(campaign, by)
        verdicts = judge(layout, known, progress)
        is_full = any("joint" in table.head.columns or "county_code" in table.head.columns for table in layout.tables)
        written = write(verdicts.accepted, known, by=by, with_lists=is_full)
    return Outcome(layout, campaign, verdicts, written)


def _permit(by):
    """The bureaux log projects; a county and an organisation bring in their own rows."""
    if by is not None and not (by.has_perm("projects.add_project") or by.holds(Role.COUNTY, Role.ORGANISATION)):
        raise PermissionDenied(_("Your role does not import ledgers."))


def _read(book, order):
    layout = read_layout(book, sheet=order.sheet, unit=words.MONEY_WORDS.get(order.unit, ""), chosen=order.chosen)
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

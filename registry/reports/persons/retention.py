"""How long what is personal is kept: one table, read by the command, the nightly job and the page of rules.

Nothing of money, evidence or decisions is in it: of such a row only who could be reached goes, never the row.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects.models import LedgerImport, LedgerRow, Need, Objection, Pledge
from registry.core.erasure import ERASED, clear_the_trail, erase_fields
from registry.core.models import Job, Notice, Outgoing, Session, User
from registry.core.trail import acting

from ..kept_past import forget
from ..models import PersonRequest

YEAR = 365


@dataclass(frozen=True)
class Term:
    """One line: `what` is kept for `days` after which day (`since`), and `why` no longer.

    `due(before)` gives the rows whose time was over at that instant, `forget(rows)` lets them go and returns how many.
    """

    code: str
    what: Promise
    since: Promise
    days: int
    why: Promise
    due: Callable
    forget: Callable


def _delete(rows):
    return rows.order_by().delete()[0]


def _erase(*names):
    return lambda rows: erase_fields(rows, names)


def _with(rows, *names):
    """Those of the rows that still hold something in one of the personal fields."""
    return rows.exclude(**{f"{name}__in": ("", ERASED) for name in names})


def _closed_accounts(before):
    return User.objects.filter(is_active=False, updated_at__lt=before).exclude(phone__in=("", ERASED))


CLOSED_NEEDS = (Need.Status.MET, Need.Status.EXPIRED, Need.Status.WITHDRAWN)
CLOSED_PLEDGES = (Pledge.Status.DECLINED, Pledge.Status.CARRIED, Pledge.Status.WITHDRAWN)
NEVER_WRITTEN = (LedgerImport.Status.REFUSED, LedgerImport.Status.DROPPED)
_CONTACT = ("contact_name", "contact_phone")

TERMS = (
    Term(
        "outgoing", _("addresses and texts of e-mails and SMS"), _("sent, or given up"), 180,
        _("Nobody asks about a reminder half a year later; that it was sent stays."),
        lambda before: _with(Outgoing.objects.exclude(state=Outgoing.State.WAITING), "address").filter(
            notice__sent_at__lt=before
        ),
        _erase("address", "text"),
    ),
    Term(
        "notices", _("messages to persons, read ones"), _("read"), 2 * YEAR,
        _("What they tell of stands in the register itself."),
        lambda before: Notice.objects.filter(read_at__lt=before),
        _delete,
    ),
    Term(
        "jobs", _("jobs, with what was asked and what came of them"), _("ended"), 180,
        _("What a job wrote is in the trail; its file goes after a week."),
        lambda before: Job.objects.filter(ended_at__lt=before),
        _delete,
    ),
    Term(
        "sessions", _("sessions that are over"), _("run out"), 1,
        _("For a day they can tell their owners that they ran out; then nothing can be done with them any more."),
        lambda before: Session.objects.filter(expire_date__lt=before),
        _delete,
    ),
    Term(
        "imports", _("rows of ledgers that were never written"), _("refused or dropped"), 180,
        _("The register took nothing from them. What was written stays as its source."),
        lambda before: LedgerRow.objects.filter(ledger__status__in=NEVER_WRITTEN, ledger__status_at__lt=before),
        _delete,
    ),
    Term(
        "objections", _("name and address of who objected to a praise"), _("answered"), YEAR,
        _("The answer is given, and the time to ask back is over; objection and answer stay."),
        lambda before: _with(Objection.objects.filter(answered_at__lt=before), "contact", "name"),
        _erase("name", "contact"),
    ),
    Term(
        "needs", _("contacts of needs"), _("met, expired or withdrawn"), 2 * YEAR,
        _("Nobody is to be reached about it any more; the need stays."),
        lambda before: _with(Need.objects.filter(status__in=CLOSED_NEEDS, status_at__lt=before), *_CONTACT),
        _erase(*_CONTACT),
    ),
    Term(
        "pledges", _("contacts of pledges"), _("carried into a project, declined or withdrawn"), 2 * YEAR,
        _("The project has its own officers from then on; the pledge stays."),
        lambda before: _with(Pledge.objects.filter(status__in=CLOSED_PLEDGES, status_at__lt=before), *_CONTACT),
        _erase(*_CONTACT),
    ),
    Term(
        "accounts", _("telephone and e-mail of closed accounts"), _("closed"), YEAR,
        _("Nobody is to be reached by them; the name stays beside what the person did."),
        _closed_accounts,
        _erase("phone", "email"),
    ),
    Term(
        "requests", _("who asked for the own data, and in which words"), _("answered"), 3 * YEAR,
        _("What was asked and what came of it stays."),
        lambda before: _with(PersonRequest.objects.filter(answered_at__lt=before), "words"),
        _erase("name", "phone", "username", "words"),
    ),
)  # fmt: skip
"""In the order in which they are done. The numbers of days are this register's own and stand here to be changed."""


def due(term, now=None):
    """The rows whose time is over."""
    return term.due((now or timezone.now()) - datetime.timedelta(days=term.days))


def keep_the_terms(*, by=None, now=None, step=lambda number: None):
    """Let go of everything whose time is over: {code: rows}, and what of it the trail gave up and still holds.

    Each term is a change of its own with its reason; the trail is cleared after them.
    """
    done = {}
    for term in TERMS:
        with acting(by=by, action="retention.forget", reason=str(term.why)):
            done[term.code] = term.forget(due(term, now))
        step(done[term.code])
    taken, left = clear_the_trail(by=by, reason=str(_("The time for which it is kept is over, or it was erased.")))
    if taken:
        forget()  # kept answers about the past may hold them as well
    return done, taken, left

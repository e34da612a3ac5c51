"""No more is received than was committed, and no more spent than was received, unless somebody says why.

Organisations' and companies' money are two separate accounts of a project. The lower state is a limit only where it
is known: it has standing lines, and each of them states an exact amount. What goes beyond it needs a reason on a
standing line: of received money on a line received or committed, of spent money on a line spent.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from pgtrigger import Condition, Delete, Insert, Update

from registry.core.quantity import Qualifier
from registry.core.refusals import word_refusals
from registry.core.triggers import Guard

UNEXPLAINED = "more than was committed, or more spent than received, without a reason"
word_refusals(
    {
        UNEXPLAINED: _(
            "With this, more would be received than is committed, or more spent than was received. "
            "Say why on the line, or correct the amount."
        )
    }
)


@dataclass(frozen=True)
class Ceiling:
    """`state` may not come to more than `limit`, but for a reason on a line of one of the states `explained_by`."""

    state: str
    limit: str
    explained_by: tuple[str, ...]


CEILINGS = (
    Ceiling("received", "committed", ("received", "committed")),
    Ceiling("spent", "received", ("spent",)),
)


@dataclass(frozen=True)
class Excess:
    """How far the lines of one account go beyond a ceiling, in yuan."""

    ceiling: Ceiling
    above: Decimal
    limit: Decimal
    is_explained: bool

    @property
    def by(self):
        return self.above - self.limit


def excesses(lines):
    """The ceilings that standing `lines` of one account of one project go beyond, by state."""
    found = {}
    for ceiling in CEILINGS:
        limits = [line for line in lines if line.state == ceiling.limit]
        is_known = limits and all(line.amount is not None and line.qualifier == Qualifier.EXACT for line in limits)
        above = sum((line.amount or 0 for line in lines if line.state == ceiling.state), Decimal(0))
        if is_known and above > (limit := sum(line.amount for line in limits)):
            explained = any(line.excess_reason and line.state in ceiling.explained_by for line in lines)
            found[ceiling.state] = Excess(ceiling, above, limit, explained)
    return found


_SUMS = "sum(amount) FILTER (WHERE state = '{state}')"
_KNOWN = "bool_and(amount IS NOT NULL AND qualifier = 'exact') FILTER (WHERE state = '{limit}')"
_EXPLAINED = "coalesce(bool_or(excess_reason <> '') FILTER (WHERE state IN ({explained_by})), false)"


def _beyond(ceiling):
    words = {
        "state": ceiling.state,
        "limit": ceiling.limit,
        "explained_by": ", ".join(f"'{state}'" for state in ceiling.explained_by),
    }
    more = f"{_SUMS.format(state=ceiling.state)} > {_SUMS.format(state=ceiling.limit)}"
    return f"({more} AND {_KNOWN.format(**words)} AND NOT {_EXPLAINED.format(**words)})"


_BODY = f"""
BEGIN
    PERFORM 1 FROM projects_project WHERE id IN (OLD.project_id, NEW.project_id) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1
        FROM projects_funding
        WHERE project_id IN (OLD.project_id, NEW.project_id) AND voided_at IS NULL
        GROUP BY project_id, origin = 'mobilised'
        HAVING {" OR ".join(map(_beyond, CEILINGS))}
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME,
            MESSAGE = '{UNEXPLAINED}';
    END IF;
    RETURN NULL;
END
"""  # noqa: S608 - of this module's own words

_COUNTS = "state IN ('committed', 'received', 'spent')"
CEILING_GUARDS = [
    Guard(
        name="within_ceiling",
        operation=Insert,
        condition=Condition(f"NEW.{_COUNTS} AND NEW.voided_at IS NULL"),
        body=_BODY,
    ),
    Guard(name="within_ceiling_still", operation=Update | Delete, body=_BODY),
]
"""The database's own watch, at the commit: it waits for other transactions that write to the same project's money."""

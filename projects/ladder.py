"""The funding ladder (资金阶梯): pledged, committed, received, spent, each beside the state before it."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from projects.models import Funding
from registry.core.quantity import YUAN, Total, format_quantity, total
from registry.core.templatetags.values import caveat

State = Funding.State


@dataclass(frozen=True)
class Rung:
    """One state of the money, for `partials/ladder.html`.

    `share` is percent of the first state that has a sum (how long the bar is); `part` percent of the nearest state
    before that has one, called `of`. Both are None where there is nothing to compare.
    """

    state: str
    label: str
    total: Total
    share: Decimal | None
    part: Decimal | None
    of: str
    note: str

    @property
    def text(self):
        return format_quantity(self.total, "table") if self.total.lines else "—"


def ladder(lines):
    """The rungs of standing lines of one account, or nothing where there is no line at all."""
    lines = list(lines)
    if not lines:
        return []
    rungs, full, before, of = [], None, None, ""
    for state, label in State.choices:
        sum_ = total((line.money for line in lines if line.state == state), YUAN)
        stated = sum_.value if sum_.lines else None
        full = full or stated
        part = _percent(stated, before)
        rungs.append(
            Rung(state, label, sum_, _percent(stated, full), part, of if part is not None else "", caveat(sum_))
        )
        if stated:
            before, of = stated, label
    return rungs


def _percent(part, whole):
    if part is None or not whole:
        return None
    return (part * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)

"""What the money columns of a row become in the register.

The full ledger says itself what was pledged (认捐), committed (承诺) and received (到位). The natural ledger has one
column 资金. Domain rule: “funds involved” counts what was received or, where nothing was, what was committed; pledges
are shown, never counted. So 资金 is *committed* once the project is signed and *pledged* before: a receipt that the
ledger does not state is never claimed, and the figure is the same. 物资折价 stands in the same state, as goods of
declared value.
"""

from dataclasses import dataclass

from projects.models import Funding
from projects.models.stages import Stage
from registry.core.quantity import Money

BEFORE_SIGNING = (Stage.PLANNED, Stage.MATCHED)
STATES = {
    "pledged": Funding.State.PLEDGED,
    "committed": Funding.State.COMMITTED,
    "received": Funding.State.RECEIVED,
}


@dataclass(frozen=True)
class FundingLine:
    """A funding line to be written, and the column that it comes from."""

    key: str
    state: str
    kind: str
    money: Money


def funding_lines(entry):
    """The lines that a row states; none for what it does not state."""
    state = general_state(entry["status"])
    lines = [FundingLine(key, STATES[key], Funding.Kind.CASH, entry[key]) for key in STATES if entry[key]]
    if entry["fund"] and not any(line.money.is_stated for line in lines):
        lines.append(FundingLine("fund", state, Funding.Kind.CASH, entry["fund"]))
    if entry["kind"]:
        lines.append(FundingLine("kind", state, Funding.Kind.GOODS, entry["kind"]))
    return [line for line in lines if line.money.is_stated]


def general_state(stage):
    """The state of an amount of which the ledger does not say whether it was pledged, committed or received."""
    return Funding.State.PLEDGED if (stage or Stage.PLANNED) in BEFORE_SIGNING else Funding.State.COMMITTED


def fund_of(entry):
    """The amount by which the row counts: 资金, else what was received, committed or pledged."""
    stated = (entry[key] for key in ("fund", "received", "committed", "pledged") if entry[key])
    return next((money for money in stated if money.is_stated), Money(None))


def is_excess(entry):
    """More received than committed."""
    received, committed = entry["received"], entry["committed"]
    return bool(received and committed and received.is_stated and committed.is_stated) and (
        received.value > committed.value
    )

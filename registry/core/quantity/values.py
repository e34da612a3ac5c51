"""A number with its unit and its exactness, as one value."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce

from .format import format_quantity
from .words import YUAN, Qualifier

FEN = Decimal("0.01")


@dataclass(frozen=True)
class Quantity:
    """So many of a unit; ``value`` None means that the source does not state it, which is not zero.

    ``wording`` keeps the source's own word (约, 超过, 多, 余 ...) for printing. 多 and 余 stand before 万 or 亿 after
    a round number (3000余万) and behind it otherwise (56万余); where the source differs, ``wording`` holds the
    scale too: "万余", "余万". A word that contradicts the qualifier is not printed.
    Raises TypeError for a float, ValueError for infinities and for an unknown qualifier.
    """

    value: Decimal | None
    unit: str
    qualifier: Qualifier = Qualifier.EXACT
    wording: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.value, int):
            object.__setattr__(self, "value", Decimal(self.value))
        if self.value is not None and not isinstance(self.value, Decimal):
            raise TypeError(f"A quantity is a Decimal, not {type(self.value).__name__}.")
        if self.value is not None and not self.value.is_finite():
            raise ValueError("A quantity is finite.")
        object.__setattr__(self, "qualifier", Qualifier(self.qualifier))

    def __str__(self) -> str:
        return format_quantity(self)

    @property
    def is_stated(self) -> bool:
        return self.value is not None

    @property
    def is_exact(self) -> bool:
        return self.is_stated and self.qualifier == Qualifier.EXACT

    @property
    def plain(self) -> str | None:
        """The number alone, for machines: 2188000000.00 yuan, 2800000 person-times; None where it is not stated."""
        if self.value is None:
            return None
        if self.unit == YUAN:
            return f"{self.value:.2f}"
        text = f"{self.value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def __add__(self, other: object) -> "Total":
        """The sum of two figures in the same unit; raises ValueError for different units."""
        if not isinstance(other, Quantity):
            return NotImplemented
        return _sum(_as_total(self), _as_total(other))


@dataclass(frozen=True)
class Money(Quantity):
    """Yuan, exact to the fen; raises ValueError for anything finer."""

    unit: str = field(default=YUAN, init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.value is not None:
            amount = self.value.quantize(FEN)
            if amount != self.value:
                raise ValueError("Money is exact to the fen.")
            object.__setattr__(self, "value", amount)


@dataclass(frozen=True)
class Total(Quantity):
    """A sum that remembers how many lines it has, how many of them are inexact and how many not stated.

    Lines that are not stated add nothing and leave the qualifier alone: their number is shown beside the sum.
    A sum of such lines only is itself not stated; a sum of no lines is exactly zero.
    """

    lines: int = 0
    inexact: int = 0
    not_stated: int = 0


def total(quantities: Iterable[Quantity], unit: str) -> Total:
    """The sum of figures in one unit; raises ValueError when one of them has another unit."""
    result = reduce(_sum, map(_as_total, quantities), Total(None, unit))
    return result if result.lines or result.is_stated else Total(Decimal(0), unit)


def sum_qualifier(about: int, over: int) -> Qualifier:
    """How exact a sum is that has so many lines marked "about" and so many lower bounds (over, at least)."""
    if about:
        return Qualifier.ABOUT
    return Qualifier.AT_LEAST if over else Qualifier.EXACT


def _as_total(quantity: Quantity) -> Total:
    if isinstance(quantity, Total):
        return quantity
    return Total(
        quantity.value,
        quantity.unit,
        quantity.qualifier,
        lines=1,
        inexact=int(quantity.is_stated and not quantity.is_exact),
        not_stated=int(not quantity.is_stated),
    )


def _sum(first: Total, second: Total) -> Total:
    if first.unit != second.unit:
        raise ValueError(f"{first.unit} and {second.unit} are never added together.")
    stated = [part for part in (first, second) if part.value is not None]
    return Total(
        sum(part.value for part in stated) if stated else None,
        first.unit,
        sum_qualifier(
            about=sum(part.qualifier == Qualifier.ABOUT for part in stated),
            over=sum(part.qualifier in (Qualifier.OVER, Qualifier.AT_LEAST) for part in stated),
        ),
        lines=first.lines + second.lines,
        inexact=first.inexact + second.inexact,
        not_stated=first.not_stated + second.not_stated,
    )

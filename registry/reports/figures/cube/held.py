"""Which figures the cube holds, and by which groupings. All others are counted from the register when asked for."""

from itertools import combinations

from ..definitions import FIGURES, FULFILLED, UNNAMED, USUAL
from ..dimensions import DIMENSIONS

SCHEMA = "cube"

BY = ("campaign", "year", "field", "county", "city")
"""The dimensions that it knows. Each is a bit of a grouping's number: the first is the greatest."""

_PARTS = ("committed", "received", "spent", "funds_own", "funds_raised")

HELD = {code: FIGURES[code] for code in (*USUAL, *_PARTS)} | {one.code: one for one in (UNNAMED, FULFILLED)}
"""{code: definition}: the counting rules' own figures, money by its state and by whose it was, what is noted beside
organisations, and what the board tells."""

_WITHIN = [
    *(set(one) for number in range(4) for one in combinations(("year", "field", "county"), number)),
    *({"city", *one} for one in ((), ("year",), ("field",), ("county",), ("county", "year"), ("county", "field"))),
]
_EACH = {code: 1 << place for place, code in enumerate(reversed(BY))}


def number_of(codes):
    """The number by which a grouping by the dimensions `codes` is known."""
    return sum(_EACH[code] for code in set(codes))


def grouped_by(number):
    return tuple(code for code in BY if number & _EACH[code])


GROUPINGS = frozenset(number_of(one | extra) for one in _WITHIN for extra in (set(), {"campaign"}))
"""In all, by year, field, county in every combination, by city, and by city with one of them; each of it over all
campaigns and by campaign."""

PLACES = {code: DIMENSIONS[code] for code in BY}
TYPES = {code: "smallint" if code == "year" else "bigint" for code in BY}
COLUMNS = tuple(f"by_{code}" for code in BY)

"""A table as bars, lines or tiles, drawn on the server without script or style. The tab of the table has the numbers.

Bars begin at nothing and end at the largest number, lines at a round one above it; what is not stated is left out,
never drawn as nothing.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from counties.models import Division
from registry.core.quantity import YUAN, Money, Quantity, format_quantity, unit_word
from registry.reports.showcase import STEPS, designated_counties, step_of

WIDTH, HEIGHT = 760, 340
LEFT, RIGHT, TOP, BOTTOM = 84, 16, 16, 44
SERIES = 6
"""Lines in one picture; more cannot be told apart. The largest are drawn, and the picture says so."""

SHARES = (Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal(1))
TOPS = tuple(map(Decimal, ("1", "1.2", "1.6", "2", "2.4", "3.2", "4", "6", "8", "10")))
"""What the axis of lines may end at, times a power of ten; at least at 4, so that a quarter of it is a whole thing."""

LABELS = 12
"""Words below the picture; of more points only every second, third ... has its word."""


@dataclass(frozen=True)
class Bar:
    label: str
    text: str
    share: Decimal
    query: str


@dataclass(frozen=True)
class Tick:
    place: float
    text: str


@dataclass(frozen=True)
class Series:
    """One line: `points` as an SVG path has them, `dots` one by one, and the number of its look (1 to 6)."""

    label: str
    path: str
    dots: list[tuple[float, float, str]]
    look: int


@dataclass(frozen=True)
class Lines:
    series: list[Series]
    across: list[Tick]
    up: list[Tick]
    left_out: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


def bars(table):
    """One bar a row, of its total."""
    most = max((line.whole.total.value or 0 for line in table.lines), default=0)
    return [
        Bar(line.label, _told(line.whole.total), _share(line.whole.total.value, most) * 100, line.whole.query)
        for line in table.lines
    ]


def lines(table):
    """One line for each value of what is not the time, of the largest totals; where there is only time, one line."""
    over_rows = table.question.over_time is table.question.rows
    times = [line.cell for line in table.lines] if over_rows else table.columns
    found = _series_by_rows(table) if over_rows else [(line.label, line.whole, line.figures) for line in table.lines]
    found.sort(key=lambda one: one[1].total.value or 0, reverse=True)
    drawn = found[:SERIES]
    most = _round(max((figure.total.value or 0 for _label, _whole, figures in drawn for figure in figures), default=0))
    step = Decimal(WIDTH - LEFT - RIGHT) / max(len(times), 1)
    places = [LEFT + step * (number + Decimal("0.5")) for number in range(len(times))]
    words = [Tick(round(float(place), 1), cell.label) for place, cell in zip(places, times, strict=True)]
    return Lines(
        [_line(label, figures, places, most, look) for look, (label, _whole, figures) in enumerate(drawn, 1)],
        words[:: len(times) // LABELS + 1],
        [Tick(_height(share), _told(_of(table, most * share))) for share in SHARES] if most else [],
        len(found) - len(drawn),
    )


def _series_by_rows(table):
    """Rows are times: each column is a line, or the totals are the only one."""
    if not table.columns:
        return [(str(table.measure.label), table.totals.whole, [line.whole for line in table.lines])]
    return [
        (cell.label, table.totals.figures[place], [line.figures[place] for line in table.lines])
        for place, cell in enumerate(table.columns)
    ]


def _line(label, figures, places, most, look):
    known = [
        (round(float(place), 1), _height(_share(figure.total.value, most)), _told(figure.total))
        for place, figure in zip(places, figures, strict=True)
        if figure.total.value is not None
    ]
    return Series(label, " ".join(f"{across},{up}" for across, up, _text in known), known, look)


def _round(most):
    """The round number at the top of the lines: as little above the largest as lets its quarters be read."""
    if not most:
        return most
    tens = Decimal(10) ** max(Decimal(most).adjusted(), 0)
    return max(next(tens * top for top in TOPS if tens * top >= most), Decimal(4))


def _height(share):
    return round(float(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share), 1)


def tiles(table):
    """(groups, legend) for `partials/tiles.html`: the counties of the action by prefecture, then the rest."""
    found = {line.cell.value: line for line in table.lines}
    counties = {county.code: county for county in designated_counties()}
    numbers = {code: _whole_number(line.whole.total) for code, line in found.items()}
    most = max((numbers.get(code, 0) for code in counties), default=0)
    groups = {}
    for code, county in counties.items():
        groups.setdefault(str(county.parent or ""), []).append(_tile(table, found.get(code), county, numbers, most))
    rest = [line for code, line in found.items() if code not in counties]
    if rest:
        groups[_("Elsewhere")] = [_tile(table, line, line.cell, numbers, most) for line in rest]
    shown = [{"name": name, "tiles": of_group} for name, of_group in groups.items()]
    return shown, _legend(table, most)


def _tile(table, line, named, numbers, most):
    label, title = (named.called, str(named)) if isinstance(named, Division) else (named.label, named.label)
    number = numbers.get(line.cell.value, 0) if line else 0
    return {
        "label": label, "title": title, "step": step_of(number, most) if most else 0,
        "url": f"cell/?{line.whole.query}" if line else f"/counties/{named.code}/",
        "text": _told(line.whole.total if line else table.measure.total(None)),
    }  # fmt: skip


def _whole_number(total):
    """The value in fen or hundredths: steps are counted in whole numbers."""
    return int((total.value or 0) * 100)


def _legend(table, most):
    entries = [{"step": 0, "text": "0"}]
    for step in range(1, STEPS + 1 if most else 1):
        limit = _told(_of(table, Decimal(most * step // STEPS) / 100))
        entries.append({"step": step, "text": _("up to %s") % limit})
    return entries


def _of(table, value):
    value = Decimal(value).quantize(Decimal("0.01"))
    return Money(value) if table.measure.unit == YUAN else Quantity(value, table.measure.unit)


def _told(quantity):
    return format_quantity(quantity, "headline")


def _share(value, most):
    return Decimal(value or 0) / Decimal(most) if most else Decimal(0)


def described(table):
    """What a picture shows, for those who do not see it: the figure, its unit, how many rows, the largest of them."""
    largest = max(table.lines, key=lambda line: line.whole.total.value or 0, default=None)
    words = _("%(title)s, in %(unit)s, %(number)d rows.") % {
        "title": table.title, "unit": unit_word(table.measure.unit), "number": len(table.lines)
    }  # fmt: skip
    if largest is None:
        return words
    return words + " " + _("The largest: %(row)s, %(total)s.") % {
        "row": largest.label, "total": _told(largest.whole.total)
    }  # fmt: skip

"""The columns of the board: one for each item that the checklist templates name, found again by its title."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import mean

from projects.models import TemplateStep
from projects.models.stages import COURSE
from registry.core.models import in_one

USUAL = 8
"""Columns that a board has until others are chosen."""


@dataclass(frozen=True, slots=True)
class Column:
    """`shared`: in how many templates in use the item stands; `order`: stage, then place in the templates."""

    title: str
    title_en: str
    shared: int
    order: tuple

    def __str__(self):
        return in_one(self.title, self.title_en)


def offered_columns():
    """{title: Column} of all items that templates name, in the order of their stages. One query."""
    found = defaultdict(list)
    names = ("title", "title_en", "stage", "position", "template", "template__is_active")
    for title, *rest in TemplateStep.objects.order_by("template", "position").values_list(*names):
        found[title].append(rest)
    columns = [_column(title, rows) for title, rows in found.items()]
    return {column.title: column for column in sorted(columns, key=lambda column: column.order)}


def _column(title, rows):
    english, stages, positions, templates, active = zip(*rows, strict=True)
    order = (min(COURSE.index(stage) if stage in COURSE else len(COURSE) for stage in stages), mean(positions), title)
    shared = len({template for template, used in zip(templates, active, strict=True) if used})
    return Column(title, next(filter(None, english), ""), shared, order)


def usual_columns(offered):
    """The items that most templates in use share, in the order of their stages."""
    used = [column for column in offered.values() if column.shared]
    most = sorted(used, key=lambda column: (-column.shared, column.order))[:USUAL]
    return sorted(most, key=lambda column: column.order)


def chosen_columns(offered, titles):
    """Those with these titles, each once; the usual ones where none is chosen."""
    return [column for title, column in offered.items() if title in titles] or usual_columns(offered)

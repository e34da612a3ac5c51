"""Counting: from a scope to figures, in all and by dimensions, now or at any past instant."""

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from projects.models import Campaign, Project
from registry.core.models import reads_everything
from registry.core.quantity import Total, format_quantity
from registry.core.templatetags.values import caveat
from registry.reports import as_of as past

from .cube.reading import holds, kept_figures, may_be_asked, version
from .definitions import FIGURES, USUAL, Definition
from .dimensions import DIMENSIONS, Cell, Dimension, dimension
from .remembering import remembered
from .tallying import tally


@dataclass(frozen=True)
class Scope:
    """What is counted: projects (landed or not; each figure says which) and the cells it is narrowed to."""

    projects: object
    filters: tuple[tuple[Dimension, object], ...] = ()
    campaign: Campaign | None = None

    @property
    def narrowed(self):
        """Pairs (code of a dimension, key) of all that it is narrowed to."""
        campaign = [("campaign", self.campaign.pk)] if self.campaign else []
        return [*campaign, *((one.code, key) for one, key in self.filters)]

    def rows(self, definition):
        """The rows of the definition's source that count."""
        return self._narrowed(definition, definition.counted(self._within(definition)))

    def beside(self, definition):
        """The sum of what the definition's source holds that does not count, as `definition.beside` sums it."""
        apart = definition.beside
        return apart.counted(self._narrowed(definition, self._within(definition))).aggregate(**apart.aggregates)

    def _within(self, definition):
        return definition.source.rows(self.projects.landed() if definition.landed else self.projects)

    def _narrowed(self, definition, rows):
        for narrowed, key in self.filters:
            rows = narrowed.restrict(rows, definition.source, key)
        return rows


@dataclass(frozen=True)
class Figure:
    """A counted figure with what it rests on. `row_ids` are the rows behind it, where they were asked for."""

    definition: Definition
    quantity: Total
    as_of: datetime.datetime
    query: str = ""
    beside: str = ""
    row_ids: tuple[int, ...] | None = None
    kind = "counted"

    @property
    def code(self):
        return self.definition.code

    @property
    def label(self):
        return self.definition.label

    @property
    def rule(self):
        return self.definition.rule

    @property
    def row_table(self):
        return self.definition.behind._meta.db_table

    @property
    def text(self):
        return format_quantity(self.quantity, "headline")

    @property
    def exact(self):
        return format_quantity(self.quantity, "exact")

    @property
    def note(self):
        """How many lines are inexact or not stated, and what was left out."""
        return " ".join(filter(None, (caveat(self.quantity), self.beside)))

    @property
    def is_sum(self):
        """A sum of lines; else a number of distinct things, whose parts need not add up."""
        return bool(self.definition.amount)

    @property
    def url(self):
        return reverse("figure", args=(self.code,)) + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class Row:
    """One row of a slice: a cell of each of its dimensions and {code: Total} of all figures."""

    cells: tuple[Cell, ...]
    totals: dict[str, Total]


@dataclass(frozen=True, eq=False)
class Slice:
    by: tuple[Dimension, ...]
    rows: list[Row]
    of_one_campaign: bool = False

    def adds_up(self, definition):
        """Whether the rows add up to the whole for this figure."""
        if definition.phases and not self.of_one_campaign:
            return False
        return all(one.code in definition.adds_up for one in self.by)


@dataclass(frozen=True)
class Report:
    as_of: datetime.datetime
    is_past: bool
    campaign: Campaign | None
    filters: tuple[tuple[Dimension, Cell], ...]
    figures: list[Figure]
    slices: list[Slice]


def figures(*, user, **asked):
    """The figures in all: a list of `Figure`. Arguments as for `report`."""
    return report(user=user, **asked).figures


def report(
    *,
    user,
    campaign: Campaign | None = None,
    as_of: datetime.datetime | None = None,
    by: Iterable[str] = (),
    filters: Mapping[str, str] | None = None,
    codes: Iterable[str] = USUAL,
    row_ids: bool = False,
    empty: bool = False,
    among: QuerySet | None = None,
) -> Report:
    """The figures called `codes` over what `user` may know of (None: the whole register, for commands and circulars).

    Without `campaign` over all of them. `as_of` is an aware instant; for a person the past holds only what
    it may know of today as well. `by` names up to two dimensions: a slice by each, and by both. `filters`
    maps dimensions to values as in addresses. `row_ids`: keep the ids of the rows behind each figure. `empty`:
    slices by one dimension have rows of cells in which nothing counts too. `among`: count among these projects
    only (a queryset); those whom nothing is hidden from need it not.
    Raises ValidationError for an unknown dimension or value and for more than two dimensions.
    """
    asked = {
        "by": tuple(by), "filters": dict(filters or {}), "codes": tuple(codes), "row_ids": row_ids, "empty": empty
    }  # fmt: skip
    public = user is not None and not user.is_authenticated
    if as_of or among is not None or not (user is None or public or reads_everything(user)):
        return _count(user, campaign, as_of, **asked, among=among)
    key = (public, get_language(), campaign and campaign.pk, *map(repr, asked.values()))
    kept = not public and may_be_asked() and holds(asked["codes"], (*asked["by"], *asked["filters"]))
    seen_now = {"seen_now": version} if kept else {}
    return _dated(remembered(key, lambda: _count(user, campaign, None, **asked), **seen_now), timezone.now())


def _dated(found, instant):
    """A remembered report is true of this moment too: nothing has changed since."""
    return replace(found, as_of=instant, figures=[replace(figure, as_of=instant) for figure in found.figures])


def _count(user, campaign, as_of, *, by, filters, codes, row_ids, empty, among=None):
    instant = as_of or timezone.now()
    dimensions, definitions = _dimensions(by), [FIGURES[code] for code in codes]
    by = [one.code for one in dimensions]
    groupings = [(), *((place,) for place in range(len(dimensions)))]
    groupings += [(0, 1)] if len(dimensions) == 2 else []
    with reading(user, as_of, among):
        scope = scope_of(user, campaign, filters, among)
        query, named = query_of(campaign, as_of, filters), _naming()
        whole = as_of is None and among is None and not row_ids and (user is None or reads_everything(user))
        kept = kept_figures(definitions, scope.narrowed, by, groupings) if whole else {}
        found = {
            one.code: kept.get(one.code) or tally(one, scope.rows(one), dimensions, groupings) for one in definitions
        }
        return Report(
            instant,
            as_of is not None,
            campaign,
            tuple((one, one.cells([key])[key]) for one, key in scope.filters),
            [_figure(one, scope, instant, query, found[one.code], row_ids, kept) for one in definitions],
            [_slice(dimensions, one, found, empty, campaign is not None, named) for one in groupings[1:]],
        )


def version_of_answers(user):
    """What is another one whenever a report of the present may be another one, without counting anything; None for
    those from whom something is hidden: what they may see changes by other things too."""
    if not reads_everything(user) or not may_be_asked():
        return None
    return version(), get_language(), _words(get_language())


@cache
def _words(_language):
    """A digest of the words that stand beside figures whatever is counted: a new release may have others."""
    words = [str(word) for one in FIGURES.values() for word in (one.label, one.rule, one.unit)]
    words += [str(word) for one in DIMENSIONS.values() for word in (one.label, one.unknown)]
    return hashlib.sha256(repr(words).encode()).hexdigest()


def reading(user, instant, among=None):
    """The context in which a scope is read: the past at `instant` as far as `user` may know it, or the present."""
    if instant is None:
        return nullcontext()
    if among is None and user is not None and not reads_everything(user):
        among = Project.objects.visible_to(user)
    return past.as_of(instant, only=among)


def scope_of(user, campaign, filters, among=None):
    """The `Scope` of a question; raises ValidationError for an unknown dimension or value."""
    if among is None:
        among = Project.objects.all() if user is None else Project.objects.visible_to(user)
    dimensions = {code: dimension(code) for code in filters}
    return Scope(
        among if campaign is None else among.of(campaign),
        tuple((one, one.key(str(filters[code]))) for code, one in dimensions.items()),
        campaign,
    )


def rows_behind(definition, shown, *, user, campaign=None, filters=None, among=None):
    """The rows behind a figure, out of `shown` (a queryset of the table behind it). Inside `reading`: past ones."""
    counted = scope_of(user, campaign, filters or {}, among).rows(definition)
    return shown.filter(pk__in=definition.keys(counted))


def query_of(campaign=None, as_of=None, filters=None):
    """The same question as the query of an address."""
    asked = {"campaign": campaign.code} if campaign else {}
    asked |= {"as_of": as_of.isoformat()} if as_of else {}
    return urlencode(asked | dict(filters or {}))


def _dimensions(by):
    asked = [dimension(code) for code in dict.fromkeys(by)]
    if len(asked) > 2:
        raise ValidationError(_("Figures are divided by two dimensions at most. Leave some out."), "too_many")
    return asked


def _figure(definition, scope, instant, query, found, row_ids, kept):
    ids = tuple(sorted(set(definition.keys(scope.rows(definition)).values_list("row", flat=True)))) if row_ids else None
    return Figure(
        definition, definition.total(found[()].get(())), instant, query, _beside(definition, scope, kept), ids
    )


def _beside(definition, scope, kept):
    """What does not count, in words; "" where there is nothing to say."""
    apart = definition.beside
    if not apart:
        return ""
    found = apart.total(kept[apart.code][()].get(()) if apart.code in kept else scope.beside(definition))
    return str(apart.rule) % {apart.code: found} if found.lines else ""


def _naming():
    """A function that gives a dimension's cells for keys, and asks only once what they are called."""
    known = {}

    def named(one, keys):
        asked = one.code, frozenset(keys)
        if asked not in known:
            known[asked] = one.cells(keys)
        return known[asked]

    return named


def _slice(dimensions, grouping, found, empty, of_one_campaign, named):
    """Each dimension by itself, or both together."""
    sliced = tuple(dimensions[place] for place in grouping)
    keys = set().union(*(groups[grouping] for groups in found.values()))
    if empty and len(sliced) == 1:
        keys = {(key,) for key in sliced[0].every({key for (key,) in keys})}
    cells = [named(one, {key[place] for key in keys}) for place, one in enumerate(sliced)]
    rows = [
        Row(
            tuple(known[part] for known, part in zip(cells, key, strict=True)),
            {code: FIGURES[code].total(groups[grouping].get(key)) for code, groups in found.items()},
        )
        for key in keys
    ]
    rows.sort(key=lambda row: [cell.order for cell in row.cells])
    return Slice(sliced, rows, of_one_campaign)

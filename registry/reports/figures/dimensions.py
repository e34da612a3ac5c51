"""The dimensions by which figures are sliced and filtered. A filter and a slice are the same cell."""

from dataclasses import dataclass
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Case, F, IntegerField, Max, Min, Model, OuterRef, Subquery, TextChoices, When
from django.db.models.functions import Cast, Coalesce, ExtractQuarter, ExtractYear
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from counties.models import Division, Level
from orgs.models import Kind, Origin, RegisteredLevel
from projects.models import Campaign, Field, Participation, ProjectField, Site
from projects.models.stages import Stage
from registry.core.dates import FIRST_YEAR, LAST_YEAR
from registry.core.periods import Period
from registry.core.text import ascii_digits_only, excerpt

SEVERAL = 0
"""Stands where the id of a county or city would: rows of projects in several of them. Ids begin with 1."""

NONE_WORD, SEVERAL_WORD = "none", "several"


class Cell(NamedTuple):
    """One value of a dimension: as addresses have it, as people read it, and its place in the order."""

    value: str
    label: str
    order: tuple


@dataclass(frozen=True)
class Dimension:
    """`unknown` is what people read where a row has no value; `place` gives the value as an expression."""

    code: str
    label: Promise
    unknown: Promise

    def place(self, source):
        raise NotImplementedError

    def cells(self, keys):
        """{key: Cell} for the keys that the database gave."""
        raise NotImplementedError

    def key(self, value):
        """The key for a value from an address; raises ValidationError for one that is not known."""
        raise NotImplementedError

    def every(self, keys):
        """The keys to show where empty ones are asked for too: those of `keys`, and all beside and between them."""
        raise NotImplementedError

    def restrict(self, rows, source, key):
        name = f"at_{self.code}"
        rows = rows.alias(**{name: self.place(source)})
        return rows.filter(**{f"{name}__isnull": True} if key is None else self._is(name, key))

    def _is(self, name, key):
        return {name: key}

    def _unknown_cell(self):
        return Cell(NONE_WORD, str(self.unknown), (2,))

    def _refusal(self, value, known):
        return ValidationError(
            _("“%(value)s” is not a value of “%(dimension)s”. Known are: %(known)s."),
            "unknown_value",
            {"value": excerpt(value), "dimension": self.code, "known": known},
        )


class Year(Dimension):
    """The year of a project in its campaign. As a filter also several in a row, 2019-2021: a range."""

    def place(self, source):
        return F(f"{source.project}year")

    def cells(self, keys):
        return {key: Cell(word, word, (0, key)) for key in keys for word in [self._word(key)]}

    def _word(self, key):
        return f"{key.start}-{key.stop - 1}" if isinstance(key, range) else str(key)

    def key(self, value):
        years = [int(year) if len(year) == 4 and ascii_digits_only(year) else 0 for year in value.split("-")]
        if len(years) > 2 or not FIRST_YEAR <= years[0] <= years[-1] <= LAST_YEAR:
            raise self._refusal(value, f"{FIRST_YEAR}-{LAST_YEAR}")
        return range(years[0], years[1] + 1) if len(years) == 2 else years[0]

    def every(self, keys):
        return set(range(min(keys), max(keys) + 1)) if keys else set()

    def _is(self, name, key):
        return {f"{name}__range": (key.start, key.stop - 1)} if isinstance(key, range) else {name: key}


class Quarter(Dimension):
    """The quarter of the row's own day, as a number: 20213 for 2021-Q3."""

    def place(self, source):
        return Cast(ExtractYear(source.day) * 10 + ExtractQuarter(source.day), IntegerField())

    def cells(self, keys):
        return {key: self._cell(key) if key else self._unknown_cell() for key in keys}

    def _cell(self, key):
        year, number = divmod(key, 10)
        words = _("Q%(number)d %(year)d") % {"year": year, "number": number}
        return Cell(f"{year}-Q{number}", words, (0, key))

    def key(self, value):
        if value == NONE_WORD:
            return None
        try:
            period = Period.read(value)
        except ValidationError:
            period = None
        if period is None or period.kind != "quarter":
            raise self._refusal(value, f"2021-Q4, {NONE_WORD}")
        return self._number(period.first)

    def every(self, keys):
        known = sorted(key for key in keys if key)
        steps = range(known[0], known[-1] + 1) if known else ()
        return set(keys) | {key for key in steps if 1 <= key % 10 <= 4}

    def _number(self, day):
        return day.year * 10 + (day.month + 2) // 3


@dataclass(frozen=True)
class Words(Dimension):
    """A dimension whose values are the choices of a field."""

    choices: type[TextChoices]

    def cells(self, keys):
        order = {word: position for position, word in enumerate(self.choices.values)}
        return {
            key: Cell(key, str(self.choices(key).label), (0, order[key])) if key else self._unknown_cell()
            for key in keys
        }

    def key(self, value):
        if value == NONE_WORD:
            return None
        if value not in self.choices.values:
            raise self._refusal(value, ", ".join([*self.choices.values, NONE_WORD]))
        return value

    def every(self, keys):
        return {*keys, *self.choices.values}


class StageWords(Words):
    def place(self, source):
        return F(f"{source.project}stage")


class PartyWords(Words):
    """An attribute of the giving or leading organisation; a merged one has that of the one it went into."""

    def place(self, source):
        if source.party:
            return Coalesce(*(F(path + self.code) for path in source.party))
        leads = Participation.objects.filter(
            project=OuterRef(f"{source.project}pk"), role=Participation.Role.LEAD, organisation__isnull=False
        )
        word = Coalesce(f"organisation__merged_into__{self.code}", f"organisation__{self.code}")
        return Subquery(leads.order_by("id").values(word=word)[:1])


@dataclass(frozen=True)
class Rows(Dimension):
    """A dimension whose values are rows with a code."""

    model: type[Model]

    def order(self, row):
        return (row.code,)

    def rows(self):
        return self.model.objects.all()

    def every(self, keys):
        return {*keys, *self.expected().values_list("pk", flat=True)}

    def expected(self):
        """The rows of which people want to see that nothing counts there."""
        return self.rows()

    def cells(self, keys):
        found = self.model.objects.in_bulk([key for key in keys if key])
        cells = {
            key: Cell(row.code, self.called(row, found.values()), (0, *self.order(row))) for key, row in found.items()
        }
        return {None: self._unknown_cell(), **cells}

    def called(self, row, beside):
        """What a row is called among the others that are shown."""
        return str(row)

    def key(self, value):
        if value == NONE_WORD:
            return None
        row = self.rows().filter(code=value).first()
        if row is None:
            raise self._refusal(value, self.known())
        return row.pk

    def known(self):
        return ", ".join([*self.rows().values_list("code", flat=True), NONE_WORD])


class CampaignRows(Rows):
    def place(self, source):
        return F(f"{source.project}campaign")


class FieldRows(Rows):
    """The primary field in the scheme of the project's campaign: one at most, so nothing is counted twice."""

    def order(self, row):
        return row.scheme, row.position, row.code

    def expected(self):
        return self.rows().active()

    def called(self, row, beside):
        """Fields of one name in two schemes are told apart by the scheme."""
        if sum(other.name == row.name for other in beside) < 2:
            return str(row)
        return _("%(field)s (%(scheme)s)") % {"field": row, "scheme": row.get_scheme_display()}

    def place(self, source):
        own = ProjectField.objects.filter(
            project=OuterRef(f"{source.project}pk"),
            is_primary=True,
            scheme=OuterRef(f"{source.project}campaign__scheme"),
        )
        return Subquery(own.order_by().values("field")[:1])


@dataclass(frozen=True)
class Places(Rows):
    """Today's counties or cities. What cannot be divided among several stands apart, so that sums stay true."""

    several: Promise

    def division(self, path):
        """The unit that a site's division, at `path`, counts under."""
        return F(f"{path}home")

    def place(self, source):
        if source.place:
            return self.division(source.place)
        sites = Site.objects.filter(project=OuterRef(f"{source.project}pk")).order_by().values("project")
        sites = sites.annotate(first=Min(self.division("division__")), last=Max(self.division("division__")))
        sole = Case(When(first__isnull=True, then=None), When(first=F("last"), then=F("first")), default=SEVERAL)
        return Subquery(sites.values(sole=sole))

    def cells(self, keys):
        return {SEVERAL: Cell(SEVERAL_WORD, str(self.several), (1,)), **super().cells(keys)}

    def key(self, value):
        return SEVERAL if value == SEVERAL_WORD else super().key(value)

    def known(self):
        return format_lazy(
            _("codes of GB/T 2260 with six digits, {none}, {several}"), none=NONE_WORD, several=SEVERAL_WORD
        )


class Counties(Places):
    def expected(self):
        return Division.objects.designated()

    def key(self, value):
        """Old codes lead to today's county."""
        if value in (NONE_WORD, SEVERAL_WORD):
            return super().key(value)
        unit = Division.objects.filter(code=value, home__isnull=False).order_by("-valid_from").first()
        if unit is None:
            raise self._refusal(value, self.known())
        return unit.home_id


class Cities(Places):
    def rows(self):
        return Division.objects.today().filter(level=Level.PREFECTURE)

    def expected(self):
        return self.rows().filter(pk__in=Division.objects.designated().values("parent"))

    def division(self, path):
        own = Case(When(**{f"{path}level": Level.PREFECTURE, "then": F(f"{path}pk")}))
        return Coalesce(F(f"{path}home__parent"), own)


_NOT_STATED = _("not stated")
_NO_PARTY = _("not stated, or joint with unknown shares")

DIMENSIONS = {
    dimension.code: dimension
    for dimension in (
        Year("year", _("Year"), _NOT_STATED),
        Quarter("quarter", _("Quarter"), _("no day stated")),
        Counties("county", _("County"), _("no county stated"), Division, _("several counties, shares unknown")),
        Cities("city", _("City"), _("no city stated"), Division, _("several cities, shares unknown")),
        FieldRows("field", _("Field of help"), _("no field stated"), Field),
        PartyWords("origin", _("Registered in"), _NO_PARTY, Origin),
        PartyWords("kind", _("Kind of organisation"), _NO_PARTY, Kind),
        PartyWords("level", _("Registered level"), _NO_PARTY, RegisteredLevel),
        StageWords("stage", _("Stage"), _NOT_STATED, Stage),
        CampaignRows("campaign", _("Campaign"), _NOT_STATED, Campaign),
    )
}


def dimension(code):
    """The dimension called `code`; raises ValidationError naming those that there are."""
    if code not in DIMENSIONS:
        raise ValidationError(
            _("“%(code)s” is not a dimension. Known are: %(known)s."),
            "unknown_dimension",
            {"code": excerpt(code), "known": ", ".join(DIMENSIONS)},
        )
    return DIMENSIONS[code]

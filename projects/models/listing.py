"""Tables that lists are answered from. They hold nothing of their own: triggers write them (projects/listing/)."""

import re

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from counties.models.divisions import stem
from registry.core.text import fold_width

from .stages import LANDED

KIND = "k%s %s %s"
"""The key of a county, a field and a year together: its list is as long as what is found, while those of the three go
through most of the index."""

_LATIN = re.compile(r"[a-z0-9]+")


def grams_of(text):
    """Pairs of neighbouring characters of `text`, which is upper case, as the index has them."""
    return sorted({text[at : at + 2] for at in range(len(text) - 1)})


def beginnings_of(text):
    """What the index has of pinyin or initials that begin with `text`: two and four letters, after a mark."""
    return [f"\x01{text[:length]}" for length in (2, 4) if length <= len(text)]


def keys_of(county, field, year=None):
    """The keys by which rows are found that lie in a county (the `stem` of its code) and in a field (its code), each ""
    for all, with one of `KIND` where it says all of it and the year besides."""
    if len(county) == 6 and field and year:
        return [KIND % (county, field, year)]
    return [f"{sort}{code}" for sort, code in (("c", county), ("f", field)) if code]


def holds(column, text):
    """That a column holds the text. Not as LIKE, which PostgreSQL takes for so rare that it plans badly for what most
    rows have; among rows that have all pairs of characters it is not."""
    return GreaterThan(StrIndex(column, text), 0)


def counted_gram(text):
    """What is looked for by `text` where the number of projects with it is kept: two to four characters. None for all
    else, and for what may be pinyin."""
    words = fold_width(text).strip()
    return _upper(words) if 2 <= len(words) <= 4 and not _LATIN.fullmatch(words.lower()) else None


def _upper(text):
    """As PostgreSQL has it: one character for one."""
    return "".join(letter.upper() if len(letter.upper()) == 1 else letter for letter in text)


class ListedQuerySet(models.QuerySet):
    """The words of `ProjectQuerySet` that lists need, of the same meaning."""

    def of(self, campaign):
        return self.filter(campaign_id=campaign.pk)

    def landed(self):
        return self.filter(Q(stage__in=LANDED) | Q(left_stage__in=LANDED))

    def left_landed(self):
        """Those of `landed` that no longer are by their stage."""
        return self.filter(left_stage__in=LANDED).exclude(stage__in=LANDED)

    def in_place(self, county, field, year=None):
        """In a county and a field, and in a year where one key says so: see `keys_of`."""
        return self.filter(keys__contains=keys_of(county, field, year))

    def in_county(self, code):
        return self.in_place(stem(code), "")

    def in_field(self, code):
        return self.in_place("", code)

    def in_year(self, year):
        """By its column, in whose order an index holds all that is counted of a year. Not by its key: a year's list in
        the index of keys is long, and following it costs more than looking at the rows of a county and field."""
        return self.filter(year=year)

    def search(self, text):
        words = fold_width(text).strip()
        if not words:
            return self
        upper = _upper(words)
        named = Q(grams__contains=grams_of(upper))
        if len(upper) != 2:  # two characters are found by being there; of more their order is looked at
            named &= Q(holds("words", Value(upper)))
        latin = words.lower().replace(" ", "")
        if _LATIN.fullmatch(latin):
            named |= Q(holds("latin", Value(f"\n{latin}")), grams__contains=beginnings_of(latin))
        return self.filter(named)


class Listed(models.Model):
    """A project as lists have it; `id` is the project's.

    `keys` are `c` with the first 2, 4 and 6 digits of each county's code, `f` with each field's code, `y` with the
    year, `s` with the stage and one of each `KIND`. `sort` has, between blanks, what facets count of it: keys of whole
    counties, fields, year and stage. `amount` is the sum of funds involved in yuan, `amount_falling` and
    `amount_rising` the same with a number below and above all others where it is not stated. `words` has every name by
    which the project is found, one a line and in upper case, `latin` their pinyin and initials, a line break before
    each; `grams` are the pairs of characters of the former and the beginnings of the latter. `money` to
    `organisation_rows` are what `tables.Row` reads. `answer` is what the interface says of it, as JSON in four parts:
    up to its fields; from them to its stage, with names in Chinese, and in English; all behind its stage in words.
    """

    id = models.BigIntegerField(primary_key=True)
    number = models.CharField(max_length=40)
    name = models.TextField()
    pinyin = models.TextField()
    year = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=15)
    left_stage = models.CharField(max_length=15)
    campaign_id = models.BigIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    amount_falling = models.DecimalField(max_digits=16, decimal_places=2)
    amount_rising = models.DecimalField(max_digits=16, decimal_places=2)
    money = models.JSONField(null=True)
    places = models.JSONField()
    field_rows = models.JSONField()
    organisation_rows = models.JSONField()
    keys = ArrayField(models.TextField())
    words = models.TextField()
    latin = models.TextField()
    grams = ArrayField(models.TextField())
    sort = models.TextField(db_default="")
    answer = ArrayField(models.TextField(), db_default=[])

    objects = ListedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=("-amount_falling", "-id"), name="listed_largest"),
            models.Index(fields=("amount_rising", "id"), name="listed_smallest"),
            models.Index(fields=("year", "id"), name="listed_year"),
            models.Index(fields=("year", "amount_falling"), include=("sort",), name="listed_sorts"),
            models.Index(
                fields=("left_stage",), include=("stage", "sort"), name="listed_left", condition=~Q(left_stage="")
            ),
            models.Index(fields=("number", "id"), name="listed_number"),
            models.Index(fields=("pinyin", "id"), name="listed_name"),
            GinIndex(fields=("keys",), name="listed_keys", fastupdate=True),
            GinIndex(fields=("grams",), name="listed_grams", fastupdate=True),
        )

    def __str__(self):
        return self.name


class ListedRank(models.Model):
    """Where a project stands among those of a county, a field and a year (`KIND`), the largest amount first: a page of
    them is read from here by its order, and no more rows of `Listed` than it shows. One row for each `KIND` among the
    project's `keys`."""

    pk = models.CompositePrimaryKey("kind", "amount_falling", "project_id")
    kind = models.TextField()
    amount_falling = models.DecimalField(max_digits=16, decimal_places=2)
    project_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.kind}: {self.project_id}"


class ListedCount(models.Model):
    """How many projects there are of a county and a field, by year and stage: the sum of `number` over its rows.

    `county` are the first 2, 4 or 6 digits of a code; it and `field` are "" for all. Each change adds rows, and none
    is ever changed, so that nobody waits for whoever else is writing; the daily work draws them together.
    """

    county = models.CharField(max_length=12)
    field = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=15)
    number = models.IntegerField()

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=("county", "field", "year", "stage"), include=("number",), name="listed_count_of"),
            models.Index(fields=("field", "county", "year", "stage"), include=("number",), name="listed_count_in"),
        )

    def __str__(self):
        return f"{self.county} {self.field} {self.year} {self.stage}: {self.number:+}"


class ListedGram(models.Model):
    """How many projects have two to four characters, side by side, in one of their names: the sum of `number`, as of
    `ListedCount`."""

    gram = models.CharField(max_length=8)
    number = models.IntegerField()

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=("gram",), include=("number",), name="listed_gram"),)

    def __str__(self):
        return f"{self.gram}: {self.number:+}"

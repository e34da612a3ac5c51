"""Who is answered from the index, and what is counted without looking at the rows."""

from collections import Counter
from functools import cache, cached_property

from django.db.models import Count, F, Q, Subquery, Sum, TextField, Value
from django.db.models.functions import Concat, Length

from counties.models import Division
from counties.models.divisions import stem
from projects.filters import in_facets, project_facets
from projects.models import Field, Listed, ListedCount, ListedGram, Project
from projects.models.listing import counted_gram, grams_of, keys_of
from projects.models.stages import LANDED
from registry.core.lookups import one_of
from registry.core.models import reads_everything
from registry.core.prepared import Among, Asked, Prepared
from registry.core.public_session import is_public_session
from registry.core.summaries import summaries_stand

DURING = {"year": "year", "year_min": "year__gte", "year_max": "year__lte", "stage": "stage"}
"""Questions that the columns of `ListedCount` answer by these lookups, beside county and field."""

DEAR = 5_000
"""Rows that are looked at for facets in 60 ms where none of them is in memory, and in 12 where all are."""

COUNTED = frozenset({"county", "field", *DURING})
"""Questions whose numbers stand in `ListedCount`."""


HOLDING_KEYS = Q(keys__contains=Asked("keys"))


def projects_listed(user):
    """What the list of projects starts from: the index where all of it may be known (by those who read everything, and
    by strangers, who find an index of what was published), else the projects that `user` may see. A member's session,
    and whoever reads the past, asks the register itself."""
    if summaries_stand() and (is_public_session() or reads_everything(user)):
        return Listed.objects.all()
    return Project.objects.visible_to(user)


def search_projects(projects, text, user):
    """`projects.search(text)`, found by the index where `user` is answered from it."""
    rows = projects_listed(user)
    if rows.model is Project:
        return projects.search(text)
    return projects.filter(one_of("id", rows.search(text).order_by().values("pk")))


class Numbers:
    """How many projects the filters find: `total`, exactly, and `facets`, as `project_facets` has them."""

    def __init__(self, filters):
        self.filters = filters

    @cached_property
    def found(self):
        return counted_by(self.filters)

    @cached_property
    def total(self):
        """For a page that shows the facets too: what they are counted from is counted once."""
        if self.found is not None:
            return number_kept(self.found)
        if self.filters.queryset.model is Project:
            return self.filters.qs.count()
        return sum(number for key, number in self._grouped.items() if key[0] == "y")  # each has one year

    def are_dear(self, total):
        """Whether to count the facets means to look at more than `DEAR` rows: `total` projects with a frequent word."""
        return self.found is not None and "gram" in self.found and total > DEAR

    @property
    def facets(self):
        return self.first_facets(None)

    def first_facets(self, most):
        """Of counties and fields no more than the first `most` of each, by their number of projects."""
        if self.filters.queryset.model is Project:
            return project_facets(self.filters.qs)
        asked = self._asked
        counted = dict(_cells(_during(asked)).ask(**asked)) if self._are_kept else self._grouped
        return in_facets(_named(counted, most))

    @cached_property
    def _asked(self):
        return _asked(self.filters)

    @property
    def _are_kept(self):
        """Whether the facets stand in `ListedCount`."""
        return not (self._asked.keys() & {"county", "field"} or self._asked.keys() - COUNTED)

    @cached_property
    def _grouped(self):
        if self.found is not None and "gram" not in self.found:
            return dict(_keys_during(_during(self.found), bool(self.found["keys"])).ask(**self.found))
        return _grouped(self.filters.qs)


def counted_by(filters):
    """What finds rows of the index whose number is kept, by names of values: `county` and `field` as `ListedCount` has
    them, `keys` that the rows have, and those of `DURING`; or `gram` with its `pairs`. None for all other questions."""
    if filters.queryset.model is Project:
        return None
    asked = _asked(filters)
    if asked.keys() == {"search"}:
        gram = counted_gram(asked["search"])
        return {"gram": gram, "pairs": grams_of(gram)} if gram else None
    if asked.keys() - COUNTED:
        return None
    county, field = stem(asked["county"].code) if "county" in asked else "", asked.get("field")
    found = {name: asked[name] for name in _during(asked)} | {"county": county, "field": field.code if field else ""}
    return found | {"keys": keys_of(county, found["field"], found.get("year"))}


def number_kept(found):
    """How many rows there are of what `counted_by` describes."""
    [(number,)] = _kept(_during(found), "gram" in found).ask(**found)
    return number or 0


@cache
def _kept(during, spelt):
    return Prepared(kept(during, spelt))


def kept(during, spelt):
    """What gives the number that is kept for a question of `counted_by`, None for zero."""
    if spelt:
        return _summed(_having_gram())
    return _summed(_under(during).filter(county=Asked("county"), field=Asked("field")))


def number_among_all(gram):
    """(number of projects that have the gram, number of all)."""
    [(number, all_there_are)] = _among_all().ask(gram=gram)
    return number or 0, all_there_are or 0


@cache
def _among_all():
    everywhere = _summed(ListedCount.objects.filter(county="", field=""))
    return Prepared(_summed(_having_gram(), Subquery(everywhere)))


def _having_gram():
    return ListedGram.objects.filter(gram=Asked("gram"))


def _summed(rows, *more):
    return rows.order_by().annotate(all=Value(1)).values("all").values_list(Sum("number"), *more)


def facets_of_landed(user):
    """`project_facets` of the landed projects that `user` may know of: those whose stage says so stand in
    `ListedCount`, and only the few that were suspended or ended after they had landed are counted."""
    rows = projects_listed(user)
    if rows.model is Project:
        return project_facets(rows.landed())
    counted = Counter(dict(_landed().ask()))
    counted.update(_grouped(rows.left_landed()))
    return in_facets(_named(counted))


class _Keys(Prepared):
    """(key, number) of rows of the index. Projects of the same sort are counted first: there are few of them."""

    def __init__(self, rows):
        super().__init__(rows.order_by().values("sort").annotate(number=Count("*")).values_list("sort", "number"))
        self._sql = (
            "SELECT key, sum(number)::bigint FROM (SELECT unnest(string_to_array(sort, ' ')) AS key, number"
            f" FROM ({self._sql}) sorts (sort, number)) keys GROUP BY key"
        )


def _grouped(found):
    """{key: number} of rows of the index."""
    return dict(_Keys(found).ask())


@cache
def _keys_during(during, keyed):
    """The same of rows that `counted_by` describes by the questions `during` and by keys."""
    rows = Listed.objects.filter(**{DURING[name]: Asked(name) for name in during})
    return _Keys(rows.filter(HOLDING_KEYS) if keyed else rows)


@cache
def _cells(during):
    """`_by_key` under the questions `during`."""
    return _by_key(_under(during))


@cache
def _landed():
    """`_by_key` of the projects that are landed by their stage."""
    return _by_key(ListedCount.objects.filter(stage__in=LANDED))


def _by_key(rows):
    """What gives (key, number) of projects by each county, field, stage and year."""
    everywhere, of_all = rows.filter(county=""), rows.filter(field="")
    parts = (
        of_all.alias(digits=Length("county")).filter(digits=6).values_list(Concat(Value("c"), "county")),
        everywhere.exclude(field="").values_list(Concat(Value("f"), "field")),
        everywhere.filter(field="").values_list(Concat(Value("s"), "stage")),
        everywhere.filter(field="").values_list(Concat(Value("y"), "year", output_field=TextField())),
    )
    parts = [part.annotate(found=Sum("number")).filter(found__gt=0) for part in parts]
    return Prepared(parts[0].union(*parts[1:], all=True))


@cache
def _names():
    """What gives (facet, code, name, English name, scheme) of counties and fields by their codes."""
    columns = "code", "name", "name_en"
    counties = Division.objects.today().filter(Among(F("code"), Asked("counties")))
    fields = Field.objects.filter(Among(F("code"), Asked("fields")))
    return Prepared(
        counties.values_list(Value("county"), *columns, Value("")).union(
            fields.values_list(Value("field"), *columns, "scheme"), all=True
        )
    )


def _named(counted, most=None):
    """Rows for `in_facets` of {key: number}; of counties and fields only the first `most`."""
    counties = [key for key in counted if key[0] == "c" and len(key) == 7]
    fields = [key for key in counted if key[0] == "f"]
    if most is not None:
        counties, fields = (sorted(keys, key=lambda key: (-counted[key], key))[:most] for keys in (counties, fields))
    names = _names().ask(counties=[key[1:] for key in counties], fields=[key[1:] for key in fields])
    for facet, code, name, english, scheme in names:
        yield facet, code, counted[f"{facet[0]}{code}"], name, english, scheme
    for key, number in counted.items():
        if key[0] in "sy":
            yield "stage" if key[0] == "s" else "year", key[1:], number, key[1:], "", ""


def _asked(filters):
    data = filters.form.cleaned_data
    return {name: value for name, value in data.items() if name != "ordering" and value not in (None, "")}


def _during(asked):
    return tuple(sorted(asked.keys() & DURING.keys()))


def _under(during):
    return ListedCount.objects.filter(**{DURING[name]: Asked(name) for name in during})

"""Looking things up by what people type: a piece of the name, full pinyin, or initials from the first letter."""

import re
from functools import reduce
from operator import or_

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Func, Lookup, Q, TextField
from django.db.models.functions import Upper
from django.db.models.lookups import IContains
from django.http import Http404

from .text import fold_width

_LATIN = re.compile(r"^[a-z0-9]+$")


class Bigrams(Func):
    """Pairs of neighbouring characters of a text in upper case, by the database's own function `bigrams`: of them an
    index is made that finds pieces of names. Two characters are what people type, and trigrams cannot serve them."""

    function = "bigrams"
    output_field = ArrayField(TextField())

    def __init__(self, text, **extra):
        super().__init__(Upper(text), **extra)


@CharField.register_lookup
@TextField.register_lookup
class Spelled(Lookup):
    """`name__spelled="阜平"`: as `icontains`, by an index on `Bigrams("name")`. Two characters at least.

    The name itself is looked at besides, which tells the order of more than two, and at once where the index may not be
    used: under row-level security the pairs of each name would be made. Not by LIKE, which PostgreSQL takes for so rare
    that it plans badly for what a third of all names have."""

    lookup_name = "spelled"

    def as_sql(self, compiler, connection):
        upper, of_upper = IContains(self.lhs, self.rhs).process_lhs(compiler, connection)
        pairs, held = f"bigrams({upper}) @> bigrams(upper(%s))", f"strpos({upper}, upper(%s)) > 0"
        return f"({pairs} AND {held})", [*of_upper, self.rhs, *of_upper, self.rhs]


def named_like(text, path=""):
    """A condition on a `Named` record (or one at `path`, ending in `__`): its name holds `text`, or its
    pinyin or initials begin with it. `fpx`, `fuping` and 阜平 all find 阜平县. Empty text holds for all."""
    words = fold_width(text).strip()
    return Q(**{f"{path}name__icontains": words}) | _by_letters(words, path) if words else Q()


def bilingual_like(text):
    """The same of a `Bilingual` record: its English name may hold `text` too."""
    words = fold_width(text).strip()
    return named_like(text) | Q(name_en__icontains=words) if words else Q()


def named_by_index(text, columns=("name",)):
    """`named_like` as conditions that each have an index of their own, for rows that are found one after the other:
    an OR of them would look at every row, as the one condition of a single character does. `columns` have an index of
    `Bigrams`."""
    words = fold_width(text).strip()
    if len(words) < 2:
        return [reduce(or_, (Q(**{f"{column}__icontains": words}) for column in columns), _by_letters(words))]
    return [*(Q(**{f"{column}__spelled": words}) for column in columns), *map(Q, _by_letters(words).children)]


def numbered_or_404(rows, number):
    """The one of `rows` with the number of an address, which may hold what no text of the database does.

    Raises Http404 where there is none."""
    found = None if "\x00" in number else rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def letters_of(text):
    """What a pinyin or initials begin with that `text` may be; "" where it has other signs."""
    latin = fold_width(text).strip().lower().replace(" ", "")
    return latin if _LATIN.match(latin) else ""


def _by_letters(words, path=""):
    latin = letters_of(words)
    if not latin:
        return Q()
    return Q(**{f"{path}pinyin__startswith": latin}) | Q(**{f"{path}initials__startswith": latin})

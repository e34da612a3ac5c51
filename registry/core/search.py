"""Looking things up by what people type: a piece of the name, full pinyin, or initials from the first letter."""

import re

from django.db.models import Q

from .text import fold_width

_LATIN = re.compile(r"^[a-z0-9]+$")


def named_like(text, path=""):
    """A condition on a `Named` record (or one at `path`, ending in `__`): its name holds `text`, or its
    pinyin or initials begin with it. `fpx`, `fuping` and 阜平 all find 阜平县. Empty text holds for all."""
    words = fold_width(text).strip()
    if not words:
        return Q()
    condition = Q(**{f"{path}name__icontains": words})
    latin = words.lower().replace(" ", "")
    if _LATIN.match(latin):
        condition |= Q(**{f"{path}pinyin__startswith": latin}) | Q(**{f"{path}initials__startswith": latin})
    return condition


def bilingual_like(text, path=""):
    """The same of a `Bilingual` record: its English name may hold `text` too."""
    words = fold_width(text).strip()
    return named_like(text, path) | Q(**{f"{path}name_en__icontains": words}) if words else Q()

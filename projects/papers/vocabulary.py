"""What a wording of the bureau's may say: the fields and lists of each use, with made-up terms and a pattern."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from projects.models import PaperWording

from . import agreement, circular, terms

Use = PaperWording.Use


@dataclass(frozen=True)
class Vocabulary:
    """`fields`: {name: what it is}; `lists`: {name: (what it is, {field of a line: what it is})}; `sample()` gives
    made-up terms of that shape and `pattern()` the bytes of the .docx to begin a wording from."""

    fields: Mapping[str, Promise]
    lists: Mapping[str, tuple[Promise, Mapping[str, Promise]]]
    sample: Callable[[], dict]
    pattern: Callable[[], bytes]


VOCABULARIES = {
    Use.AGREEMENT: Vocabulary(terms.FIELDS, terms.LISTS, terms.sample, lambda: agreement.pattern().content()),
    Use.CIRCULAR: Vocabulary(circular.FIELDS, circular.LISTS, circular.sample, circular.pattern),
}

"""“Check figures”: every figure of a circular counted again at its instant and compared with what is stored."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .counting import Frame, find
from .marks import codes_in, typed_numbers


@dataclass(frozen=True)
class Check:
    """How many of `total` figures agree; `differences` says in words which do not, and `typed` which numbers of the
    wording are no figures of the register."""

    total: int
    agreeing: int
    differences: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)

    @property
    def agrees(self):
        return not self.differences and self.total == self.agreeing


def included(circular):
    """The paragraphs that the circular says, in their order."""
    return list(circular.parts.filter(is_included=True))


def codes_of(parts):
    return codes_in("\n".join(f"{part.heading}\n{part.text}" for part in parts))


def check_figures(circular, progress=None):
    """The `Check` of a circular: its marks, what is stored for them, and what the register says of its instant."""
    parts, stored = included(circular), {figure.code: figure for figure in circular.figures.all()}
    codes = codes_of(parts) or list(stored)
    with Frame.of(circular).read() as frame:
        found = find(frame, codes, progress)
        compared = [_compare(found[code], code, stored.get(code)) for code in codes]
    differences, agreeing = [words for one in compared for words in one], compared.count([])
    typed = typed_numbers("\n".join(part.text for part in parts))
    return Check(len(codes), agreeing, differences, typed)


def _compare(found, code, figure):
    """What differs of one figure: sentences, none where it agrees."""
    if figure is None:
        return [_("“%s” was not counted yet.") % code]
    if isinstance(found, ValidationError):
        return found.messages
    if (found.quantity.value, found.quantity.unit, str(found.quantity.qualifier), found.shown) != (
        figure.value, figure.unit, str(figure.qualifier), figure.shown,
    ):  # fmt: skip
        words = _("%(figure)s: the circular says %(stored)s, the register %(found)s.")
        return [words % {"figure": found.label, "stored": figure.shown, "found": found.shown}]
    if list(found.row_ids) != sorted(figure.row_ids) or found.row_table != figure.row_table:
        words = _("%(figure)s: the same number, but of other rows than the circular counted.")
        return [words % {"figure": found.label}]
    return []

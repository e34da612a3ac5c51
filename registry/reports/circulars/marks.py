"""Marks: where a figure stands in the wording of a circular.

`{{figure:funds}}` is a counted figure and `{{quoted:funds_involved}}` one that a source states. People write around
the marks; what stands in their place is the register's, so that nobody can type another number.
"""

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.core.quantity import measured_numbers
from registry.core.text import excerpt

QUOTED = "quoted-"
"""How the code of a quoted figure begins."""

_MARK = re.compile(r"\{\{(figure|quoted):([A-Za-z0-9_-]{1,50})\}\}")
_TITLE = re.compile(r"《[^《》]*》")
_BRACES = re.compile(r"\{\{.*?(?:\}\}|$)|\}\}", re.MULTILINE)


class Piece(NamedTuple):
    """A part of a line: plain text, or the code of a figure."""

    text: str
    code: str = ""


def mark(code):
    """The mark of the figure called `code`."""
    if code.startswith(QUOTED):
        return f"{{{{quoted:{code.removeprefix(QUOTED)}}}}}"
    return f"{{{{figure:{code}}}}}"


def pieces(text):
    """The text as a list of `Piece`s; what is no mark is text."""
    found, last = [], 0
    for each in _MARK.finditer(text):
        if each.start() > last:
            found.append(Piece(text[last : each.start()]))
        found.append(Piece(each[0], QUOTED + each[2] if each[1] == "quoted" else each[2]))
        last = each.end()
    return [*found, Piece(text[last:])] if text[last:] or not found else found


def codes_in(text):
    """The codes of the figures of a text, each once, in their order."""
    return list(dict.fromkeys(piece.code for piece in pieces(text) if piece.code))


def refuse_broken(text):
    """Raises ValidationError naming every pair of braces that is no mark."""
    rest = "".join(piece.text for piece in pieces(text) if not piece.code)
    broken = list(dict.fromkeys(found[0] for found in _BRACES.finditer(rest)))
    if broken:
        raise ValidationError([_("This is no mark of a figure: %s") % excerpt(each) for each in broken])


def typed_numbers(text):
    """Numbers with a unit that somebody typed: no figure of the register stands behind them. Titles of documents keep
    theirs."""
    return measured_numbers(_TITLE.sub(" ", _MARK.sub(" ", text)))


def filled(text, figures):
    """The text with its figures printed; `figures`: {code: what has `shown`}. Raises KeyError for one that is not."""
    return "".join(figures[piece.code].shown if piece.code else piece.text for piece in pieces(text))

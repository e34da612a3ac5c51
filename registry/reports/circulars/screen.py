"""A circular on the screen: the look of the paper with its figures as links to what stands behind them."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import override

from projects.models import Statement
from registry.core.official_papers import Official, level_of, split_subheading, title_lines
from registry.core.text import mask_personal

from .checking import included
from .counting import COUNTED, TALLIES
from .marks import QUOTED, mark
from .papers import lines_of, official


@dataclass(frozen=True)
class Shown:
    """A piece of a line: text, or a figure as printed with the stored one; None where it was not counted yet.

    `is_heading`: a heading of the second level, which the line begins with.
    """

    text: str
    code: str = ""
    figure: object = None
    is_heading: bool = False


@dataclass(frozen=True)
class Preview:
    """What a page needs to look like the paper: `said` around the text, `lines` as (level, pieces)."""

    circular: object
    said: Official
    titles: list[str]
    lines: list

    @classmethod
    def of(cls, circular):
        """Two queries. An issued circular without paragraphs has its text alone."""
        figures = {figure.code: figure for figure in circular.figures.all()}
        parts = included(circular)
        if parts:
            lines = [(line.level, [_shown(piece, figures) for piece in line.pieces]) for line in lines_of(parts)]
        else:
            lines = [(0, [Shown(mask_personal(text))]) for text in circular.text.splitlines()]
        said = official(circular, "", is_draft=circular.status != circular.Status.ISSUED)
        lines = [_levelled(level, pieces) for level, pieces in lines]
        return cls(circular, said, title_lines(mask_personal(circular.title)), lines)


def _shown(piece, figures):
    if not piece.code:
        return Shown(mask_personal(piece.text))
    figure = figures.get(piece.code)
    return Shown(figure.shown if figure else piece.text, piece.code, figure)


def _levelled(level, pieces):
    """The line with its level; a heading of the second level is a piece of its own."""
    first = pieces[0].text if pieces and not pieces[0].code else ""
    level = level or level_of(first)
    if level == 2:
        heading, rest = split_subheading(first)
        pieces = [Shown(heading, is_heading=True), *([Shown(rest)] if rest else []), *pieces[1:]]
    return level, pieces


def known_figures(circular):
    """[(mark, what it is)] of the figures that may be put into the wording by hand."""
    with override(settings.LANGUAGE_CODE):
        counted = [(mark(code), str(each.label)) for code, each in [*COUNTED.items(), *TALLIES.items()]]
        quoted = Statement.objects.filter(campaign=circular.campaign_id).order_by("position", "pk")
        quoted = {mark(QUOTED + each.code): each.title for each in reversed(quoted)}
        return [*counted, *reversed(quoted.items())]

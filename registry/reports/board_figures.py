"""What stands above the board, from the figures that are kept: `projects.board.summary` is a floor below them."""

from projects.board import summary

from .figures import FIGURES
from .figures.cube.reading import kept_figures
from .figures.definitions import FULFILLED

TOLD = (FIGURES["organisations"], FIGURES["committed"], FIGURES["received"], FULFILLED)


def kept_sums(narrowed):
    """{code: Total} of `TOLD` in all, exactly; {} where they are not kept so. `narrowed`: as of `kept_figures`. Only
    for those from whom nothing is hidden."""
    kept = kept_figures(TOLD, narrowed, (), [()])
    return {one.code: one.total(kept[one.code][()].get(())) for one in TOLD} if kept else {}


summary.KEPT.append(kept_sums)

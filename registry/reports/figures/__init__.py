"""The counted figures: the counting rules as code. Defined once; page, interface, command and circular use them."""

from .counting import (
    Figure,
    Report,
    Row,
    Slice,
    figures,
    query_of,
    reading,
    report,
    rows_behind,
    scope_of,
    version_of_answers,
)
from .definitions import FIGURES, HEADLINE, USUAL, Definition
from .dimensions import DIMENSIONS, Cell, Dimension, dimension

__all__ = [
    "DIMENSIONS",
    "FIGURES",
    "HEADLINE",
    "USUAL",
    "Cell",
    "Definition",
    "Dimension",
    "Figure",
    "Report",
    "Row",
    "Slice",
    "dimension",
    "figures",
    "query_of",
    "reading",
    "report",
    "rows_behind",
    "scope_of",
    "version_of_answers",
]

"""The summaries of this floor: what the cube of the figures keeps, to be checked and rebuilt by `check_summaries`."""

from functools import cache

from registry.core.summaries import Summary, kept_in_step

from .figures.cube.asking import CELL, SHARE, cells_sql, shares_sql
from .figures.cube.held import GROUPINGS, SCHEMA

_KEPT_SHARE, _KEPT_CELL = ", ".join(SHARE), ", ".join(CELL)
_RELIED_ON = f"""project NOT IN (SELECT project FROM {SCHEMA}.noted)
    AND NOT EXISTS (SELECT FROM {SCHEMA}.touched WHERE project IS NULL)"""  # noqa: S608 - our own names
_REFILL, _FOLD = f"SELECT {SCHEMA}.refill()", f"SELECT {SCHEMA}.fold()"
_TABLES = (f"{SCHEMA}.share", f"{SCHEMA}.cell")


@cache
def _shares():
    return f"SELECT {_KEPT_SHARE} FROM ({shares_sql()}) fresh WHERE {_RELIED_ON}"  # noqa: S608 - our own names


SHARES = kept_in_step(
    Summary(
        "what each project gives to the figures",
        f"SELECT {_KEPT_SHARE} FROM {SCHEMA}.share WHERE {_RELIED_ON}",  # noqa: S608 - our own names
        _shares,
        (_REFILL,),
        _TABLES,
        _FOLD,
    )
)
"""Of the projects that are not noted as changed: those are counted from the register whenever somebody asks."""

CELLS = kept_in_step(
    Summary(
        "figures by campaign, year, field and place",
        f"SELECT {_KEPT_CELL} FROM {SCHEMA}.cell",  # noqa: S608 - our own names
        f"SELECT {_KEPT_CELL} FROM ({cells_sql(GROUPINGS)}) counted",  # noqa: S608 - our own names
        (_REFILL,),
        _TABLES,
        _FOLD,
    )
)

"""Summaries: tables that hold what could be counted anew, kept in step by triggers within the writer's transaction.

A summary is never a source: `differences` counts it again from the register and compares every row, `rebuild` fills it
anew. Summaries stand in a module `summaries` of their app, which is imported when the process starts.
"""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction

_elsewhere: ContextVar[bool] = ContextVar("not_the_register_of_today", default=False)


@contextmanager
def no_summaries():
    """For whoever puts other rows in the place of the tables for a while: summaries know nothing of those, so that
    inside the rows themselves are asked."""
    token = _elsewhere.set(True)
    try:
        yield
    finally:
        _elsewhere.reset(token)


def summaries_stand():
    """Whether what is asked now may be answered from summaries."""
    return not _elsewhere.get()


SAMPLE = 20
"""Rows that are named of each sort of difference."""


@dataclass(frozen=True)
class Summary:
    """`kept` and `recount` are SELECTs of the same columns: the summary as it stands, and as the register has it.
    `refill` are statements that empty it and fill it anew; they run in one transaction, before which `tables`, those
    that it is counted from and its own, are locked against writers. `recount` may be a function that gives its text,
    where that is made of querysets. `fold` is a statement that brings in what writers have only noted, for summaries
    that are read together with such notes; it says how much that was."""

    name: str
    kept: str
    recount: str | Callable[[], str]
    refill: tuple[str, ...]
    tables: tuple[str, ...]
    fold: str = ""


@dataclass(frozen=True)
class Difference:
    """Rows that ought to be there and are not (`missing`), and that are there and ought not to be (`extra`)."""

    missing: int
    extra: int
    sample: tuple[str, ...]


_APART = """
    WITH kept AS ({kept}), recount AS ({recount}),
         missing AS (TABLE recount EXCEPT ALL TABLE kept), extra AS (TABLE kept EXCEPT ALL TABLE recount)
    SELECT (SELECT count(*) FROM missing), (SELECT count(*) FROM extra),
           ARRAY(SELECT missing::text FROM missing LIMIT {sample}), ARRAY(SELECT extra::text FROM extra LIMIT {sample})
"""

SUMMARIES: dict[str, Summary] = {}


def kept_in_step(summary):
    """Have `summary` checked and rebuilt by the command."""
    SUMMARIES[summary.name] = summary
    return summary


def differences(summary):
    """The `Difference` between a summary and its recount; None where they are equal. One statement: one snapshot."""
    recount = summary.recount if isinstance(summary.recount, str) else summary.recount()
    with connection.cursor() as cursor:
        cursor.execute(_APART.format(kept=summary.kept, recount=recount, sample=SAMPLE))
        missing, extra, lost, added = cursor.fetchone()
    if not missing and not extra:
        return None
    return Difference(missing, extra, (*(f"- {row}" for row in lost), *(f"+ {row}" for row in added)))


def rebuild(summary):
    """Fill a summary anew from the register. Writers wait meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(summary.tables)} IN SHARE ROW EXCLUSIVE MODE")
        for statement in summary.refill:
            cursor.execute(statement)


def fold_all():
    """Bring in what writers have noted since; the worker does it every second. Whether there was anything.

    Nobody waits for it but another one that folds, and no answer depends on it: it makes the next answers quick.
    """
    found = 0
    with connection.cursor() as cursor:
        for statement in dict.fromkeys(filter(None, (summary.fold for summary in SUMMARIES.values()))):
            cursor.execute(statement)
            found += cursor.fetchone()[0]
    return bool(found)

"""Processor seconds of an import and its undo, by what is asked of the database. A clock tells nothing where others
work on the same machine."""

import os
import re
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

TICKS = os.sysconf("SC_CLK_TCK")
_DEEDS = r"INSERT INTO|DELETE FROM|FOR (?:NO KEY )?UPDATE|UPDATE|CREATE TEMP TABLE|SELECT listing\.\w+|SET CONSTRAINTS"
WHAT = re.compile(rf"({_DEEDS})\s*(\w*)")
LEAST = 0.05


def _spent(session):
    """Processor seconds of the process of a session of the database, which runs on this machine."""
    told = Path(f"/proc/{session}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / TICKS


@contextmanager
def times():
    """Gives {what: processor seconds}, filled as statements are asked: of each table by what is done with it, `python`
    for the process itself and `all`. Constraints are asked at the end of the block, as at a commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        session = cursor.fetchone()[0]
    found, before, own = defaultdict(float), _spent(session), time.process_time()

    def timed(execute, sql, params, many, context):
        start = _spent(session)
        try:
            return execute(sql, params, many, context)
        finally:
            what = WHAT.search(sql)
            found[" ".join(filter(None, what.groups())) if what else "else"] += _spent(session) - start

    with connection.execute_wrapper(timed):
        yield found
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    found["python"] = time.process_time() - own
    found["all"] = found["python"] + _spent(session) - before


def as_lines(found):
    return [f"{seconds:6.2f} s  {what}" for what, seconds in sorted(found.items(), key=lambda one: -one[1])
            if seconds >= LEAST]  # fmt: skip

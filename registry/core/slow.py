"""Statements that take too long, and those that one answer repeats: told in the log, with the line that asked them.

On where `SLOW_QUERY_MS` is not 0 (development): in production PostgreSQL's own log and pg_stat_statements tell the
same for all processes (docs/watching.md). Statements are told without their values.
"""

import logging
import sys
import time
from collections import Counter
from pathlib import Path

from django.conf import settings

logger = logging.getLogger("registry.slow")

REPEATED = 5
"""How often one answer may ask the same statement before it is told."""

LONGEST = 700
"""Characters of a statement that are told."""

ROOT = f"{Path(__file__).resolve().parents[2]}/"
PASSED_OVER = tuple(
    f"registry/core/{name}.py" for name in ("access", "slow", "session_settings", "session_roles", "public_session")
)
"""They stand between whoever asked and the database."""

SETS = ("SELECT scope.enter", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "RESET ")
"""Beginnings of statements that set a session, and are repeated on purpose."""


class Watch:
    """An execute wrapper of one answer: `number` and `seconds` of its statements, and which of them are to be told."""

    def __init__(self, limit=None):
        self.limit = settings.SLOW_QUERY_MS if limit is None else limit
        self.number, self.seconds, self.slow = 0, 0.0, []
        self.times, self.places = Counter(), {}

    def __call__(self, execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = time.perf_counter() - began
            self.number += 1
            self.seconds += took
            if self.limit:
                self._look(sql, took * 1000)

    def _look(self, sql, ms):
        self.times[sql] += 1
        if ms >= self.limit:
            self.slow.append((sql, ms, place()))
        if self.times[sql] == REPEATED:
            self.places[sql] = place()

    def tell(self, route):
        """One line for each statement that was slow, or repeated."""
        for sql, ms, where in self.slow:
            facts = {"route": route, "ms": round(ms, 1), "place": where}
            logger.warning("slow: %s ms at %s for %s: %s", facts["ms"], where, route, short(sql), extra=facts)
        for sql, where in self.places.items():
            if not sql.startswith(SETS):
                facts = {"route": route, "times": self.times[sql], "place": where}
                logger.warning(
                    "repeated: %s times at %s for %s: %s", facts["times"], where, route, short(sql), extra=facts
                )


def place():
    """The innermost line of our own code that asks: `projects/views.py:41`."""
    frame = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        ours = path.removeprefix(ROOT)
        if path.startswith(ROOT) and not ours.startswith((".venv/", *PASSED_OVER)):
            return f"{ours}:{frame.f_lineno}"
        frame = frame.f_back
    return "?"


def short(sql):
    """A statement on one line, cut where it is long."""
    line = " ".join(str(sql).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"

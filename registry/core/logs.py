"""Lines of the log: each with the id of its request, so that an error id told by a visitor finds its lines, and none
with personal data. What a program says of itself may hold what somebody typed: it is hidden before it is written.
"""

import logging
import re

from pythonjsonlogger.json import JsonFormatter

from .personal import shielded
from .trail import request_id

LONGEST = 1000
"""Characters of a line that are kept."""

EXTRA = frozenset({"method", "route", "status", "ms", "user", "queries", "db_ms", "object", "action", "place", "times"})
"""What an event may bring beside its message; anything else may be personal (a request, an address) and is left out."""

OURS, TEXTS = frozenset({"level", "logger", "request_id", "at"}), ("message", "exc_info", "stack_info")

_DETAIL = re.compile(r"(DETAIL|CONTEXT|PARAMETERS?):.*")
_QUERY = re.compile(r"(?<=[/\w])\?[^\s\"'>)]+")
"""What follows a `?` in an address: words that somebody looked for."""


class RequestId(logging.Filter):
    """Adds `request_id` to each record, `-` outside requests; lets every record pass.

    Django tells of a refusal after the middleware is done, when only the record still knows its request.
    """

    def filter(self, record):
        record.request_id = request_id.get() or getattr(getattr(record, "request", None), "id", "") or "-"
        return True


def told(text):
    """A text as the log may hold it: no numbers of persons, no queries, no rows that PostgreSQL quotes.

    Long lines are cut first: whoever sends a long address must not keep the log busy looking through it.
    """
    lines = (line if len(line) <= LONGEST else f"{line[:LONGEST]}…" for line in text.splitlines())
    return _QUERY.sub("?…", shielded(_DETAIL.sub(r"\1: …", "\n".join(lines))))


class Line(logging.Formatter):
    """For people: one line an event, and below it where it came from."""

    def __init__(self):
        super().__init__("{asctime} {levelname} {request_id} {name}: {message}", style="{")

    def format(self, record):
        return told(super().format(record))


class Json(JsonFormatter):
    """For machines: one object a line, with the instant in UTC and whatever `extra` the event brought."""

    def __init__(self):
        super().__init__(
            "{levelname}{name}{message}{request_id}", style="{", timestamp=True, json_ensure_ascii=False,
            rename_fields={"levelname": "level", "name": "logger", "timestamp": "at"},
        )  # fmt: skip

    def process_log_record(self, log_data):
        kept = {name: value for name, value in log_data.items() if name in EXTRA | OURS}
        kept |= {name: told(value) for name, value in log_data.items() if name in TEXTS and isinstance(value, str)}
        return super().process_log_record(kept)

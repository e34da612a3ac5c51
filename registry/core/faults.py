"""Faults that no page caught, kept with the number that the visitor was told, so that the operator finds their lines.

A file of the machine, not a table: what went wrong may be the database. Of a fault its class, route and number are
kept, and nothing that somebody typed.
"""

import json
import logging
import os
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from .trail import request_id

logger = logging.getLogger(__name__)

LARGEST = 256 * 2**10
"""Bytes after which the file is put aside and begun anew; the one before is kept."""


def _file():
    return Path(settings.DATA_DIR) / "faults.jsonl"


def note(error, route):
    """Keep that `error` came out of `route`. A disk that takes nothing is told in the log."""
    fact = {"at": timezone.now().isoformat(), "id": request_id.get(), "kind": type(error).__name__, "route": route}
    try:
        if _file().exists() and _file().stat().st_size > LARGEST:
            _file().replace(_file().with_suffix(".1.jsonl"))
        with open(_file(), "ab") as file:  # one write of a short line: the processes do not cut each other's
            file.write(json.dumps(fact).encode() + b"\n")
    except OSError as problem:
        logger.warning("a fault could not be kept: %s", os.strerror(problem.errno or 0))


def latest(number):
    """The newest faults of this machine as {"at", "id", "kind", "route"}, newest first."""
    try:
        lines = _file().read_bytes().splitlines()[-number:]
    except OSError:
        return []
    found = []
    for line in reversed(lines):
        try:
            fact = json.loads(line)
            found.append(fact | {"at": parse_datetime(fact["at"])})
        except (ValueError, TypeError, KeyError):  # cut when the machine went down
            continue
    return found

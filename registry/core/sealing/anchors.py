"""Anchors: the newest seal told outside of the database, where its owner cannot reach.

One line of JSON each, appended and flushed to disk: whoever makes the chain anew would have to change these lines too.
They are not signed. The key would lie beside the program that writes the file, so whoever can write the file could sign
as well; and against the owner of the database, who can do neither, the line itself is enough. It belongs on another
account, best on another machine; `ANCHORS_URL` tells it to a second place at the same time.
"""

import json
import logging
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from ..models import Seal
from ..posting import Forbidden, post

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
"""How often the worker tells the newest seal, also when there is no new one: a silence is then seen too."""

RESTORE = "restore"

_TAIL = 4096
"""Bytes at the end of the file that surely hold the last line."""


@dataclass(frozen=True)
class Anchor:
    """One line: at which instant the chain ended with which seal. `kind` is empty, or `restore` where the register was
    put back to this seal from a backup, so that later ones belong to a history that was given up."""

    at: str
    serial: int
    upto: int
    digest: str
    algorithm: str
    kind: str = field(default="")

    @property
    def instant(self):
        return datetime.fromisoformat(self.at)

    def __str__(self):
        return json.dumps({name: value for name, value in asdict(self).items() if value != ""})


def anchor(*, at_once=False):
    """Tell the newest seal outside, if the last one was told `EVERY` ago, or `at_once`; returns the line or None.

    Raises OSError where the file cannot be written.
    """
    head, last = newest_seal(), last_anchor()
    if head is None or (last is not None and not at_once and timezone.now() - last.instant < EVERY):
        return None
    if at_once and last is not None and last.digest == head.digest:
        return None
    return _tell(head)


def anchor_restore():
    """Note that the register was put back to its newest seal from a backup; returns the line, None without a seal."""
    head = newest_seal()
    return _tell(head, RESTORE) if head else None


def newest_seal():
    return Seal.objects.defer("leaves", "numbers").first()


def _tell(head, kind=""):
    line = Anchor(timezone.now().isoformat(), head.serial, head.upto_id, head.digest, head.algorithm, kind)
    _append(f"{line}\n".encode())
    if settings.ANCHORS_URL:
        try:
            code = post(settings.ANCHORS_URL, f"{line}\n".encode(), {"Content-Type": "application/json"})
            if code >= 300:
                logger.warning("the second place for anchors answered %s", code)
        except (Forbidden, OSError) as problem:  # what `requests` raises is an OSError
            logger.warning("the second place for anchors was not reached: %s", problem)
    return line


def _append(line):
    """Add a line whole or not at all."""
    settings.ANCHORS.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle = os.open(settings.ANCHORS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        size = os.fstat(handle).st_size
        try:
            whole = os.write(handle, line) == len(line)
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)
            raise
        if not whole:
            os.ftruncate(handle, size)
            raise OSError(f"{settings.ANCHORS} takes no more")
    finally:
        os.close(handle)


def last_anchor():
    """The last line, None where there is none or it cannot be read."""
    try:
        with settings.ANCHORS.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            return read_line(file.read().splitlines()[-1])
    except (OSError, IndexError, ValueError):
        return None


def read_line(line):
    """An anchor from its line. Raises ValueError."""
    try:
        found = Anchor(**json.loads(line))
        if found.instant.tzinfo is None or not isinstance(found.serial, int):
            raise ValueError("an instant without its zone, or a serial that is no number")
    except TypeError as problem:
        raise ValueError(str(problem)) from problem
    return found

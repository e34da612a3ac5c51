"""The door: check a file, read it here, or read it in a process that may run out of memory or time without harm."""

import atexit
import contextlib
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

from . import events
from .grid import Refused
from .limits import MIB, Fault
from .words import refusal

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[3]
LONGEST_LINE = 32 * MIB
LONGEST_STREAM = 1024 * MIB
"""Bytes that a child may send: one line, all of them. What it reads is kept far below by `limits`."""

PIECE = MIB
"""So many of them at most are taken from it at once."""

SECONDS, MEMORY_MIB = 60, 400
"""What a child has, unless it is told otherwise."""

SECONDS_TO_DIE = 2
"""What a child gets to end after its last line, so that its exit code tells why."""

LOGGED = 4096
"""Bytes of a child's last words that the log keeps."""

OUT_OF_MEMORY = 3
"""The child's exit code when it has not even the memory to say so."""

_START = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module('registry.core.sheets', run_name='__main__', alter_sys=True)"
)
_KEPT = ("PATH", "LD_LIBRARY_PATH")
"""What the child gets of the environment: no passwords."""


def precheck(path):
    """The format of a file, "xlsx" or "csv", by its content; raises Refused.

    Archives are unpacked piece by piece once and nothing is kept: a second or two at the limits, in little memory.
    """
    with _refusing(), open(path, "rb") as file:
        return events.check(file)


def read_book(path):
    """The file as a `grid.Book`, read in this process: for tests and the child. Raises Refused."""
    with _refusing(), open(path, "rb") as file:
        return events.book(events.events(file))


def read_in_child(path, *, seconds=SECONDS, memory_mib=MEMORY_MIB):
    """The file as a `grid.Book`, read by a process that has so many seconds and so much memory. Raises Refused.

    The child is niced, gets nothing of the environment and may write no file; what it sends is checked like any input.
    """
    path = Path(path).resolve(strict=True)
    with _begun.pop((path, seconds, memory_mib), None) or Reading(path, seconds, memory_mib) as reading:
        return reading.book()


def begin_to_read(path):
    """Let the child begin that `read_in_child` will ask for the same file: before Django is there, which takes as long
    to start as the child to read."""
    path = Path(path).resolve(strict=True)
    reading = _begun[path, SECONDS, MEMORY_MIB] = Reading(path, SECONDS, MEMORY_MIB)
    atexit.register(reading.end)


_begun = {}
"""The files of which nobody has asked for the book yet."""


class Reading:
    """A file that a child reads. What it sends is taken from it at once, so that it never waits for who asks."""

    def __init__(self, path, seconds, memory_mib):
        command = [sys.executable, "-I", "-c", _START, str(ROOT), str(path), str(seconds), str(memory_mib)]
        self.limits = seconds, memory_mib
        self.child = subprocess.Popen(
            command,
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.is_late, self.pieces = threading.Event(), queue.SimpleQueue()
        self.timer = threading.Timer(seconds, _stop, [self.child, self.is_late])
        self.timer.daemon = True  # whoever leaves without asking for the book does not wait for it
        self.timer.start()
        self.taking = threading.Thread(target=self._take, daemon=True)
        self.taking.start()

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.end()

    def book(self):
        try:
            with _refusing():
                return events.book(_sent(iter(self.pieces.get, b"")))
        except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
            raise _end_of(self.child, self.is_late.is_set(), *self.limits, error) from error

    def end(self):
        self.timer.cancel()
        self.child.kill()
        self.child.wait()
        self.taking.join()
        self.child.stdout.close()
        self.child.stderr.close()

    def _take(self):
        total = 0
        while total <= LONGEST_STREAM and (piece := self.child.stdout.read1(PIECE)):
            total += len(piece)
            self.pieces.put(piece)
        self.pieces.put(b"")


def _stop(child, is_late):
    is_late.set()
    child.kill()


def _environment():
    return {"LC_ALL": "C.UTF-8"} | {name: os.environ[name] for name in _KEPT if name in os.environ}


def _sent(pieces):
    """The events that a child sends in `pieces` of bytes, one line each; raises Fault for those by which it refuses the
    file."""
    total, rest = 0, b""
    for piece in pieces:
        total += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) >= LONGEST_LINE or total > LONGEST_STREAM:
            raise ValueError("more than a file can hold")
        for line in lines:
            if len(line) >= LONGEST_LINE:
                raise ValueError("more than a line can hold")
            event = json.loads(line)
            if event[0] == "refused":
                raise Fault(event[1], **event[2])
            yield event
    if rest:
        raise ValueError("the last line broke off")


def _end_of(child, is_late, seconds, memory, error):
    """Why a child ended without a last word, for people; the log has the rest."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(SECONDS_TO_DIE)
    child.kill()
    code = child.wait()
    if is_late or code == -signal.SIGXCPU:
        return refusal("TOO_SLOW", {"limit": seconds})
    if code == OUT_OF_MEMORY:
        return refusal("OUT_OF_MEMORY", {"limit": memory})
    logger.error("the process that read a workbook ended with %s: %r\n%s", code, error, child.stderr.read(LOGGED))
    return refusal("CRASHED", {})


@contextlib.contextmanager
def _refusing():
    """Faults as what people are told."""
    try:
        yield
    except Fault as fault:
        raise refusal(fault.code, fault.params) from fault


__all__ = ["Refused", "begin_to_read", "precheck", "read_book", "read_in_child"]

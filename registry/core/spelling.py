"""Names spelt by another process while this one is busy with what it needs them for.

To read the tables of pinyin and to spell the names of a large ledger takes a second. A command that will need them
begins the process before Django is there, tells it the names as soon as it has them, and takes what came of them when
it writes. Where no process was begun `tell` and `take` do nothing, and each name is spelt when it is asked for.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from . import pinyin

logger = logging.getLogger(__name__)

_START = "import sys; sys.path.insert(0, sys.argv[1]); from registry.core.spelling import answer; answer()"
_ROOT = str(Path(__file__).resolve().parents[2])

_begun: list[subprocess.Popen] = []
_told: list[Future] = []


def begin() -> None:
    """Start the process. It ends when it has answered, or when this one ends."""
    command = [sys.executable, "-I", "-c", _START, _ROOT]
    _begun.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))


def tell(names: Iterable[str]) -> None:
    """Have the process that was begun spell `names`."""
    if _begun:
        beside = ThreadPoolExecutor(max_workers=1)
        _told.append(beside.submit(_begun.pop().communicate, json.dumps([*dict.fromkeys(names)]).encode()))
        beside.shutdown(wait=False)


def take() -> None:
    """Let `search_keys` know what came of the names that were told; waits for it. What did not come is spelt here."""
    while _told:
        answered, _errors = _told.pop().result()
        try:
            pinyin.spelt.update((name, tuple(keys)) for name, keys in json.loads(answered).items())
        except ValueError:
            logger.exception("the process that spells names ended without an answer")


def answer() -> None:
    """What the process does: it reads its tables, then the names, of which there may be none, and sends their keys."""
    pinyin.tables()
    if told := sys.stdin.buffer.read():
        json.dump({name: pinyin.search_keys(name) for name in json.loads(told)}, sys.stdout)

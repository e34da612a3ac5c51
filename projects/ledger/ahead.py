"""What the command of imports begins before Django is there, which takes a second to start: the sheet is read and the
tables of pinyin are by then, each by a process of its own."""

import gc
from pathlib import Path

from registry.core import spelling
from registry.core.sheets import begin_to_read

RARELY = (100_000, 50, 100)
"""How often Python looks for what only points at itself: a command keeps nearly all that it makes until it ends, and to
look through it at the usual pace takes a tenth of its time."""


def begin(arguments):
    """Begin what `import_ledger` with these arguments will ask for. Where the file is not named first nothing is begun,
    and where it is not there, or the command is called otherwise, the command says so."""
    if arguments and Path(arguments[0]).is_file():
        gc.set_threshold(*RARELY)
        begin_to_read(arguments[0])
        if "--commit" in arguments:
            spelling.begin()

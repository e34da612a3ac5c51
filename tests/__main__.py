"""`python -m tests [ARGUMENTS of pytest]`: the tests, with their databases in memory where there is room.

Hundreds of databases are copied and dropped, a thousand files each, and some file systems take half a second for one.
Plain `pytest` works as well, with the databases where those of the site are.
"""

import hashlib
import shutil
import subprocess
import sys
from contextlib import contextmanager, suppress
from os import environ
from pathlib import Path

import dev
from registry.core.embedded.server import Server

EVERYTHING = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder"]
"""The whole suite: on all cores, each file in one process, with a test database for each."""
MEMORY = Path("/dev/shm")  # nosec B108  # noqa: S108  files that are nowhere but in memory (Linux)
ROOM = 6 * 2**30
"""Bytes of memory that must be free; the databases take one or two GB of them."""


def has_room():
    """Whether the databases may be in memory: not where somebody says where data are to be."""
    if environ.get("DATABASE_URL") or environ.get("DATA_DIR"):
        return False
    with suppress(OSError):
        told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        available = int(told["MemAvailable"].removesuffix("kB")) * 1024
        return min(available, shutil.disk_usage(MEMORY).free) > ROOM
    return False


@contextmanager
def data_in_memory():
    """Within, a folder for a server of the tests' own; both are gone afterwards."""
    folder = MEMORY / f"bangfu-tests-{hashlib.sha256(dev.ROOT.encode()).hexdigest()[:12]}"
    folder.mkdir(mode=0o755, exist_ok=True)
    try:
        yield folder
    finally:
        Server(folder / "postgres").stop()
        shutil.rmtree(folder)


def run(arguments, **more):
    command = [sys.executable, "-m", "pytest", *(arguments or EVERYTHING)]
    return subprocess.run(command, cwd=dev.ROOT, env=dev.environment(**more)).returncode


def main(arguments):
    if not has_room():
        return run(arguments)
    with data_in_memory() as folder:
        return run(arguments, DATA_DIR=str(folder))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

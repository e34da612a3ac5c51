"""How long `make run` takes until it answers, where all is set up: `pytest -m bench tests/bench/test_start.py`.

The site is started three times in a data folder of its own: the first time makes the database, the others are measured.
START_SECONDS holds it to something else than 10 s.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.house import ROOT

pytestmark = pytest.mark.bench
SECONDS = float(os.environ.get("START_SECONDS", "10"))
READY = re.compile(r"answers at \S+ after (\d+) s")


def started(folder):
    """Seconds from the command to the line that says that the site answers; it is ended again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()
    site = subprocess.Popen(
        [sys.executable, "dev.py", "run"], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=os.environ | {"DATA_DIR": str(folder), "PORT": str(port), "DEMO": "1"}, start_new_session=True,
    )  # fmt: skip
    try:
        for line in site.stdout:
            if READY.search(line):
                return time.monotonic() - began
        raise AssertionError(f"it ended with {site.wait()} before it answered")
    finally:
        site.send_signal(signal.SIGTERM)
        site.communicate(timeout=60)


def test_a_site_that_is_set_up_answers_soon(tmp_path, capsys):
    first, *again = (started(tmp_path) for _turn in range(3))
    with capsys.disabled():
        print(f"\nfirst start {first:.1f} s, then {', '.join(f'{one:.1f}' for one in again)} s")  # noqa: T201
    assert min(again) < SECONDS

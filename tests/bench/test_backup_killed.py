"""Backup and restore killed in the middle, again and again (`pytest -m bench`, `BACKUP_KILLS=20` for more).

Whenever the kill comes, the register is as it was or as the backup has it, and no half backup counts as one.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from registry.core.backup.recovery import ask
from registry.core.embedded.server import Server
from tests.house import ROOT

pytestmark = pytest.mark.bench
KILLS = int(os.environ.get("BACKUP_KILLS") or 5)


def manage(place, *arguments):
    environment = {**os.environ, "DATA_DIR": str(place / "data"), "DEMO": "1"}
    environment.pop("DATABASE_URL", None)
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def names(server):
    """(rows of projects, of those that were changed since the backup)"""
    return ask(server, "SELECT count(*), count(*) FILTER (WHERE name LIKE '改%') FROM projects_project")[0]


@pytest.fixture
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    server = Server(folder / "data" / "postgres")
    assert manage(folder, "prepare").wait() == 0
    yield folder
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def killed(process, longest):
    """Kill the whole session of a process at some time; whether it had ended before."""
    time.sleep(random.uniform(0, longest))
    ended = process.poll() is not None
    if not ended:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return ended


def test_no_kill_leaves_half_a_backup_or_half_a_register(place):
    server = Server(place / "data" / "postgres")
    began = time.monotonic()
    assert manage(place, "backup", str(place / "backups" / "whole")).wait() == 0
    longest = time.monotonic() - began
    for number in range(KILLS):
        target = place / "backups" / f"n{number}"
        killed(manage(place, "backup", str(target)), longest)
        if target.exists():
            assert manage(place, "restore", "--check", str(target)).wait() == 0
    ask(server, "UPDATE projects_project SET name = '改' || name")
    rows, changed = names(server)
    restore = ("restore", "--replace", "--as-it-is", str(place / "backups" / "whole"))
    began = time.monotonic()
    for _ in range(KILLS):
        killed(manage(place, *restore), longest * 3)
        assert names(server) in ((rows, changed), (rows, 0))
    assert manage(place, *restore).wait() == 0
    assert names(server) == (rows, 0)

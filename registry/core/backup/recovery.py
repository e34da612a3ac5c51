"""Back to an instant: a base copy of the server and the archived WAL, tried on a server of one's own.

What is tried here with the embedded server is what the README tells an operator to set up: `archive_mode`,
`archive_command`, `archive_timeout`, `pg_basebackup`, and a recovery with `restore_command` and a target.
"""

import shutil
import signal
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from registry.core.embedded.server import DATABASE, PORT, ROLE, Server

from .programs import BackupError

ARCHIVE_TIMEOUT = 1
"""Seconds after which the server of the trial hands over a WAL file that is not full; an operator takes 60."""

WRITES = "CREATE TABLE drill_write (number int PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())"


@dataclass(frozen=True)
class Recovered:
    """What a trial found. `lost` of the acknowledged writes were missing, `extra` came back beyond the instant;
    `seconds` is how long the recovery took, `rpo` how many seconds of writes a lost server cost at most."""

    lost: int
    extra: int
    seconds: float
    rpo: float

    @property
    def is_right(self):
        return not self.lost and not self.extra


def archiving(folder):
    """Settings of a server that archives its WAL into `folder`."""
    return {
        "archive_mode": "on",
        "archive_command": f'test ! -f "{folder}/%f" && cp %p "{folder}/.%f" && mv "{folder}/.%f" "{folder}/%f"',
        "archive_timeout": f"{ARCHIVE_TIMEOUT}s",
    }


def private_folder(place, server):
    """A new folder that only the user of the server may enter."""
    return server._private_folder(Path(place))


def ask(server, sql, *values):
    """The rows that a server answers; each call is a transaction of its own."""
    with closing(psycopg2.connect(host=str(server.socket), port=PORT, user=ROLE, dbname=DATABASE)) as opened:
        opened.autocommit = True
        with opened.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else None


class _Writing(threading.Thread):
    """Writes a row every few milliseconds and notes which were acknowledged, until told to end or the server dies."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self._server, self._over, self.acknowledged = server, threading.Event(), []

    def run(self):
        try:
            with closing(
                psycopg2.connect(host=str(self._server.socket), port=PORT, user=ROLE, dbname=DATABASE)
            ) as opened:
                opened.autocommit = True
                with opened.cursor() as cursor:
                    while not self._over.is_set():
                        number = len(self.acknowledged)
                        cursor.execute("INSERT INTO drill_write VALUES (%s) RETURNING at", [number])
                        self.acknowledged.append(cursor.fetchone()[0])
                        time.sleep(0.005)
        except psycopg2.Error:  # the server was killed, as the trial wants it
            pass

    def end(self):
        self._over.set()
        self.join()


def rehearse(server, place, archive, *, seconds=2.0):
    """Copy a running, archiving server, go on writing, kill it, and recover twice: to an instant, and to the last.

    `place` is a folder for the copies. Returns `Recovered`. Raises BackupError.
    """
    place = Path(place)
    ask(server, WRITES)
    base = private_folder(place / "base", server)
    _copied(server, base)
    writing = _Writing(server)
    writing.start()
    time.sleep(seconds / 2)
    instant = ask(server, "SELECT clock_timestamp()")[0][0]
    time.sleep(seconds / 2 + ARCHIVE_TIMEOUT)
    killed_at = ask(server, "SELECT clock_timestamp()")[0][0]
    _kill(server)
    writing.end()
    began = time.monotonic()
    then = _recovered(place / "then", base, archive, f"recovery_target_time = '{instant.isoformat()}'")
    took = time.monotonic() - began
    latest = _recovered(place / "latest", base, archive, "")
    expected = sum(at <= instant for at in writing.acknowledged)
    beyond = sum(number >= expected for number in then)
    kept = writing.acknowledged[max(latest)] if latest else instant
    return Recovered(
        lost=expected - (len(then) - beyond), extra=beyond, seconds=took, rpo=max((killed_at - kept).total_seconds(), 0)
    )


def _copied(server, base):
    target = [f"--pgdata={base}", "--wal-method=none", "--checkpoint=fast", "--no-sync", "--no-manifest"]
    done = server._run(
        "pg_basebackup", "-h", server.socket, "-p", str(PORT), "-U", ROLE, *target, capture_output=True, text=True
    )
    if done.returncode:
        raise BackupError(f"pg_basebackup: {done.stderr.strip()[-800:]}")


def _kill(server):
    """Kill the server with its last WAL file not yet archived: the worst that a machine can do."""
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    server._run("pg_ctl", "kill", signal.SIGKILL.name.removeprefix("SIG"), str(pid), capture_output=True)


def _recovered(place, base, archive, target):
    """The numbers of the writes that a server recovered from the copy and the archive holds."""
    place.mkdir()
    place.chmod(0o755)
    server = Server(place / "postgres")
    private_folder(server.data, server)
    owner = base.stat()
    shutil.copytree(base, server.data, dirs_exist_ok=True)
    with (server.data / "postgresql.auto.conf").open("a") as conf:
        fetched = f'cp "{archive}/%f" %p'
        conf.write(f"\nrestore_command = '{fetched}'\n{target}\nrecovery_target_action = 'promote'\n")
    (server.data / "recovery.signal").touch()
    for path in (server.data, *server.data.rglob("*")):
        shutil.chown(path, owner.st_uid, owner.st_gid)
    try:
        server.start()
        _promoted(server)
        return [number for (number,) in ask(server, "SELECT number FROM drill_write ORDER BY number")]
    finally:
        server.stop()


def _promoted(server, seconds=60):
    """Wait until the recovery has come to its end."""
    until = time.monotonic() + seconds
    while ask(server, "SELECT pg_is_in_recovery()")[0][0]:
        if time.monotonic() > until:
            raise BackupError("The recovery did not come to its end.")
        time.sleep(0.05)

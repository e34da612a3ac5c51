"""The drill: everything that is needed on the worst day, done in a scratch place, measured, and noted in the trail.

The live register is read and nothing else; it is backed up, restored into a server of its own, compared, served, and
that server is lost and recovered to an instant. Mails, texts and webhooks are off throughout.
"""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

from registry.core.embedded.server import Server

from . import recovery
from .making import digest_of, make_backup
from .notes import BACKUP, DRILL, age, note
from .programs import BackupError

OURS = ("DATABASE_URL", "EMAIL_URL", "SMS_ADAPTER", "PRODUCTION", "ALLOWED_HOSTS", "MEDIA_ROOT", "ANCHORS",
        "ANCHORS_URL", "DATABASE_OWNER_URL", "LOG_FILE", "SITE_URL")  # fmt: skip
"""Variables by which a process of the drill could reach what is live."""

PAGES = ("/readyz", "/")


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a socket in a folder: no port of the machine is taken."""

    def __init__(self, place):
        super().__init__("localhost", timeout=30)
        self._place = str(place)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._place)


@dataclass
class Drill:
    """A drill and what it found: seconds by step, what was wrong, and the two times that matter."""

    place: Path
    say: object
    seconds: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)
    backup_age: float | None = None
    rpo: float = 0.0
    manifest: str = ""

    @property
    def rto(self):
        """Seconds from an empty machine to the first page, by the backup."""
        return round(sum(self.seconds[step] for step in ("server", "restore", "page")), 2)

    @contextmanager
    def step(self, name):
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 2)
        self.say(f"{name}: {self.seconds[name]} s")

    def manage(self, *arguments):
        """Run a command of the project on the scratch register. Raises BackupError with its last words."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR, env=self.environment(), capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise BackupError(f"{arguments[0]}: {(done.stderr or done.stdout).strip()[-800:]}")

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        return kept | {"DATA_DIR": str(self.place / "data"), "DEMO": "0", "DJANGO_SETTINGS_MODULE": "registry.settings"}


def run_drill(*, say=lambda words: None, parent=None, keep=False):
    """Do the whole drill in a new folder (under `parent`); returns the `Drill`. Raises BackupError.

    What is wrong does not stop it where the rest can still be tried. The folder goes afterwards unless `keep`.
    """
    place = Path(tempfile.mkdtemp(prefix="bangfu-drill-", dir=parent))
    place.chmod(0o755)  # the server's user must enter it; what is private within is closed by itself
    drill = Drill(place, say, backup_age=age(BACKUP))
    server = Server(place / "data" / "postgres", **recovery.archiving(place / "archive"))
    try:
        _back_up_and_restore(drill, server)
        _serve(drill)
        _recover(drill, server)
        note(DRILL, _told(drill))
    finally:
        server.stop()
        if not keep:
            shutil.rmtree(place, ignore_errors=True)
    return drill


def _back_up_and_restore(drill, server):
    backup = drill.place / "backup"
    with drill.step("backup"):
        manifest = make_backup(backup, noted=False)
    drill.manifest = digest_of(backup)
    drill.wrong += [f"lost in the register: {name}" for name in manifest["missing"]]
    with drill.step("server"):
        recovery.private_folder(drill.place / "archive", server)
        server.start()
    with drill.step("restore"):  # compares every table and every file, and makes the register ready
        drill.manage("restore", str(backup))
    with drill.step("history"):
        if "verify_history" in get_commands():
            try:
                drill.manage("verify_history")
            except BackupError as found:
                drill.wrong.append(str(found))


def _serve(drill):
    """Ask a site on the restored register for its pages."""
    place = drill.place / "site.sock"
    command = [sys.executable, "-m", "gunicorn", "--config=python:registry.serving", f"--bind=unix:{place}"]
    with drill.step("page"), open(drill.place / "site.log", "w") as log:
        site = subprocess.Popen(
            [*command, "registry.wsgi"], cwd=settings.BASE_DIR, env=drill.environment(), stdout=log, stderr=log
        )
        try:
            for page in PAGES:
                code = _asked(place, page, site)
                if code != 200:
                    drill.wrong.append(f"{page} answered {code}")
        finally:
            site.terminate()
            site.wait(timeout=30)


def _asked(place, page, site, seconds=60):
    """The code that the site answers, as soon as it is there; 0 where it never is."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and site.poll() is None:
        connection = UnixConnection(place)
        try:
            connection.request("GET", page)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    return 0


def _recover(drill, server):
    with drill.step("recovery"):
        found = recovery.rehearse(server, drill.place, drill.place / "archive")
    drill.rpo = round(found.rpo, 2)
    drill.seconds["to an instant"] = round(found.seconds, 2)
    if not found.is_right:
        drill.wrong.append(f"recovery to an instant: {found.lost} writes lost, {found.extra} too many")


def _told(drill):
    return {
        "seconds": drill.seconds, "wrong": drill.wrong, "rto": drill.rto, "rpo": drill.rpo, "manifest": drill.manifest,
        "backup_age": drill.backup_age and round(drill.backup_age),
    }  # fmt: skip

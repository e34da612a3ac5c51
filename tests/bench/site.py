"""A whole site of its own: embedded server, gunicorn as `make run` starts it, a worker; to be killed at will."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from registry.core.embedded.server import PORT, Server
from tests.house import ROOT

BEGIN = """
import json, os, sys
import django
django.setup()
given = json.loads(sys.argv[1])
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """A site in `folder`; its database is empty but for roles and reference data. Use it in a `with`."""

    def __init__(self, folder):
        self.folder, self.programs = Path(folder), {}
        self.port = free_port()
        self.ports = {"web": self.port}
        self.database = Server(self.folder / "postgres")
        own = {"DATA_DIR": str(folder), "DEMO": "0", "JOB_LEASE": "5", "DJANGO_SETTINGS_MODULE": "registry.settings"}
        self.environment = {**os.environ, **own, "API_RATES": "0,0,0", "WEB_CONCURRENCY": "2", "PYTHONUTF8": "1"}
        for name in ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE"):  # programs are compiled once, as in production
            self.environment.pop(name, None)

    def __enter__(self):
        self.database.start()
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=self.environment, check=True)
        return self

    def __exit__(self, *problem):
        for name in list(self.programs):
            self.kill(name)
        self.database.stop()

    def ask(self, program, **given):
        """What the program `program` gives as JSON on its last line, run beside the site; `given` is its `given`."""
        command = [sys.executable, "-c", BEGIN + program, json.dumps(given)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

    def command(self, name):
        """The arguments to Python of the program `name`: the worker, or a web server at its port."""
        if name == "work":
            return ["manage.py", "work"]
        place = f"--bind=127.0.0.1:{self.ports[name]}"
        return ["-m", "gunicorn", "--config=python:registry.serving", place, "registry.wsgi"]

    def start(self, name, **more):
        """Starts the program `name` with `more` in its environment, and waits until it answers if it has a port."""
        log = (self.folder / f"{name}.log").open("ab")
        self.programs[name] = subprocess.Popen(
            [sys.executable, *self.command(name)], cwd=ROOT, env=self.environment | more, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        log.close()
        if name in self.ports:
            self._wait(self.ports[name])

    def _wait(self, port):
        for _each in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.1)
        raise TimeoutError("the site does not answer")

    def processes(self, name):
        """The ids of the program `name` and of all that it has started."""
        found, asked = [], [self.programs[name].pid]
        while asked:
            number = asked.pop()
            with contextlib.suppress(OSError):
                asked += map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split())
                found.append(number)
        return found

    def kill(self, name):
        """kill -9 of a program with all that it has started."""
        program = self.programs.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()

    def kill_database(self):
        """kill -9 of PostgreSQL; the site itself starts the embedded one again."""
        number = (self.database.data / "postmaster.pid").read_text().split()[0]
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(number), signal.SIGKILL)

    def restart_database(self):
        self.database.stop()
        self.database.start()

    @property
    def socket(self):
        return f"{self.database.socket}:{PORT}"

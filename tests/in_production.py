"""The site served as in production, without a certificate: for what looks at it or attacks it from outside."""

import hashlib
import os
import subprocess
import time
from contextlib import contextmanager
from urllib.parse import quote

import dev
from registry.core.embedded.server import PORT, ROLE, WEB, Server


def production(folder, database, base, **more):
    """The environment of a site in production at `base`: its files in `folder`, the embedded database in `database`.
    Pages come by their own login, commands as the owner of the tables."""
    server = quote(str(Server(str(database)).socket), safe="")
    return dev.environment(
        DJANGO_SETTINGS_MODULE="registry.settings", PRODUCTION="1", TRUSTED_PROXY="1", ALLOWED_HOSTS="127.0.0.1",
        SECRET_KEY=hashlib.sha512(os.urandom(64)).hexdigest(), DATA_DIR=str(folder), SITE_URL=base,
        DATABASE_URL=f"postgresql://{WEB}@{server}:{PORT}/bangfu",
        DATABASE_OWNER_URL=f"postgresql://{ROLE}@{server}:{PORT}/bangfu", **more,
    )  # fmt: skip


@contextmanager
def served(environment, port, *options, application="tests.behind_proxy", log=None):
    """The site on `port`, until the block ends. Raises RuntimeError where it does not come up."""
    command = [dev.PYTHON, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}", "--threads=4"]
    command += ["--log-level=warning", "--no-control-socket", *options]
    server = subprocess.Popen(command, cwd=dev.ROOT, env=environment, stdout=log, stderr=log)
    try:
        while server.poll() is None and not dev.answers(port):
            time.sleep(0.2)
        if server.poll() is not None:
            raise RuntimeError(f"The site was not started: gunicorn ended with {server.returncode}.")
        yield
    finally:
        dev.end(server)

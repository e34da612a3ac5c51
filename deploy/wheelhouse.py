#!/usr/bin/env python3
"""One archive from which the registry is installed on a machine without a network; Python's standard library only.

python3 deploy/wheelhouse.py collect FOLDER   in a checkout with a network: writes FOLDER/bangfu-VERSION.tar.gz
python3 deploy/wheelhouse.py install          in the unpacked archive, offline: makes .venv of its wheels

The archive holds what git knows, every wheel of requirements/lock.txt (its digests are checked when it is collected and
once more when it is installed), the front-end files and the compiled catalogues. The same Python (3.11, 3.12 ...) and
kind of machine are needed at both ends: wheels with compiled parts fit no other.
"""

import hashlib
import os
import platform
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
import venv

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)

import dev  # noqa: E402  the set-up's own words: what is fetched, and how it is known to be done

WHEELS, LOCK = "wheels", "requirements/lock.txt"
CATALOGUE = "registry/locale/zh_Hans/LC_MESSAGES/django"
STAMPS = {"python": [LOCK], "assets": ["package-lock.json"], "messages": [f"{CATALOGUE}.po"]}
OUTLINE = "counties/data/hebei-outline.json"


def kind():
    """The machine and Python that wheels are for, such as `cpython-3.11 linux-x86_64`."""
    version = f"{platform.python_implementation().lower()}-{sys.version_info.major}.{sys.version_info.minor}"
    return f"{version} {sysconfig.get_platform()}"


def files():
    """Paths of all that is taken along beside the wheels: what git knows, what the set-up has fetched and made."""
    listing = ["git", "ls-files", "-z"]
    known = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    made = [*dev.ASSETS, f"{CATALOGUE}.mo"]
    if missing := [name for name in made if not os.path.exists(dev.path(name))]:
        sys.exit(f"Missing: {', '.join(missing)}. `python3 dev.py setup` first.")
    made += [OUTLINE] if os.path.exists(dev.path(OUTLINE)) else []
    return sorted({*filter(None, known.split("\0")), *made})


def fetch_wheels(folder):
    pip = [dev.PYTHON, "-m", "pip", "download", "-qq", "--disable-pip-version-check"]
    dev.call([*pip, "--require-hashes", "--only-binary=:all:", "-r", LOCK, "-d", folder])


def pack(archive, wheels):
    """Write the archive, its wheels from the folder `wheels`; and its digest beside it, as sha256sum reads it."""
    name = os.path.basename(archive).removesuffix(".tar.gz")
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:  # wheels are compressed already
        for file in files():
            tar.add(dev.path(file), f"{name}/{file}", recursive=False)
        tar.add(wheels, f"{name}/{WHEELS}")
    with open(archive, "rb") as file, open(f"{archive}.sha256", "w") as told:
        told.write(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {os.path.basename(archive)}\n")


def collect(folder):
    with open(dev.path("pyproject.toml"), "rb") as project:
        version = tomllib.load(project)["project"]["version"]
    os.makedirs(folder, exist_ok=True)
    archive = os.path.join(folder, f"bangfu-{version}.tar.gz")
    with tempfile.TemporaryDirectory() as wheels:
        fetch_wheels(wheels)
        with open(os.path.join(wheels, "KIND"), "w") as told:
            told.write(kind())
        pack(archive, wheels)
    dev.say(f"{archive}: {os.path.getsize(archive) // 2**20} MiB, for {kind()}")


def install():
    with open(dev.path(WHEELS, "KIND")) as told:
        meant = told.read()
    if meant != kind():
        sys.exit(f"These wheels are for {meant}; this is {kind()}. Collect them with the Python that is used here.")
    dev.say("Installing the Python packages from the archive into .venv ...")
    venv.create(dev.VENV, with_pip=True, clear=True)
    dev.call([*dev.PIP, "--no-index", f"--find-links={dev.path(WHEELS)}", "-r", LOCK])
    for name, sources in STAMPS.items():
        dev.keep_stamp(*dev.stamped(name, *sources)[:2])
    dev.say("Installed. Go on as docs/operations.md says, or look at the demo: python3 dev.py run")


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "collect":
        return collect(os.path.abspath(arguments[1]))
    if arguments == ["install"]:
        return install()
    sys.stderr.write(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

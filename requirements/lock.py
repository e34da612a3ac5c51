"""Resolves pyproject.toml and both package.json anew into the lock files: for every platform, with hashes, and without
any address of a registry. `python3 dev.py lock` runs it; nothing but Python's standard library is needed."""

import contextlib
import json
import os
import shutil
import sys
import venv

import dev


def main():
    tools = dev.path("var", "lock-tools")
    venv.create(tools, with_pip=True, clear=True)
    python = os.path.join(tools, "bin", "python")
    dev.call([python, "-m", "pip", "install", "-qq", "uv"])
    resolve = [python, "-m", "uv", "pip", "compile", "--quiet", "--upgrade", "--universal", "--generate-hashes"]
    resolve += ["--no-header", "--no-annotate", "--python-version", ".".join(map(str, dev.OLDEST_PYTHON))]
    dev.call([*resolve, "pyproject.toml", "--group", "dev", "-o", "requirements/lock.txt"])
    dev.call([*resolve, "--group", "browser", "-c", "requirements/lock.txt", "-o", "requirements/browser.txt"])
    dev.call([*resolve, "--group", "mutation", "-c", "requirements/lock.txt", "-o", "requirements/mutation.txt"])
    dev.call([*resolve, "--group", "attack", "-o", "requirements/attack.txt"])
    dev.call([*resolve, "--group", "map", "-o", "requirements/map.txt"])
    dev.call([*resolve, "--group", "node", "-o", "requirements/node.txt"])
    lock_packages_of_node(dev.ROOT)
    lock_packages_of_node(dev.path(dev.TOOLS))
    shutil.rmtree(tools)
    return 0


def lock_packages_of_node(folder):
    lock = os.path.join(folder, "package-lock.json")
    with contextlib.suppress(FileNotFoundError):
        os.remove(lock)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved")
    dev.npm("install", "--prefix", folder, "--package-lock-only", *quiet)
    with open(lock) as file:
        locked = json.load(file)
    for package in locked["packages"].values():
        package.pop("funding", None)  # addresses that nobody needs here
    with open(lock, "w") as file:
        file.write(json.dumps(locked, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())

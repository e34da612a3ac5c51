"""Linters, migrations, translations, house rules, production settings: `python3 dev.py check`."""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import dev

CODE = ("registry", "counties", "orgs", "projects", "requirements", "dev.py", "manage.py")


def main():
    """Runs every check, also after one has failed; returns 1 if any has."""
    production = {
        "PRODUCTION": "1",
        "SECRET_KEY": hashlib.sha512(os.urandom(64)).hexdigest(),
        "ALLOWED_HOSTS": "registry.example",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1/none",
    }
    manage = [sys.executable, "manage.py"]
    checks = {  # what takes longest begins first
        "house rules": ([sys.executable, "-m", "pytest", "-q", "tests/registry/test_house.py"], {}),
        "bandit": ([sys.executable, "-m", "bandit", "-q", "-ll", "-c", "pyproject.toml", "-r", *CODE], {}),
        "translations": ([*manage, "messages", "--check"], {}),
        "migrations": ([*manage, "makemigrations", "--check", "--dry-run"], {}),
        "production": ([*manage, "check", "--deploy", "--fail-level", "WARNING"], production),
        "Django": ([*manage, "check", "--database", "default", "--fail-level", "WARNING"], {}),
        "linter": ([sys.executable, "-m", "ruff", "check", "--quiet", "."], {}),
        "format": ([sys.executable, "-m", "ruff", "format", "--quiet", "--check", "."], {}),
    }
    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, done in zip(checks, pool.map(_run, checks.values()), strict=True):
            dev.say(f"{name}: {'failed' if done.returncode else 'ok'}")
            if done.returncode:
                dev.say(f"{done.stdout}{done.stderr}")
                failed.append(name)
    dev.say(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed else 0


def _run(check):
    command, more = check
    return subprocess.run(command, cwd=dev.ROOT, env=dev.environment(**more), capture_output=True, text=True)


if __name__ == "__main__":
    sys.exit(main())

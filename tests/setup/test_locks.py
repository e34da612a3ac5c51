"""The locks pin every package by version and digest, and name no place it comes from."""

import json
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NODE = [ROOT / "package-lock.json", ROOT / "tests" / "tools" / "package-lock.json"]
LOCKS = [*sorted((ROOT / "requirements").glob("*.txt")), *NODE]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_lock_names_no_address(lock):
    text = lock.read_text()

    assert not re.findall(r"\w+://\S+|--(?:index|extra|find|trusted)\S*|\"resolved\"", text)


@pytest.mark.parametrize("lock", LOCKS[: -len(NODE)], ids=lambda lock: lock.name)
def test_every_python_package_is_pinned_with_its_digests(lock):
    packages = re.split(r"\n(?=\S)", lock.read_text().strip())

    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9-]+==\S+", package)
        assert "--hash=sha256:" in package


@pytest.mark.parametrize("lock", NODE, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_every_package_of_node_has_its_digest(lock):
    packages = json.loads(lock.read_text())["packages"]

    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_every_dependency_is_in_a_lock_and_has_its_reason():
    locked = "\n".join(lock.read_text() for lock in LOCKS[: -len(NODE)])
    wanted = [*PYPROJECT["project"]["dependencies"], *chain(*PYPROJECT["dependency-groups"].values())]
    lines = (ROOT / "pyproject.toml").read_text().splitlines()

    for requirement in wanted:
        name = re.match(r"[a-z0-9-]+", requirement)[0]
        assert re.search(rf"^{name}==", locked, re.MULTILINE), name
        assert re.search(r"#\s\w+", next(line for line in lines if f'"{requirement}"' in line)), name


def test_nothing_brings_the_driver_that_django_would_silently_prefer():
    assert not re.search(r"^psycopg(-|==)", (ROOT / "requirements/lock.txt").read_text(), re.MULTILINE)

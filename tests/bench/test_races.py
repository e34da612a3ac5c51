"""Thirty rounds of each race, or as many as `ROUNDS` says, with the guard and without it:
`python -m pytest -m bench tests/bench/test_races.py -s`."""

import os

import pytest

from tests.projects.race_cases import HELD_BY_THE_DATABASE, RACES, SLOW_RACES
from tests.projects.test_races import around  # noqa: F401  a fixture
from tests.races import play

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
ROUNDS = int(os.environ.get("ROUNDS") or 30)


@pytest.mark.parametrize("race", [*RACES, *SLOW_RACES], ids=str)
def test_rounds_with_and_without_the_guard(race, capsys):
    broken, control = play(race, ROUNDS), play(race, ROUNDS, guarded=False)
    with capsys.disabled():
        print(f"\n{race.name}: {ROUNDS} rounds, {len(broken)} broken; without its guard {len(control)} broken", end="")  # noqa: T201
    assert broken == []
    assert control


@pytest.mark.parametrize("race", HELD_BY_THE_DATABASE, ids=str)
def test_rounds_that_the_database_decides_alone(race, capsys):
    broken = play(race, ROUNDS, guarded=False)
    with capsys.disabled():
        print(f"\n{race.name}: {ROUNDS} rounds, {len(broken)} broken", end="")  # noqa: T201
    assert broken == []

"""Each race twice with its guard, and without it until it breaks. `tests/bench/test_races.py` plays thirty rounds."""

import pytest
from django.core.management import call_command

from tests.projects.race_cases import HELD_BY_THE_DATABASE, RACES
from tests.races import breaks_without_its_guard, play

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 2


@pytest.fixture(autouse=True)
def around(settings, tmp_path, request):
    settings.MEDIA_ROOT = tmp_path / "media"
    if "ledger" in request.node.name:
        call_command("load_reference", verbosity=0)


@pytest.mark.parametrize("race", RACES, ids=str)
def test_a_race_breaks_nothing_and_without_its_guard_it_does(race):
    assert play(race, ROUNDS) == []
    assert breaks_without_its_guard(race)


@pytest.mark.parametrize("race", HELD_BY_THE_DATABASE, ids=str)
def test_the_database_s_own_guard_is_enough(race):
    assert play(race, ROUNDS, guarded=False) == []

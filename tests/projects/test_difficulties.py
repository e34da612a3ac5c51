"""Difficulties: closed only when the side that raised them and the bureau both say so."""

import datetime

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from projects.actions.difficulties import agree_settled, raise_difficulty
from projects.models import Difficulty, Measure
from registry.core.actions import move
from tests.factories import (
    make_county_user,
    make_difficulty,
    make_division,
    make_event,
    make_org_user,
    make_organisation,
    make_project,
    make_user,
)
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db
AGREED = ("raiser_agreed", "bureau_agreed")


def make_in(state, **overrides):
    fields = {"status": state, "event": make_event()} | overrides
    if state in ("answered", "closed"):
        for voice in AGREED:
            fields |= {f"{voice}_by": make_user(), f"{voice}_at": timezone.now()}
    return make_difficulty(make_project(), **fields)


class TestTheTableOfDifficulties(LifecycleRules):
    model = Difficulty
    untrue = {
        "event": lambda difficulty: Difficulty.objects.filter(pk=difficulty.pk).update(event=None),
        "agreed": lambda difficulty: Difficulty.objects.filter(pk=difficulty.pk).update(
            raiser_agreed_by=None, raiser_agreed_at=None
        ),
    }

    def make_in(self, state, towards=""):
        return make_in(state)


@pytest.fixture
def county():
    return make_division()


@pytest.fixture
def organisation():
    return make_organisation()


@pytest.fixture
def project(county, organisation):
    return make_project(county=county, lead=organisation)


def answered(project, by, side):
    difficulty = raise_difficulty(project=project, by=by, side=side, title="冬季施工受限")
    return move(difficulty, to="answered", by=make_user("bureau"), reason="可顺延至三月")


def test_the_answer_is_kept_as_the_reason_was_given(project, county):
    assert answered(project, make_county_user(county), "county").answer == "可顺延至三月"


@pytest.mark.parametrize("first", ["bureau", "raiser"])
def test_the_second_voice_closes_it_whoever_speaks_first(project, county, first):
    raiser, bureau = make_county_user(county), make_user("bureau")
    voices = [bureau, raiser] if first == "bureau" else [raiser, bureau]
    difficulty = answered(project, raiser, "county")
    states = [agree_settled(difficulty=difficulty, by=voice).status for voice in voices]
    difficulty.refresh_from_db()
    assert states == ["answered", "closed"]
    assert (difficulty.raiser_agreed_by, difficulty.bureau_agreed_by) == (raiser, bureau)


def test_the_other_side_does_not_speak_for_the_one_that_raised_it(project, county, organisation):
    difficulty = answered(project, make_county_user(county), "county")
    with pytest.raises(PermissionDenied, match="提出方"):
        agree_settled(difficulty=difficulty, by=make_org_user(organisation))


def test_what_the_bureau_raised_it_settles_itself(project):
    difficulty = answered(project, make_user("bureau"), "bureau")
    assert agree_settled(difficulty=difficulty, by=make_user("bureau")).status == "closed"


def test_only_an_answered_one_is_settled(project, county):
    user = make_county_user(county)
    difficulty = raise_difficulty(project=project, by=user, side="county", title="冬季施工受限")
    with pytest.raises(ValidationError, match="已答复"):
        agree_settled(difficulty=difficulty, by=user)


def test_reopened_it_needs_both_voices_again(project, county):
    raiser = make_county_user(county)
    difficulty = answered(project, raiser, "county")
    for voice in (raiser, make_user("bureau")):
        agree_settled(difficulty=difficulty, by=voice)
    difficulty = move(difficulty, to="in_hand", by=raiser, reason="再次停工")
    assert [getattr(difficulty, f"{voice}_at") for voice in AGREED] == [None, None]


def test_it_is_raised_within_one_s_own_projects_only(project):
    with pytest.raises(ObjectDoesNotExist):
        raise_difficulty(project=project, by=make_county_user(make_division()), side="county", title="…")
    with pytest.raises(PermissionDenied):
        raise_difficulty(project=project, by=make_user("auditor"), side="bureau", title="…")
    with pytest.raises(ValidationError):
        raise_difficulty(project=project, by=make_user("bureau"), side="moon", title="…")


def test_overdue_is_what_is_open_past_the_day_wanted():
    yesterday, today = datetime.date(2021, 10, 31), datetime.date(2021, 11, 1)
    late = make_in("in_hand", wanted_by=yesterday)
    make_in("closed", wanted_by=yesterday)
    make_in("raised", wanted_by=today)
    make_in("raised")
    assert list(Difficulty.objects.overdue(today)) == [late]


def test_a_measure_is_overdue_until_it_is_done():
    yesterday, today = datetime.date(2021, 10, 31), datetime.date(2021, 11, 1)
    fields = {"difficulty": make_in("in_hand"), "text": "协调供电", "side": "county", "due_on": yesterday}
    late = Measure.objects.create(**fields)
    Measure.objects.create(**fields, done_by=make_user(), done_at=timezone.now())
    assert list(Measure.objects.overdue(today)) == [late]
    with pytest.raises(IntegrityError, match="measure_done"), transaction.atomic():
        Measure.objects.update(done_by=None)


@pytest.mark.parametrize(
    ("status", "columns", "constraint"),
    [
        ("raised", "status = 'flying'", "status_check"),
        ("raised", "status = 'closed'", "difficulty_closed_by_both"),
        ("closed", "raiser_agreed_at = NULL, raiser_agreed_by_id = NULL", "difficulty_closed_by_both"),
        ("answered", "raiser_agreed_at = NULL", "difficulty_raiser_agreed"),
        ("answered", "bureau_agreed_at = NULL", "difficulty_bureau_agreed"),
        ("escalated", "event_id = NULL", "difficulty_escalated_to_event"),
        ("raised", "raised_side = 'moon'", "raised_side_check"),
        ("raised", "level = 'mild'", "level_check"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(status, columns, constraint):
    difficulty = make_in(status)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_difficulty SET {columns} WHERE id = {difficulty.pk}")


def test_nobody_raises_a_difficulty_for_the_other_side_but_the_bureau_that_writes_it_down():
    ours = make_organisation()
    project = make_project(lead=ours)
    with pytest.raises(PermissionDenied):
        raise_difficulty(project=project, by=make_org_user(ours), side="county", title="冬季施工受限")
    assert raise_difficulty(project=project, by=make_user("bureau"), side="county", title="冬季施工受限").pk

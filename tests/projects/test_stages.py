"""The stages of a project: the table of lawful moves, row by row."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from projects.models import Project
from projects.models.stages import COURSE, OPEN, Stage
from registry.core.actions import move
from registry.core.lifecycle import UnlawfulMove
from tests.factories import (
    make_difficulty,
    make_field,
    make_funding,
    make_organisation,
    make_project,
    make_result,
    make_step,
    make_user,
)
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db
LANDED = {"under_way", "finished", "accepted", "aftercare", "closed"}
START, END = datetime.date(2020, 3, 1), datetime.date(2020, 9, 1)


def make_ready(stage, **overrides):
    """A project of which everything is known that any move asks for."""
    fields = {"stage": stage, "actual_start": START, "actual_end": END} | overrides
    if stage in (Stage.SUSPENDED, Stage.TERMINATED):
        fields.setdefault("left_stage", Stage.UNDER_WAY)
    project = make_project(lead=make_organisation(), field=make_field(), **fields)
    make_funding(project, state="committed")
    return project


class TestTheTableOfStages(LifecycleRules):
    model = Project
    untrue = {
        "lead": lambda project: project.participations.all().delete(),
        "field": lambda project: project.project_fields.all().delete(),
        "funding": lambda project: project.funding.update(state="pledged"),
        "started": lambda project: Project.objects.filter(pk=project.pk).update(actual_start=None),
        "ended": lambda project: Project.objects.filter(pk=project.pk).update(actual_end=None),
        "checked": lambda project: make_step(project, stage="finished"),
        "settled": lambda project: make_step(project, stage="aftercare"),
        "no_difficulty": make_difficulty,
    }

    def make_in(self, state, towards=""):
        left = {"left_stage": towards} if state == Stage.SUSPENDED and towards in OPEN else {}
        return make_ready(state, **left)


def test_the_straight_course_goes_stage_by_stage_and_back_with_a_reason():
    project, user = make_ready(Stage.PLANNED), make_user("bureau")
    for stage in COURSE[1:]:
        project = move(project, to=stage, by=user)
    assert project.stage == Stage.CLOSED
    for stage in reversed(COURSE[:-1]):
        project = move(project, to=stage, by=user, reason="更正")
    assert project.stage == Stage.PLANNED


@pytest.mark.parametrize("stage", OPEN)
@pytest.mark.parametrize("other", OPEN)
def test_a_suspended_project_returns_to_the_stage_that_it_left_and_to_no_other(stage, other):
    project, user = make_ready(stage), make_user("bureau")
    project = move(project, to=Stage.SUSPENDED, by=user, reason="汛期停工")
    assert project.left_stage == stage
    assert {m.target for m in project.moves_open_to(user)} == {stage, Stage.TERMINATED}
    if other == stage:
        project = move(project, to=other, by=user, reason="复工")
        assert (project.stage, project.left_stage) == (stage, "")
    else:
        with pytest.raises(UnlawfulMove, match="原阶段"):
            move(project, to=other, by=user, reason="复工")


def test_a_project_terminated_while_suspended_keeps_the_stage_that_it_left():
    project, user = make_ready(Stage.UNDER_WAY), make_user("bureau")
    project = move(project, to=Stage.SUSPENDED, by=user, reason="停工")
    project = move(project, to=Stage.TERMINATED, by=user, reason="不再实施")
    assert (project.left_stage, project.moves_open_to(user)) == (Stage.UNDER_WAY, [])


@pytest.mark.parametrize("stage", [*COURSE, Stage.SUSPENDED, Stage.TERMINATED])
def test_landed_is_under_way_or_later(stage):
    left = {"left_stage": Stage.SIGNED} if stage not in COURSE else {}
    make_project(stage=stage, **left)
    assert (stage in LANDED) == Project.objects.landed().exists()


@pytest.mark.parametrize("stage", [Stage.SUSPENDED, Stage.TERMINATED])
@pytest.mark.parametrize("left", COURSE)
def test_a_side_exit_counts_by_the_stage_left(stage, left):
    make_project(stage=stage, left_stage=left)
    assert (left in LANDED) == Project.objects.landed().exists()


def test_goods_or_results_without_a_sum_are_enough_for_a_signing():
    project = make_project(lead=make_organisation(), field=make_field(), stage=Stage.MATCHED)
    with pytest.raises(UnlawfulMove):
        move(project, to=Stage.SIGNED, by=make_user("bureau"))
    make_result(project)
    assert move(project, to=Stage.SIGNED, by=make_user("bureau")).stage == Stage.SIGNED


def test_a_voided_line_is_no_ground_for_a_signing():
    project, user = make_ready(Stage.MATCHED), make_user("bureau")
    project.funding.update(voided_by=user, voided_at="2020-01-01T00:00Z", void_reason="重复")
    with pytest.raises(UnlawfulMove):
        move(project, to=Stage.SIGNED, by=user)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("stage = 'flying'", "stage_check"),
        ("stage = 'suspended'", "project_left_stage"),
        ("left_stage = 'planned'", "project_left_stage"),
        ("stage = 'suspended', left_stage = 'suspended'", "project_left_stage"),
        ("visibility = 'secret'", "visibility_check"),
        ("year = 1989", "project_year"),
        ("year = 2100", "project_year"),
        ("planned_start = '2020-02-02', planned_end = '2020-02-01'", "project_planned_dates"),
        ("actual_start = '2020-02-02', actual_end = '2020-02-01'", "project_actual_dates"),
        ("parent_id = id", "project_not_of_itself"),
        ("continues_id = id", "project_not_of_itself"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(columns, constraint):
    make_project()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_project SET {columns}")


def test_a_project_may_be_planned_and_done_on_one_day():
    project = make_project(planned_start=START, planned_end=START, actual_start=END, actual_end=END)
    project.full_clean(exclude=("pinyin", "initials"))
    assert project.actual_end == END

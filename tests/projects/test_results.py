"""Results: approved by a second person before they count, each in its own unit."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from projects.models import Result
from tests.factories import make_project, make_result, make_user
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db


class TestTheTableOfResults(LifecycleRules):
    model = Result
    untrue = {"actual": lambda result: Result.objects.filter(pk=result.pk).update(actual=None)}

    def make_in(self, state, towards=""):
        return make_result(make_project(), status=state)


def test_only_approved_results_count_and_each_unit_by_itself():
    project = make_project()
    for status, unit in (("approved", "人次"), ("approved", "人"), ("submitted", "人次"), ("returned", "人次")):
        make_result(project, status=status, unit=unit)
    assert [result.unit for result in Result.objects.approved().in_unit("人次")] == ["人次"]
    assert Result.objects.approved().count() == 2


def test_target_and_figure_reached_carry_unit_and_exactness():
    result = make_result(make_project(), actual=9000, planned=10000, unit="人", qualifier="over", wording="多")
    assert (result.reached.value, result.reached.unit, result.reached.wording) == (9000, "人", "多")
    assert (result.target.value, result.target.unit) == (Decimal(10000), "人")


def test_withdrawing_an_approval_forgets_who_gave_it():
    result = make_result(make_project())
    result.move_to("returned", by=make_user("bureau"), reason="单位有误")
    assert (result.approved_by, result.approved_at) == (None, None)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("actual = -1", "result_not_negative"),
        ("planned = -0.5", "result_not_negative"),
        ("actual = NULL", "result_approved_by_someone"),
        ("approved_by_id = NULL, approved_at = NULL", "result_approved_by_someone"),
        ("approved_at = NULL", "result_approved"),
        ("submitted_at = now()", "result_submitted"),
        ("submitted_by_id = approved_by_id, submitted_at = now()", "result_two_persons"),
        ("status = 'counted'", "status_check"),
        ("level = 'wealth'", "level_check"),
        ("qualifier = 'vague'", "qualifier_check"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(columns, constraint):
    make_result(make_project())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_result SET {columns}")


def test_a_bulk_load_passes_no_constraint_by():
    user = make_user()
    row = Result(
        project=make_project(), indicator="学生", level="output", unit="人", actual=1, status="approved",
        submitted_by=user, submitted_at=timezone.now(), approved_by=user, approved_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="result_two_persons"), transaction.atomic():
        Result.objects.bulk_create([row])

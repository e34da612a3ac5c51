"""Praise and awards; statements that are quoted and never counted."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from projects.models import Commendation, Objection, Statement
from registry.core.dates import today
from registry.core.lifecycle import UnlawfulMove
from tests.factories import make_commendation, make_organisation, make_project, make_statement, make_user
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db


def objected(commendation, **outcome):
    Objection.objects.create(commendation=commendation, text="与事实不符", **outcome)


def upheld(commendation):
    objected(
        commendation, status="upheld", answered_by=make_user(), answered_at=timezone.now(), status_reason="经查属实"
    )


class TestTheTableOfCommendations(LifecycleRules):
    model = Commendation
    untrue = {
        "dates": lambda it: Commendation.objects.filter(pk=it.pk).update(notice_until=None),
        "ahead": lambda it: Commendation.objects.filter(pk=it.pk).update(
            notice_from=today() - datetime.timedelta(days=1)
        ),
        "over": lambda it: Commendation.objects.filter(pk=it.pk).update(notice_until=today()),
        "answered": objected,
        "unopposed": upheld,
    }

    def make_in(self, state, towards=""):
        ahead = {"notice_from": today(), "notice_until": today()} if towards == "notice" else {}
        return make_commendation(state, **ahead)


def test_a_public_notice_lasts_through_its_last_day():
    commendation = make_commendation("notice", notice_until=today())
    with pytest.raises(UnlawfulMove, match="公示期尚未结束"):
        commendation.move_to("granted", by=make_user("bureau"))


def test_the_nominee_is_an_organisation_or_a_project():
    project, organisation = make_project(), make_organisation()
    assert make_commendation(project=project).nominee == project
    assert make_commendation(organisation=organisation).nominee == organisation


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("status = 'flying'", "status_check"),
        ("organisation_id = NULL", "commendation_one_nominee"),
        ("notice_until = notice_from - 1", "commendation_notice"),
        ("proposed_at = now()", "commendation_proposed"),
        ("reviewed_at = now()", "commendation_reviewed"),
        ("granted_at = now()", "commendation_granted"),
        ("kind = 'medal'", "kind_check"),
        ("level = 'world'", "level_check"),
    ],
)
def test_the_database_refuses_a_commendation_that_makes_no_sense(columns, constraint):
    make_commendation()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_commendation SET {columns}")


def test_both_an_organisation_and_a_project_are_too_many_nominees():
    with pytest.raises(IntegrityError, match="commendation_one_nominee"), transaction.atomic():
        make_commendation(project=make_project(), organisation=make_organisation())


def test_who_proposed_does_not_review():
    user, now = make_user(), timezone.now()
    stamps = {"proposed_by": user, "proposed_at": now, "reviewed_by": user, "reviewed_at": now}
    with pytest.raises(IntegrityError, match="commendation_two_persons"), transaction.atomic():
        make_commendation("reviewed", **stamps)


def test_a_statement_gives_its_value_as_the_source_does():
    statement = make_statement()
    assert (statement.quantity.value, statement.quantity.unit, statement.quantity.wording) == (6300, "家", "多")
    assert make_statement(value=None, unit="", text="超过三十亿元").quantity is None


@pytest.mark.parametrize("empty", [{"value": None}, {"unit": ""}, {"value": None, "unit": ""}])
def test_a_statement_that_says_nothing_is_refused(empty):
    with pytest.raises(IntegrityError, match="statement_says_something"), transaction.atomic():
        make_statement(**empty)


def test_one_source_says_one_thing_once():
    statement = make_statement(is_headline=True)
    make_statement(code=statement.code, source="另一报道")
    with pytest.raises(IntegrityError, match="statement_once"), transaction.atomic():
        make_statement(code=statement.code)
    assert list(Statement.objects.headline()) == [statement]

"""Meetings, who was there, what was decided and what was signed."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from projects.models import AgendaItem, Agreement, Attendance, Decision, Event, Measure, Signatory
from tests.factories import (
    make_agreement,
    make_difficulty,
    make_event,
    make_need,
    make_pledge,
    make_project,
    make_step,
)
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db


class TestTheTableOfEvents(LifecycleRules):
    model = Event

    def make_in(self, state, towards=""):
        return make_event(status=state)


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("status = 'flying'", "status_check"),
        ("kind = 'party'", "kind_check"),
        ("ends_on = starts_on - 1", "event_dates"),
    ],
)
def test_the_database_refuses_an_event_that_makes_no_sense(columns, constraint):
    make_event()
    with refused(constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_event SET {columns}")


def test_an_attendee_is_written_down_once_with_the_title_of_that_day():
    event = make_event()
    Attendance.objects.create(event=event, person="某甲", title="处长")
    Attendance.objects.create(event=event, person="某甲", title="副局长")
    with refused("attendee_once"), transaction.atomic():
        Attendance.objects.create(event=event, person="某甲", title="处长")


def test_a_need_is_presented_once_at_an_event():
    event, need = make_event(), make_need()
    AgendaItem.objects.create(event=event, need=need)
    with refused("agenda_need_once"), transaction.atomic():
        AgendaItem.objects.create(event=event, need=need)


def test_a_decision_becomes_a_measure_or_a_step_but_not_both():
    project = make_project()
    measure = Measure.objects.create(
        difficulty=make_difficulty(project), text="协调供电", side="county", due_on=datetime.date(2021, 1, 1)
    )
    decision = Decision.objects.create(event=make_event(), text="月底前通电", measure=measure)
    with refused("decision_one_consequence"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(step=make_step(project))


def test_an_agreement_is_for_a_pledge_or_a_project_or_for_the_project_of_its_pledge():
    with refused("agreement_of_something"), transaction.atomic():
        make_agreement()
    project = make_project()
    for owner in ({"project": project}, {"pledge": make_pledge()}, {"project": project, "pledge": make_pledge()}):
        assert make_agreement(**owner).pk
    assert Agreement.objects.count() == 3


def test_somebody_signs():
    agreement = make_agreement(project=make_project())
    with refused("signatory_someone"), transaction.atomic():
        Signatory.objects.create(agreement=agreement, part="giver", person="某甲")
    signatory = Signatory.objects.create(agreement=agreement, part="witness", body="某乡人民政府")
    assert str(signatory) == "某乡人民政府"

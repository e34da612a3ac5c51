"""An earlier state is put back by the bureau, as a new change with a reason, and never past a rule."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.models import Enterprise, Organisation
from projects.models import Funding, Project
from registry.core.models import Change
from registry.core.restore import put_back, state_after, what_returns
from registry.core.trail import acting
from tests.desk import page
from tests.factories import (
    make_division,
    make_enterprise,
    make_field,
    make_funding,
    make_organisation,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(client):
    user = make_user("bureau", name="张丽")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def changes(record):
    return Change.objects.filter(table_name=record._meta.db_table, row_pk=str(record.pk)).order_by("id")


def restore(client, record, change, reason="误改", **data):
    return client.post(page(record, "restore", change.pk), {"reason": reason, "seen_version": record.version} | data)


@pytest.fixture
def project():
    """Renamed, dated and moved since it was registered."""
    found = make_project(
        name="原名", summary="原概述", lead=make_organisation(), county=make_division(), field=make_field()
    )
    with acting(by=make_user("bureau"), action="desk.project.change"):
        Project.objects.filter(pk=found.pk).update(name="误改的名", planned_start=datetime.date(2021, 3, 1))
        Project.objects.filter(pk=found.pk).update(stage="matched")
    found.refresh_from_db()
    return found


def test_the_difference_is_shown_first_and_nothing_is_changed(client, bureau, project):
    answer = client.get(page(project, "restore", changes(project).first().pk))
    shown = {one.name: (one.now, one.then) for one in answer.context["deed"].returning}
    assert shown == {"name": ("误改的名", "原名"), "planned_start": ("1 March 2021", "")}
    version = project.version
    project.refresh_from_db()
    assert (project.name, project.version) == ("误改的名", version)


def test_the_earlier_state_comes_back_as_a_new_change_with_person_and_reason(client, bureau, project):
    first, number = changes(project).first(), changes(project).count()
    assert restore(client, project, first).status_code == 302
    project.refresh_from_db()
    assert (project.name, project.planned_start, project.pinyin) == ("原名", None, "yuanming")
    assert changes(project).count() == number + 1
    last = changes(project).last()
    assert (last.actor_id, last.action, last.reason) == (bureau.pk, "desk.project.restore", "误改")
    assert set(last.before) >= {"name", "planned_start"}
    assert "Earlier state put back" in client.get(page(project, "history")).content.decode()


def test_a_status_never_comes_back(client, bureau, project):
    restore(client, project, changes(project).first())
    project.refresh_from_db()
    assert project.stage == "matched"


def test_without_a_reason_nothing_comes_back(client, bureau, project):
    assert restore(client, project, changes(project).first(), reason=" ").status_code == 400
    project.refresh_from_db()
    assert project.name == "误改的名"


def test_what_somebody_else_has_changed_meanwhile_is_looked_at_again(client, bureau, project):
    seen = project.version
    Project.objects.filter(pk=project.pk).update(channel="驻村帮扶")
    assert restore(client, project, changes(project).first(), seen_version=seen).status_code == 409
    project.refresh_from_db()
    assert project.name == "误改的名"


def test_a_state_that_stands_already_is_told(client, bureau, project):
    answer = client.get(page(project, "restore", changes(project).last().pk))
    assert (answer.status_code, "stands like that already" in answer.content.decode()) == (409, True)


def test_a_change_of_another_record_is_refused(client, bureau, project):
    other = make_project()
    answer = client.get(page(project, "restore", changes(other).first().pk))
    assert (answer.status_code, "not one of" in answer.content.decode()) == (409, True)
    assert client.get(page(project, "restore", 10**9)).status_code == 404


@pytest.mark.parametrize("role", ["auditor", "partner", "system_admin"])
def test_nobody_but_the_bureau_puts_a_state_back(client, project, role):
    client.force_login(make_user(role))
    change = changes(project).first()
    assert client.get(page(project, "restore", change.pk)).status_code == 403
    assert restore(client, project, change).status_code == 403
    project.refresh_from_db()
    assert project.name == "误改的名"


class TestMoney:
    """Sums come back to the fen, and only where the rules of money let them."""

    def test_a_sum_comes_back_exactly(self, client, bureau):
        line = make_funding(make_project(), "9876543210.98", state="committed")
        Funding.objects.filter(pk=line.pk).update(amount=1)
        line.refresh_from_db()
        assert restore(client, line, changes(line).first()).status_code == 302
        line.refresh_from_db()
        assert line.amount == Decimal("9876543210.98")

    def test_what_would_go_beyond_the_commitment_is_refused(self, client, bureau):
        project = make_project()
        line = make_funding(project, "900")
        Funding.objects.filter(pk=line.pk).update(amount=100)
        make_funding(project, "500", state="committed")
        line.refresh_from_db()
        answer = restore(client, line, changes(line).first())
        assert (answer.status_code, "more than the" in answer.content.decode()) == (409, True)
        line.refresh_from_db()
        assert line.amount == 100

    def test_a_confirmed_line_takes_no_earlier_state(self, client, bureau):
        line = make_funding(make_project(), "900")
        Funding.objects.filter(pk=line.pk).update(amount=100, confirmed_by=make_user(), confirmed_at=timezone.now())
        line.refresh_from_db()
        answer = restore(client, line, changes(line).first())
        assert (answer.status_code, "takes no more edits" in answer.content.decode()) == (409, True)


def test_a_value_that_today_s_rules_refuse_does_not_come_back(client, bureau):
    """A credit code that was free then belongs to another organisation now."""
    code = "53130000MJ0000000A"
    organisation = make_organisation(code=code)
    Organisation.objects.filter(pk=organisation.pk).update(code=None)
    organisation.refresh_from_db()
    make_organisation(code=code)
    assert restore(client, organisation, changes(organisation).first()).status_code == 409
    organisation.refresh_from_db()
    assert organisation.code is None


def test_only_named_fields_return_and_nothing_is_saved():
    project = make_project(name="原名", channel="驻村")
    Project.objects.filter(pk=project.pk).update(name="新名", channel="结对")
    project.refresh_from_db()
    then = state_after(project, changes(project).first())
    returning = what_returns(project, then, {"name"})
    assert [(one.name, one.now, one.then) for one in returning] == [("name", "新名", "原名")]
    assert (put_back(project, then, returning).name, project.channel) == ("原名", "结对")
    assert Project.objects.get(pk=project.pk).name == "新名"


def test_a_reference_is_told_by_its_name_and_by_its_number_once_its_row_is_gone():
    first, second = make_organisation(name="甲协会"), make_organisation(name="乙协会")
    company = make_enterprise(member_of=first)
    Enterprise.objects.filter(pk=company.pk).update(member_of=second)
    company.refresh_from_db()
    then = state_after(company, changes(company).first())

    def told():
        return [(one.now, one.then) for one in what_returns(company, then, {"member_of"})]

    assert told() == [("乙协会", "甲协会")]
    then.member_of_id = 987654321
    assert told() == [("乙协会", "#987654321")]
    company.member_of = None
    assert told() == [("", "#987654321")]


def test_there_is_no_state_after_a_removal():
    line = make_funding(make_project())
    key = line.pk
    line.delete()
    line.pk = key
    with pytest.raises(ValidationError):
        state_after(line, changes(line).last())


def test_the_history_offers_the_bureau_what_it_may_do_and_the_auditor_nothing(client, bureau, project):
    link = page(project, "restore", changes(project).first().pk)
    assert link in client.get(page(project, "history")).content.decode()
    client.force_login(make_user("auditor"))
    assert link not in client.get(page(project, "history")).content.decode()

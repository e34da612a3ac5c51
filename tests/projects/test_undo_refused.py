"""What stands in the way of an undo, for the deed and for the database alike, also of two at once."""

import datetime
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions.transition import lock_phase, unlock_phase
from projects.models import Chase, Circular, Pledge, Project, Site
from registry.core import undo
from registry.core.models import Change, User
from registry.core.trail import acting
from registry.core.undo import why_not_undone
from tests.core.test_actions import at_once
from tests.factories import (
    make_division,
    make_event,
    make_funding,
    make_notice,
    make_organisation,
    make_participation,
    make_pledge,
    make_project,
    make_user,
)

from .test_ledger_writing import TABLES
from .undoing import bring_in, make_circular, refuses, rows_of, sql, take_back, writes

# What stands in the way


def test_a_batch_that_wrote_nothing_is_not_undone(reference):
    make_project()
    assert refuses("nobody") == refuses("") == "变更记录中没有该批次写入的内容。"
    person = make_user()
    with writes("told"):
        make_notice(person)
    assert refuses("told") == refuses("nobody")


def test_a_batch_is_undone_once(reference):
    bring_in(1)
    take_back(by=make_user(name="李建国"))
    assert refuses().startswith("该批次已由李建国于")


def test_a_batch_is_undone_within_a_day_of_its_last_change(reference):
    bring_in(1)
    last = Change.objects.filter(batch_id="b1").latest("id").at
    with mock.patch.object(timezone, "now", return_value=last + undo.UNDO_WITHIN):
        assert why_not_undone("b1") is None
    with mock.patch.object(timezone, "now", return_value=last + undo.UNDO_WITHIN + datetime.timedelta(seconds=1)):
        assert refuses() == "该批次写入已超过24小时，请逐条更正。"


def test_a_table_of_which_the_trail_does_not_hold_everything_is_not_undone(reference):
    with writes():
        make_user()
    assert "账号" in refuses()


def changes_a_row(project, lead):
    Project.objects.filter(pk=project.pk).update(summary="核对过")


def removes_a_row(project, lead):
    project.steps.last().delete()


def adds_money(project, lead):
    make_funding(project, "5.00", state="pledged")


def adds_money_and_removes_it_again(project, lead):
    make_funding(project, "5.00", state="pledged").delete()


def chases_a_step(project, lead):
    Chase.objects.create(step=project.steps.first(), by=User.objects.get(name="李建国"), words="请抓紧")


def names_the_organisation(project, lead):
    make_participation(make_project(name="另一项目"), organisation=lead)


def carries_a_pledge(project, lead):
    Pledge.objects.filter(number="CN-9").update(project=project)


def works_as_another_batch(project, lead):
    with acting(by=make_user(name="王芳"), action="test.write", batch="b2"):
        changes_a_row(project, lead)


@pytest.mark.parametrize(
    ("deed", "named"),
    [
        (changes_a_row, ["李建国已于", "试验帮扶项目1号"]),
        (works_as_another_batch, ["王芳已于", "试验帮扶项目1号"]),
        (removes_a_row, ["清单事项", "(试验帮扶项目1号)"]),
        (adds_money, ["已于", "5", "(试验帮扶项目1号)"]),
        (adds_money_and_removes_it_again, ["已于", "5", "(试验帮扶项目1号)"]),
        (chases_a_step, ["李建国", "催办"]),
        (names_the_organisation, ["(另一项目)", "引用了", "试验组织"]),
        (carries_a_pledge, ["引用了", "试验帮扶项目1号"]),
    ],
)
def test_what_others_have_worked_on_since_is_not_undone_and_is_named(reference, deed, named):
    make_pledge(number="CN-9", status="draft")
    bring_in(1)
    officer = make_user("bureau", name="李建国")
    with acting(by=officer, action="test.later"):
        deed(project := Project.objects.get(), project.participations.get().organisation)
    why = refuses()
    assert [word for word in named if word not in why] == []
    assert timezone.localtime().strftime("%Y年") in why


def test_a_row_changed_by_others_between_two_changes_of_the_batch_is_not_undone(reference):
    project = make_project()
    for batch, summary in (("b1", "一"), ("b2", "二"), ("b1", "三")):
        with writes(batch):
            Project.objects.filter(pk=project.pk).update(summary=summary)
    assert "试验项目" in refuses()


def test_a_change_without_a_batch_stands_in_the_way_too(reference):
    bring_in(1)
    sql("UPDATE projects_site SET address = '某村'")
    assert "bangfu" in refuses()


def test_what_others_did_elsewhere_does_not_stand_in_the_way(reference):
    """Earlier changes of the same row, other rows of a project that was only changed, and other projects."""
    project, other = make_project(), make_project()
    with writes():
        Project.objects.filter(pk=other.pk).update(summary="批次")
    with writes("before"):
        Project.objects.filter(pk=project.pk).update(summary="早先")
    with writes():
        Project.objects.filter(pk=project.pk).update(summary="批次")
    with writes("after"):
        make_funding(project)
        make_event()
    assert why_not_undone("b1") is None
    take_back()
    project.refresh_from_db()
    assert (project.summary, project.funding.count()) == ("早先", 1)


def test_what_the_database_refuses_refuses_the_whole_undo_in_words(reference):
    """More received than committed: at the commit, the guard on money says so."""
    project, county = make_project(), make_division()
    with writes():
        make_funding(project, "100.00", state="committed")
        site = Site.objects.create(project=project, division=county)
    with writes("before"):
        make_funding(project, "50.00", state="committed")
        make_funding(project, "120.00", state="received")
    with pytest.raises(ValidationError, match="到位"):
        take_back()
    assert Site.objects.filter(pk=site.pk).exists()
    assert not Change.objects.filter(undoes="b1").exists()


def test_a_circular_that_the_batch_issued_stays_issued(reference):
    first, second, circular = make_user(), make_user(), make_circular()
    stamps = {"checked_by": first, "checked_at": timezone.now(), "issued_by": second, "issued_at": timezone.now()}
    with writes():
        Circular.objects.filter(pk=circular.pk).update(status="issued", **stamps)
    with pytest.raises(ValidationError, match="通报印发后不再改动"):
        take_back()


def test_a_locked_phase_is_not_undone_and_one_that_the_batch_locked_is_opened_first(reference):
    officer, project = make_user("bureau"), make_project()
    make_project(continues=project, lead=make_organisation())
    with writes(by=officer):
        make_funding(project, state="pledged")
        lock_phase(project=project, by=officer, reason="结转")
    take_back()
    assert (Project.objects.get(pk=project.pk).phase, project.funding.count()) == ("open", 0)
    with writes("b2", by=officer):
        make_funding(project, state="pledged")
    with writes("b3", by=officer):
        lock_phase(project=project, by=officer, reason="结转")
    with pytest.raises(ValidationError, match="锁定"):
        take_back("b2")
    unlock_phase(project=project, by=officer, reason="更正")
    take_back("b2")
    assert not project.funding.exists()


def test_a_failure_in_the_middle_leaves_everything(reference):
    bring_in(1)
    before, trail = rows_of(*TABLES), Change.objects.count()
    progress = mock.Mock()
    progress.step.side_effect = [None, None, RuntimeError]
    with pytest.raises(RuntimeError):
        take_back(progress=progress)
    assert (rows_of(*TABLES), Change.objects.count()) == (before, trail)
    take_back()


def test_rows_that_slipped_past_the_trail_are_not_half_undone(reference):
    bring_in(1)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE projects_site DISABLE TRIGGER USER")
    sql("DELETE FROM projects_site")
    with pytest.raises(ValidationError, match="变更记录不一致"):
        take_back()
    assert Project.objects.exists()


# At once, and in number


@pytest.mark.django_db(transaction=True)
def test_two_persons_who_undo_at_once_undo_once_and_one_is_told(reference):
    """Also where there are no rows yet that one could hold against the other."""
    bring_in(1, 2, 3)
    for batch, after, projects in (("b1", "b2", 0), ("b2", "b3", 3)):
        results = at_once(*[lambda batch=batch, after=after: take_back(batch, new_batch=after)] * 2)
        [told] = [result for result in results if isinstance(result, ValidationError)]
        assert told.messages[0].startswith("该批次已由")
        assert Project.objects.count() == projects


@pytest.mark.django_db(transaction=True)
def test_whoever_is_just_changing_a_row_is_waited_for_and_then_stands_in_the_way(reference):
    bring_in(1)

    def change_slowly():
        with transaction.atomic():
            Site.objects.update(address="正在改")
            sql("SELECT pg_sleep(1)")

    def undo_meanwhile():
        sql("SELECT pg_sleep(0.3)")
        return take_back()

    _changed, refused = at_once(change_slowly, undo_meanwhile)
    assert isinstance(refused, ValidationError)
    assert Site.objects.get().address == "正在改"


def test_many_rows_take_as_many_statements_as_few(reference):
    def statements(*numbers, batch):
        bring_in(*numbers, batch=batch)
        with CaptureQueriesContext(connection) as asked:
            assert why_not_undone(batch) is None
        with CaptureQueriesContext(connection) as done:
            take_back(batch)
        return len(asked), len(done)

    few = statements(1, batch="few")
    assert few == statements(*range(1, 41), batch="many")
    assert few[0] == 5  # one of them asks the circulars


# The database's own rule


@pytest.mark.parametrize("table", ["projects_project", "orgs_organisation"])
@pytest.mark.parametrize("said", ["", "b2"])
def test_raw_sql_deletes_nothing_that_is_registered_but_while_its_own_batch_is_undone(reference, table, said):
    bring_in(1)
    bring_in(5, batch="b2")
    sql("SELECT set_config('bangfu.undoing', %s, true)", said)
    key = Change.objects.filter(table_name=table, batch_id="b1").first().row_pk
    with pytest.raises(IntegrityError, match="is never deleted"), transaction.atomic():
        sql(f"DELETE FROM {table} WHERE id = %s", key)


def make_in_batch(batch="b1"):
    with writes(batch):
        return make_project()


def delete_while_undoing(project, batch="b1"):
    with transaction.atomic():
        sql("SELECT set_config('bangfu.undoing', %s, true)", batch)
        sql("DELETE FROM projects_project WHERE id = %s", project.pk)


@pytest.mark.django_db
def test_the_database_lets_go_of_what_the_batch_made():
    project = make_in_batch()
    delete_while_undoing(project)
    assert Change.objects.latest("pk").undoes == "b1"


@pytest.mark.django_db
def test_the_database_keeps_what_another_batch_has_touched():
    project = make_in_batch()
    with writes("b2"):
        Project.objects.filter(pk=project.pk).update(summary="核对过")
    with pytest.raises(IntegrityError, match="a registered project is never deleted"):
        delete_while_undoing(project)


@pytest.mark.django_db
def test_the_database_keeps_what_the_batch_only_changed():
    project = make_project()
    with writes():
        Project.objects.filter(pk=project.pk).update(summary="批次")
    with pytest.raises(IntegrityError, match="a registered project is never deleted"):
        delete_while_undoing(project)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "operation", "is_kept"),
    [("23 hours 59 minutes", "I", False), ("24 hours 1 second", "I", True), ("1 hour", "U", True)],
)
def test_the_database_keeps_what_was_made_more_than_a_day_ago_or_nobody_knows_when(age, operation, is_kept):
    project = make_in_batch()
    sql(
        "INSERT INTO core_change (id, at, transaction, db_user, table_name, row_pk, root_table, root_pk, operation,"
        " action, reason, request_id, batch_id) VALUES (-1, clock_timestamp() - %s::interval, 0, '',"
        " 'projects_project', %s, '', '', %s, '', '', '', 'b1')",
        age,
        str(project.pk),
        operation,
    )
    if is_kept:
        with pytest.raises(IntegrityError, match="a registered project is never deleted"):
            delete_while_undoing(project)
    else:
        delete_while_undoing(project)
    assert Project.objects.filter(pk=project.pk).exists() is is_kept

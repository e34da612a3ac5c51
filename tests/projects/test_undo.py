"""A batch is taken back whole or not at all, in the open, and only while nobody has built on it."""

import datetime
from decimal import Decimal

from django.utils import timezone

from orgs.models import Enterprise, Organisation
from projects.models import Chase, CircularFigure, Field, Funding, Project, ProjectField, ProjectStep
from registry.core.jobs import Progress
from registry.core.models import Blob, Change, Notice, User
from registry.core.undo import why_not_undone
from registry.reports.as_of import as_of
from registry.reports.figures import report
from registry.reports.figures.as_json import report_json
from tests.factories import (
    make_enterprise,
    make_field,
    make_funding,
    make_notice,
    make_organisation,
    make_project,
    make_result,
    make_step,
    make_user,
)

from .test_ledger_writing import TABLES
from .undoing import bring_in, make_circular, rows_of, take_back, without_version, writes

# What is taken back


def test_an_import_is_taken_back_row_by_row_and_what_was_there_stays(reference):
    make_step(make_project(lead=make_organisation()))
    before = rows_of(*TABLES)
    bring_in(1, 2, 3)
    assert why_not_undone("b1") is None
    taken = take_back()
    assert rows_of(*TABLES) == before
    assert (taken["project"], taken["projectstep"], taken["participation"]) == (3, 36, 5)
    assert sum(taken.values()) == Change.objects.filter(batch_id="b1").count()


def test_the_trail_shows_each_row_come_and_go_by_whom_and_why(reference):
    officer = make_user("bureau")
    bring_in(1, by=officer)
    take_back(by=officer, new_batch="b2")
    came, went = Change.objects.filter(batch_id="b1"), Change.objects.filter(undoes="b1")
    assert set(came.values_list("operation", "undoes")) == {("I", "")}
    assert sorted(came.values_list("table_name", "row_pk")) == sorted(went.values_list("table_name", "row_pk"))
    assert set(went.values_list("operation", "actor_id", "action", "reason", "batch_id")) == {
        ("D", officer.pk, "ledger.undo", "导错了文件", "b2")
    }
    with writes("b3"):
        make_project()
    assert Change.objects.latest("pk").undoes == "", "what is done afterwards in the same transaction undoes nothing"


def test_rows_get_the_values_back_that_they_had_before_the_batch(reference):
    project = make_project(planned_start=datetime.date(2020, 2, 29), summary="原文\n二", progress=None)
    line = make_funding(project, "1234567.89", excess_reason="")
    step = make_step(project, evidence=["contract", "photo"], due_on=None)
    other = make_step(project)
    before = rows_of(Project, Funding, ProjectStep)
    with writes():
        Project.objects.filter(pk=project.pk).update(
            planned_start=None, summary="", progress=50, progress_on="2020-05-01"
        )
        Project.objects.filter(pk=project.pk).update(summary="又改")
        Funding.objects.filter(pk=line.pk).update(amount=None, qualifier="about")
        ProjectStep.objects.filter(pk=step.pk).update(evidence=[], due_on="2020-01-01", depends_on=other)
    assert take_back() == {"project": 1, "funding": 1, "projectstep": 1}
    after = rows_of(Project, Funding, ProjectStep)
    assert {model: without_version(rows) for model, rows in after.items()} == {
        model: without_version(rows) for model, rows in before.items()
    }


def test_the_version_goes_up_so_that_whoever_saw_the_batch_s_rows_is_told(reference):
    project = make_project()
    with writes():
        Project.objects.filter(pk=project.pk).update(summary="甲")
    seen = Project.objects.get(pk=project.pk)
    take_back()
    fresh = Project.objects.get(pk=project.pk)
    assert (seen.version, fresh.version) == (2, 3)
    assert fresh.updated_at > seen.updated_at


def test_a_row_that_the_batch_made_and_then_changed_goes(reference):
    with writes():
        project = make_project(lead=make_organisation())
        Project.objects.filter(pk=project.pk).update(summary="甲")
    take_back()
    assert not Project.objects.exists()
    assert not Organisation.objects.exists()


def test_a_row_that_the_batch_made_and_removed_itself_is_left_alone(reference):
    project = make_project()
    with writes():
        make_step(project).delete()
        make_step(project)
    assert take_back() == {"projectstep": 1}


def test_what_was_hung_on_a_row_of_the_batch_is_taken_off_before_the_row_goes(reference):
    project, by = make_project(), make_user("bureau")
    step = make_step(project)
    chase = Chase.objects.create(step=step, by=by, words="请尽快")
    with writes():
        Chase.objects.filter(pk=chase.pk).update(words="再催")
        Chase.objects.filter(pk=chase.pk).update(step=make_step(project))
    assert take_back() == {"chase": 1, "projectstep": 1}
    assert Chase.objects.get().step == step


def test_what_the_batch_removed_comes_back_under_its_key_with_a_higher_version(reference):
    project = make_project()
    first = make_step(project, evidence=["contract"], due_on=datetime.date(2020, 2, 29), guidance="一\n“二”")
    second = make_step(project, depends_on=first)
    line = make_funding(project, "0.10")
    before = rows_of(ProjectStep, Funding)
    with writes():
        ProjectStep.objects.filter(pk=first.pk).update(title="先改后删")
        ProjectStep.objects.filter(project=project).delete()
        line.delete()
    assert take_back() == {"projectstep": 2, "funding": 1}
    after = rows_of(ProjectStep, Funding)
    assert [without_version(after[model]) for model in after] == [without_version(before[model]) for model in before]
    assert ProjectStep.objects.get(pk=second.pk).depends_on == first
    assert ProjectStep.objects.get(pk=first.pk).version == 3
    assert Funding.objects.get().amount == Decimal("0.10")


def test_lists_and_decimals_of_any_table_come_back_exactly(reference):
    circular = make_circular()
    CircularFigure.objects.create(
        circular=circular, code="x", label="资金", value=Decimal("1234567890123456.70"), unit="元", rule="",
        row_ids=[3, 1, 2**40],
    )  # fmt: skip
    before = rows_of(CircularFigure)
    with writes():
        CircularFigure.objects.all().delete()
    take_back()
    assert without_version(rows_of(CircularFigure)[CircularFigure]) == without_version(before[CircularFigure])


def test_a_code_that_moved_from_row_to_row_goes_back(reference):
    """A unique value: what came last goes first."""
    gone, kept = make_enterprise(code="A"), make_enterprise(code="B")
    before = set(Enterprise.objects.values_list("pk", "code"))
    with writes():
        gone.delete()
        Enterprise.objects.filter(pk=kept.pk).update(code="A")
        make_enterprise(code="B")
    take_back()
    assert set(Enterprise.objects.values_list("pk", "code")) == before


def test_positions_that_changed_places_go_back(reference):
    project = make_project()
    first, second = make_step(project, position=1), make_step(project, position=2)
    with writes():
        ProjectStep.objects.filter(pk=first.pk).update(position=2)
        ProjectStep.objects.filter(pk=second.pk).update(position=1)
    take_back()
    assert list(ProjectStep.objects.order_by("pk").values_list("position", flat=True)) == [1, 2]


def test_a_field_and_its_use_go_together_though_their_key_is_checked_at_once(reference):
    project = make_project()
    with writes():
        ProjectField.objects.create(project=project, field=make_field(), is_primary=True)
    before = Field.objects.count()
    take_back()
    assert (Field.objects.count(), ProjectField.objects.count()) == (before - 1, 0)


def test_an_undo_can_be_undone(reference):
    bring_in(1, 2)
    before = rows_of(*TABLES)
    take_back(new_batch="b2")
    assert why_not_undone("b2") is None
    take_back("b2")
    after = rows_of(*TABLES)
    assert {model: without_version(after[model]) for model in TABLES} == {
        model: without_version(before[model]) for model in TABLES
    }
    assert {row["version"] for rows in after.values() for row in rows} == {2}


def test_messages_and_stored_files_stay_and_stand_in_nobody_s_way(reference):
    bring_in(1)
    person = make_user("bureau")
    with writes():
        make_notice(person)
        Blob.objects.create(sha256="0" * 64, size=1, media_type="text/plain")
    Notice.objects.update(read_at=timezone.now())
    take_back()
    assert (Notice.objects.count(), Blob.objects.count(), Project.objects.count()) == (1, 1, 0)


def test_the_importer_s_account_outlives_its_first_import(reference):
    bring_in(1)
    take_back()
    assert User.objects.filter(username="ledger").exists()


def test_progress_is_told_in_rows(reference):
    bring_in(1, 2)
    progress = Progress()
    taken = take_back(progress=progress)
    assert progress.total == progress.done == sum(taken.values())


# Honesty


def all_figures(instant=None):
    return report_json(report(user=None, as_of=instant, by=("year", "field"), row_ids=True)) | {"as_of": None}


def test_after_the_undo_the_figures_are_those_before_the_import_and_the_past_keeps_its_own(reference):
    make_result(project := make_project(lead=make_organisation(), stage="finished"))
    make_funding(project, organisation=Organisation.objects.get())
    before = all_figures()
    bring_in(1, 2, 3)
    between, imported = timezone.now(), all_figures()
    assert imported != before
    take_back()
    assert all_figures() == before
    assert all_figures(between) == imported
    with as_of(between):
        assert Project.objects.count() == 4
    assert Project.objects.count() == 1

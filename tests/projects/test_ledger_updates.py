"""What an exported ledger changes of a project itself: only what a person has chosen, by the rules of its page."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from projects.actions.corrections import change_details
from projects.ledger import importing
from projects.ledger.importing import Order
from projects.ledger.report import report
from projects.models import (
    Campaign,
    Field,
    Project,
    ProjectField,
    Scheme,
    Site,
)
from registry.core.models import Change
from tests.factories import (
    make_step,
    make_user,
)

from .exported_ledgers import DAY, exported, greenhouse, laid, stamp
from .ledger_changes import check, commit, differences, nothing_written, refusal, update

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference", "english")]


# Nothing by itself


def test_a_check_writes_nothing_whatever_it_tries(found, officer):
    row = exported(
        found, project="大棚二期", county="涞源县", domain="产业", committed=90, received=200, people=150,
        households=4, end="2018-09-30", status="办结", note="建设大棚两座", officer="无此人",
    )  # fmt: skip
    for picks in ({}, update("committed", "status", "county", "households")):
        with nothing_written():
            outcome = check(row, by=officer, picks=picks)
        assert len(differences(outcome)) == 11


def test_without_a_decision_nothing_is_written(found, officer):
    with nothing_written():
        outcome = importing.commit(laid([exported(found, note="别的")], stamp()), by=officer, digest="x")
    assert outcome.verdicts.summary["differs"] == 1
    assert "updated" not in outcome.written.counts


def test_check_and_commit_give_the_same_verdicts(found, officer):
    row = exported(found, note="别的", people=150, received=40, status="办结", officer="无此人")
    order = Order(picks=update("note", "received"))
    made = laid([row], stamp())
    said, done = importing.check(made, order, by=officer), importing.commit(made, order, by=officer, digest="x")
    assert report(said)["rows"] == report(done)["rows"]
    assert (done.written.updated, done.written.counts["updated"]) == ([found.pk], 1)


def test_only_the_chosen_cells_are_written(found, officer):
    commit(exported(found, note="别的", committed=90, end="2020-09-30"), "note", by=officer)
    found.refresh_from_db()
    assert (found.summary, found.planned_end) == ("别的", DAY(2020, 6, 30))
    assert found.funding.get(state="committed").amount == Decimal(800000)


def test_the_trail_names_person_batch_and_ledger(found, officer):
    last = Change.objects.latest("pk").pk
    row = exported(found, note="别的", committed=90, received=40, county="涞源县", domain="健康", households=4,
                   status="已完成", end="2020-05-01")  # fmt: skip
    commit(row, "note", "committed", "received", "county", "domain", "households", "status", "end", by=officer)
    changes = Change.objects.filter(pk__gt=last)
    assert set(changes.values_list("actor_id", "batch_id", "reason")) == {(officer.pk, "b58", "台账导入 台账.xlsx")}
    assert set(changes.values_list("action", flat=True)) == {
        "project.change", "project.fields", "project.sites", "project.finished", "funding.correct", "result.record"
    }  # fmt: skip
    found.refresh_from_db()
    assert (found.stage, found.status_reason) == ("finished", "台账导入 台账.xlsx")


# The project's own


def test_name_note_and_officer_are_changed(found, officer):
    commit(exported(found, project="水窖", note="建水窖", officer="李四"), "project", "note", "officer", by=officer)
    found.refresh_from_db()
    assert (found.name, found.initials, found.summary, found.officer) == ("水窖", "sj", "建水窖", officer)


@pytest.mark.parametrize(
    ("stage", "status", "days"),
    [
        ("signed", "", {"planned_end": DAY(2020, 9, 30), "actual_end": None}),
        ("under_way", "", {"planned_end": DAY(2020, 9, 30), "actual_end": None}),
        ("under_way", "已完成", {"planned_end": DAY(2020, 6, 30), "actual_end": DAY(2020, 9, 30)}),
        ("finished", "", {"planned_end": DAY(2020, 6, 30), "actual_end": DAY(2020, 9, 30)}),
    ],
)
def test_the_end_is_a_fact_once_the_stage_says_so(officer, stage, status, days):
    found = greenhouse(stage=stage)
    commit(exported(found, end="2020-09-30", status=status), "end", "status", by=officer)
    found.refresh_from_db()
    assert {name: getattr(found, name) for name in days} == days


def test_an_end_that_was_meant_for_a_refused_move_is_a_plan(found, officer):
    row = exported(found, end="2020-09-30", status="已验收")
    outcome = check(row, by=officer)
    assert (bool(refusal(outcome, "status")), refusal(outcome, "end")) == (True, "")
    commit(row, "end", by=officer)
    found.refresh_from_db()
    assert (found.planned_end, found.actual_end) == (DAY(2020, 9, 30), None)


def test_an_end_before_the_start_is_refused(officer):
    found = greenhouse(planned_start=DAY(2019, 3, 1))
    outcome = check(exported(found, end="2019-01-01", note="别的"), by=officer)
    assert "before the start" in refusal(outcome, "end")
    assert not refusal(outcome, "note"), "what stands beside it is taken"


@pytest.mark.parametrize(("name", "count"), [("无此人", 0), ("李四", 2)])
def test_an_officer_that_nobody_or_several_are_called_is_refused(found, officer, name, count):
    make_user("bureau", name="李四")
    assert name in refusal(check(exported(found, officer=name), by=officer), "officer")


def test_county_staff_cannot_be_made_the_officer(found, officer):
    staff = make_user("county", name="县员")
    assert "县员" in refusal(check(exported(found, officer="县员"), by=officer), "officer")
    with pytest.raises(ValidationError, match="县员"):
        change_details(project=found, by=officer, officer=staff)


def test_places_are_changed_and_a_village_in_a_county_that_stays_is_kept(found, officer):
    site = found.sites.get()
    Site.objects.filter(pk=site.pk).update(address="骆驼湾村")
    commit(exported(found, county="阜平县、涞源县"), "county", by=officer)
    assert list(found.sites.order_by("pk").values_list("division__name", "address")) == [
        ("阜平县", "骆驼湾村"), ("涞源县", "")
    ]  # fmt: skip
    commit(exported(found, county="涞源县"), "county", by=officer)
    assert [site.division.name for site in found.sites.all()] == ["涞源县"]


@pytest.mark.parametrize(("code", "scheme"), [("poverty-relief-2018", "relief"), ("rural-revitalisation-2021", None)])
def test_fields_are_changed_and_each_scheme_keeps_a_primary_one(officer, code, scheme):
    """产业 is a field of both schemes: the campaign's own is meant."""
    found = greenhouse(campaign=Campaign.objects.get(code=code))
    other = Field.objects.filter(scheme=Scheme.REVITALISATION).exclude(name="产业").first()
    ProjectField.objects.create(project=found, field=other, is_primary=True)
    commit(exported(found, domain=f"健康、产业、{other.name}"), "domain", by=officer)
    rows = found.project_fields.order_by("pk").values_list("field__name", "scheme", "is_primary")
    assert list(rows) == [
        (other.name, Scheme.REVITALISATION, True), ("健康", Scheme.RELIEF, True),
        ("产业", scheme or Scheme.REVITALISATION, False),
    ]  # fmt: skip


def test_a_text_that_is_exported_masked_is_not_written_back(officer):
    found = greenhouse(summary="身份证130102199003078515")
    row = exported(found, note="身份证130***************，已核")
    assert "masked" in refusal(check(row, by=officer), "note")


# The stage


@pytest.mark.parametrize(
    ("status", "words"), [("办结", "cannot become"), ("已完成", "actual end"), ("谋划储备", "cannot become")]
)
def test_a_move_that_is_not_lawful_is_refused_in_words(found, officer, status, words):
    found.planned_end = None
    found.save()
    assert words in refusal(check(exported(found, status=status), by=officer), "status")


@pytest.mark.parametrize(("status", "stage"), [("暂停", "suspended"), ("已签约", "signed")])
def test_a_move_that_needs_a_reason_gets_the_ledgers(found, officer, status, stage):
    commit(exported(found, status=status), "status", by=officer)
    found.refresh_from_db()
    assert (found.stage, found.status_reason) == (stage, "台账导入 台账.xlsx")


def test_open_steps_stand_against_an_acceptance(officer):
    found = greenhouse(stage="finished", actual_end=DAY(2020, 5, 1))
    row = exported(found, status="已验收")
    assert not refusal(check(row, by=officer), "status")
    make_step(found, stage="finished")
    assert "Steps" in refusal(check(row, by=officer), "status")


def test_a_carried_project_stays_as_it_was(found, officer):
    Project.objects.filter(pk=found.pk).update(phase="locked", phase_by=officer, phase_at=timezone.now())
    row = exported(found, note="别的", committed=90, pledged=5, status="暂停", people=1, households=2, county="涞源县")
    assert ["carried" in str(one.refusal) for one in differences(check(row, by=officer)).values()] == [True] * 7

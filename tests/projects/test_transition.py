"""Transition (衔接): the undertaking goes on, its earlier phase stays as it was, and nothing counts twice."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from orgs.actions import merge
from projects.actions.checklists import complete_step
from projects.actions.funding import record_funding
from projects.actions.transition import carry_over, lock_phase, unlock_phase
from projects.models import Participation, Project, ProjectStep, Site
from projects.models.stages import LANDED, Stage
from registry.core.actions import move
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change
from registry.reports.figures import figures, report
from tests.factories import (
    make_campaign,
    make_designation,
    make_division,
    make_field,
    make_funding,
    make_organisation,
    make_participation,
    make_project,
    make_result,
    make_step,
    make_template,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return make_user("bureau")


@pytest.fixture
def campaigns():
    later = make_campaign(scheme="revitalisation", starts_on=datetime.date(2021, 1, 1))
    return make_campaign(successor=later), later


@pytest.fixture
def revival():
    return make_field(scheme="revitalisation")


@pytest.fixture
def relief(campaigns):
    """A project of poverty relief at work, with everything that hangs on one."""
    project = make_project(
        campaign=campaigns[0], stage="accepted", year=2019, summary="大棚", channel="驻村帮扶",
        lead=make_organisation(), county=make_designation().division, field=make_field(),
    )  # fmt: skip
    make_funding(project, "800000", state="committed")
    make_funding(project, "640000")
    make_result(project, 120)
    return project


def carry(project, by, field, **more):
    return carry_over(project=project, by=by, fields=[field], **more)


# What goes over


def test_the_undertaking_goes_on_in_the_next_campaign_with_a_number_and_a_list_of_its_own(bureau, relief, revival):
    template = make_template("签订协议", "资金到账")
    carried = carry(relief, bureau, revival, template=template, year=2022, start=datetime.date(2022, 3, 1))
    assert (carried.continues, carried.campaign, carried.year) == (relief, relief.campaign.successor, 2022)
    assert (carried.number, carried.name, carried.stage) == ("XM-2022-0001", relief.name, Stage.PLANNED)
    assert (carried.summary, carried.channel, carried.visibility) == ("大棚", "驻村帮扶", "internal")
    assert [(one.field, one.is_primary) for one in carried.project_fields.all()] == [(revival, True)]
    assert [party.organisation for party in carried.participations.all()] == [
        party.organisation for party in relief.participations.all()
    ]
    assert [(step.title, step.due_on.isoformat()) for step in carried.steps.all()] == [
        ("签订协议", "2022-03-31"),
        ("资金到账", "2022-05-02"),  # the 30th of April was a Saturday
    ]


def test_money_results_steps_and_files_stay_where_they_were(bureau, relief, revival):
    make_step(relief)
    carried = carry(relief, bureau, revival)
    assert (carried.funding.count(), carried.results.count(), carried.steps.count()) == (0, 0, 0)
    assert (relief.funding.count(), relief.results.count(), relief.steps.count()) == (2, 1, 1)


def test_the_first_field_is_the_primary_one(bureau, relief):
    first, second = make_field(scheme="revitalisation"), make_field(scheme="revitalisation")
    carried = carry_over(project=relief, by=bureau, fields=[second, first])
    assert set(carried.project_fields.values_list("field", "is_primary")) == {(second.pk, True), (first.pk, False)}


def test_sites_go_to_todays_units_under_which_both_names_find_the_project(bureau, campaigns, revival):
    now = make_designation(make_division(name="平泉市", code="130881")).division
    then = make_division(name="平泉县", code="130823", valid_to=2017, home=now)
    project = make_project(campaign=campaigns[0], stage="closed", county=then)
    Site.objects.create(project=project, division=now, address="")
    Site.objects.create(project=project, division=then, address="榆树林子镇", share=40)
    carried = carry(project, bureau, revival)
    assert [(site.division, site.address, site.share) for site in carried.sites.order_by("pk")] == [
        (now, "", None),
        (now, "榆树林子镇", 40),
    ]
    assert set(Project.objects.in_county(now.code)) == {project, carried}
    for name in ("平泉县", "平泉市", "pqx"):
        assert now in type(now).objects.search(name)


def test_merged_organisations_go_over_as_the_one_that_they_went_into(bureau, relief, revival):
    old, heir = make_organisation(), make_organisation()
    make_participation(relief, organisation=old, role="joint")
    make_participation(relief, organisation=heir, role="joint")
    make_participation(relief, role="funder", unnamed="organisations", unnamed_count=7)
    merge(organisation=old, into=heir, by=bureau, reason="合并")
    carried = carry(relief, bureau, revival)
    joint = carried.participations.filter(role=Participation.Role.JOINT)
    assert [party.organisation for party in joint] == [heir]
    assert carried.participations.get(role="funder").unnamed_count == 7


# What must be true before


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in LANDED])
def test_only_what_is_under_way_or_later_is_carried(bureau, campaigns, revival, stage):
    left = {"left_stage": "under_way"} if stage in (Stage.SUSPENDED, Stage.TERMINATED) else {}
    project = make_project(campaign=campaigns[0], stage=stage, **left)
    with pytest.raises(ValidationError):
        carry(project, bureau, revival)
    assert Project.objects.count() == 1


@pytest.mark.parametrize("stage", LANDED)
def test_every_landed_stage_may_be_carried_open_steps_or_not(bureau, campaigns, revival, stage):
    project = make_project(campaign=campaigns[0], stage=stage)
    make_step(project)
    assert carry(project, bureau, revival).continues == project


def test_a_campaign_without_a_successor_carries_nothing(bureau, revival):
    with pytest.raises(ValidationError):
        carry(make_project(campaign=make_campaign(), stage="closed"), bureau, revival)


def test_a_project_is_carried_once(bureau, relief, revival):
    carry(relief, bureau, revival)
    with pytest.raises(ValidationError):
        carry(relief, bureau, revival)


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ({"fields": []}, "fields"),
        ({"fields": "relief"}, "fields"),
        ({"year": 2020}, "year"),
        ({"year": 2031}, "year"),
    ],
)
def test_what_does_not_fit_the_next_campaign_is_refused_at_its_field(bureau, relief, revival, asked, at):
    later = relief.campaign.successor
    later.ends_on = datetime.date(2031, 1, 1)
    later.save()
    asked = {"fields": [revival]} | asked
    if asked["fields"] == "relief":
        asked["fields"] = [relief.fields.get()]
    with pytest.raises(ValidationError) as refusal:
        carry_over(project=relief, by=bureau, **asked)
    assert set(refusal.value.message_dict) == {at}
    relief.refresh_from_db()
    assert not relief.is_locked


@pytest.mark.parametrize("role", ["partner", "county", "organisation", "auditor"])
def test_who_may_not_carry_neither_carries_nor_locks_nor_unlocks(relief, revival, role):
    user = make_user(role)
    with pytest.raises(PermissionDenied):
        carry(relief, user, revival)
    for deed in (lock_phase, unlock_phase):
        with pytest.raises(PermissionDenied):
            deed(project=relief, by=user, reason="因故")


# The earlier phase


def test_the_earlier_phase_is_locked_by_a_person_at_a_moment(bureau, relief, revival):
    carry(relief, bureau, revival, reason="脱贫攻坚任务完成")
    relief.refresh_from_db()
    assert (relief.phase, relief.phase_by) == ("locked", bureau)
    change = Change.objects.filter(table_name="projects_project", row_pk=str(relief.pk)).latest("id")
    assert (change.action, change.reason, change.actor_id) == ("project.carry", "脱贫攻坚任务完成", bureau.pk)


def test_a_locked_phase_takes_no_money_no_step_no_move(bureau, relief, revival):
    step = make_step(relief)
    carry(relief, bureau, revival)
    for attempt in (
        lambda: record_funding(project=relief, by=bureau, state="received", is_joint=True, amount="1"),
        lambda: complete_step(step=step, by=bureau),
        lambda: Site.objects.create(project=relief, division=make_division()),
    ):
        with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
            attempt()
    with pytest.raises(UnlawfulMove):
        move(relief, to="aftercare", by=bureau)
    relief.refresh_from_db()
    assert relief.moves_open_to(bureau) == []


def test_one_row_of_a_locked_phase_refuses_a_whole_statement(bureau, relief, revival):
    make_step(relief)
    others = [make_project() for _number in range(3)]
    carry(relief, bureau, revival)
    place, before = make_division(), Site.objects.count()
    rows = [Site(project=project, division=place) for project in (*others, relief)]
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        Site.objects.bulk_create(rows)
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        ProjectStep.objects.all()._raw_delete("default")
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        ProjectStep.objects.update(note="x")
    Site.objects.bulk_create(rows[:3])
    assert Site.objects.count() == before + 3


def test_nobody_is_late_with_steps_of_a_locked_phase(bureau, relief, revival):
    day = datetime.date(2021, 6, 1)
    make_step(relief, due_on=datetime.date(2021, 1, 1), responsible=bureau)
    assert ProjectStep.objects.overdue(day).count() == 1
    carry(relief, bureau, revival)
    assert not ProjectStep.objects.overdue(day).exists()
    assert not ProjectStep.objects.assigned_to(bureau).exists()


def test_a_phase_is_unlocked_and_locked_again_with_a_reason(bureau, relief, revival):
    carry(relief, bureau, revival)
    with pytest.raises(ValidationError):
        unlock_phase(project=relief, by=bureau, reason=" ")
    unlock_phase(project=relief, by=bureau, reason="更正到位金额")
    record_funding(project=relief, by=bureau, state="received", is_joint=True, amount="1")
    with pytest.raises(ValidationError):
        unlock_phase(project=relief, by=bureau, reason="再次")
    assert lock_phase(project=relief, by=bureau, reason="更正完毕").is_locked
    with pytest.raises(ValidationError):
        lock_phase(project=relief, by=bureau, reason="再次")


def test_a_project_that_was_not_carried_on_is_not_locked(bureau, relief):
    with pytest.raises(ValidationError):
        lock_phase(project=relief, by=bureau, reason="因故")


def test_a_stranger_finds_no_project_to_lock(relief):
    partner = make_user("partner")
    partner.user_permissions.add(Permission.objects.get(codename="carry_project"))
    with pytest.raises(ObjectDoesNotExist):
        unlock_phase(project=relief, by=type(partner).objects.get(pk=partner.pk), reason="因故")


# Figures


def value(code, **asked):
    (figure,) = figures(user=None, codes=[code], **asked)
    return figure.quantity.value


@pytest.fixture
def carried(bureau, relief, revival):
    """The project at work in the next campaign too, with money, people and a county of its own there."""
    carried = carry(relief, bureau, revival, year=2022)
    for stage, needs in (("matched", {}), ("signed", {}), ("under_way", {"actual_start": datetime.date(2022, 4, 1)})):
        for name, day in needs.items():
            Project.objects.filter(pk=carried.pk).update(**{name: day})
        if stage == "signed":
            make_funding(carried, "100000", state="committed")
        carried = move(carried, to=stage, by=bureau)
    make_result(carried, 30)
    return carried


def test_each_campaign_counts_its_phase_and_both_together_count_one_undertaking(carried, campaigns):
    counts = {one: [value(one, campaign=campaign) for campaign in (*campaigns, None)] for one in (
        "projects", "organisations", "counties", "funds", "beneficiaries",
    )}  # fmt: skip
    assert counts == {
        "projects": [1, 1, 1],
        "organisations": [1, 1, 1],
        "counties": [1, 1, 1],
        "funds": [640000, 100000, 740000],
        "beneficiaries": [120, 30, 150],
    }


def sliced(by):
    part = report(user=None, by=[by], codes=["projects", "funds"]).slices[0]
    return {
        row.cells[0].value: (row.totals["projects"].value, row.totals["funds"].value) for row in part.rows
    }  # fmt: skip


def test_by_year_by_field_and_by_campaign_each_phase_stands_in_its_own_cell(carried, relief, revival, campaigns):
    assert sliced("year") == {"2019": (1, 640000), "2022": (1, 100000)}
    assert sliced("field") == {relief.fields.get().code: (1, 640000), revival.code: (1, 100000)}
    assert sliced("campaign") == {campaigns[0].code: (1, 640000), campaigns[1].code: (1, 100000)}


def test_the_rows_behind_are_as_many_as_the_figure_says(carried, relief, campaigns):
    for campaign, row in ((campaigns[0], relief), (campaigns[1], carried), (None, carried)):
        (figure,) = figures(user=None, codes=["projects"], campaign=campaign, row_ids=True)
        assert figure.row_ids == (row.pk,)


def test_an_undertaking_that_has_not_landed_again_counts_by_its_earlier_phase(bureau, relief, revival, campaigns):
    carry(relief, bureau, revival)
    assert [value("projects", campaign=campaign) for campaign in (*campaigns, None)] == [1, 0, 1]

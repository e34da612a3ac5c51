"""What accepted rows become in the register: all of them or none, once, under a batch of the trail."""

import datetime
import threading
from decimal import Decimal
from unittest import mock

import pytest
from django.db import connection, connections

from counties.models import Division
from orgs.credit_code import demo_code
from orgs.models import Organisation
from projects.ledger import importing, writing
from projects.models import Funding, Participation, Project, ProjectField, ProjectStep, Result, Site, TemplateStep
from registry.core.models import Change
from tests.factories import make_county_user, make_org_user, make_organisation, make_user

from .ledger_books import FULL, NATURAL, book, full, project, realistic

TABLES = (Organisation, Project, ProjectField, Site, Participation, Funding, Result, ProjectStep)


def commit(*rows, by=None, head=NATURAL, batch="", **order):
    return importing.commit(
        book(list(rows), head=head), importing.Order(**order), by=by, digest="试验", batch=batch
    )  # fmt: skip


def counts():
    return [model.objects.count() for model in TABLES]


# A row of the natural ledger


def test_a_row_becomes_a_project_with_all_that_it_says(reference):
    row = project(1, county="康保县、尚义县", domain="教育、健康", fund="约80", kind=1.5, people=120,
                  start="2019-03-05", end="2019-12-31", status="已完成", type="行业协会商会", code=demo_code(1),
                  note="一\n二\t\\N三")  # fmt: skip
    commit(row)
    one, lead = Project.objects.get(), Organisation.objects.get()
    assert (one.name, one.stage, one.year, one.number) == ("试验帮扶项目1号", "finished", 2019, "XM-2019-0001")
    assert (one.actual_start, one.actual_end) == (datetime.date(2019, 3, 5), datetime.date(2019, 12, 31))
    assert (one.planned_start, one.planned_end, one.visibility) == (None, None, "internal")
    assert (one.summary, one.initials[:6], one.campaign.code) == ("一\n二\t\\N三", "sybfxm", "poverty-relief-2018")
    assert [site.division.name for site in one.sites.order_by("id")] == ["康保县", "尚义县"]
    assert [(part.organisation, part.role) for part in one.participations.all()] == [(lead, "lead")]
    fields = one.project_fields.order_by("id").values_list("field__code", "scheme", "is_primary")
    assert list(fields) == [("education", "relief", True), ("health", "relief", False)]
    money = one.funding.order_by("id").values_list("state", "kind", "amount", "qualifier", "wording", "value_basis")
    assert list(money) == [
        ("committed", "cash", Decimal("800000.00"), "about", "约", "none"),
        ("committed", "goods", Decimal("15000.00"), "exact", "", "declared"),
    ]
    assert {line.organisation for line in one.funding.all()} == {lead}
    result = one.results.get()
    assert (result.actual, result.unit, result.level, result.status) == (120, "人次", "beneficiary", "approved")
    assert result.approved_by.is_active is False
    assert not one.steps.exists()


def test_an_organisation_is_added_with_what_its_code_tells(reference):
    commit(project(1, type="行业协会商会", code=demo_code(1), registry="试验登记机关"))
    added = Organisation.objects.get()
    assert (added.name, added.kind, added.is_chamber, added.status) == (
        project(1)["org"],
        "association",
        True,
        "active",
    )
    assert (added.level, added.origin, added.authority, added.certainty) == ("province", "other", None, "single source")
    assert (added.contact_name, added.contact_phone, added.note) == (
        "甲某",
        "03110000001",
        "登记管理机关：试验登记机关",
    )


def test_a_registered_organisation_stays_as_it_is(reference):
    known = make_organisation(name=project(1)["org"], kind="service", code=project(1)["code"], contact_name="乙某")
    outcome = commit(project(1))
    assert Participation.objects.get().organisation == known
    known.refresh_from_db()
    assert (known.contact_name, known.version) == ("乙某", 1)
    assert len(outcome.verdicts.warnings) == 1


def test_one_without_a_code_in_the_register_is_found_by_its_name_the_second_time_too(reference):
    known = make_organisation(name=project(1)["org"], kind="service", code=None)
    commit(project(1))
    assert Participation.objects.get().organisation == known
    assert commit(project(1)).verdicts.summary["unchanged"] == 1


@pytest.mark.parametrize(
    ("status", "stage", "left", "state", "started"),
    [
        ("", "planned", "", "pledged", False),
        ("对接中", "matched", "", "pledged", False),
        ("已签约", "signed", "", "committed", False),
        ("实施中", "under_way", "", "committed", True),
        ("已完成", "finished", "", "committed", True),
        ("已终止", "terminated", "under_way", "committed", True),
        ("暂停", "suspended", "under_way", "committed", True),
    ],
)
def test_money_counts_once_the_project_is_signed_and_days_are_facts_once_it_has_landed(
    reference, status, stage, left, state, started
):
    commit(project(1, status=status))
    one = Project.objects.get()
    assert (one.stage, one.left_stage, one.funding.get().state) == (stage, left, state)
    assert (one.actual_start is not None, one.planned_start is not None) == (started, not started)


def test_what_is_not_stated_makes_no_row(reference):
    commit(project(1, fund="-", people="", domain=""))
    assert [model.objects.count() for model in (Funding, Result, ProjectField)] == [0, 0, 0]


def test_people_are_kept_apart_by_their_unit(reference):
    commit(project(1, people="80人") | {"households": 12}, head=NATURAL | {"households": "受益户数"})
    assert set(Result.objects.values_list("unit", "actual")) == {("人", 80), ("户", 12)}


def test_projects_without_a_number_take_the_next_ones_of_their_year(reference):
    commit(*(project(n, start=f"20{18 + n % 2}-03-01", end="") for n in range(1, 5)))
    own = project(9, start="2018-03-01", end="") | {"number": "XM-2018-0003"}
    commit(own, project(8, start="2018-03-01", end=""), head=NATURAL | {"number": "项目编号"})
    assert sorted(Project.objects.values_list("number", flat=True)) == [
        "XM-2018-0001", "XM-2018-0002", "XM-2018-0003", "XM-2018-0004", "XM-2019-0001", "XM-2019-0002"
    ]  # fmt: skip


def test_the_campaign_is_the_one_that_is_named(reference):
    commit(project(1), campaign="rural-revitalisation-2021")
    assert Project.objects.get().campaign.code == "rural-revitalisation-2021"


# A row of the full ledger


def test_the_full_ledger_brings_partners_three_states_of_money_and_a_checklist(reference):
    commit(
        full(1, joint=f"{full(2)['code']}；{full(1)['code']}", received=250_000),
        full(2, number="", start=""),
        head=FULL,
    )
    one = Project.objects.get(number="TZ-2020-00001")
    assert (one.year, one.actual_start) == (2020, datetime.date(2019, 2, 1))
    assert list(one.participations.values_list("role", "organisation__code")) == [
        ("lead", full(1)["code"]), ("joint", full(2)["code"])
    ]  # fmt: skip
    assert {(line.state, int(line.amount), bool(line.excess_reason)) for line in one.funding.all()} == {
        ("pledged", 300_000, False), ("committed", 200_000, False), ("received", 250_000, True)
    }  # fmt: skip
    steps = one.steps.order_by("position")
    wanted = TemplateStep.objects.filter(template__code="cash")
    assert [(s.position, s.title, s.side, s.evidence) for s in steps] == [
        (s.position, s.title, s.side, s.evidence) for s in wanted
    ]
    assert steps[0].due_on == datetime.date(2019, 2, 11), "the eighth fell into the Spring Festival"
    assert steps[1].depends_on == steps[0]
    assert {step.status for step in steps} == {"open"}
    undated = Project.objects.exclude(pk=one.pk).get()
    assert set(undated.steps.values_list("due_on", flat=True)) == {None}


def test_a_partner_named_in_a_rejected_row_is_registered_all_the_same(reference):
    outcome = commit(full(1, joint=full(2)["code"]), full(2, received="若干"), head=FULL)
    assert outcome.verdicts.summary["rejected"] == 1
    assert Participation.objects.get(role="joint").organisation.name == full(2)["org"]


@pytest.mark.parametrize(
    ("cells", "template"),
    [
        ({"domain": "易地扶贫搬迁"}, "construction"),
        ({"domain": "教育"}, "cash"),
        ({"pledged": "", "promised": "", "received": "", "kind": 5}, "goods"),
    ],
)
def test_the_checklist_is_that_of_its_kind(reference, cells, template):
    commit(full(1) | cells, head=FULL | {"kind": "物资折价（元）"})
    assert ProjectStep.objects.first().template_step.template.code == template


# Again, at once, broken off


def test_the_same_ledger_a_second_time_adds_nothing(reference):
    assert importing.commit(realistic(), by=None, digest="a").verdicts.summary["accepted"] == 193
    before, trail = counts(), Change.objects.count()
    again = importing.commit(realistic(), by=None, digest="a").verdicts.summary
    assert again == {"accepted": 0, "rejected": 7, "skipped": 0, "unchanged": 193, "differs": 0}
    assert (counts(), Change.objects.count()) == (before, trail)


def test_the_full_ledger_a_second_time_adds_nothing(reference):
    rows = [full(n, joint=full(n + 1)["code"]) for n in range(1, 5)] + [full(5)]
    commit(*rows, head=FULL)
    before = counts()
    assert commit(*rows, head=FULL).verdicts.summary["unchanged"] == 5
    assert counts() == before


def test_dry_run_and_commit_give_the_same_verdicts(reference):
    def told(outcome):
        return [
            (one.entry.row, one.outcome, len(one.entry.faults), one.entry.warnings) for one in outcome.verdicts.rows
        ]

    assert told(importing.check(realistic())) == told(importing.commit(realistic(), by=None, digest="a"))


def test_nothing_is_written_by_a_check(reference):
    before, trail = counts(), Change.objects.count()
    importing.check(realistic())
    assert (counts(), Change.objects.count()) == (before, trail)


@pytest.mark.parametrize("step", ["_results", "open_lists", "_project"])
def test_a_fault_at_any_step_leaves_nothing(reference, step):
    before = counts()
    with mock.patch.object(writing, step, side_effect=RuntimeError), pytest.raises(RuntimeError):
        commit(full(1), full(2), head=FULL)
    assert counts() == before


@pytest.mark.django_db(transaction=True)
def test_two_persons_with_the_same_ledger_at_once_add_it_once(reference):
    summaries, start = [], threading.Barrier(2)

    def bring_in():
        start.wait()
        try:
            summaries.append(
                importing.commit(book([project(n) for n in range(1, 30)]), by=None, digest="a").verdicts.summary
            )
        finally:
            connections.close_all()

    people = [threading.Thread(target=bring_in) for _person in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    assert sorted((told["accepted"], told["unchanged"]) for told in summaries) == [(0, 29), (29, 0)]
    assert Project.objects.count() == 29


# Who did it


def test_the_trail_names_person_action_and_batch(reference):
    officer = make_user("bureau")
    commit(project(1), by=officer, batch="b58")
    changes = Change.objects.filter(table_name__in=[model._meta.db_table for model in TABLES])
    assert set(changes.values_list("actor_id", "action", "batch_id")) == {(officer.pk, "ledger.import", "b58")}
    assert changes.count() == 7
    assert Result.objects.get().approved_by == officer


def test_what_a_county_or_an_organisation_imports_still_wants_an_approval(reference):
    county = make_county_user(Division.objects.get(code="130624", valid_to=None))
    commit(project(1), by=county)
    first = Result.objects.get()
    assert (first.status, first.submitted_by, first.approved_by) == ("submitted", county, None)
    own = make_organisation(name=project(2)["org"], kind="foundation", code=project(2)["code"])
    commit(project(2), by=make_org_user(own))
    assert Result.objects.exclude(pk=first.pk).get().status == "submitted"


def test_deferred_checks_hold(reference):
    importing.commit(realistic(), by=None, digest="a")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

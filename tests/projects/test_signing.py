"""Signing turns a confirmed pledge into a project in which nothing has to be typed again."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from projects.actions.matching import move_pledge
from projects.actions.signing import sign_pledges, take_back_signing
from projects.models import Agreement, Funding, Instalment, Pledge, Project
from registry.core.addresses import desk_page
from registry.core.dates import today
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change
from registry.reports.figures import figures
from tests.factories import (
    make_agreement,
    make_county_user,
    make_division,
    make_enterprise,
    make_event,
    make_field,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_project,
    make_template,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date(2021, 4, 2)


@pytest.fixture
def bureau():
    return make_user("bureau", name="张丽")


@pytest.fixture
def need():
    county = make_division(name="阜平县")
    return make_need(county=county, field=make_field(name="产业"), name="大棚节水改造", place="城南庄镇", why="缺水")


def confirmed(need=None, **overrides):
    fields = {
        "status": "confirmed", "confirmed_by": make_user(), "confirmed_at": timezone.now(),
        "organisation": make_organisation(name="试验基金会"), "need": need,
    }  # fmt: skip
    return make_pledge(**fields | overrides)


def sign(*pledges, by, **how):
    return sign_pledges(**{"pledges": pledges, "by": by, "signed_on": DAY} | how)


def read(client, address):
    return client.get(address).content.decode()


def lines(project):
    return [
        (line.state, line.kind, line.origin, line.party, line.amount, line.goods, line.quantity)
        for line in project.funding.order_by("pk")
    ]


def test_everything_that_was_said_is_on_the_project(bureau, need):
    template = make_template("签订协议", "资金到账", kind="cash")
    pledge = confirmed(need, text="节水改造", deliver_by=datetime.date(2021, 12, 31))
    (project,) = sign(pledge, by=bureau)
    pledge.refresh_from_db()
    assert (project.name, project.campaign, project.year, project.stage) == (need.name, need.campaign, 2021, "signed")
    assert (project.summary, project.officer) == ("节水改造", bureau)
    assert (project.planned_start, project.planned_end) == (DAY, datetime.date(2021, 12, 31))
    assert [(site.division, site.address) for site in project.sites.all()] == [(need.county, "城南庄镇")]
    assert [row.field for row in project.project_fields.all()] == [need.field]
    assert [(party.organisation, party.role) for party in project.participations.all()] == [
        (pledge.organisation, "lead")
    ]
    assert lines(project) == [
        (state, "cash", "own", pledge.organisation, Decimal("720000.00"), "", None)
        for state in ("pledged", "committed")
    ]
    assert [step.title for step in project.steps.all()] == [step.title for step in template.steps.all()]
    assert all(step.due_on for step in project.steps.all())
    assert (pledge.status, pledge.project) == ("carried", project)
    need.refresh_from_db()
    assert need.status == "partly_met"


def test_the_board_s_figures_move_by_exactly_what_was_committed(bureau, need):
    def committed():
        return Funding.objects.standing().in_state("committed").of_organisations()

    sign(confirmed(need, amount="720000.01"), confirmed(need, amount="1080000"), by=bureau)
    assert sum(line.amount for line in committed()) == Decimal("1800000.01")
    (pledged,) = figures(user=bureau, codes=["pledged"])
    assert pledged.quantity.value == Decimal("1800000.01")


def test_a_company_s_part_is_its_own_account_from_the_first_line_on(bureau, need):
    association, company = make_organisation(kind="association", is_chamber=True), make_enterprise(name="试验公司")
    pledge = confirmed(need, organisation=association)
    pledge.items.create(kind="money", amount="300", origin="mobilised", enterprise=company)
    (project,) = sign(pledge, by=bureau)
    assert {(party.enterprise, party.role) for party in project.participations.all()} == {
        (None, "lead"), (company, "mobilised"),
    }  # fmt: skip
    committed = project.funding.in_state("committed")
    assert [line.amount for line in committed.of_companies()] == [Decimal(300)]
    assert [line.amount for line in committed.of_organisations()] == [Decimal(720000)]


def test_goods_and_services_keep_quantity_and_stated_value(bureau, need):
    pledge = confirmed(need, amount=None)
    pledge.items.create(kind="goods", what="助听器", quantity="120", unit="副", declared="36000")
    pledge.items.create(kind="know_how", what="种植指导", quantity="3", unit="场")
    (project,) = sign(pledge, by=bureau)
    goods, service = project.funding.in_state("committed").order_by("pk")
    assert (goods.kind, goods.goods, str(goods.measure), goods.amount, goods.value_basis) == (
        "goods", "助听器", "120 副", Decimal(36000), "declared",
    )  # fmt: skip
    assert (service.kind, service.amount, service.value_basis) == ("service", None, "none")


def test_each_instalment_is_a_step_of_the_organisation_with_its_day_and_voucher(bureau, need):
    make_template("签订协议", kind="cash")
    pledge = confirmed(need)
    for month, amount in ((12, "288000"), (6, "432000")):
        Instalment.objects.create(pledge=pledge, due_on=datetime.date(2021, month, 30), amount=amount)
    (project,) = sign(pledge, by=bureau)
    found = [(step.title, step.side, step.evidence, step.due_on.month) for step in project.steps.order_by("position")]
    assert found[1:] == [
        ("第 1 期资金到位：432,000.00 元", "organisation", ["voucher"], 6),
        ("第 2 期资金到位：288,000.00 元", "organisation", ["voucher"], 12),
    ]


def test_two_givers_of_one_need_are_two_projects_told_apart_by_name(bureau, need):
    first, second = (
        confirmed(need, organisation=make_organisation(name=name), amount="100") for name in ("甲会", "乙会")
    )  # fmt: skip
    names = [project.name for project in sign(second, first, by=bureau)]
    assert names == ["大棚节水改造（甲会）", "大棚节水改造（乙会）"]


def test_a_pledge_towards_a_chosen_project_joins_it(bureau, need):
    project = make_project(lead=make_organisation(), county=need.county, stage="under_way")
    pledge = confirmed(need, project=project)
    assert sign(pledge, by=bureau) == [project]
    project.refresh_from_db()
    assert project.stage == "under_way"
    assert project.participations.get(organisation=pledge.organisation).role == "joint"
    assert Project.objects.count() == 1


def test_a_free_pledge_becomes_a_project_of_its_county_and_field(bureau, need):
    pledge = confirmed(None, county=need.county, field=need.field, text="捐建图书室")
    (project,) = sign(pledge, by=bureau)
    assert (project.name, project.sites.get().division, project.project_fields.get().field) == (
        "捐建图书室", need.county, need.field,
    )  # fmt: skip


def test_the_agreement_is_dated_and_bound_to_the_project(bureau, need):
    event = make_event(kind="signing")
    drafted, other = confirmed(need, amount="1"), confirmed(need, amount="2")
    agreement = make_agreement(pledge=drafted)
    agreement.signatories.create(part="giver", organisation=drafted.organisation)
    sign(drafted, other, by=bureau, event=event)
    agreement.refresh_from_db()
    assert (agreement.project.pledges.get(), agreement.event, agreement.signed_on) == (drafted, event, DAY)
    assert agreement.signatories.get().signed_on == DAY
    made = Agreement.objects.get(pledge=other)
    assert [one.part for one in made.signatories.order_by("pk")] == ["giver", "receiver", "witness"]


def test_all_are_signed_or_none(bureau, need):
    good, bad = confirmed(need, amount="1"), make_pledge(need=need, amount="1")
    with pytest.raises(UnlawfulMove):
        sign(good, bad, by=bureau)
    good.refresh_from_db()
    assert (good.status, Project.objects.count(), Agreement.objects.count()) == ("confirmed", 0, 0)


def test_who_may_not_sign_signs_nothing(need):
    pledge = confirmed(need)
    for person in (make_org_user(pledge.organisation), make_county_user(need.county), make_user("auditor")):
        with pytest.raises(PermissionDenied):
            sign(pledge, by=person)


def test_what_was_signed_on_paper_before_becomes_a_project_too(bureau, need):
    pledge = confirmed(need)
    move_pledge(pledge=pledge, to="signed", by=bureau)
    (project,) = sign(pledge, by=bureau)
    assert project.pledges.get().status == "carried"


def test_a_day_ahead_and_an_empty_choice_are_refused(bureau, need):
    with pytest.raises(ValidationError):
        sign(confirmed(need), by=bureau, signed_on=today() + datetime.timedelta(days=1))
    with pytest.raises(ValidationError):
        sign(by=bureau)


def test_a_pledge_is_signed_once(bureau, need):
    pledge = confirmed(need)
    sign(pledge, by=bureau)
    with pytest.raises(UnlawfulMove):
        sign(pledge, by=bureau)
    assert Project.objects.count() == 1


def test_a_signing_is_one_batch_of_the_trail_and_can_be_taken_back(bureau, need):
    pledge = confirmed(need)
    (project,) = sign(pledge, by=bureau)
    (batch,) = set(Change.objects.filter(table_name="projects_project").values_list("batch_id", flat=True))
    assert Change.objects.filter(batch_id=batch, action__startswith="pledge").exists()
    with pytest.raises(ValidationError):
        take_back_signing(pledge=pledge, by=bureau, reason=" ")
    with pytest.raises(PermissionDenied):
        take_back_signing(pledge=pledge, by=make_org_user(pledge.organisation), reason="录入错误")
    take_back_signing(pledge=pledge, by=bureau, reason="录入错误")
    assert not Project.objects.filter(pk=project.pk).exists()
    pledge.refresh_from_db()
    assert (pledge.status, pledge.project) == ("confirmed", None)


def test_a_signing_that_somebody_has_gone_on_from_stays(bureau, need):
    pledge = confirmed(need)
    (project,) = sign(pledge, by=bureau)
    Project.objects.filter(pk=project.pk).update(summary="别人改过")
    with pytest.raises(ValidationError):
        take_back_signing(pledge=pledge, by=bureau, reason="录入错误")
    with pytest.raises(ValidationError):
        take_back_signing(pledge=make_pledge(), by=bureau, reason="录入错误")


def test_a_signing_that_joined_a_project_is_taken_back_and_the_project_stays(bureau, need):
    project = make_project(lead=make_organisation(), county=need.county, stage="under_way")
    pledge = confirmed(need, project=project)
    assert sign(pledge, by=bureau) == [project]
    take_back_signing(pledge=pledge, by=bureau, reason="录入错误")
    project.refresh_from_db()
    pledge.refresh_from_db()
    assert (pledge.status, pledge.project, lines(project)) == ("confirmed", project, [])


def test_the_desk_takes_a_signing_back_from_the_page_of_the_pledge(client, bureau, need):
    pledge, other = confirmed(need), confirmed(need)
    sign(pledge, other, by=bureau)
    client.force_login(bureau)
    assert "do/unsign/" in read(client, desk_page(pledge))
    address = f"{desk_page(pledge).removesuffix('change/')}do/unsign/"
    assert client.post(address, {"reason": ""}).status_code == 400
    assert client.post(address, {"reason": "录入错误"}).status_code == 302
    assert set(Pledge.objects.values_list("status", flat=True)) == {"confirmed"}
    assert not Project.objects.exists()
    assert "do/unsign/" not in read(client, desk_page(pledge))
    assert client.post(address, {"reason": "再次收回"}).status_code == 409


def test_a_confirmed_pledge_that_falls_through_is_released_with_a_reason(bureau, need):
    pledge = confirmed(need)
    with pytest.raises(UnlawfulMove):
        move_pledge(pledge=pledge, to="withdrawn", by=bureau)
    assert move_pledge(pledge=pledge, to="withdrawn", by=bureau, reason="资金落空").status == "withdrawn"
    assert [gap.given for gap in need.gaps()] == [0]
    assert Pledge.objects.binding().count() == 0

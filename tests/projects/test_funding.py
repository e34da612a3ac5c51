"""Funding lines: whose money, of what kind, how exact; confirmed by the county, voided but never deleted."""

from decimal import Decimal

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from projects.actions.funding import confirm_receipt, record_funding, void_funding
from projects.models import Funding
from projects.models.funding import FundingQuerySet
from registry.core.models import Change
from tests.factories import (
    make_county_user,
    make_division,
    make_enterprise,
    make_funding,
    make_org_user,
    make_organisation,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_an_organisation_enters_a_line_of_its_own_project():
    organisation = make_organisation()
    project, user = make_project(lead=organisation), make_org_user(organisation)
    line = record_funding(
        project=project, by=user, state="received", organisation=organisation, amount="560000", qualifier="over",
        wording="余",
    )  # fmt: skip
    assert (line.amount, line.money.wording) == (Decimal(560000), "余")
    assert Change.objects.of(project).filter(action="funding.record").get().actor_id == user.pk


def test_nobody_enters_a_line_of_a_project_that_is_not_his():
    with pytest.raises(ObjectDoesNotExist):
        record_funding(project=make_project(), by=make_org_user(make_organisation()), state="received", is_joint=True)


@pytest.mark.parametrize("role", ["county", "auditor", "system_admin"])
def test_who_enters_no_funding_is_refused(role):
    with pytest.raises(PermissionDenied):
        record_funding(project=make_project(), by=make_user(role), state="received", is_joint=True)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({}, "共同出资"),
        ({"is_joint": True, "amount": "-1"}, "0"),
        ({"is_joint": True, "amount": 0.1}, "十进制|decimal"),
        ({"is_joint": True, "unit": "床"}, "数量和单位"),
        ({"is_joint": True, "value_basis": "market"}, "未折价"),
        ({"is_joint": True, "state": "promised"}, "promised"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_with_words(line, says):
    with pytest.raises(ValidationError, match=says):
        record_funding(project=make_project(), by=make_user("bureau"), **{"state": "received"} | line)
    assert not Funding.objects.exists()


def test_a_company_s_money_is_a_figure_of_its_own():
    project = make_project()
    own = make_funding(project, organisation=make_organisation(), origin="own")
    raised = make_funding(project, organisation=make_organisation(), origin="raised")
    company = make_funding(project, enterprise=make_enterprise(), origin="mobilised")
    assert list(Funding.objects.of_organisations()) == [own, raised]
    assert list(Funding.objects.of_companies()) == [company]


def test_the_party_of_a_line_is_who_gave_it():
    organisation, company = make_organisation(), make_enterprise()
    assert make_funding(make_project(), organisation=organisation).party == organisation
    assert make_funding(make_project(), enterprise=company, origin="mobilised").party == company
    assert make_funding(make_project()).party is None


def test_money_involved_is_what_was_received_and_where_nothing_was_what_was_committed():
    running, agreed = make_project(), make_project()
    received = make_funding(running, "5")
    committed = make_funding(agreed, "7", state="committed")
    company = make_funding(agreed, "8", origin="mobilised", enterprise=make_enterprise())
    void = {"voided_by": make_user(), "voided_at": timezone.now(), "void_reason": "重复"}
    make_funding(running, "9", state="committed")
    make_funding(agreed, "6", **void)
    make_funding(agreed, "6", state="committed", **void)
    for state in ("pledged", "spent"):
        make_funding(running, "4", state=state, excess_reason="垫付")
        make_funding(agreed, "4", state=state)
    assert list(Funding.objects.involved(FundingQuerySet.of_organisations).order_by("pk")) == [received, committed]
    assert list(Funding.objects.involved(FundingQuerySet.of_companies)) == [company]


def test_a_voided_line_is_known_to_those_who_run_the_project_and_to_nobody_else():
    organisation = make_organisation()
    project = make_project(lead=organisation, visibility="published")
    standing = make_funding(project)
    voided = make_funding(project, voided_by=make_user(), voided_at=timezone.now(), void_reason="重复")
    lines = Funding.objects.order_by("pk")
    assert list(lines.visible_to(make_org_user(organisation))) == [standing, voided]
    assert list(lines.visible_to(make_org_user(make_organisation()))) == [standing]


def test_goods_carry_a_quantity_and_may_have_no_value():
    line = make_funding(make_project(), amount=None, kind="goods", goods="轮椅", quantity=300, unit="台")
    assert (line.measure.value, line.measure.unit, line.money.value) == (300, "台", None)
    assert make_funding(make_project()).measure is None


def test_the_county_confirms_a_received_line_once():
    county = make_division()
    line, user = make_funding(make_project(county=county)), make_county_user(county)
    confirmed = confirm_receipt(funding=line, by=user)
    assert confirmed.confirmed_by == user
    with pytest.raises(ValidationError, match="已由"):
        confirm_receipt(funding=line, by=user)


@pytest.mark.parametrize("state", ["pledged", "committed", "spent"])
def test_only_what_was_received_can_be_confirmed(state):
    with pytest.raises(ValidationError, match="到位"):
        confirm_receipt(funding=make_funding(make_project(), state=state), by=make_user("bureau"))


def test_another_county_does_not_confirm_and_an_organisation_neither():
    organisation = make_organisation()
    line = make_funding(make_project(county=make_division(), lead=organisation))
    with pytest.raises(ObjectDoesNotExist):
        confirm_receipt(funding=line, by=make_county_user(make_division()))
    with pytest.raises(PermissionDenied):
        confirm_receipt(funding=line, by=make_org_user(organisation))


def test_a_voided_line_stays_with_its_reason_and_leaves_the_sums():
    line, user = make_funding(make_project()), make_user("bureau")
    voided = void_funding(funding=line, by=user, reason=" 重复登记 ")
    assert (voided.is_voided, voided.voided_by, voided.void_reason) == (True, user, "重复登记")
    assert (Funding.objects.count(), Funding.objects.standing().count()) == (1, 0)
    with pytest.raises(ValidationError, match="已作废"):
        void_funding(funding=line, by=user, reason="再次")
    with pytest.raises(ValidationError, match="到位"):
        confirm_receipt(funding=line, by=user)


def test_a_line_is_voided_with_a_reason_and_by_those_who_may():
    line = make_funding(make_project())
    with pytest.raises(ValidationError, match="作废理由"):
        void_funding(funding=line, by=make_user("bureau"), reason=" ")
    for role in ("partner", "county", "organisation", "auditor"):
        with pytest.raises(PermissionDenied):
            void_funding(funding=line, by=make_user(role), reason="重复")


def refused(constraint, columns):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_funding SET {columns}")


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("state = 'promised'", "state_check"),
        ("kind = 'gold'", "kind_check"),
        ("origin = 'moon'", "origin_check"),
        ("value_basis = 'guess'", "value_basis_check"),
        ("qualifier = 'vague'", "qualifier_check"),
        ("amount = -0.01", "funding_not_negative"),
        ("quantity = -1, unit = '台'", "funding_not_negative"),
        ("confirmed_at = now()", "funding_confirmed"),
        ("voided_at = now(), void_reason = 'x'", "funding_voided"),
        ("void_reason = 'x'", "funding_voided_with_reason"),
        ("is_joint = false", "funding_one_party"),
        ("quantity = 5", "funding_quantity_with_unit"),
        ("unit = '台'", "funding_quantity_with_unit"),
        ("amount = NULL, value_basis = 'market'", "funding_unvalued"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(columns, constraint):
    make_funding(make_project())
    refused(constraint, columns)


def test_the_database_keeps_paired_facts_and_reasons_together():
    line, user = make_funding(make_project()), make_user()
    refused("funding_voided_with_reason", f"voided_at = now(), voided_by_id = {user.pk}")
    Funding.objects.filter(pk=line.pk).update(confirmed_by=user, confirmed_at=timezone.now())
    refused("funding_confirmed_when_received", "state = 'committed'")


def test_the_database_keeps_parties_apart():
    organisation, company = make_organisation(), make_enterprise()
    make_funding(make_project(), organisation=organisation)
    refused("funding_one_party", "is_joint = true")
    refused(
        "funding_one_party",
        f"enterprise_id = {company.pk}, is_joint = true, organisation_id = NULL, origin = 'mobilised'",
    )
    refused("funding_mobilised_by_company", "origin = 'mobilised'")
    refused("funding_company_money_apart", f"organisation_id = NULL, enterprise_id = {company.pk}")


def test_a_bulk_load_passes_no_constraint_by():
    line = Funding(project=make_project(), state="received", amount=5)
    with pytest.raises(IntegrityError, match="funding_one_party"), transaction.atomic():
        Funding.objects.bulk_create([line])


def test_an_organisation_enters_no_line_in_another_s_name():
    ours, theirs = make_organisation(), make_organisation()
    project, user = make_project(lead=ours), make_org_user(ours)
    assert record_funding(project=project, by=user, state="received", organisation=ours).organisation == ours
    with pytest.raises(PermissionDenied):
        record_funding(project=project, by=user, state="received", organisation=theirs)

"""Pledges as their giver writes them: drafts that nobody else touches, made once, never beyond the gap."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from orgs.models import Enterprise
from projects.actions.matching import move_pledge
from projects.actions.pledging import save_pledge, submit_pledge, withdraw_pledge
from projects.models import NeedItem, Pledge
from registry.core.actions import Stale
from registry.core.dates import today
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change
from tests.core.test_actions import at_once
from tests.factories import (
    make_campaign,
    make_county_user,
    make_division,
    make_field,
    make_membership,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def giver():
    return make_organisation()


@pytest.fixture
def member(giver):
    return make_org_user(giver)


@pytest.fixture
def need():
    return make_need(amount="3000000")


def money(amount, need=None, **more):
    return {"kind": "money", "amount": Decimal(amount), "need_item": need and need.items.get(), **more}


def draft(giver, member, need, amount="720000", **more):
    return save_pledge(by=member, organisation=giver, need=need, items=[money(amount, need)], **more)


def test_a_draft_takes_county_field_and_campaign_from_its_need(giver, member, need):
    pledge = draft(giver, member, need, contact_name="王明", deliver_by=today())
    assert (pledge.status, pledge.number[:7], pledge.organisation) == ("draft", f"CN-{today().year}", giver)
    assert (pledge.campaign, pledge.county, pledge.receiver, pledge.help_field) == (
        need.campaign, None, need.county, need.field,
    )  # fmt: skip
    assert (pledge.money.value, pledge.contact_name) == (720000, "王明")
    assert {change.action for change in Change.objects.of(pledge)} == {"pledge.save"}


def test_a_free_pledge_names_county_and_field_and_belongs_to_the_current_campaign(giver, member):
    campaign, county, field = make_campaign(starts_on=datetime.date(2021, 1, 1)), make_division(), make_field()
    make_campaign(starts_on=datetime.date(2019, 1, 1))
    pledge = save_pledge(by=member, organisation=giver, county=county, field=field, items=[money(5)])
    assert (pledge.campaign, pledge.receiver, pledge.help_field) == (campaign, county, field)
    with pytest.raises(ValidationError, match="现行的县"):
        save_pledge(by=member, organisation=giver, county=make_division(valid_to=2016), field=field, items=[money(5)])


def test_items_and_instalments_are_replaced_as_a_whole_and_left_where_none_are_given(giver, member, need):
    parts = [{"due_on": datetime.date(2026, 12, day), "amount": Decimal(360000)} for day in (1, 2)]
    pledge = draft(giver, member, need, instalments=parts)
    again = save_pledge(by=member, organisation=giver, need=need, pledge=pledge, items=[money(5, need), money(6)])
    assert [item.amount for item in again.items.all()] == [5, 6]
    assert again.instalments.count() == 2
    again = save_pledge(by=member, organisation=giver, need=need, pledge=again, instalments=parts[:1])
    assert (again.items.count(), again.instalments.count()) == (2, 1)


def test_what_stays_as_it_was_leaves_no_trace_in_the_trail(giver, member, need):
    pledge = draft(giver, member, need)
    before = Change.objects.filter(table_name="projects_pledgeitem").count()
    save_pledge(by=member, organisation=giver, need=need, pledge=pledge, items=[money("720000.00", need)])
    assert Change.objects.filter(table_name="projects_pledgeitem").count() == before


def test_a_draft_that_somebody_has_changed_since_is_not_overwritten(giver, member, need):
    pledge = draft(giver, member, need)
    save_pledge(by=member, organisation=giver, need=need, pledge=pledge, version=pledge.version, items=[money(5, need)])
    with pytest.raises(Stale):
        save_pledge(by=member, organisation=giver, need=need, pledge=pledge, version=pledge.version, items=[money(6)])
    assert pledge.money.value == 5


def test_nobody_pledges_for_an_organisation_that_he_does_not_speak_for(giver, need):
    other = make_org_user(make_organisation())
    applied = make_user("organisation")
    make_membership(applied, giver, status="applied", approved_by=None, approved_at=None)
    for person in (other, applied, make_user("bureau"), make_county_user(need.county)):
        with pytest.raises(PermissionDenied):
            draft(giver, person, need)
    assert not Pledge.objects.exists()


@pytest.mark.parametrize("status", ["applied", "suspended", "deregistered"])
def test_only_an_active_organisation_pledges(status, need):
    giver = make_organisation(status=status)
    with pytest.raises(ValidationError, match="不能认领"):
        draft(giver, make_org_user(giver), need)


def test_a_draft_of_another_organisation_is_as_unknown_as_none(giver, member, need):
    pledge = draft(giver, member, need)
    other = make_organisation()
    with pytest.raises(ObjectDoesNotExist):
        save_pledge(by=make_org_user(other), organisation=other, need=need, pledge=pledge, items=[money(5, need)])
    stranger = make_org_user(other)
    for act in (submit_pledge, withdraw_pledge):
        with pytest.raises(PermissionDenied):
            act(pledge=pledge, by=stranger, **({"reason": "x"} if act is withdraw_pledge else {}))
    pledge.refresh_from_db()
    assert (pledge.organisation, pledge.status) == (giver, "draft")


def test_a_need_that_is_not_published_is_unknown_and_one_that_is_over_takes_nothing(giver, member):
    with pytest.raises(ObjectDoesNotExist):
        draft(giver, member, make_need(status="draft"))
    with pytest.raises(ValidationError, match="不再接受认领"):
        draft(giver, member, make_need(status="met"))


def test_what_was_handed_in_is_not_written_any_more(giver, member, need):
    pledge = submit_pledge(pledge=draft(giver, member, need), by=member)
    assert (pledge.status, pledge.submitted_by) == ("submitted", member)
    with pytest.raises(ValidationError, match="已提交"):
        save_pledge(by=member, organisation=giver, need=need, pledge=pledge, items=[money(5, need)])


@pytest.mark.parametrize(("amount", "status"), [("720000.00", "submitted"), ("720000.01", "draft")])
def test_a_fen_beyond_the_gap_is_refused_with_the_gap_named_and_the_draft_kept(giver, member, need, amount, status):
    make_pledge(need=need, amount="2280000", status="accepted")
    pledge = draft(giver, member, need, amount)
    if status == "draft":
        with pytest.raises(ValidationError, match=r"720,000\.01 元.*720,000\.00 元"):
            submit_pledge(pledge=pledge, by=member)
    else:
        submit_pledge(pledge=pledge, by=member)
    pledge.refresh_from_db()
    assert (pledge.status, str(pledge.money.value)) == (status, amount)


def test_own_and_mobilised_money_towards_one_item_fill_the_gap_together(need):
    chamber = make_organisation(kind="association")
    member = make_org_user(chamber)
    items = [money(2000000, need), money("1000000.01", need, company="燕赵食品公司")]
    pledge = save_pledge(by=member, organisation=chamber, need=need, items=items)
    with pytest.raises(ValidationError, match=r"3,000,000\.01"):
        submit_pledge(pledge=pledge, by=member)


def test_a_submission_towards_a_need_that_is_over_is_refused(giver, member, need):
    pledge = draft(giver, member, need)
    type(need).objects.filter(pk=need.pk).update(status="expired")
    with pytest.raises(ObjectDoesNotExist):
        submit_pledge(pledge=pledge, by=member)
    assert Pledge.objects.get().status == "draft"


def test_a_member_company_is_registered_once_and_mobilised_by_associations_alone(giver, member, need):
    chamber = make_organisation(kind="association", is_chamber=True)
    by = make_org_user(chamber)
    Enterprise.objects.create(name="燕赵食品公司", member_of=make_organisation(kind="association"))
    for amount in (5, 6):
        items = [money(amount, need, company="燕赵食品公司")]
        pledge = save_pledge(by=by, organisation=chamber, need=need, items=items)
        (item,) = pledge.items.all()
        assert (item.origin, item.enterprise.member_of) == ("mobilised", chamber)
    assert chamber.member_enterprises.count() == 1
    with pytest.raises(ValidationError, match="会员企业"):
        save_pledge(by=member, organisation=giver, need=need, items=[money(5, need, company="燕赵食品公司")])


def test_goods_are_offered_in_the_need_s_own_unit_with_or_without_a_stated_value(giver, member):
    need = make_need(amount=None)
    wanted = NeedItem.objects.create(need=need, kind="goods", what="床", quantity=5, unit="张")
    beds = {"kind": "goods", "what": "床", "quantity": Decimal(2), "unit": "张", "need_item": wanted}
    pledge = save_pledge(by=member, organisation=giver, need=need, items=[beds | {"declared": Decimal(900)}])
    assert pledge.items.get().declared == 900
    with pytest.raises(ValidationError, match="类别和单位相同"):
        save_pledge(by=member, organisation=giver, need=need, items=[beds | {"unit": "套"}])


def test_a_token_makes_one_pledge_however_often_it_is_sent(giver, member, need):
    first = draft(giver, member, need, once="a" * 32)
    second = draft(giver, member, need, amount="5", once="a" * 32)
    assert (second, second.money.value) == (first, 720000)
    assert draft(giver, member, need, once="b" * 32) != first
    other = make_organisation()
    assert draft(other, make_org_user(other), need, once="a" * 32).organisation == other


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_pledge():
    giver, need = make_organisation(), make_need(amount="3000000")
    member = make_org_user(giver)
    results = at_once(*[lambda: draft(giver, member, need, once="c" * 32) for _click in range(2)])
    assert len({pledge.pk for pledge in results}) == 1
    assert (Pledge.objects.count(), Pledge.objects.get().items.count()) == (1, 1)


@pytest.mark.parametrize("state", ["draft", "submitted", "accepted"])
def test_the_giver_withdraws_with_a_reason_until_the_county_has_confirmed(giver, member, need, state):
    pledge = make_pledge(need=need, organisation=giver, status=state)
    with pytest.raises(UnlawfulMove, match="原因"):
        withdraw_pledge(pledge=pledge, by=member, reason=" ")
    assert withdraw_pledge(pledge=pledge, by=member, reason="资金未落实").status == "withdrawn"


def test_what_the_county_has_confirmed_is_not_withdrawn_by_the_giver(giver, member, need):
    pledge = make_pledge(need=need, organisation=giver, status="accepted")
    move_pledge(pledge=pledge, to="confirmed", by=make_county_user(need.county))
    with pytest.raises(PermissionDenied):
        withdraw_pledge(pledge=pledge, by=member, reason="资金未落实")


def test_a_county_that_also_speaks_for_an_organisation_withdraws_no_other_s_pledge(need):
    pledge = make_pledge(need=need, status="accepted")
    both = make_user("county", "organisation")
    make_membership(both, make_organisation())
    both.postings.create(division=need.county, starts_on=datetime.date(2018, 1, 1))
    assert Pledge.objects.within_scope_of(both).filter(pk=pledge.pk).exists()
    with pytest.raises(PermissionDenied):
        withdraw_pledge(pledge=pledge, by=both, reason="不要了")


def test_a_decision_is_made_on_what_was_seen(need):
    pledge = make_pledge(need=need, status="accepted")
    with pytest.raises(Stale):
        move_pledge(pledge=pledge, to="confirmed", by=make_county_user(need.county), version=pledge.version + 1)


def test_details_that_are_no_details_are_a_mistake_of_the_caller(giver, member, need):
    with pytest.raises(TypeError):
        draft(giver, member, need, status="accepted")

"""Needs: published by a second person; what is still unmet is computed from binding pledges, never typed."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from projects.actions.matching import move_need, move_pledge
from projects.models import Need, NeedItem, PledgeItem
from tests.factories import make_county_user, make_division, make_need, make_pledge, make_user
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db


class TestTheTableOfNeeds(LifecycleRules):
    model = Need
    untrue = {
        "items": lambda need: need.items.all().delete(),
        "unpromised": lambda need: make_pledge(need=need, amount="1", status="accepted"),
    }

    def make_in(self, state, towards=""):
        return make_need(status=state)


@pytest.mark.parametrize("status", ["draft", "submitted", "declined", "withdrawn"])
def test_a_pledge_that_binds_nobody_leaves_the_gap_as_it_is(status):
    need = make_need(amount="300")
    make_pledge(need=need, amount="120", status=status)
    [gap] = need.gaps()
    assert (gap.wanted.value, gap.accepted.value, gap.unmet.value) == (300, 0, 300)


@pytest.mark.parametrize("status", ["accepted", "confirmed", "signed", "carried"])
def test_every_binding_pledge_lessens_the_gap(status):
    need = make_need(amount="300")
    confirmed = {"confirmed_by": make_user(), "confirmed_at": timezone.now()}
    for amount in ("120", "60.50"):
        make_pledge(need=need, amount=amount, status=status, **confirmed if status != "accepted" else {})
    [gap] = need.gaps()
    assert (gap.wanted.value, gap.accepted.value, gap.unmet.value) == (300, Decimal("180.50"), Decimal("119.50"))


def test_gaps_are_counted_item_by_item_each_in_its_own_unit():
    need = make_need(amount="300")
    beds = NeedItem.objects.create(need=need, kind="goods", what="床", quantity=50, unit="张")
    pledge = make_pledge(need=need, amount="100", status="accepted")
    PledgeItem.objects.create(pledge=pledge, need_item=beds, kind="goods", what="床", quantity=20, unit="张")
    PledgeItem.objects.create(pledge=pledge, kind="goods", what="被褥", quantity=99, unit="套")
    make_pledge(need=make_need(amount="7"), amount="7", status="accepted")
    assert [(gap.unmet.value, getattr(gap.unmet, "unit", "元")) for gap in need.gaps()] == [(200, "元"), (30, "张")]


def test_a_renewed_need_remembers_what_was_accepted_towards_it():
    county = make_division()
    need = make_need(amount="300", county=county)
    move_pledge(pledge=make_pledge(need=need, amount="120"), to="accepted", by=make_user("bureau"))
    owner = make_county_user(county)
    for to in ("expired", "submitted"):
        need = move_need(need=need, to=to, by=owner, reason="逾期")
    assert (need.status, need.published_by) == ("submitted", None)
    assert move_need(need=need, to="published", by=make_user("bureau")).status == "partly_met"


@pytest.mark.parametrize("status", Need.Status.values)
def test_only_an_open_need_is_ever_past_its_expiry(status):
    yesterday, today = datetime.date(2021, 10, 31), datetime.date(2021, 11, 1)
    need = make_need(status=status, expires_on=yesterday)
    assert need.is_past_expiry(today) == (status in Need.OPEN) == Need.objects.past_expiry(today).exists()
    assert not need.is_past_expiry(yesterday)


def test_a_need_is_found_by_its_county_of_today_and_by_the_city_above():
    home = make_division(code="130535", name="任泽区")
    old = make_division(code="130526", name="任县", valid_to=2020, home=home)
    need = make_need(county=old)
    make_need()
    for code in ("130535", "130500"):
        assert list(Need.objects.in_county(code)) == [need]


def test_money_and_quantity_each_need_their_own_measure():
    item = NeedItem(need=make_need(amount=None), kind="goods", what="床", amount=3)
    with pytest.raises(ValidationError, match="资金须填金额"):
        item.full_clean()


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("status = 'flying'", "status_check"),
        ("urgency = 'never'", "urgency_check"),
        ("published_by_id = NULL, published_at = NULL", "need_published_by_someone"),
        ("published_at = NULL", "need_published"),
        ("submitted_at = now()", "need_submitted"),
        ("submitted_by_id = published_by_id, submitted_at = now()", "need_two_persons"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(columns, constraint):
    make_need()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_need SET {columns}")


@pytest.mark.parametrize(
    "measure",
    [
        {"kind": "money"},
        {"kind": "money", "amount": 0},
        {"kind": "money", "amount": 5, "quantity": 1, "unit": "张"},
        {"kind": "money", "amount": 5, "unit": "元"},
        {"kind": "goods", "what": "床", "quantity": 1},
        {"kind": "goods", "quantity": 1, "unit": "张"},
        {"kind": "goods", "what": "床", "unit": "张"},
        {"kind": "goods", "what": "床", "quantity": 0, "unit": "张"},
        {"kind": "service", "what": "义诊", "quantity": 1, "unit": "场", "amount": 5},
        {"kind": "wishes", "what": "好意", "quantity": 1, "unit": "份"},
    ],
)
def test_an_item_without_a_whole_measure_is_refused_by_the_database(measure):
    need = make_need(amount=None)
    with pytest.raises(IntegrityError, match=r"need_item_measure|kind_check"), transaction.atomic():
        NeedItem.objects.bulk_create([NeedItem(need=need, **measure)])


def test_the_same_thing_is_wanted_once():
    need = make_need(amount="300")
    with pytest.raises(IntegrityError, match="need_item_once"), transaction.atomic():
        NeedItem.objects.create(need=need, kind="money", amount=5)

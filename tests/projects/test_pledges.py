"""Pledges: two decisions by two persons, and never one gap promised twice."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from projects.actions.matching import move_pledge
from projects.models import Instalment, Need, NeedItem, Pledge, PledgeItem
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change
from tests.core.test_actions import at_once
from tests.factories import (
    make_county_user,
    make_division,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_project,
    make_user,
)
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db
CONFIRMED = ("confirmed", "signed", "carried")


def make_in(state, **overrides):
    fields = {"status": state, "need": make_need()} | overrides
    if state in CONFIRMED:
        fields |= {"confirmed_by": make_user(), "confirmed_at": timezone.now()}
    return make_pledge(**fields)


class TestTheTableOfPledges(LifecycleRules):
    model = Pledge
    untrue = {
        "towards": lambda pledge: (
            pledge.items.update(need_item=None),
            Pledge.objects.filter(pk=pledge.pk).update(need=None),
        ),
        "items": lambda pledge: pledge.items.all().delete(),
        "instalments": lambda pledge: Instalment.objects.create(
            pledge=pledge, due_on=datetime.date(2021, 3, 1), amount=Decimal(1)
        ),
        "fitting": lambda pledge: pledge.items.update(need_item=make_need().items.get()),
        "need_open": lambda pledge: Need.objects.filter(pk=pledge.need_id).update(
            status="expired", published_by=None, published_at=None
        ),
        "project": lambda pledge: Pledge.objects.filter(pk=pledge.pk).update(project=None),
    }

    def make_in(self, state, towards=""):
        return make_in(state, project=make_project())


def accept(pledge, by=None):
    return move_pledge(pledge=pledge, to="accepted", by=by or make_user("bureau"))


def test_acceptance_is_followed_by_the_need():
    need = make_need(amount="300")
    first, second = (make_pledge(need=need, amount=amount) for amount in ("120", "180"))
    states = []
    for pledge in (first, second):
        accept(pledge)
        need.refresh_from_db()
        states.append(need.status)
    move_pledge(pledge=second, to="declined", by=make_county_user(need.county), reason="不合本县实际")
    need.refresh_from_db()
    states.append(need.status)
    assert states == ["partly_met", "met", "partly_met"]


def test_the_last_withdrawal_opens_the_need_again():
    organisation = make_organisation()
    need, pledge = make_need(amount="300"), None
    pledge = accept(make_pledge(need=need, amount="300", organisation=organisation))
    move_pledge(pledge=pledge, to="withdrawn", by=make_org_user(organisation), reason="资金未落实")
    need.refresh_from_db()
    assert need.status == "published"


def test_what_goes_beyond_the_gap_is_refused_with_the_figures():
    need = make_need(amount="3000000")
    accept(make_pledge(need=need, amount="2280000"))
    pledge = make_pledge(need=need, amount="720000.01")
    with pytest.raises(ValidationError, match=r"720,000\.01 元.*720,000\.00 元"):
        accept(pledge)
    pledge.refresh_from_db()
    assert (pledge.status, need.gaps()[0].unmet.value) == ("submitted", 720000)
    assert accept(make_pledge(need=need, amount="720000")).status == "accepted"


def test_whoever_submitted_does_not_accept_and_whoever_accepted_does_not_confirm():
    county = make_division()
    both = make_user("bureau", "county")
    with pytest.raises(UnlawfulMove, match="另一人"):
        accept(make_pledge(submitted_by=both, submitted_at=timezone.now()), by=both)
    pledge = accept(make_pledge(county=county))
    confirmed = move_pledge(pledge=pledge, to="confirmed", by=make_county_user(county))
    assert confirmed.accepted_by != confirmed.confirmed_by


def test_bureau_and_county_each_make_their_own_decision():
    county = make_division()
    pledge = make_pledge(county=county)
    with pytest.raises(ObjectDoesNotExist):
        accept(pledge, by=make_county_user(county))
    accept(pledge)
    with pytest.raises(PermissionDenied):
        move_pledge(pledge=pledge, to="confirmed", by=make_user("bureau"))
    with pytest.raises(ObjectDoesNotExist):
        move_pledge(pledge=pledge, to="confirmed", by=make_county_user(make_division()))


def test_a_free_pledge_locks_and_changes_no_need():
    need = make_need()
    assert accept(make_pledge(county=make_division())).status == "accepted"
    need.refresh_from_db()
    assert need.status == "published"


def test_a_pledge_to_a_need_that_is_not_open_is_refused_and_nothing_is_left():
    pledge = make_pledge(need=make_need(status="withdrawn"))
    with pytest.raises(UnlawfulMove, match="不再开放"):
        accept(pledge)
    assert Change.objects.of(pledge).filter(action="pledge.accepted").count() == 0


@pytest.mark.parametrize(
    "other",
    [{"kind": "goods", "what": "床", "quantity": 1, "unit": "套"}, {"kind": "money", "amount": 5}],
    ids=["another unit", "another kind"],
)
def test_an_item_offered_towards_something_else_is_refused(other):
    need = make_need(amount=None)
    wanted = NeedItem.objects.create(need=need, kind="goods", what="床", quantity=5, unit="张")
    item = PledgeItem(pledge=make_pledge(need=need, amount=None), need_item=wanted, **other)
    with pytest.raises(ValidationError, match="类别和单位相同"):
        item.full_clean()
    item.save()
    with pytest.raises(UnlawfulMove, match="部分明细与需求不符"):
        accept(item.pledge)


def test_an_item_towards_another_need_is_refused():
    item = PledgeItem(
        pledge=make_pledge(need=make_need(), amount=None), need_item=make_need().items.get(), kind="money", amount=5
    )
    with pytest.raises(ValidationError, match="所认领需求"):
        item.full_clean()


def beyond_by_sql(need, pledge):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE projects_pledge SET status = 'accepted', accepted_by_id = %s, accepted_at = now() WHERE id = %s",
            [make_user().pk, pledge.pk],
        )


def beyond_by_item(need, pledge):
    accepted = make_pledge(need=need, amount="300", status="accepted")
    accepted.items.update(amount=301)


def beyond_by_less_wanted(need, pledge):
    make_pledge(need=need, amount="300", status="accepted")
    need.items.update(amount=299)


@pytest.mark.parametrize("go_beyond", [beyond_by_sql, beyond_by_item, beyond_by_less_wanted])
def test_the_database_itself_refuses_to_promise_a_gap_twice(go_beyond):
    need = make_need(amount="300")
    pledge = make_pledge(need=need, amount="301")
    point = transaction.savepoint()
    go_beyond(need, pledge)
    with pytest.raises(IntegrityError, match="binding pledges go beyond"):
        connection.check_constraints()
    transaction.savepoint_rollback(point)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(5))
def test_of_two_acceptances_at_once_that_do_not_fit_together_one_is_refused(round_):
    need = make_need(amount="300")
    pledges = [make_pledge(need=need, amount="200") for _ in range(2)]
    officers = [make_user("bureau") for _ in range(2)]
    results = at_once(*[lambda p=p, by=by: accept(p, by) for p, by in zip(pledges, officers, strict=True)])
    assert sorted(type(result).__name__ for result in results) == ["Pledge", "ValidationError"]
    assert need.gaps()[0].unmet.value == 100
    assert Need.objects.get(pk=need.pk).status == "partly_met"


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_that_pass_by_the_actions_do_not_fit_together_either():
    need = make_need(amount="300")
    pledges = [make_pledge(need=need, amount="200") for _ in range(2)]
    users = [make_user() for _ in pledges]

    def load(pledge, user):
        Pledge.objects.filter(pk=pledge.pk).update(status="accepted", accepted_by=user, accepted_at=timezone.now())

    results = at_once(*[lambda p=p, u=u: load(p, u) for p, u in zip(pledges, users, strict=True)])
    assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "NoneType"]


@pytest.mark.parametrize(
    ("status", "columns", "constraint"),
    [
        ("submitted", "status = 'flying'", "status_check"),
        ("submitted", "status = 'accepted'", "pledge_decided_by_someone"),
        ("accepted", "status = 'confirmed'", "pledge_confirmed_by_someone"),
        ("accepted", "status = 'carried'", "pledge_confirmed_by_someone"),
        ("accepted", "accepted_at = NULL", "pledge_accepted"),
        ("confirmed", "confirmed_at = NULL", "pledge_confirmed"),
        ("confirmed", "confirmed_by_id = accepted_by_id", "pledge_two_decisions"),
        ("submitted", "submitted_at = now()", "pledge_submitted"),
        ("confirmed", "signed_at = now()", "pledge_signed"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(status, columns, constraint):
    pledge = make_in(status)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_pledge SET {columns} WHERE id = {pledge.pk}")


def test_a_pledge_towards_a_need_takes_the_county_from_it():
    with pytest.raises(IntegrityError, match="pledge_towards_something"), transaction.atomic():
        make_pledge(need=make_need(), county=make_division())

"""What a county writes down of a need: drafts of its own, changed, extended and renewed."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from projects.actions.needs import extend_need, renew_need, save_need
from projects.models import Need
from projects.needs import counties_of
from registry.core.actions import Stale
from registry.core.dates import today
from registry.core.models import Change
from tests.factories import make_county_user, make_division, make_field, make_need, make_pledge, make_user

from .written_needs import BEDS, LATER, MONEY, draft, items_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


# The action


def test_a_need_is_kept_as_a_draft_with_what_is_wanted(user, facts):
    need = save_need(by=user, items=[MONEY, BEDS], urgency="urgent", **facts)
    assert (need.status, need.urgency, need.number) == ("draft", "urgent", f"XQ-{today().year}-0001")
    assert items_of(need) == [("money", "", 300, ""), ("goods", "床", 50, "张")]
    change = Change.objects.filter(table_name="projects_need").latest("pk")
    assert (change.actor_id, change.action) == (user.pk, "need.save")


def test_items_that_stay_are_the_same_rows_and_what_is_not_wanted_any_more_goes(user, facts):
    need = save_need(by=user, items=[MONEY, BEDS], **facts)
    money = need.items.get(kind="money")
    before = need.version
    need = save_need(by=user, need=need, items=[MONEY | {"amount": Decimal(500)}], **facts)
    assert items_of(need) == [("money", "", 500, "")]
    assert (need.items.get(), need.version > before) == (money, True)
    assert save_need(by=user, need=need, items=[MONEY | {"amount": Decimal(500)}], **facts).version == need.version


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([MONEY, MONEY], "出现了两次"),
        ([{"kind": "goods", "what": "床", "quantity": Decimal(5), "unit": ""}], "资金须填金额"),
        ([{"kind": "wishes", "what": "好意", "quantity": Decimal(5), "unit": "份"}], "wishes"),
    ],
)
def test_items_that_make_no_sense_are_refused_and_nothing_is_kept(user, facts, items, words):
    with pytest.raises(ValidationError, match=words):
        save_need(by=user, items=items, **facts)
    assert not Need.objects.exists()


def test_needs_are_written_for_one_s_own_county_only(user, facts):
    with pytest.raises(PermissionDenied):
        save_need(by=user, items=[], **facts | {"county": make_division()})
    other = draft(make_division())
    with pytest.raises(ObjectDoesNotExist):
        save_need(by=user, need=other, items=[], **facts)
    for role in ("organisation", "partner", "auditor"):
        with pytest.raises(PermissionDenied):
            save_need(by=make_user(role), items=[], **facts)
    assert list(counties_of(user)) == [facts["county"]]
    assert counties_of(make_user("organisation")).count() == 0


def test_the_bureau_may_write_a_need_down_for_any_county(facts):
    assert save_need(by=make_user("bureau"), items=[MONEY], **facts).county == facts["county"]


@pytest.mark.parametrize("status", [status for status in Need.Status.values if status not in Need.EDITABLE])
def test_what_has_been_submitted_is_not_written_any_more(user, facts, status):
    need = draft(facts["county"], status=status)
    with pytest.raises(ValidationError, match="已提交"):
        save_need(by=user, need=need, items=[MONEY], **facts)


def test_two_officers_do_not_overwrite_each_other(user, facts):
    need = save_need(by=user, items=[MONEY], **facts)
    seen = need.version
    save_need(by=user, need=need, version=seen, items=[BEDS], **facts)
    with pytest.raises(Stale):
        save_need(by=user, need=need, version=seen, items=[MONEY], **facts)
    assert items_of(need) == [("goods", "床", 50, "张")]


def test_what_was_pledged_towards_stays_when_a_renewed_need_is_returned(user, facts):
    need = draft(facts["county"], status="returned", amount="300", field=facts["field"])
    make_pledge(need=need, amount="120", status="accepted")
    for change, words in (
        ({"field": make_field()}, "领域"),
        ({"items": [BEDS]}, "已有认领"),
        ({"items": [MONEY | {"amount": Decimal(119)}]}, "120"),
    ):
        with pytest.raises(ValidationError, match=words):
            save_need(by=user, need=need, **facts | {"items": [MONEY]} | change)
    assert items_of(need) == [("money", "", 300, "")]
    save_need(by=user, need=need, items=[MONEY | {"amount": Decimal(120)}], **facts)
    assert items_of(need) == [("money", "", 120, "")]


def test_a_published_need_stands_until_a_later_day_for_a_reason(user, county):
    need = make_need(county=county, expires_on=today())
    extended = extend_need(need=need, expires_on=LATER, by=user, reason="仍有缺口")
    assert (extended.expires_on, extended.status) == (LATER, "published")
    assert Change.objects.filter(action="need.extend", reason="仍有缺口").exists()


@pytest.mark.parametrize(
    ("overrides", "day", "reason"),
    [
        ({}, LATER, " "),
        ({}, today(), "仍有缺口"),
        ({"expires_on": today() - datetime.timedelta(days=9)}, today() - datetime.timedelta(days=1), "仍有缺口"),
        ({"expires_on": None}, LATER, "仍有缺口"),
        ({"status": "draft"}, LATER, "仍有缺口"),
        ({"status": "expired"}, LATER, "仍有缺口"),
    ],
)
def test_an_extension_needs_a_reason_an_open_need_and_a_later_day(user, county, overrides, day, reason):
    need = make_need(**{"county": county, "expires_on": today()} | overrides)
    with pytest.raises(ValidationError):
        extend_need(need=need, expires_on=day, by=user, reason=reason)
    need.refresh_from_db()
    assert need.expires_on == overrides.get("expires_on", today())


def test_only_the_county_itself_extends_and_renews(user, county):
    need, gone = make_need(county=county, expires_on=today()), make_need(county=county, status="expired")
    other = make_county_user(make_division())
    with pytest.raises(ObjectDoesNotExist):
        extend_need(need=need, expires_on=LATER, by=other, reason="仍有缺口")
    with pytest.raises(ObjectDoesNotExist):
        renew_need(need=gone, expires_on=LATER, by=other)
    for role in ("organisation", "auditor"):
        with pytest.raises(PermissionDenied):
            extend_need(need=need, expires_on=LATER, by=make_user(role), reason="仍有缺口")
    with pytest.raises(Stale):
        extend_need(need=need, expires_on=LATER, by=user, reason="仍有缺口", version=need.version + 1)


def test_an_expired_need_is_renewed_with_a_new_day_in_one_act(user, county):
    gone = make_need(county=county, status="expired", expires_on=today() - datetime.timedelta(days=9))
    with pytest.raises(ValidationError):
        renew_need(need=gone, expires_on=today() - datetime.timedelta(days=1), by=user)
    renewed = renew_need(need=gone, expires_on=LATER, by=user)
    assert (renewed.status, renewed.expires_on, renewed.submitted_by) == ("submitted", LATER, user)
    with pytest.raises(ValidationError, match="已过期"):
        renew_need(need=renewed, expires_on=LATER, by=user)

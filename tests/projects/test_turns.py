"""Whose turn it is: every move of a need or a pledge tells the side that is next, names no person, and sets a day."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError

from projects.actions.matching import move_need, move_pledge
from projects.actions.reminding import send_digests
from projects.contacts import contact_of
from projects.models import Instalment, Need, Pledge
from registry.core.actions import Stale
from registry.core.dates import today
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import CalendarDay, Notice
from registry.core.notices import in_words
from registry.core.workdays import add_working_days
from tests.factories import (
    make_county_user,
    make_division,
    make_enterprise,
    make_membership,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_user,
)

pytestmark = pytest.mark.django_db


class Two:
    """A need of a county, an organisation that pledges, and the people of all three sides."""

    def __init__(self):
        self.county, self.organisation = make_division(), make_organisation(name="试验基金会")
        self.bureau, self.verifier = make_user("bureau"), make_user("bureau")
        self.staff, self.speaker = make_county_user(self.county, name="县里人"), make_org_user(self.organisation)
        self.others = [make_county_user(make_division()), make_org_user(make_organisation())]
        self.need = make_need(county=self.county, amount="300")

    def pledge(self, **overrides):
        return make_pledge(**{"need": self.need, "organisation": self.organisation, "amount": "120"} | overrides)

    def told(self):
        """{person: what was said}, and everything is taken as read."""
        found = {}
        for notice in Notice.objects.filter(kind="matching").order_by("pk"):
            found.setdefault(notice.recipient, []).append(notice.facts["what"])
        Notice.objects.all().delete()
        return found


@pytest.fixture
def two():
    return Two()


def test_each_move_of_a_pledge_tells_the_side_that_is_next_and_nobody_else(two):
    pledge = two.pledge(status="draft")
    seen = []
    for to, by, reason in (
        ("submitted", two.speaker, ""), ("accepted", two.bureau, ""), ("confirmed", two.staff, ""),
        ("withdrawn", two.bureau, "资金未落实"),
    ):  # fmt: skip
        move_pledge(pledge=pledge, to=to, by=by, reason=reason)
        seen.append(two.told())
    office = {two.bureau, two.verifier}
    assert [set(told) for told in seen] == [
        office, {two.staff, two.speaker}, office | {two.speaker}, {two.verifier, two.staff, two.speaker},
    ]  # fmt: skip


def test_a_refusal_comes_with_its_reason_to_the_giver(two):
    move_pledge(pledge=two.pledge(), to="declined", by=two.bureau, reason="不合本县实际")
    (notice,) = two.speaker.notices.all()
    title, lines = in_words(notice)
    assert "试验基金会" in title
    assert any("不合本县实际" in str(line) for line in lines)


def test_no_message_names_a_person_before_both_sides_agreed(two):
    pledge = two.pledge(contact_name="王某某", contact_phone="13900000000")
    move_pledge(pledge=pledge, to="accepted", by=two.bureau)
    move_pledge(pledge=pledge, to="declined", by=two.staff, reason="不合适")
    for notice in Notice.objects.filter(kind="matching"):
        title, lines = in_words(notice)
        said = " ".join([title, *map(str, lines)])
        assert notice.sender is None
        assert not [word for word in ("王某某", "13900000000", "县里人", two.bureau.name) if word in said]


def test_a_withdrawn_draft_is_told_to_nobody(two):
    move_pledge(pledge=two.pledge(status="draft"), to="withdrawn", by=two.speaker, reason="改变计划")
    assert two.told() == {}


def test_the_moves_of_a_need_tell_the_bureau_and_then_the_county(two):
    need = make_need(county=two.county, status="draft")
    move_need(need=need, to="submitted", by=two.staff)
    assert set(two.told()) == {two.bureau, two.verifier}
    move_need(need=need, to="returned", by=two.bureau, reason="请补充数量")
    assert two.told() == {two.staff: ["need_returned"]}


def test_both_answers_are_due_in_five_working_days(two):
    CalendarDay.objects.create(day=add_working_days(today(), 2), is_working=False)
    fifth = add_working_days(today(), 5)
    pledge = two.pledge(status="draft")
    for to, by, due in (
        ("submitted", two.speaker, fifth), ("accepted", two.bureau, fifth), ("confirmed", two.staff, None)
    ):  # fmt: skip
        assert move_pledge(pledge=pledge, to=to, by=by).answer_by == due
    assert not Pledge.objects.late(fifth + datetime.timedelta(days=9)).exists()


def test_late_is_what_is_past_its_day(two):
    pledge = two.pledge()
    Pledge.objects.filter(pk=pledge.pk).update(answer_by=today())
    assert list(Pledge.objects.late(today())) == []
    assert list(Pledge.objects.late(today() + datetime.timedelta(days=1))) == [pledge]


def test_more_than_the_gap_cannot_even_be_submitted_and_the_gap_is_named(two):
    make_pledge(need=two.need, amount="180", status="accepted")
    pledge = two.pledge(status="draft", amount="120.01")
    with pytest.raises(ValidationError, match=r"120\.01 元.*120\.00 元"):
        move_pledge(pledge=pledge, to="submitted", by=two.speaker)
    pledge.items.update(amount="120")
    assert move_pledge(pledge=pledge, to="submitted", by=two.speaker).status == "submitted"


def test_two_items_towards_one_item_of_the_need_are_added_up(two):
    pledge = two.pledge(status="draft", amount="200")
    company = make_enterprise()
    pledge.items.create(
        kind="money", amount="100.01", need_item=two.need.items.get(), origin="mobilised", enterprise=company
    )
    with pytest.raises(ValidationError, match=r"300\.01 元.*300\.00 元"):
        move_pledge(pledge=pledge, to="submitted", by=two.speaker)


def test_a_pledge_decided_on_as_it_stood_before_is_stale(two):
    pledge = two.pledge()
    seen = Pledge.objects.get(pk=pledge.pk).version
    Pledge.objects.filter(pk=pledge.pk).update(text="改过了")
    with pytest.raises(Stale):
        move_pledge(pledge=pledge, to="accepted", by=two.bureau, version=seen)


def test_instalments_come_to_the_sum_or_nothing_is_submitted(two):
    pledge = two.pledge(status="draft", amount="120")
    for day, amount in ((1, "48"), (2, "71.99")):
        Instalment.objects.create(pledge=pledge, due_on=today() + datetime.timedelta(days=day), amount=amount)
    with pytest.raises(UnlawfulMove):
        move_pledge(pledge=pledge, to="submitted", by=two.speaker)
    pledge.instalments.filter(amount="71.99").update(amount="72")
    assert move_pledge(pledge=pledge, to="submitted", by=two.speaker).status == "submitted"


def test_a_free_pledge_says_which_county_and_field_it_is_for(two):
    pledge = two.pledge(need=None, status="draft", county=two.county)
    with pytest.raises(UnlawfulMove):
        move_pledge(pledge=pledge, to="submitted", by=two.speaker)
    Pledge.objects.filter(pk=pledge.pk).update(field=two.need.field)
    assert move_pledge(pledge=pledge, to="submitted", by=two.speaker).status == "submitted"


@pytest.mark.parametrize("status", ["submitted", "accepted", "confirmed", "signed", "carried"])
def test_contacts_are_known_to_the_other_side_once_both_have_agreed(two, status):
    agreed = status in ("confirmed", "signed", "carried")
    Need.objects.filter(pk=two.need.pk).update(contact_name="李某", contact_phone="13100000000")
    fields = {"confirmed_by": two.staff, "confirmed_at": two.need.published_at} if agreed else {}
    pledge = two.pledge(status=status, contact_name="王某", contact_phone="13900000000", **fields)
    two.need.refresh_from_db()
    assert bool(contact_of(two.need, two.speaker)) == agreed
    assert contact_of(two.need, two.staff)
    assert contact_of(pledge, two.speaker)
    if status != "submitted":  # before that the county does not know of it
        assert bool(contact_of(pledge, two.staff)) == agreed
    assert contact_of(pledge, two.bureau).phone == "13900000000"
    assert "1390000" not in contact_of(pledge, make_user("auditor")).phone
    for stranger in two.others:
        assert contact_of(two.need, stranger) is None
        assert contact_of(pledge, stranger) is None


def groups(person, on):
    found = person.notices.filter(day=on).first()
    return {told["group"]: told["count"] for told in found.facts["groups"]} if found else {}


def test_the_digest_tells_each_side_what_waits_for_it(two):
    day = datetime.date(2026, 11, 24)
    make_need(county=two.county, status="submitted", submitted_by=two.staff, submitted_at=two.need.published_at)
    make_need(county=two.county, status="returned")
    make_need(county=two.county, expires_on=day - datetime.timedelta(days=1))
    two.pledge(amount="10")
    Pledge.objects.filter(pk=two.pledge(amount="10", status="accepted").pk).update(answer_by=day)
    Pledge.objects.filter(pk=two.pledge(amount="10", status="accepted").pk).update(
        answer_by=day - datetime.timedelta(days=1)
    )
    send_digests(day=day, by=None)
    assert groups(two.bureau, day) == {"moderation": 1, "pledges": 1}
    assert groups(two.staff, day) == {"needs_returned": 1, "needs_past": 1, "confirm": 1, "confirm_late": 1}
    assert [groups(stranger, day) for stranger in [two.speaker, *two.others]] == [{}, {}, {}]


def test_who_speaks_for_both_sides_neither_confirms_the_own_pledge_nor_reads_another_s_contact(two):
    both = make_county_user(two.county)
    make_membership(both, two.organisation)
    both.groups.add(Group.objects.get(name="organisation"))
    both = type(both).objects.get(pk=both.pk)
    own = two.pledge(status="draft")
    move_pledge(pledge=own, to="submitted", by=both)
    move_pledge(pledge=own, to="accepted", by=two.bureau)
    with pytest.raises(PermissionDenied):
        move_pledge(pledge=own, to="confirmed", by=both)
    other = make_pledge(need=two.need, status="accepted", amount="1", contact_phone="13900000000")
    assert contact_of(other, both) is None
    assert contact_of(own, both) is not None

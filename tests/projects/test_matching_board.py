"""The board of needs and pledges: who acts next, with what is left of the gap, and which cards are shown."""

import datetime

import pytest

from projects.matching.cards import PER_COLUMN
from projects.models import NeedItem, PledgeItem
from registry.core.dates import today
from tests.factories import (
    make_campaign,
    make_designation,
    make_division,
    make_enterprise,
    make_field,
    make_need,
    make_organisation,
    make_posting,
    make_project,
    make_user,
)

from .matching_cards import BOARD, MOVE, board, card_of, in_state, send

pytestmark = pytest.mark.django_db


# Where a card stands


def test_a_need_stands_where_the_next_one_has_to_act(client, bureau):
    new = make_need(status="submitted")
    free = make_need()
    offered, accepted, agreed, settled = (make_need(amount="100") for _each in range(4))
    in_state("submitted", need=offered, amount="10")
    in_state("accepted", need=offered, amount="10")  # two at once: the bureau is asked first
    in_state("accepted", need=accepted, amount="10")
    in_state("confirmed", need=agreed, amount="10")
    in_state("carried", need=settled, amount="100", project=make_project())
    type(settled).objects.filter(pk=settled.pk).update(status="met")
    for gone in ("draft", "returned", "withdrawn", "expired"):
        make_need(status=gone)
    in_state("declined", need=free)
    in_state("withdrawn", need=free)
    found = board(client)
    assert {column: set(records) for column, records in found.items()} == {
        "moderate": {new, offered}, "open": {free}, "county": {accepted}, "agreed": {agreed}, "signed": {settled},
    }  # fmt: skip
    assert list(found) == ["moderate", "open", "county", "agreed", "signed"]


def test_a_free_pledge_is_a_card_of_its_own_and_a_draft_is_nobody_elses(client, bureau):
    county, field = make_division(), make_field()
    states = ("draft", "submitted", "accepted", "confirmed", "signed", "declined", "withdrawn")
    free = {status: in_state(status, county=county, field=field) for status in states}
    assert {column: records for column, records in board(client).items() if records} == {
        "moderate": [free["submitted"]], "county": [free["accepted"]], "agreed": [free["confirmed"]],
        "signed": [free["signed"]],
    }  # fmt: skip
    text = client.get(BOARD).content.decode()
    assert free["draft"].number not in text


def test_a_need_that_expired_stays_while_a_pledge_towards_it_waits(client, bureau):
    need = make_need(status="expired")
    in_state("accepted", need=need)
    assert board(client)["county"] == [need]


def test_the_most_pressing_comes_first(client, bureau):
    later, never = make_need(expires_on=today() + datetime.timedelta(9)), make_need()
    late = make_need(expires_on=today() - datetime.timedelta(1))
    assert board(client)["open"] == [late, later, never]
    assert [card_of(client, need).is_late for need in (late, later, never)] == [True, False, False]


def test_a_card_shows_the_gap_in_money_and_quantity_and_what_companies_give(client, bureau):
    need = make_need(amount="3000000", name="节水改造")
    beds = NeedItem.objects.create(need=need, kind="goods", what="护理床", quantity=50, unit="张")
    pledge = in_state("accepted", need=need, amount="1800000", answer_by=today())
    company = make_enterprise(name="试验乳业")
    given = {"what": "护理床", "quantity": 20, "unit": "张", "need_item": beds}
    PledgeItem.objects.create(pledge=pledge, kind="goods", origin="mobilised", enterprise=company, **given)
    card = card_of(client, need)
    assert [(line.share, line.promised) for line in card.gaps] == [("60.0%", 60), ("40.0%", 40)]
    assert card.offers[0].mobilised
    text = client.get(BOARD).content.decode()
    assert "mobilised: 试验乳业" in text
    assert str(today()) in text


# Counts, pages, questions


def test_a_column_counts_all_and_shows_its_first(client, bureau):
    needs = [make_need() for _each in range(PER_COLUMN + 2)]
    free = in_state("accepted", county=make_division(), field=make_field())
    lanes = {lane.slug: (lane, more) for lane, _alone, more in client.get(BOARD).context["lanes"]}
    lane, more = lanes["open"]
    assert (len(lane.cards), lane.total) == (PER_COLUMN, PER_COLUMN + 2)
    assert board(client, f"?{more}") == {"open": needs[1::-1]}
    assert board(client, "?column=county") == {"county": [free]}
    assert lanes["county"][1] == ""


def test_it_is_narrowed_by_place_field_campaign_and_words(client, bureau):
    city = make_division(code="130700", level="prefecture")
    county = make_division(code="130723", name="康保县", parent=city)
    make_designation(county)
    field, campaign = make_field(), make_campaign()
    need = make_need(county=county, field=field, campaign=campaign, name="大棚改造")
    free = in_state(
        "submitted", county=county, field=field, campaign=campaign, organisation=make_organisation(name="新奥")
    )
    other = make_need(name="敬老院取暖", campaign=make_campaign())
    in_state("submitted", need=other, amount="1", organisation=make_organisation(name="君乐宝"))
    for query in ("county=130723", "county=130700", f"field={field.code}", f"campaign={campaign.code}", "search=kbx"):
        found = {record for records in board(client, f"?{query}").values() for record in records}
        assert found == {need, free}, query
    assert board(client, "?search=jlb")["moderate"] == [other]
    assert board(client, "?search=xa")["moderate"] == [free]
    assert board(client, "?search=dpgz")["open"] == [need]


def test_rubbish_is_refused(client, bureau):
    for query in ("?colour=red", "?column=none", "?county=999999", "?page=0", "?page=x", "?search=%00", "?field=none"):
        assert client.get(BOARD + query).status_code == 400, query
    assert client.post(BOARD).status_code == 405
    assert client.get(MOVE).status_code == 405


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("bureau", 200),
        ("auditor", 200),
        ("partner", 200),
        ("county", 403),
        ("organisation", 403),
        ("system_admin", 403),
    ],
)
def test_for_whom_the_board_is(client, role, status):
    client.force_login(make_user(role))
    assert client.get(BOARD).status_code == status


def test_who_only_reads_is_offered_nothing_to_do(client):
    need = make_need()
    pledge = in_state("submitted", need=need)
    client.force_login(make_user("auditor"))
    card = card_of(client, need)
    assert (card.all_choices, card.suggestions) == ([], [])
    answer = send(client, need, choice=f"pledge-{pledge.pk}-accepted-{pledge.version}")
    assert answer.status_code == 403
    pledge.refresh_from_db()
    assert pledge.status == "submitted"


def test_a_partner_bureau_sees_only_pledges_of_its_own_organisations(client):
    user = make_user("partner")
    make_posting(user, make_division(code="110000", level="province"))
    need = make_need()
    pledge = in_state("accepted", need=need)
    hidden = in_state("accepted", county=make_division(), field=make_field())
    new = make_need(status="submitted", name="秘密")
    client.force_login(user)
    text = client.get(BOARD).content.decode()
    assert board(client) == {"moderate": [], "open": [need], "county": [], "agreed": [], "signed": []}
    for number in (pledge.number, hidden.number, new.number):
        assert number not in text
    assert send(client, hidden, column="agreed").status_code == 404
    assert send(client, new, column="open").status_code == 404

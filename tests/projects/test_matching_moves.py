"""Needs and pledges moved from the board: by buttons and by dragging, by the table of moves alone."""

import pytest
from django.urls import reverse

from projects.models import Pledge, StandardReason
from registry.core.models import Change
from tests.factories import (
    make_need,
)

from .matching_cards import BOARD, MOVE, board, card_of, choice, in_state, send

pytestmark = pytest.mark.django_db


# Moving


def test_buttons_are_drawn_from_the_table_of_moves(client, bureau):
    need = make_need(status="submitted")
    assert [(each.label, each.column, each.needs_reason) for each in card_of(client, need).choices] == [
        ("Publish", "open", False), ("Return", "", True),
    ]  # fmt: skip
    offered = make_need()
    in_state("submitted", need=offered)
    in_state("confirmed", need=offered)
    labels = [[each.label for each in offer.choices] for offer in card_of(client, offered).offers]
    assert labels == [["Accept", "Decline"], ["Release"]]


def test_a_need_is_published_and_a_pledge_accepted_from_the_board(client, bureau):
    need, offered = make_need(status="submitted"), make_need()
    pledge = in_state("submitted", need=offered)
    answer = send(client, need, choice=choice(client, need, need, "published"), back="search=x")
    assert answer.url == f"{BOARD}?search=x#need-{need.pk}"
    send(client, offered, choice=choice(client, offered, pledge, "accepted"))
    for record, status in ((need, "published"), (pledge, "accepted")):
        record.refresh_from_db()
        assert record.status == status
    assert board(client)["county"] == [offered]
    assert Change.objects.of(pledge).filter(action="pledge.accepted", actor_id=bureau.pk).exists()


def test_declining_asks_why_and_offers_the_standard_reasons(client, bureau):
    StandardReason.objects.create(use="decline_pledge", text="与需求不符")
    need = make_need()
    pledge = in_state("submitted", need=need)
    declined = choice(client, need, pledge, "declined")
    assert "与需求不符" in client.get(BOARD).content.decode()
    answer = send(client, need, choice=declined, reason=" ")
    assert answer.status_code == 409
    assert "needs a reason" in card_of_answer(answer, need).told
    assert send(client, need, choice=declined, reason="与需求不符").status_code == 302
    pledge.refresh_from_db()
    assert (pledge.status, pledge.status_reason) == ("declined", "与需求不符")


def card_of_answer(answer, record):
    return next(card for lane, _alone, _more in answer.context["lanes"] for card in lane.cards if card.record == record)


def test_a_refusal_stands_in_words_on_the_place_of_the_card(client, bureau):
    need = make_need(amount="100")
    in_state("accepted", need=need, amount="80")
    pledge = in_state("submitted", need=need, amount="30")
    answer = send(client, need, choice=choice(client, need, pledge, "accepted"), reason="试")
    assert answer.status_code == 409
    card = card_of_answer(answer, need)
    assert "CNY 20" in card.told
    assert card.typed == "试"
    assert card.told in answer.content.decode().replace("&quot;", '"')
    pledge.refresh_from_db()
    assert pledge.status == "submitted"


def test_what_somebody_else_has_changed_meanwhile_is_not_moved(client, bureau):
    need = make_need()
    pledge = in_state("submitted", need=need)
    seen = choice(client, need, pledge, "accepted")
    pledge.text = "改动"
    pledge.save()
    answer = send(client, need, choice=seen)
    assert answer.status_code == 409
    assert "was changed after you opened it" in card_of_answer(answer, need).told


def test_dragging_does_the_one_move_that_leads_there(client, bureau):
    need, offered = make_need(status="submitted"), make_need()
    pledge = in_state("submitted", need=offered)
    assert send(client, need, column="open").status_code == 302
    assert send(client, offered, column="county").status_code == 302
    for record, status in ((need, "published"), (pledge, "accepted")):
        record.refresh_from_db()
        assert record.status == status


@pytest.mark.parametrize(
    ("status", "column", "words"),
    [
        ("accepted", "agreed", "Only the county confirms"),
        ("accepted", "signed", "Only what the county has confirmed"),
        ("submitted", "open", "cannot go to “Open”"),
        ("confirmed", "moderate", "cannot go to “To moderate”"),
        ("submitted", "", "Choose what is to be done"),
    ],
)
def test_a_drag_that_is_no_lawful_move_is_answered_in_words(client, bureau, status, column, words):
    need = make_need()
    pledge = in_state(status, need=need)
    answer = send(client, need, column=column)
    assert answer.status_code == 409
    assert words in card_of_answer(answer, need).told
    pledge.refresh_from_db()
    assert pledge.status == status


def test_of_several_pledges_a_drag_moves_none(client, bureau):
    need = make_need()
    pledges = [in_state("submitted", need=need, amount="1") for _each in range(2)]
    answer = send(client, need, column="county")
    assert "Several pledges" in card_of_answer(answer, need).told
    assert Pledge.objects.filter(pk__in=[one.pk for one in pledges], status="submitted").count() == 2


def test_what_is_agreed_is_dragged_to_the_signing_and_signed_nowhere_else(client, bureau):
    need = make_need()
    pledge = in_state("confirmed", need=need)
    assert send(client, need, column="signed").url == f"{reverse('admin:signing')}?need={need.pk}"
    answer = send(client, need, choice=f"pledge-{pledge.pk}-signed-{pledge.version}")
    assert answer.status_code == 409
    pledge.refresh_from_db()
    assert pledge.status == "confirmed"


def test_forged_forms_move_nothing(client, bureau):
    need, other = make_need(), make_need()
    pledge, draft = in_state("submitted", need=other), in_state("draft", need=need)
    value = f"pledge-{pledge.pk}-accepted-{pledge.version}"
    assert send(client, need, choice=value).status_code == 400  # it is on another card
    assert send(client, need, choice=f"pledge-{draft.pk}-submitted-1").status_code == 404
    assert send(client, need, choice="pledge-1").status_code == 400
    assert send(client, need, choice=f"user-{bureau.pk}-accepted-1").status_code == 400
    assert client.post(MOVE, {"card": "need-x"}).status_code == 400
    assert client.post(MOVE, {"card": f"need-{9**20}"}).status_code == 400
    assert client.post(MOVE, {"card": "need-999999999"}).status_code == 404
    assert send(client, need, column="county", back="next=//example.org").status_code == 400
    pledge.refresh_from_db()
    assert pledge.status == "submitted"

"""The board of needs and pledges as tests read it and press its buttons."""

from django.utils import timezone

from tests.factories import (
    make_pledge,
    make_user,
)

BOARD, MOVE, TELL = "/desk/matching/", "/desk/matching/move/", "/desk/matching/tell/"


def in_state(status, **overrides):
    fields = {"status": status} | overrides
    if status in ("confirmed", "signed", "carried"):
        fields |= {"confirmed_by": make_user(), "confirmed_at": timezone.now()}
    return make_pledge(**fields)


def board(client, query=""):
    """{column: [what its cards are about]}."""
    lanes = client.get(BOARD + query).context["lanes"]
    return {lane.slug: [card.record for card in lane.cards] for lane, _alone, _more in lanes}


def card_of(client, record, query=""):
    lanes = client.get(BOARD + query).context["lanes"]
    return next(card for lane, _alone, _more in lanes for card in lane.cards if card.record == record)


def choice(client, on_card, record, target):
    """What the card's form would send to move `record`."""
    stem = f"{record._meta.model_name}-{record.pk}-{target}-"
    return next(each.value for each in card_of(client, on_card).all_choices if each.value.startswith(stem))


def send(client, on_card, **data):
    return client.post(MOVE, {"card": f"{on_card._meta.model_name}-{on_card.pk}", "back": "", **data})

"""The parts of a measurement, each a function of a place that gives what is to be kept of it."""

import os
from random import Random

from . import asking, exports, ledgers, load, servers, statements
from .questions import QUESTIONS

ROUNDS, LOAD_SECONDS = int(os.environ.get("ROUNDS") or 30), float(os.environ.get("LOAD_SECONDS") or 30)


def asks(place):
    found = asking.measure(place, ROUNDS, place.seed)
    with place.connected() as connection, connection.cursor() as cursor:
        asker = asking.Asking(place, cursor, *(cookies[0] for cookies in found.pop("cookies")), Random(place.seed))
        addresses = {}
        for question in QUESTIONS:
            asked = asker.drawn(question)
            addresses |= {question.key: question.api(asked), f"{question.key} page": question.page(asked)}
    return found | {"statements": statements.count(place, addresses)}


def storms(place):
    """W8 of the product and of the floor with session and user, in turn."""
    ours, theirs = place.serve()
    drawn = load.drawn(place)
    requests = {
        "product": (place.port, load.requests_of(drawn, lambda question, asked: question.api(asked), ours)),
        "floor": (place.ports["floors"], load.requests_of(drawn, asking.floor_address, theirs)),
    }
    found = {}
    for name, (port, texts) in requests.items():
        load.storm(port, texts, min(3, LOAD_SECONDS))
        found[name] = load.storm(port, texts, LOAD_SECONDS)
    return found


PARTS = {
    "asks": asks, "exports": exports.measure, "imports": ledgers.measure, "load": storms, "servers": servers.measure,
}  # fmt: skip
USUAL = ("asks", "exports", "imports", "load")

"""W1 to W5 asked of everybody in turn, with other parameters each round; what is said must be the same.

Taking turns lets a busy machine slow all of them alike: ratios within one run hold, milliseconds do not.
"""

import http.client
import json
import statistics
import time
from collections import defaultdict
from functools import cache
from random import Random
from urllib.parse import urlencode

from .memory import peak, reset, resident
from .questions import QUESTIONS, with_cursor

WAYS = ("raw", "bare", "known", "page floor", "api", "page")
"""Raw SQL in process; through Django's handler; with session and user; as a page of 50 rows; the product."""

WARM = 4
"""Rounds before those that count: each process has been asked everything."""


class Browser:
    """A connection that is kept open, of somebody who is signed in."""

    def __init__(self, port, cookie):
        self.port, self.headers = port, {"Cookie": cookie, "Accept": "*/*"}
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)

    def get(self, address):
        """The body of the answer, which must be 200."""
        for last in (False, True):
            try:
                self.line.request("GET", address, headers=self.headers)
                answer = self.line.getresponse()
                break
            except (ConnectionError, http.client.RemoteDisconnected):  # an idle connection was closed meanwhile
                self.line.close()
                if last:
                    raise
        body = answer.read()
        if answer.status != 200:
            raise AssertionError(f"{answer.status} to {address}: {body[:300]!r}")
        return body


class Asking:
    """Who can be asked, and the differences found between them."""

    def __init__(self, place, cursor, ours, theirs, chance):
        self.place, self.cursor, self.chance = place, cursor, chance
        self.product, self.floors = Browser(place.port, ours), Browser(place.ports["floors"], theirs)
        self.apart = []
        self.follow = cache(lambda address: json.loads(self.product.get(address)))

    def drawn(self, question):
        asked = question.draw(self.cursor, self.chance)
        if "place" in asked:
            asked = with_cursor(asked, self.follow)
        return asked

    def ways(self, question, asked):
        """(way, how to ask) of those that answer this question."""
        yield "raw", lambda: question.raw(self.cursor, asked)
        yield "bare", lambda: self.floors.get(floor_address(question, asked, "bare"))
        yield "known", lambda: self.floors.get(floor_address(question, asked))
        if question.lists:
            yield "page floor", lambda: self.floors.get(floor_address(question, asked, "page"))
        yield "api", lambda: self.product.get(question.api(asked))
        yield "page", lambda: self.product.get(question.page(asked))

    def round(self, question, asked):
        """{way: seconds}, after comparing the answers."""
        taken, said = {}, {}
        for way, ask in self.ways(question, asked):
            start = time.perf_counter()
            said[way] = ask()
            taken[way] = time.perf_counter() - start
        if not question.same(said["raw"], said["api"]):
            self.apart.append(f"{question.key} {asked}: the interface")
        if not question.same_page(said["raw"], said["page"]):
            self.apart.append(f"{question.key} {asked}: the page")
        return taken


def floor_address(question, asked, floor="known"):
    return f"/{floor}/{question.key}/?{urlencode({'asked': json.dumps(asked)})}"


def measure(place, rounds, seed=1):
    """{"ms": {question: {way: {"median", "p95"}}}, "apart": [...], "memory": {...}} of so many rounds."""
    ours, theirs = place.serve()
    with place.connected() as connection, connection.cursor() as cursor:
        asking = Asking(place, cursor, ours[0], theirs[0], Random(seed))
        drawn = {question.key: [asking.drawn(question) for _each in range(rounds)] for question in QUESTIONS}
        taken = defaultdict(lambda: defaultdict(list))
        for number in range(-WARM, rounds):
            if not number:
                before = sum(map(resident, place.processes("web")))
                reset(place.processes("web"))
            for question in QUESTIONS:
                for way, seconds in asking.round(question, drawn[question.key][number % rounds]).items():
                    if number >= 0:
                        taken[question.key][way].append(seconds * 1000)
    memory = {
        "before": before,
        "after": sum(map(resident, place.processes("web"))),
        "peak": peak(place.processes("web")),
    }
    ms = {key: {way: summary(spent) for way, spent in ways.items()} for key, ways in taken.items()}
    return {
        "rounds": rounds, "ms": ms, "apart": sorted(set(asking.apart)), "memory": memory, "cookies": (ours, theirs),
    }  # fmt: skip


def summary(spent):
    """Median and 95th percentile, as they were given."""
    spent = sorted(spent)
    return {"median": round(statistics.median(spent), 2), "p95": round(spent[int(len(spent) * 0.95)], 2)}

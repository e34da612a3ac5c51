"""Sixteen programs pledge towards one need and sixteen officers accept, all at once, through a running server: never
beyond the need, every refusal a conflict that names the gap, and nothing breaks.

`pytest -m bench tests/projects/test_race.py -s` does thirty rounds and tells what came out.
"""

import http.client
import json
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from projects.models import NeedItem, Pledge
from registry.core.sessions import SessionStore
from tests.factories import make_campaign, make_need, make_org_user, make_organisation, make_user

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 16
PLEDGES = "/api/v1/pledges/"
MONEY, TABLES = Decimal("1000000.00"), Decimal(100)
SUMS = ("150000.00", "249999.99", "400000.01", "90000.00")
COUNTS = ("9", "30", "17", "1")
"""What one round offers is beyond the need in money and in tables alike; no two officers accept the same sums."""


@dataclass
class Program:
    """A client with a session of its own, on a connection of its own for each request."""

    host: str
    cookies: str
    token: str

    @classmethod
    def of(cls, site, user):
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session.create()
        token = uuid.uuid4().hex
        told = {settings.SESSION_COOKIE_NAME: session.session_key, settings.CSRF_COOKIE_NAME: token}
        told[settings.LANGUAGE_COOKIE_NAME] = "en"
        return cls(urlsplit(site).netloc, "; ".join(f"{name}={value}" for name, value in told.items()), token)

    def post(self, path, body=None, *, key="", version=None):
        """(code, JSON) of the answer."""
        headers = {"Cookie": self.cookies, "X-CSRFToken": self.token, "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {} if version is None else {"If-Match": f'"{version}"'}
        line = http.client.HTTPConnection(self.host, timeout=60)
        try:
            line.request("POST", path, json.dumps(body or {}), headers)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            line.close()


def pairs_of(site):
    """[(organisation, its program, the officer's program)]."""
    pairs = []
    for _each in range(CLIENTS):
        organisation = make_organisation()
        pairs.append(
            (organisation, Program.of(site, make_org_user(organisation)), Program.of(site, make_user("bureau")))
        )
    return pairs


def play(pairs, need):
    """One round: everybody pledges (half in one step, half by a draft, each sent twice), and has it accepted.

    Gives [(what, code, answer)] in no order.
    """
    money, tables = need.items.order_by("pk")
    start, heard = threading.Barrier(len(pairs)), []

    def run(number, organisation, giver, officer):
        items = [
            {"need_item": money.pk, "amount": SUMS[number % 4]},
            {"need_item": tables.pk, "quantity": COUNTS[number // 4]},
        ]
        body = {"organisation": organisation.pk, "need": need.pk, "items": items, "submit": number % 2 == 0}
        key = str(uuid.uuid4())
        start.wait()
        for _twice in range(2):
            code, told = giver.post(PLEDGES, body, key=key)
            heard.append(("pledge", code, told))
        if code == 201 and told["status"] == "draft":
            code, told = giver.post(f"{PLEDGES}{told['id']}/submit/", version=told["version"])
            heard.append(("submit", code, told))
        if code in (200, 201):
            heard.append(("accept", *officer.post(f"{PLEDGES}{told['id']}/accept/", version=told["version"])))

    threads = [threading.Thread(target=run, args=(number, *pair)) for number, pair in enumerate(pairs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard


def judge(need, heard):
    """What must be true of a round; gives what was accepted in money, and how many."""
    broken = [(what, code, told) for what, code, told in heard if code not in (200, 201, 409)]
    assert broken == []
    refused = [told["detail"] for _what, code, told in heard if code == 409]
    assert [words for words in refused if "gap is now" not in words] == []
    accepted = sum(1 for what, code, _told in heard if what == "accept" and code == 200)
    binding = Pledge.objects.filter(need=need).binding()
    assert binding.count() == accepted
    for gap in need.gaps():
        assert 0 <= gap.given <= gap.wanted.value
    made = {told["id"] for what, code, told in heard if what == "pledge" and code == 201}
    assert Pledge.objects.filter(need=need).count() == len(made)
    need.refresh_from_db()
    assert need.status == ("met" if all(gap.unmet.value == 0 for gap in need.gaps()) else "partly_met")
    return need.gaps()[0].given, accepted


def rounds(site, number):
    make_campaign()
    pairs, seen = pairs_of(site), []
    for _round in range(number):
        need = make_need(amount=str(MONEY))
        NeedItem.objects.create(need=need, kind="goods", what="课桌", quantity=TABLES, unit="张")
        begun = time.perf_counter()
        heard = play(pairs, need)
        seen.append((heard, *judge(need, heard), time.perf_counter() - begun))
    connection.close()
    return seen


def test_whoever_pledges_and_accepts_at_once_never_goes_beyond_the_need(live_server):
    for heard, given, accepted, _seconds in rounds(live_server.url, 2):
        assert 0 < accepted < CLIENTS
        assert given > 0
        assert any(code == 409 for _what, code, _told in heard)


@pytest.mark.bench
def test_thirty_rounds(live_server, capsys):
    seen = rounds(live_server.url, 30)
    codes = Counter((what, code) for heard, *_rest in seen for what, code, _told in heard)
    with capsys.disabled():
        print()  # noqa: T201
        for (what, code), number in sorted(codes.items()):
            print(f"{what:8} {code} {number:6}")  # noqa: T201
        accepted = [accepted for _heard, _given, accepted, _seconds in seen]
        given = [given for _heard, given, _accepted, _seconds in seen]
        print(f"accepted a round {min(accepted)} to {max(accepted)}; yuan {min(given)} to {max(given)} of {MONEY}")  # noqa: T201
        print(f"seconds a round {min(row[3] for row in seen):.1f} to {max(row[3] for row in seen):.1f}")  # noqa: T201

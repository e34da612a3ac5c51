"""The route matrix: every address × method × account × row, answered as the table says."""

import logging
import re
import time
from http.cookies import SimpleCookie

import pytest
from django.db import transaction
from django.http import HttpResponseForbidden, HttpResponseNotFound
from django.test import Client

from registry.core.models import Change
from tests.matrix import ACCOUNTS, AT_DESK, AWAY, LOGIN, METHODS, expected, row_of
from tests.routes import address_of, model_of, patterns
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.plain, pytest.mark.long]

PARTS = {
    "public": r"(?!my/|desk/|api/|reports/|jobs/|lists/|notices/|accounts/)", "reports": "reports/", "my": "my/",
    "own": "jobs/|lists/|notices/|accounts/", "interface": "api/",
    "desk, pages": r"desk/(?!core/|counties/|orgs/|projects/|reports/)",
    "desk, house": r"desk/(core|counties|orgs|reports)/",
    "desk, a to d": r"desk/projects/[a-d]", "desk, e to n": r"desk/projects/[e-n]",
    "desk, o to r": r"desk/projects/[o-r]", "desk, s to z": r"desk/projects/[s-z]",
}  # fmt: skip


OUTSIDE = [name for name in ACCOUNTS if name not in AT_DESK]
"""They are turned away at the one door of the desk: every day, two of them at each of its addresses."""


class Asking:
    """Asks as every account, each request undone; denied pages are not drawn, which is what takes the time."""

    def __init__(self, world):
        self.world, self.clients, self.signed_in, self.cells, self.wrong = world, {}, {}, 0, []
        for name, user in world.accounts.items():
            self.clients[name] = client = Client(raise_request_exception=False)
            if user.pk:
                client.force_login(user)
            self.signed_in[name] = {key: one.value for key, one in client.cookies.items()}

    def ask(self, account, method, address):
        with transaction.atomic():
            answer = getattr(self.clients[account], method)(address)
            if answer.streaming:
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        self.clients[account].cookies = SimpleCookie(self.signed_in[account])  # a signing out is undone too
        place = answer.headers.get("Location", "")
        if answer.status_code == 302 and place.startswith(("/accounts/login/", "/desk/login/")):
            return LOGIN
        if answer.status_code == 302 and place in ("/desk/", "/accounts/waiting/"):
            return AWAY
        return answer.status_code


@pytest.fixture
def asking(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    settings.SESSIONS = {**settings.SESSIONS, "staff": 600, "others": 600}  # that they were used is undone too
    monkeypatch.setattr("django.conf.urls.handler403", lambda request, exception: HttpResponseForbidden())
    monkeypatch.setattr("django.conf.urls.handler404", lambda request, exception: HttpResponseNotFound())
    logging.disable(logging.CRITICAL)
    yield Asking(World())
    logging.disable(logging.NOTSET)


def rows_for(asking, model, account):
    """{label: row} that the account is asked with: of what belongs to one person, its own and another's."""
    world = asking.world
    if model in world.own:
        mine = world.own[model]
        other = "county" if account == "bureau" else "bureau"
        return {"ours": mine.get(account), "theirs": mine[other], "missing": None}
    return {**world.rows[model], "missing": None}


def cells(asking, name, route, *, whole):
    """(account, method, label, address) of a route. Every day: what is let in looks at one row that it finds; a door
    that is closed for all rows alike is tried once; of accounts that are answered alike the first and every third one;
    and methods that nobody uses by one account in turn."""
    row, model = row_of(name, route), model_of(name, route)
    answered = set()
    campaign, shift = asking.world.campaign.code, sum(map(ord, name))
    for turn, account in enumerate(asking.clients):
        if not whole and route.startswith("desk/") and account in OUTSIDE and (shift + OUTSIDE.index(account)) % 4:
            continue
        if not whole and row.door == "all" and not row.finds and (shift + turn) % 5:
            continue
        rows = rows_for(asking, model, account) if model else {"": None}
        for method in METHODS:
            if not whole and method not in ("get", "post") and (shift + METHODS.index(method)) % 14 != turn:
                continue
            asked = set()
            for label, one in rows.items():
                if one is None and label in ("ours", "theirs"):
                    continue
                right = frozenset(map(str, expected(row, account, method, label)))
                if not whole and right in asked and label != "missing":
                    continue
                asked.add(right)
                if not whole and (method, label, right) in answered and (shift + turn) % 3:
                    continue
                answered.add((method, label, right))
                yield account, method, label, address_of(name, route, one, campaign)


def run(asking, part, *, whole):
    last = Change.objects.order_by("-id").first().pk
    for name, route, _pattern in patterns():
        if not re.match(part, route):
            continue
        row = row_of(name, route)
        if row is None:
            asking.wrong.append((name, route, "has no row"))
            continue
        for account, method, label, address in cells(asking, name, route, whole=whole):
            answer, right = asking.ask(account, method, address), expected(row, account, method, label)
            asking.cells += 1
            if answer not in right:
                asking.wrong.append((name, method, account, label, answer, right))
    assert Change.objects.order_by("-id").first().pk == last
    return asking.cells


def told(wrong):
    """The differences, those of several accounts in one line."""
    lines = {}
    for name, *one in wrong:
        method, account, *rest = one if len(one) > 2 else ("", *one, "")
        lines.setdefault((name, method, *map(str, rest)), []).append(account)
    return [f"{' '.join(key)}: {', '.join(accounts)}" for key, accounts in lines.items()]


@pytest.mark.parametrize("part", PARTS)
def test_every_account_is_answered_as_the_table_says(asking, part):
    began = time.process_time()
    number = run(asking, PARTS[part], whole=False)
    took = time.process_time() - began
    print(f"\n{part}: {number} cells, {len(asking.wrong)} differences, {took:.0f} s of processor")  # noqa: T201
    assert told(asking.wrong) == []

"""Every action refuses every role without the permission that the table says it asks for."""

import datetime
import inspect
from importlib import import_module

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction

from projects import models as own
from registry.action_rights import ASKS, IN_WORDS
from registry.core import models as core
from registry.core.models import Change
from registry.core.roles import Role
from registry.core.trail import ACTIONS
from registry.permissions import holders
from registry.reports.models import PersonRequest
from tests.factories import make_user
from tests.world import World

import_module("registry.urls")  # and with it every door, and every action behind it

pytestmark = pytest.mark.django_db

MODELS = {
    "project": own.Project, "pledge": own.Pledge, "need": own.Need, "step": own.ProjectStep, "funding": own.Funding,
    "result": own.Result, "report": own.MonthlyReport, "difficulty": own.Difficulty, "measure": own.Measure,
    "event": own.Event, "decision": own.Decision, "circular": own.Circular, "wording": own.PaperWording,
    "story": own.Story, "photo": own.StoryPhoto, "template": own.ChecklistTemplate, "document": own.Document,
    "commendation": own.Commendation, "campaign": own.Campaign, "field": own.Field, "outgoing": core.Outgoing,
    "request": PersonRequest, "guess": core.Guess, "token": core.Token, "delivery": core.Delivery,
    "subscription": core.Subscription,
}  # fmt: skip
TEXTS = {"reason": "试验", "name": "名", "title": "题", "text": "文", "words": "文", "side": "bureau", "rule": "idle",
         "password": "x", "kind": "photo", "code": "c", "system": "s", "alt": "图", "explanation": "e"}  # fmt: skip
ASKED = sorted(name for name, asks in ASKS.items() if asks not in IN_WORDS)


def arguments(function, world):
    """True records for the parameters that name one, and something for the others."""
    given = {}
    day = datetime.date(2030, 1, 1)
    own_rows = {
        "owner": world.rows[own.Project]["ours"], "pledges": [world.rows[own.Pledge]["ours"]], "user": make_user(),
        "organisation": world.organisation("ours"), "into": world.organisation("theirs"),
        "county": world.county["ours"], "release": world.release, "ledger": world.own[own.LedgerImport]["county"],
    }  # fmt: skip
    if function.action_name in ("monthlyreport.approved", "monthlyreport.returned"):
        own_rows["report"] = world.handed_in
    for name, parameter in inspect.signature(function.__wrapped__).parameters.items():
        if name in ("by", "details", "line", "told", "texts") or parameter.default is not parameter.empty:
            continue
        if name in own_rows:
            given[name] = own_rows[name]
        elif name in MODELS:
            rows = world.rows[MODELS[name]]
            given[name] = rows.get("ours") or next(iter(rows.values()))
        elif name in ("month", "due_on", "expires_on", "day", "period_from", "period_until", "as_of"):
            given[name] = day
        else:
            given[name] = TEXTS.get(name, {} if name in ("heads", "fixes", "picks", "parts") else [])
    return given


def test_the_table_names_every_action_and_no_other():
    made = {name for name, functions in ACTIONS.items() if not functions[0].__module__.startswith("tests.")}
    assert ASKS.keys() == made, "those that tests make for themselves aside"


def test_what_is_asked_for_somebody_holds():
    assert {name: asks for name, asks in ASKS.items() if asks not in IN_WORDS and not holders(asks)} == {}


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return World()


def test_every_action_refuses_every_role_without_its_permission(world):
    before, wrong, cells = Change.objects.order_by("-id").first().pk, [], 0
    for name in ASKED:
        for role in [None, *Role]:
            if role in holders(ASKS[name]):
                continue
            by = make_user(*[role] if role else [])
            for function in ACTIONS[name]:
                cells += 1
                answer = refusal_of(function, arguments(function, world), by)
                if answer not in ("PermissionDenied", "DoesNotExist"):
                    wrong.append((name, function.__name__, role, answer))
    assert wrong == []
    assert cells > 400
    written = Change.objects.filter(pk__gt=before).exclude(table_name__in=("core_user", "core_userrole"))
    assert not written.exclude(action="").exists()


def refusal_of(function, given, by):
    try:
        with transaction.atomic():
            function(**given, by=by)
            transaction.set_rollback(True)
    except (PermissionDenied, ObjectDoesNotExist) as refusal:
        return "DoesNotExist" if isinstance(refusal, ObjectDoesNotExist) else "PermissionDenied"
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"
    return "done"

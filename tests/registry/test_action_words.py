"""Every action that the code writes into the trail is told in words, never by its name in the code."""

import ast
from pathlib import Path

import pytest

from registry.core.history import entry_of
from registry.core.jobs import KINDS
from registry.core.models import Change
from registry.core.trail import ACTIONS
from tests.factories import make_project
from tests.house import ROOT, sources

pytestmark = pytest.mark.django_db


def written_out():
    """The actions that stand as `acting(..., action="…")`, beside those that a decorator names."""
    for path in sources():
        for node in ast.walk(ast.parse(Path(ROOT, path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "acting":
                values = [word.value for word in node.keywords if word.arg == "action"]
                yield from (value.value for value in values if isinstance(value, ast.Constant))


def test_every_action_has_words(client):
    client.get("/desk/")  # whereby every room has said what its actions are called
    make_project()
    change = Change.objects.filter(table_name="projects_project").latest("id")
    named = (name for name in ACTIONS if not name.startswith("test."))  # other tests have actions of their own
    names = {*named, *written_out(), *(f"job.{kind}" for kind in KINDS)}
    assert {"demo.load", "job.sweep"} < names
    unnamed = []
    for name in sorted(names):
        change.action = name
        if entry_of(change).action == name:
            unnamed.append(name)
    assert unnamed == []

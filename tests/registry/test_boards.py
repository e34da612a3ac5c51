"""The Grafana board and the alerts ask for nothing that the site does not tell, and for all that an operator needs."""

import json
import re

import pytest

from registry import metrics
from registry.core import measures
from registry.core.backup import notes
from registry.core.sealing.watch import LATE
from tests.house import ROOT

pytestmark = pytest.mark.django_db
BOARD = ROOT / "deploy/grafana/bangfu.json"
ALERTS = ROOT / "deploy/prometheus/alerts.yml"
NAME = re.compile(r"\bbangfu_[a-z_]+")


def exposed():
    """Every name that may stand at `/metrics`, those of the parts of a histogram among them."""
    names = set()
    for family in measures.REGISTRY.collect():
        names |= {sample.name for sample in family.samples} | {family.name}
        kinds = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}.get(family.type, ())
        names |= {family.name + ending for ending in kinds}
    notes.note(notes.BACKUP, {})
    return names | {family.name for family in metrics.Now().collect()} | {"bangfu_anchor_time"}


def asked_by_the_board():
    return [target["expr"] for panel in json.loads(BOARD.read_text("utf-8"))["panels"] for target in panel["targets"]]


def asked_by_the_alerts():
    return re.findall(r"expr: (.+)", ALERTS.read_text("utf-8"))


@pytest.mark.parametrize("asked", [asked_by_the_board, asked_by_the_alerts])
def test_whatever_is_asked_for_is_told(asked):
    wanted = {name for expression in asked() for name in NAME.findall(expression)}
    assert wanted - exposed() == set()
    assert len(wanted) >= 10


def test_the_board_shows_all_that_is_told():
    shown = " ".join(asked_by_the_board())
    assert {family.name for family in metrics.Now().collect() if family.name not in shown} == set()
    assert {family.name for family in measures.REGISTRY.collect() if family.name not in shown} == set()


def test_each_panel_has_a_title_and_a_place_of_its_own():
    panels = json.loads(BOARD.read_text("utf-8"))["panels"]
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels})
    assert len(panels) == len(places)


def test_each_alert_says_how_urgent_it_is_and_what_has_happened():
    parts = ALERTS.read_text("utf-8").split("- alert: ")[1:]
    assert len(parts) >= 10
    for part in parts:
        assert re.search(r"severity: (page|ticket)}", part)
        assert re.search(r'summary: ".+\."}', part)


def test_the_alert_of_late_seals_and_the_alarm_agree():
    told = re.search(r"bangfu_trail_untold_seconds > (\d+)", ALERTS.read_text("utf-8"))
    assert int(told[1]) == LATE.total_seconds()

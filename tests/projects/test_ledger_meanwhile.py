"""What is changed between the check of a ledger and its last word stops it; and what all that costs."""

import threading
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from counties.models import Division
from projects.ledger import importing
from projects.ledger.importing import Order
from projects.models import (
    Project,
)
from registry.core.models import Change
from registry.core.trail import acting
from tests.factories import (
    make_organisation,
    make_user,
)

from .exported_ledgers import HEAD, exported, greenhouse, laid, stamp
from .ledger_books import book, project
from .ledger_changes import PLACE, check, nothing_written, update

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference", "english")]


# What changed between check and commit


def digests(outcome):
    return {verdict.place: verdict.digest for verdict in outcome.verdicts.rows}


def test_what_was_changed_since_it_was_seen_stops_everything(found, officer):
    other = greenhouse(name="别的项目")
    rows, moment = [exported(found, note="甲"), exported(other, note="乙")], stamp()
    picks = update("note") | update("note", place="台账!6")
    seen = digests(check(*rows, by=officer, moment=moment))
    made = laid(rows, moment)
    with acting(by=make_user("bureau"), action="desk.project.change"):
        Project.objects.filter(pk=other.pk).update(summary="后来")
    with pytest.raises(ValidationError, match=r"1 row .*台账!6"), nothing_written():
        importing.commit(made, Order(picks=picks, seen=seen), by=officer, digest="x")
    seen = digests(importing.check(made, by=officer))
    importing.commit(made, Order(picks=picks, seen=seen), by=officer, digest="x")
    assert set(Project.objects.values_list("summary", flat=True)) == {"甲", "乙"}


def test_a_change_of_what_is_not_written_stops_nothing(found, officer):
    other = greenhouse(name="别的项目")
    rows, moment = [exported(found, note="甲"), exported(other, note="乙")], stamp()
    seen = digests(check(*rows, by=officer, moment=moment))
    Project.objects.filter(pk=other.pk).update(summary="后来")
    importing.commit(laid(rows, moment), Order(picks=update("note"), seen=seen), by=officer, digest="x")
    found.refresh_from_db()
    assert found.summary == "甲"


def test_a_new_row_that_was_not_seen_so_is_not_written():
    made = book([project(1)])
    seen = digests(importing.check(made))
    importing.commit(made, Order(seen=seen), by=None, digest="x")
    with pytest.raises(ValidationError), nothing_written():
        importing.commit(book([project(2)]), Order(seen=seen), by=None, digest="x")


def test_a_digest_is_of_what_was_judged_and_not_of_what_was_decided(found, officer):
    row, moment = exported(found, note="甲", people=1), stamp()
    outcomes = [
        check(row, by=by, moment=moment, picks=picks)
        for picks in ({}, update("note"), {PLACE: {"act": "skip"}}, {PLACE: {"act": "new"}})
        for by in (officer, None)
    ]
    assert len({digests(outcome)[PLACE] for outcome in outcomes}) == 1
    assert digests(check(row | {"note": "乙"}, moment=moment)) != digests(outcomes[0])


def test_a_chosen_cell_that_is_refused_undoes_all_and_is_named(found, officer):
    other = greenhouse(name="别的项目")
    rows = [exported(found, note="甲"), exported(other, people=1), project(1)]
    picks = update("note") | update("people", place="台账!6")
    with pytest.raises(ValidationError, match="台账!6, 受益人次"), nothing_written():
        importing.commit(laid(rows[:2], stamp()), Order(picks=picks), by=officer, digest="x")


def test_new_rows_and_changed_ones_go_in_together(found, officer):
    head = HEAD | {"code": "统一社会信用代码"}
    found.participations.update(organisation=make_organisation(name=project(3)["org"], code=project(3)["code"]))
    new = {"project": "新项目", "org": project(1)["org"], "code": project(1)["code"], "county": "阜平县"}
    row = exported(found, note="甲", code=project(3)["code"])
    made = laid([row, new], stamp(), head=head)
    outcome = importing.commit(made, Order(picks=update("note")), by=officer, digest="x")
    assert (outcome.written.counts["project"], outcome.written.counts["updated"]) == (1, 1)
    assert set(Project.objects.values_list("name", "summary")) == {("大棚项目", "甲"), ("新项目", "")}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: Project.objects.filter(pk=found.pk).update(summary="后来"), PLACE),
        (lambda found: found.funding.filter(state="received").update(amount=Decimal(310000)), PLACE),
        (lambda found: list(found.funding.select_for_update()), "right now"),
    ],
    ids=("project", "line", "line held before its project"),
)
def test_what_is_being_changed_on_its_page_is_waited_for_and_not_overwritten(change, words):
    found, by = greenhouse(), make_user("bureau")
    made = laid([exported(found, note="甲", received=40)], stamp())
    seen = digests(importing.check(made, by=by))
    is_changed, is_waiting = threading.Event(), threading.Event()

    def changing():
        try:
            with acting(by=by, action="desk.project.change"):
                change(found)
                is_changed.set()
                is_waiting.wait(2)
        finally:
            connections.close_all()

    somebody = threading.Thread(target=changing)
    somebody.start()
    is_changed.wait(30)
    with pytest.raises(ValidationError, match=words):
        importing.commit(made, Order(picks=update("note") | update("received"), seen=seen), by=by, digest="x")
    somebody.join(30)
    assert not Change.objects.filter(action="ledger.import").exists()


def test_two_rows_never_change_one_project(officer):
    importing.commit(book([project(1)]), by=None, digest="x")
    number = Project.objects.get().number
    named = {"number": number, "project": project(1)["project"], "note": "甲"}
    first, second = laid([named], stamp()).sheets[0], book([project(1, status="已签约", fund=99)]).sheets[0]
    made = laid([], "1-1")
    made.sheets[:] = [first, type(second)("补充", second.rows)]
    picks = update("note") | update("fund", place="补充!2")
    outcome = importing.check(made, Order(picks=picks), by=officer)
    assert {str(one.refusal)[:10] for one in outcome.verdicts.rows[1].differences} == {"Row 台账!5 o"}
    with pytest.raises(ValidationError), nothing_written():
        importing.commit(made, Order(picks=picks), by=officer, digest="x")


# Cost


def test_a_row_costs_few_queries_more():
    projects = [greenhouse(name=f"项目{n}", lead=make_organisation()) for n in range(7)]
    rows, moment = [exported(one, note="甲", end="2020-07-01") for one in projects], stamp()
    counts = []
    for number in (2, 7):
        with CaptureQueriesContext(connection) as queries:
            check(*rows[:number], moment=moment)
        counts.append(len(queries))
    assert (counts[1] - counts[0]) / 5 <= 12


def test_rows_as_they_were_cost_none():
    projects = [greenhouse(name=f"项目{n}", lead=make_organisation()) for n in range(7)]
    rows, moment = [exported(one) for one in projects], stamp()
    counts = []
    for number in (2, 7):
        with CaptureQueriesContext(connection) as queries:
            check(*rows[:number], moment=moment)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_places_of_today_and_of_then_are_one(officer):
    found = greenhouse(county=Division.objects.get(code="130881", valid_to=None))
    assert check(exported(found, county="平泉县"), by=officer).verdicts.rows[0].outcome == "unchanged"

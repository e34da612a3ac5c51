"""The last question of the import wizard, what follows it, and exported ledgers that come back."""

import pytest
from django.urls import reverse

from counties.models import Division
from projects.actions.imports import receive_ledger
from projects.models import LedgerImport, Project
from registry.core.trail import acting
from tests.factories import (
    make_county_user,
    make_division,
    make_project,
    make_user,
)

from .exported_ledgers import exported, laid, stamp
from .import_pages import address, ledger_of, page_of
from .importing import checked, imported, received, upload_of, work_off
from .ledger_books import project, realistic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference", "media")]


@pytest.fixture
def clerk(client):
    clerk = make_user("bureau")
    client.force_login(clerk)
    return clerk


@pytest.fixture
def county(client):
    county = make_county_user(Division.objects.get(code="130723"))
    client.force_login(county)
    return county


# Confirming and after


def test_the_last_question_says_what_will_be_written(client, clerk):
    found = checked(realistic(20), clerk)
    answer = client.get(address("confirm", found))
    assert (answer.context["new"], answer.context["left"], answer.context["faulty"]) == (20, 7, 7)
    assert answer.context["funds"] == sum(
        float(row.told["values"]["fund_yuan"]) for row in found.rows.filter(outcome="accept")
    )
    assert client.post(address("write", found)).url == address("ledger", found)
    found = work_off(found)
    text = page_of(client, found).content.decode()
    assert found.status == "imported"
    assert f"#{found.pk}" in text


def test_the_question_is_not_asked_before_the_check(client, clerk):
    found = received(ledger_of(project(1)), clerk)
    assert client.get(address("confirm", found)).url == address("ledger", found)
    client.post(address("write", found))
    assert LedgerImport.objects.get().status == "received"


def test_a_file_that_was_imported_already_is_told_with_who_and_when(client, clerk):
    imported(ledger_of(project(1)), clerk)
    again = received(ledger_of(project(1)), clerk)
    LedgerImport.objects.filter(pk=again.pk).update(blob=LedgerImport.objects.order_by("pk").first().blob)
    again.refresh_from_db()
    assert str(clerk) in page_of(client, again).content.decode()
    county = make_county_user(make_division())
    LedgerImport.objects.filter(pk=again.pk).update(sender=county)
    client.force_login(county)
    text = page_of(client, again, frame="my-import").content.decode()
    assert str(clerk) not in text
    assert "import-notice" in text


def test_a_refused_file_says_why_and_leads_on(client, clerk):
    found = receive_ledger(upload=upload_of(ledger_of(project(1))), by=clerk)
    LedgerImport.objects.filter(pk=found.pk).update(
        status="refused", job=None, layout={"refusal": {"code": "X", "zh-hans": "这不是台账", "en": "no ledger"}}
    )
    text = page_of(client, found).content.decode()
    assert "这不是台账" in text


def test_a_county_walks_the_same_way_under_its_own_pages(client, county):
    found = checked(ledger_of(project(1, county="康保县"), project(2, county="阜平县")), county)
    answer = page_of(client, found, frame="my-import")
    assert [row.row.outcome for row in answer.context["rows"]] == ["accept", "reject"]
    client.post(reverse("my-import-write", args=(found.pk,)))
    assert work_off(found).status == "imported"
    assert Project.objects.get().sites.get().division.name == "康保县"


# Exported ledgers that come back


@pytest.fixture
def sent_back(client, clerk):
    """A ledger that was exported and edited: a name and a remark changed, the remark by somebody else too since."""
    ours, theirs = make_project(name="敬老院改造"), make_project(name="小学改造", summary="原来的备注")
    moment = stamp()
    rows = [exported(ours, project="敬老院改造（一期）"), exported(theirs, note="我们改的备注")]
    with acting(by=make_user("bureau", name="别的经办"), action="desk.project.change"):
        theirs.summary = "别人改的备注"
        theirs.save()
    return checked(laid(rows, moment), clerk), ours, theirs


def test_changed_cells_are_offered_and_a_change_by_somebody_else_is_shown_as_a_conflict(client, sent_back):
    found, _ours, _theirs = sent_back
    rows = page_of(client, found, "?outcome=differs").context["rows"]
    (offered,), (conflict,) = (row.differences for row in rows)
    assert (offered.there, offered.here, offered.is_chosen) == ("敬老院改造", "敬老院改造（一期）", True)
    assert (conflict.base, conflict.there, conflict.here) == ("原来的备注", "别人改的备注", "我们改的备注")
    assert (conflict.is_conflict, conflict.is_chosen) == (True, False)
    assert "别的经办" in conflict.other
    assert [row.act for row in rows] == ["update", "skip"]


def test_only_what_was_chosen_is_written(client, sent_back):
    found, ours, theirs = sent_back
    client.post(address("write", found))
    assert work_off(found).written == {"updated": 1}
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.name, theirs.summary) == ("敬老院改造（一期）", "别人改的备注")


def test_a_conflict_is_overwritten_by_an_express_word_only(client, sent_back):
    found, ours, theirs = sent_back
    picks = {"act-1": "skip", "act-2": "update", "cell-2": "note", "query": "outcome=differs"}
    assert client.post(address("decide", found), picks).url.endswith("?outcome=differs")
    found = work_off(found)
    assert [row.pick for row in found.rows.in_order()] == [{"act": "skip"}, {"act": "update", "cells": ["note"]}]
    client.post(address("write", found))
    work_off(found)
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.name, theirs.summary) == ("敬老院改造", "我们改的备注")


def test_all_rows_without_conflict_can_be_taken_or_left_at_once(client, sent_back):
    found, *_projects = sent_back
    client.post(address("decide", found), {"all": "skip"})
    found = work_off(found)
    assert found.rows.to_update().count() == 0
    client.post(address("decide", found), {"all": "update"})
    found = work_off(found)
    assert [row.position for row in found.rows.to_update()] == [1]
    assert client.post(address("decide", found), {"all": "everything"}).status_code == 400


def test_what_the_register_would_refuse_is_told_before_the_last_word_and_cannot_be_chosen(client, clerk):
    planned = make_project(stage="planned")
    found = checked(laid([exported(planned, status="已完成")], stamp()), clerk)
    (row,) = page_of(client, found).context["rows"]
    (difference,) = row.differences
    assert difference.refusal
    assert not row.can_update
    assert f'value="{difference.key}"' not in page_of(client, found).content.decode()

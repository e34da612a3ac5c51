"""Pages of data checks: for whom they are, what they count, the notes on what was found."""

import io
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from projects.actions.doubts import note_doubt
from projects.models import DataCheckNote
from registry.core.trail import acting
from registry.reports.checks import CHECKS, RULES, counted
from tests.counting import queries_of
from tests.factories import (
    make_authority,
    make_county_user,
    make_division,
    make_funding,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_posting,
    make_project,
    make_result,
    make_step,
    make_user,
)

from .checked import LONG_AGO, found, make_beyond

pytestmark = pytest.mark.django_db


@pytest.fixture
def doubtful():
    """Of each kind of row one in a county and with an organisation of Beijing, and one elsewhere."""
    beijing = make_authority(division=make_division(code="110000", name="北京市", level="province"))
    name = "京津冀慈善帮扶基金会"
    for lead in (make_organisation(name=name, authority=beijing), make_organisation(name=f"{name}总会")):
        project = make_project(lead=lead, county=make_division(), stage="accepted", actual_start=LONG_AGO)
        make_beyond(project)
        make_funding(project, "5", qualifier="about", occurred_on=LONG_AGO)
        make_result(project, qualifier="over")
        make_result(project, status="draft")
        make_step(project, stage="aftercare", due_on=LONG_AGO)
        make_pledge(organisation=lead, need=make_need(), answer_by=LONG_AGO)
    return beijing


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_partner_bureau_gets_the_rows_of_its_own_organisations_only(rule, doubtful, auditor):
    partner = make_user("partner")
    make_posting(partner, doubtful.division)
    theirs = set(rule.model.objects.within_scope_of(partner).values_list("pk", flat=True))
    everything = {row.pk for row in found(rule.code, auditor)}
    assert {row.pk for row in found(rule.code, partner)} == everything & theirs


@pytest.mark.parametrize("role", ["county", "organisation", "system_admin"])
def test_the_checks_are_not_for_those_who_report(client, role):
    client.force_login(make_user(role))
    for address in (reverse("checks"), reverse("check", args=("idle",)), reverse("check-note", args=("idle", 1))):
        assert client.get(address).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(reverse("checks")).status_code == 302


def test_the_page_of_all_rules_counts_what_each_page_lists(client, bureau, doubtful):
    shown = client.get(reverse("checks")).context["found"]
    assert [rule for rule, _number in shown] == list(RULES)
    for rule, number in shown:
        page = client.get(reverse("check", args=(rule.code,))).context["page"]
        assert page.paginator.count == number
    assert sum(number for _rule, number in counted(bureau)) > 10


def test_a_wrong_limit_is_told_in_words(client, bureau):
    for query in ("months=0", "months=61", "months=x", "days=3", "format=pdf"):
        answer = client.get(f"{reverse('check', args=('idle',))}?{query}")
        assert answer.status_code == 400, query
        assert answer.context["faults"]
    assert client.get(reverse("check", args=("nonsense",))).status_code == 404
    for query in ("months=3", "format=pdf"):
        assert client.get(f"{reverse('checks')}?{query}").context["fault"], query


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_costs_the_same_whether_it_finds_one_row_or_many(client, bureau, rule, doubtful):
    address = reverse("check", args=(rule.code,))
    first, finds = queries_of(client, address), bool(found(rule.code, bureau))
    for place in range(3):
        project = make_project(lead=make_organisation(), county=make_division(), stage="accepted", name=f"新{place}")
        make_beyond(project)
        make_result(project, qualifier="over")
    assert queries_of(client, address) == first if finds else queries_of(client, address) <= first + 4


class TestNotes:
    def test_a_note_marks_the_row_and_hides_nothing(self, client, bureau):
        line = make_beyond(make_project())
        page = reverse("check-note", args=("beyond", line.pk))
        answer = client.post(page, {"words": "追加投入，已核实。"})
        assert (answer.status_code, answer.url) == (302, reverse("check", args=("beyond",)))
        (doubt,) = client.get(reverse("check", args=("beyond",))).context["doubts"]
        assert (doubt.row, doubt.note.words, doubt.note.noted_by) == (line, "追加投入，已核实。", bureau)

    def test_an_empty_note_is_refused(self, client, bureau):
        line = make_beyond(make_project())
        assert client.post(reverse("check-note", args=("beyond", line.pk)), {"words": " "}).status_code == 400
        assert not DataCheckNote.objects.exists()

    def test_a_note_is_never_changed(self, bureau):
        note = note_doubt(rule="beyond", row=1, words="已核实", by=bureau)
        for change in (lambda: DataCheckNote.objects.update(words="改"), note.delete):
            with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
                change()

    def test_an_auditor_reads_notes_and_writes_none(self, client):
        line = make_beyond(make_project())
        client.force_login(make_user("auditor"))
        page = reverse("check-note", args=("beyond", line.pk))
        assert client.get(page).context["form"] is None
        assert client.post(page, {"words": "审计"}).status_code == 403
        assert not DataCheckNote.objects.exists()

    def test_a_row_out_of_scope_is_as_unknown_as_none(self, client, doubtful):
        partner = make_user("partner")
        make_posting(partner, doubtful.division)
        client.force_login(partner)
        assert client.get(reverse("check-note", args=("beyond", make_beyond(make_project()).pk))).status_code == 404


def workbook(client, address):
    rows = load_workbook(io.BytesIO(client.get(address).getvalue())).active.iter_rows(values_only=True)
    return [row for row in rows if any(row)]


def test_the_doubts_of_one_rule_and_of_all_are_exported_with_their_notes(client, bureau, doubtful):
    line = make_beyond(make_project(name="有说明的"))
    with acting(by=bureau, action="test"):
        note_doubt(rule="beyond", row=line.pk, words="已核实", by=bureau)
    one = workbook(client, reverse("check", args=("beyond",)) + "?format=xlsx")
    assert sum("已核实" in row for row in one) == 1
    numbers = dict(counted(bureau))
    everything = workbook(client, reverse("checks") + "?format=xlsx")
    with override("en"):
        found_by = {rule.code: sum(row[0] == str(rule.title) for row in everything) for rule in RULES}
    assert found_by == {rule.code: number for rule, number in numbers.items()}


def test_the_workbench_leads_to_every_rule_that_finds_something(client, bureau, doubtful):
    (group,) = [one for one in client.get("/desk/").context["groups"] if one["title"] == "Data checks"]
    wanted = [reverse("check", args=(rule.code,)) for rule, number in counted(bureau) if number]
    assert [url for url, _words in group["links"]] == [reverse("checks"), *wanted]


def test_a_county_officer_sees_no_check_anywhere(client):
    client.force_login(make_county_user(make_division()))
    assert reverse("checks").encode() not in client.get(reverse("my")).content
    client.force_login(make_org_user(make_organisation()))
    assert reverse("checks").encode() not in client.get(reverse("my")).content


@pytest.mark.django_db(transaction=True)
def test_a_page_waits_for_the_numbers_of_a_large_register_no_longer_than_a_moment(client, auditor, monkeypatch):
    make_project(stage="under_way")
    assert all(number is not None for _rule, number in counted(auditor, within=60))
    assert {number for _rule, number in counted(auditor, within=0)} == {None}
    sleeping = replace(CHECKS["idle"], find=lambda rows, asked: rows.extra(where=["pg_sleep(5) IS NULL"]))
    monkeypatch.setattr("registry.reports.checks.RULES", (sleeping, CHECKS["no-files"]))
    assert counted(auditor, within=0.3) == [(sleeping, None), (CHECKS["no-files"], None)]
    monkeypatch.setattr("registry.reports.checks.RULES", (sleeping, *[CHECKS["no-files"]] * 5))
    assert [number for _rule, number in counted(auditor, within=4)] == [None, 1, 1, 1, 1, 1]
    monkeypatch.setattr("registry.reports.checks.RULES", (sleeping, CHECKS["no-files"]))
    monkeypatch.setattr("registry.reports.checks.pages.WAIT", 0.3)
    client.force_login(auditor)
    assert "耗时过长，此处未计数" in client.get("/reports/checks/").content.decode()

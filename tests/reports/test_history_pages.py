"""The history over all: every question asked of the trail, in words, by pages that cost the same at any depth."""

import io

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import override
from openpyxl import load_workbook

from orgs.models import Organisation
from projects.models import Funding, Project
from registry.core.dates import today
from registry.core.models import Change
from registry.core.trail import acting, request_id
from registry.reports import history_pages
from registry.reports.history_pages import PAGE
from tests.counting import queries_of
from tests.factories import make_division, make_funding, make_organisation, make_posting, make_project, make_user

pytestmark = pytest.mark.django_db
HISTORY = reverse("history")


@pytest.fixture
def clerk():
    return make_user("bureau", name="张丽")


@pytest.fixture
def reader(client):
    user = make_user("auditor")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def changed(clerk):
    """A project renamed for a reason, in a batch; a funding line of it; another project that a stranger changed."""
    project, other = make_project(name="旧名"), make_project(name="他项目")
    token = request_id.set("request-0001")
    with acting(by=clerk, action="desk.project.change", reason="按批复更名", batch="batch-1"):
        Project.objects.filter(pk=project.pk).update(name="新名")
        make_funding(project, "72000")
    request_id.reset(token)
    with acting(by=make_user("bureau"), action="project.publish"):
        Project.objects.filter(pk=other.pk).update(visibility="published")
    return project, other


def rows(client, **question):
    """The rows that the page shows: [(table, key, operation)]."""
    answer = client.get(HISTORY, question)
    assert answer.status_code == 200, answer.context["listing"].fault
    return [(e.change.table_name, int(e.change.row_pk), e.change.operation) for e in answer.context["entries"]]


PROJECT, FUNDING = Project._meta.db_table, Funding._meta.db_table


def test_a_change_is_told_in_words_with_before_after_and_reason(client, reader, changed):
    answer = client.get(HISTORY, {"batch": "batch-1", "table": PROJECT})
    (entry,) = answer.context["entries"]
    assert (entry.who, entry.action, entry.change.reason) == ("张丽", "Edited at the desk", "按批复更名")
    assert [(each.label, each.before, each.after) for each in entry.differences] == [("name", "旧名", "新名")]
    assert "旧名 → 新名" in answer.content.decode()


def test_each_filter_narrows_to_what_it_says(client, reader, changed, clerk):
    project, other = changed
    renamed, paid = (PROJECT, project.pk, "U"), (FUNDING, project.funding.get().pk, "I")
    assert set(rows(client, who=clerk.pk)) == {renamed, paid}
    assert set(rows(client, batch="batch-1")) == {renamed, paid}
    assert rows(client, request_id="request-0001", table=PROJECT) == [renamed]
    assert rows(client, reason="批复", table=PROJECT) == [renamed]
    assert rows(client, action="desk.project.change", table=PROJECT) == [renamed]
    assert set(rows(client, action="desk")) == {renamed, paid}
    assert rows(client, action="project.publish") == [(PROJECT, other.pk, "U")]
    assert rows(client, table=FUNDING) == [paid]
    assert set(rows(client, operation="U", table=PROJECT)) == {renamed, (PROJECT, other.pk, "U")}
    assert rows(client, field="name", table=PROJECT, operation="U") == [renamed]
    assert rows(client, field="visibility", table=PROJECT, operation="U") == [(PROJECT, other.pk, "U")]
    assert rows(client, who=clerk.pk, until="2019-01-01") == []
    assert set(rows(client, who=clerk.pk, since=str(today()), until=str(today()))) == {renamed, paid}


def test_a_field_is_also_found_by_what_people_call_it(client, reader, changed):
    project, _other = changed
    assert (FUNDING, project.funding.get().pk, "I") in rows(client, field="amount in yuan")


def test_the_history_of_a_record_holds_what_is_read_under_it(client, reader, changed):
    project, _other = changed
    found = rows(client, record=f"{PROJECT}:{project.pk}")
    assert found == [(FUNDING, project.funding.get().pk, "I"), (PROJECT, project.pk, "U"), (PROJECT, project.pk, "I")]


def test_a_change_from_outside_the_application_is_found_as_such(client, reader, changed):
    project, _other = changed
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET name = '暗改' WHERE id = %s", [project.pk])
    answer = client.get(HISTORY, {"who": "outside", "field": "name", "operation": "U"})
    (entry,) = answer.context["entries"]
    assert (entry.who, entry.differences[0].after) == ("", "暗改")
    assert "row--overdue" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["who=nobody", "table=auth_group", "since=x", "before=x", "after=-1", "format=pdf", "colour=red"]
)
def test_a_question_that_cannot_be_read_is_refused_in_words(client, reader, query):
    answer = client.get(f"{HISTORY}?{query}")
    assert (answer.status_code, bool(answer.context["listing"].fault)) == (400, True)
    assert answer.context["entries"] == []


def test_pages_go_on_from_the_last_change_and_back(client, reader):
    project = make_project()
    for number in range(PAGE + 5):
        Project.objects.filter(pk=project.pk).update(summary=f"第{number}版")
    everything = list(Change.objects.order_by("-id").values_list("id", flat=True))
    first = client.get(HISTORY).context
    assert [entry.change.pk for entry in first["entries"]] == everything[:PAGE]
    assert first["listing"].newer == ""
    second = client.get(HISTORY + first["listing"].older).context
    assert [entry.change.pk for entry in second["entries"]] == everything[PAGE : 2 * PAGE]
    back = client.get(HISTORY + second["listing"].newer).context
    assert [entry.change.pk for entry in back["entries"]] == everything[:PAGE]


def test_a_page_costs_the_same_however_many_changes_it_shows(client, reader, changed):
    project, _other = changed
    address = f"{HISTORY}?record={PROJECT}:{project.pk}"
    first = queries_of(client, address)
    for number in range(20):
        make_funding(project, number + 1)
    assert queries_of(client, address) == first


class TestPersonalData:
    @pytest.fixture
    def called(self):
        organisation = make_organisation(contact_name="王小明", contact_phone="13912345678")
        Organisation.objects.filter(pk=organisation.pk).update(contact_phone="13800001111")
        return organisation

    def test_an_auditor_reads_it_masked(self, client, reader, called):
        for form in ("", "&format=csv"):
            answer = client.get(f"{HISTORY}?table=orgs_organisation{form}")
            text = (answer.getvalue() if answer.streaming else answer.content).decode()
            assert "139****5678" in text
            assert not any(secret in text for secret in ("13912345678", "13800001111", "王小明"))

    def test_the_bureau_reads_it_whole(self, client, clerk, called):
        client.force_login(clerk)
        assert "13800001111" in client.get(f"{HISTORY}?table=orgs_organisation").content.decode()


def test_a_partner_bureau_reads_the_changes_of_its_own_records_only(client):
    partner = make_user("partner")
    organisation = make_organisation()
    make_posting(partner, make_division())
    client.force_login(partner)
    assert (Organisation._meta.db_table, organisation.pk, "I") not in rows(client, table="orgs_organisation")


@pytest.mark.parametrize("role", ["county", "organisation", "system_admin"])
def test_the_history_is_not_for_those_who_do_not_read_the_trail(client, role):
    client.force_login(make_user(role))
    assert client.get(HISTORY).status_code == 403
    assert client.get(reverse("batch", args=("batch-1",))).status_code == 403


def test_the_list_as_a_file_holds_every_change_that_was_asked_for(client, reader, changed):
    answer = client.get(HISTORY, {"batch": "batch-1", "format": "xlsx"})
    cells = list(load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows(values_only=True))
    told = [row for row in cells if "batch-1" in row]
    assert len(told) == Change.objects.filter(batch_id="batch-1").count() == 2
    assert any("name: 旧名 → 新名" in str(cell) for row in told for cell in row)


class TestTheBatchPage:
    def test_it_says_who_wrote_what_and_why_it_cannot_be_undone(self, client, reader, changed, clerk):
        with acting(by=clerk, action="desk.project.change"):
            Project.objects.filter(pk=changed[0].pk).update(name="再改")
        answer = client.get(reverse("batch", args=("batch-1",)))
        with override("en"):
            written = {(str(name), str(done)): number for name, done, number, _query in answer.context["written"]}
        assert written == {("project", "changed"): 1, ("funding line", "added"): 1}
        assert (answer.context["first"].who, answer.context["first"].change.reason) == ("张丽", "按批复更名")
        assert "worked on by 张丽" in answer.context["why_not"]

    def test_an_unknown_batch_is_not_found(self, client, reader):
        assert client.get(reverse("batch", args=("nonsense",))).status_code == 404


@pytest.fixture
def sought(clerk):
    """Twelve changes of a project, every third by an action that is looked for; their numbers, the newest first."""
    project, numbers = make_project(), []
    for number in range(12):
        with acting(by=clerk, action="step.chase" if number % 3 == 0 else "desk.project.change"):
            Project.objects.filter(pk=project.pk).update(name=f"第{number}名")
        if number % 3 == 0:
            numbers.append(Change.objects.latest("id").pk)
    return numbers[::-1]


def walked(client, way, **question):
    """The numbers of the changes on all pages that are gone on to, and how many pages these were."""
    found, pages, query = [], 0, "?" + urlencode(question)
    while query:
        listing = client.get(HISTORY + query).context["listing"]
        numbers = [change.pk for change in listing.rows]
        found, pages, query = found + (numbers if way == "older" else numbers[::-1]), pages + 1, getattr(listing, way)
    return found, pages


def test_what_has_no_index_is_looked_for_so_far_and_then_gone_on_with(client, reader, sought, monkeypatch):
    monkeypatch.setattr(history_pages, "REACH", 4)
    answer = client.get(HISTORY, {"action": "step.chase"})
    assert [change.pk for change in answer.context["listing"].rows] == sought[:1]
    assert "Searched as far as" in answer.content.decode()
    assert {way.is_job for way in answer.context["ways"]} == {True}
    found, pages = walked(client, "older", action="step.chase")
    assert found == sought
    assert 3 < pages <= Change.objects.count() / 4 + 2, "below the oldest change nothing is looked for"
    found, pages = walked(client, "newer", action="step.chase", after=sought[-1] - 1)
    assert found == sought[::-1]
    assert pages > 2
    none = client.get(HISTORY, {"action": "step.none"}).content.decode()
    assert "Searched as far as" in none
    assert "No change matches." not in none


def test_what_an_index_finds_is_looked_for_among_all(client, reader, sought, monkeypatch):
    monkeypatch.setattr(history_pages, "REACH", 1)
    project = Project.objects.get(name="第11名")
    for question in ({"record": f"{PROJECT}:{project.pk}"}, {"since": "2020-01-01"}):
        answer = client.get(HISTORY, {"action": "step.chase", **question})
        assert [change.pk for change in answer.context["listing"].rows] == sought
        assert answer.context["listing"].searched_to is None
    assert len(rows(client, table=PROJECT)) >= 13


def test_a_whole_trail_that_is_short_is_searched_at_once(client, reader, sought):
    answer = client.get(HISTORY, {"action": "step.chase", "until": "2099-01-01"})
    assert [change.pk for change in answer.context["listing"].rows] == sought
    assert "Searched as far as" not in answer.content.decode()
    assert client.get(HISTORY, {"action": "step.chase", "until": "2000-01-01"}).context["listing"].rows == []

"""The desk: who comes in, who sees what, and that nothing is deleted, guessed at or overwritten in silence."""

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.urls import reverse

from orgs.models import Organisation
from projects.models import Pledge, Project
from registry.core.admin import large_lists, trail
from registry.core.models import Change, Token, User
from tests.counting import queries_of
from tests.desk import page
from tests.factories import (
    make_authority,
    make_decision,
    make_difficulty,
    make_division,
    make_enterprise,
    make_event,
    make_funding,
    make_measure,
    make_membership,
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

pytestmark = pytest.mark.django_db

DESK = sorted((model for model in admin.site._registry), key=lambda model: model._meta.label)
LABELS = {model._meta.label_lower for model in DESK}
ADMINISTRATORS_SEE = {
    "system_admin": {
        "core.user",
        "counties.posting",
        "orgs.membership",
        "counties.division",
        "orgs.organisation",
        "core.outgoing",
        "core.subscription",
        "core.delivery",
    },
    "security_admin": {"core.user", "core.token"},
    "audit_admin": {"core.user", "core.token", "core.change", "core.signin"},
}
PARTNER_DOES_NOT_SEE = {
    "core.user", "counties.posting", "orgs.membership", "projects.commendation", "projects.decision",
    "projects.objection", "projects.story", "projects.storyphoto", "reports.datarelease",
    "reports.personrequest",
}  # fmt: skip
OF_ADMINISTRATORS = {"core.token", "core.subscription", "core.delivery", "core.signin"}
SEES = {
    "bureau": LABELS - {"core.user"} - OF_ADMINISTRATORS,
    "auditor": LABELS - {"core.user", "core.outgoing"} - OF_ADMINISTRATORS,
    "partner": LABELS - PARTNER_DOES_NOT_SEE - {"core.outgoing"} - OF_ADMINISTRATORS,
    **ADMINISTRATORS_SEE,
}


@pytest.fixture
def bureau(client):
    user = make_user("bureau")
    client.force_login(user)
    return user


def partner_of(code="110000"):
    """A partner bureau's officer, and an organisation of its jurisdiction."""
    division = make_division(code=code, level="province")
    user = make_user("partner")
    make_posting(user, division)
    return user, make_organisation(authority=make_authority(division=division))


def test_strangers_are_sent_to_the_one_sign_in(client):
    answer = client.get("/desk/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/desk/"


@pytest.mark.parametrize("make", [lambda: make_user("county"), lambda: make_org_user(make_organisation()), make_user])
def test_people_who_do_not_work_at_the_desk_are_refused(client, make):
    client.force_login(make())
    assert client.get("/desk/").status_code == 403
    assert client.get(page(Project, "changelist")).status_code == 403


def test_a_closed_account_is_outside_at_once(client, bureau):
    assert client.get("/desk/").status_code == 200
    User.objects.filter(pk=bureau.pk).update(is_active=False)
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize("role", sorted(SEES))
def test_each_role_opens_its_lists_and_no_other(client, role):
    client.force_login(make_user(role))
    opened = {model._meta.label_lower for model in DESK if client.get(page(model, "changelist")).status_code == 200}
    assert opened == SEES[role]


@pytest.mark.parametrize(("role", "makes"), [("auditor", []), ("audit_admin", []), ("security_admin", [Token])])
def test_those_who_only_read_are_offered_no_form_and_refused_every_write(client, role, makes):
    client.force_login(make_user(role))
    project = make_project()
    assert [model for model in DESK if client.get(page(model, "add")).status_code != 403] == makes
    for address in (page(project, "change"), page(project, "move", "matched")):
        assert client.post(address, {"name": "other", "reason": "x"}).status_code in (403, 404)
    project.refresh_from_db()
    assert (project.version, project.stage) == (1, "planned")


def test_the_auditor_reads_a_page_without_buttons_and_with_masked_contacts(client):
    client.force_login(make_user("auditor"))
    organisation = make_organisation(contact_name="王小明", contact_phone="13900005678", status="applied")
    text = client.get(page(organisation, "change")).content.decode()
    assert "王小明" not in text
    assert "13900005678" not in text
    assert "139****5678" in text
    assert "/move/" not in text
    assert 'type="submit"' not in text.split('id="content-main"')[1]


def test_a_partner_bureau_works_with_its_own_and_finds_nothing_else(client):
    user, own = partner_of()
    foreign = make_organisation(authority=make_authority(division=make_division(code="120000", level="province")))
    project, other = make_project(lead=own), make_project(lead=foreign)
    client.force_login(user)
    assert [row.pk for row in client.get(page(Project, "changelist")).context["cl"].result_list] == [project.pk]
    assert client.get(page(project, "change")).status_code == 200
    for view, args in (("change", ()), ("history", ()), ("move", ("matched",)), ("deed", ("publish",))):
        assert client.get(page(other, view, *args)).status_code == 404
        assert client.post(page(other, view, *args), {"reason": "x"}).status_code in (403, 404, 405)
    assert client.get(page(foreign, "change")).status_code == 404
    other.refresh_from_db()
    assert other.version == 1


def test_what_does_not_exist_answers_like_what_is_foreign(client):
    user, _own = partner_of()
    foreign = make_project(lead=make_organisation())
    client.force_login(user)
    absent, hidden = (client.get(page(Project, "change", key)) for key in (foreign.pk + 1000, foreign.pk))
    assert (absent.status_code, hidden.status_code) == (404, 404)
    for odd in ("abc", "9" * 40, "1_5F", "%00"):
        assert client.get(f"/desk/projects/project/{odd}/change/").status_code == 404


def test_no_way_round_tells_where_a_foreign_record_stands(client):
    user, _own = partner_of()
    foreign = make_project(lead=make_organisation())
    client.force_login(user)
    content_type = ContentType.objects.get_for_model(Project)
    assert client.get(f"/desk/r/{content_type.pk}/{foreign.pk}/").status_code == 404


@pytest.mark.parametrize("address", ["/desk/projects/", "/desk/orgs/", "/desk/jsi18n/"])
def test_what_comes_with_the_admin_answers_too(client, bureau, address):
    assert client.get(address).status_code == 200


def test_a_partner_bureau_sees_published_needs_without_their_contacts(client):
    user, _own = partner_of()
    shown = make_need(contact_name="王小明", contact_phone="13900005678")
    draft = make_need(status="draft")
    client.force_login(user)
    text = client.get(page(shown, "change")).content.decode()
    assert "139****5678" in text
    assert "13900005678" not in text
    assert client.get(page(draft, "change")).status_code == 404


def test_nothing_registered_can_be_deleted_from_any_list_or_page(client, bureau):
    rows = [make_project(), make_organisation(), make_need(), make_event(), make_enterprise(), make_pledge()]
    rows += [make_funding(rows[0]), make_step(rows[0]), make_result(rows[0])]
    for row in rows:
        assert client.post(page(row, "delete"), {"post": "yes"}).status_code == 403
        client.post(
            page(type(row), "changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        )
        assert type(row).objects.filter(pk=row.pk).exists()
        assert "delete_selected" not in client.get(page(type(row), "changelist")).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?contact_phone__startswith=139",
        "?legal_representative__contains=x",
        "?memberships__user__phone__startswith=1",
        "?authority__division__name__regex=.",
        "?status__regex=a",
        "?pk__in=1,2",
    ],
)
def test_only_the_filters_on_the_page_may_be_asked(client, bureau, query):
    make_organisation(contact_phone="13900005678")
    assert client.get(page(Organisation, "changelist") + query).status_code == 400


@pytest.mark.parametrize("term", ["阜平", "fpx", "\x00", "' or 1=1 --", "%", "a" * 3000, "\u202e"])
def test_a_search_of_any_words_is_answered(client, bureau, term):
    for model in DESK:
        if model._meta.label_lower in SEES["bureau"]:
            assert client.get(page(model, "changelist"), {"q": term}).status_code == 200


def autocomplete(client, model, field, term=""):
    query = {
        "app_label": model._meta.app_label,
        "model_name": model._meta.model_name,
        "field_name": field,
        "term": term,
    }
    return client.get(reverse("admin:autocomplete"), query)


def test_choices_offered_while_typing_are_cut_to_the_persons_scope(client):
    user, own = partner_of()
    make_organisation(name="外地基金会")
    client.force_login(user)
    found = autocomplete(client, Project._meta.get_field("participations").related_model, "organisation")
    assert [row["id"] for row in found.json()["results"]] == [str(own.pk)]


def test_accounts_are_not_offered_to_those_who_may_not_see_them(client, bureau):
    assert autocomplete(client, Project, "officer").status_code == 403


def test_a_choice_typing_answers_any_words(client, bureau):
    for term in ("\x00", "\u202e", "%", "x" * 500):
        assert autocomplete(client, Pledge, "project", term).status_code == 200


def many_rows(number):
    """`number` rows of everything that has a list."""
    for _each in range(number):
        county = make_division()
        lead = make_organisation(authority=make_authority())
        project = make_project(lead=lead, county=county, officer=make_user("bureau"))
        make_funding(project, organisation=lead)
        make_result(project)
        make_step(project, responsible=make_user("bureau"))
        need = make_need(county=county)
        make_pledge(need=need, organisation=lead)
        difficulty = make_difficulty(project)
        measure = make_measure(difficulty, responsible=make_user("bureau"))
        make_decision(make_event(division=county), difficulty=difficulty, measure=measure)
        make_membership(make_user("organisation"), lead)
        make_posting(make_user("county"), county)
        make_enterprise(member_of=lead)


@pytest.mark.parametrize("role", ["bureau", "system_admin"])
def test_a_list_of_three_takes_as_many_queries_as_a_list_of_one(client, role):
    client.force_login(make_user(role))
    lists = [
        page(model, "changelist") for model in DESK if model._meta.label_lower in SEES[role] and model is not Change
    ]
    lists += [page(Change, "changelist") + "?table=projects_funding"] if role == "bureau" else []
    many_rows(1)
    before = {address: queries_of(client, address) for address in lists}
    many_rows(2)
    assert {address: queries_of(client, address) for address in lists} == before


def test_the_trail_is_listed_in_words_and_found_by_its_request(client, bureau):
    project = make_project(name="大棚项目")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET summary = 'x' WHERE id = %s", [project.pk])
    client.post(page(project, "move", "suspended"), {"reason": "水灾"}, headers={"x-request-id": "request-0001"})
    listed = client.get(page(Change, "changelist")).content.decode()
    assert "大棚项目" in listed
    assert connection.settings_dict["USER"] in listed
    found = client.get(page(Change, "changelist"), {"q": "request-0001"}).context["cl"].result_list
    assert [(change.actor_id, change.action, change.reason) for change in found] == [
        (bureau.pk, "project.suspended", "水灾")
    ]
    one = client.get(page(found[0], "change"))
    assert one.status_code == 200
    assert "水灾" in one.content.decode()


def test_the_trail_is_found_by_an_action_among_the_newest_changes(client, bureau, monkeypatch):
    project = make_project()
    client.post(page(project, "move", "suspended"), {"reason": "水灾"})
    number = Change.objects.latest("id").pk

    def found():
        answer = client.get(page(Change, "changelist"), {"q": "project.suspended"})
        return [change.pk for change in answer.context["cl"].result_list]

    assert number in found()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET summary = 'x' WHERE id = %s", [project.pk])
    monkeypatch.setattr(trail, "REACH", 1)
    assert found() == []


def test_the_trail_is_counted_no_further_than_its_pages_go(client, bureau, monkeypatch):
    many_rows(1)
    monkeypatch.setattr(large_lists, "COUNTED", 3)
    client.cookies["django_language"] = "en"
    answer = client.get(page(Change, "changelist"))
    newest = Change.objects.order_by("-id").values_list("pk", flat=True)[:3]
    assert [change.pk for change in answer.context["cl"].result_list[:3]] == list(newest)
    assert "more than 3 rows" in answer.content.decode()


def test_the_trail_is_filtered_by_person_table_and_origin(client, bureau):
    project = make_project()
    client.post(page(project, "move", "suspended"), {"reason": "x"})
    mine = client.get(page(Change, "changelist"), {"who": "me", "table": "projects_project"}).context["cl"].result_list
    assert {change.actor_id for change in mine} == {bureau.pk}
    outside = client.get(page(Change, "changelist"), {"who": "outside"}).context["cl"].result_list
    assert {change.actor_id for change in outside} == {None}
    assert client.get(page(Change, "changelist"), {"after__contains": "x"}).status_code == 400


def test_the_trail_holds_only_what_its_reader_may_read(client):
    user, own = partner_of()
    project, foreign = make_project(lead=own), make_project(lead=make_organisation())
    change = Change.objects.get(table_name="projects_project", row_pk=str(foreign.pk))
    for reader, tables in ((user, {"projects_project"}), (make_user("audit_admin"), set())):
        client.force_login(reader)
        rows = client.get(page(Change, "changelist"), {"table": "projects_project"}).context["cl"].result_list
        assert {row.table_name for row in rows} == tables
        assert {row.root_pk for row in rows} <= {str(project.pk)}
        assert client.get(page(change)).status_code == 404


def test_nobody_edits_the_trail(client, bureau):
    make_project()
    change = Change.objects.latest("id")
    assert client.get(page(Change, "add")).status_code == 403
    assert client.post(page(change, "delete"), {"post": "yes"}).status_code == 403
    client.post(page(change, "change"), {"reason": "other"})
    change.refresh_from_db()
    assert change.reason == ""


RUBBISH = ["8.123万", "\0", "-1", "99999999999999999999", "'><x>", "２", ""]


@pytest.mark.parametrize("rubbish", RUBBISH)
@pytest.mark.parametrize("address", ["projects/project", "projects/event", "projects/funding", "orgs/enterprise"])
def test_rubbish_in_the_fields_that_are_filled_by_typing_is_named_not_broken_on(client, bureau, address, rubbish):
    fields = ("lead", "counties", "hosts", "division", "project", "organisation", "enterprise", "need", "member_of")
    answer = client.post(f"/desk/{address}/add/", dict.fromkeys(fields, rubbish))
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize("query", ["status__exact=%00", "stage=%00", "p=%00", "year=%00"])
def test_a_nul_in_the_address_is_a_bad_request(client, bureau, query):
    assert client.get(f"/desk/projects/need/?{query}").status_code == 400

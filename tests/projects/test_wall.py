"""Behind the wall: what a public session finds in every table, whatever it forgets to ask for."""

import threading
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, IntegrityError, connection, connections, models, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from orgs.models import Enterprise, FormerName, Organisation
from projects.models import (
    Agreement,
    Circular,
    Commendation,
    Difficulty,
    Document,
    Event,
    Funding,
    Need,
    Participation,
    Pledge,
    Project,
    ProjectStep,
    Publication,
    Result,
    Site,
    Story,
)
from projects.publishing.allowed import PARTS
from projects.publishing.contents import put_in
from projects.publishing.wall import (
    AS_IT_IS,
    DERIVED,
    NOTHING,
    SNAPSHOT,
    WALL,
    Shown,
    build_wall,
    drop_wall,
    shown_columns,
)
from registry.core.middleware import PersonalNumbersMiddleware
from registry.core.models import Change, Notice, Record, User
from registry.core.public_session import is_public_session, public_session, tells_own_words
from tests.factories import (
    make_agreement,
    make_difficulty,
    make_division,
    make_enterprise,
    make_event,
    make_field,
    make_funding,
    make_need,
    make_notice,
    make_organisation,
    make_participation,
    make_pledge,
    make_project,
    make_result,
    make_step,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.plain]
SECRET = "不外传"
STRANGER = AnonymousUser()
OURS = [model for model in apps.get_models() if model._meta.app_label in ("core", "counties", "orgs", "projects")]


@pytest.fixture
def project():
    """A project with rows of every kind, and something inner in every column that can hold it."""
    officer = make_user(name=SECRET)
    lead = make_organisation(contact_name=SECRET, contact_phone="13900001111", legal_representative=SECRET, note=SECRET)
    project = make_project(
        lead=lead, county=make_division(), field=make_field(), officer=officer, status_reason=SECRET, progress=70,
        progress_on="2020-09-01",
    )  # fmt: skip
    make_participation(
        project, organisation=None, enterprise=make_enterprise(note=SECRET), role="mobilised", note=SECRET
    )
    make_funding(project, "720000.00", organisation=lead, note=SECRET, voucher=SECRET, excess_reason=SECRET)
    make_funding(
        project, "5.00", organisation=lead, voided_by=officer, voided_at="2020-10-01T00:00Z", void_reason=SECRET
    )
    make_result(project, 94, note=SECRET)
    make_result(project, 95, status="draft", indicator=SECRET)
    make_step(project, title=SECRET)
    make_difficulty(project, title=SECRET)
    make_agreement(project=project, text=SECRET, name=SECRET)
    return project


def publish(*projects, note="试验"):
    put_in([project.pk for project in projects], kind="publication", note=note)


def settle():
    """Check now what is checked at the commit: a table with checks to come can be neither changed nor emptied."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_every_model_has_its_line():
    proper = {model for model in OURS if not model._meta.proxy and not model._meta.auto_created}
    assert proper <= WALL.keys()
    assert {model for model in OURS if issubclass(model, Record)} <= WALL.keys()


def test_what_is_allowed_names_columns_that_there_are():
    for part in PARTS:
        assert len(part.fields) == len(part.columns)
    for model, entry in WALL.items():
        if isinstance(entry, Shown):
            assert shown_columns(model) <= {field.column for field in model._meta.concrete_fields}, model


def test_no_personal_column_and_nobody_who_signed_is_shown():
    for model, entry in WALL.items():
        if entry == AS_IT_IS:
            assert not getattr(model, "personal", {}), model
            continue
        if isinstance(entry, Shown):
            columns = shown_columns(model)
        else:
            columns = {column for part in PARTS if part.model is model for column in part.columns}
        people = {field.column for field in model._meta.concrete_fields if field.related_model is User}
        personal = {model._meta.get_field(name).column for name in getattr(model, "personal", {})}
        assert not columns & (people | personal), model


def test_without_any_filter_only_what_was_published_is_found(project):
    hidden = make_project(name=SECRET, lead=make_organisation(), county=make_division())
    publish(project)
    assert Project.objects.count() == 2
    with public_session():
        assert list(Project.objects.all()) == [project]
        assert {site.project_id for site in Site.objects.all()} == {project.pk}
        assert {part.project_id for part in Participation.objects.all()} == {project.pk}
        assert [line.amount for line in Funding.objects.all()] == [720_000], "a voided line is not public"
        assert [result.actual for result in Result.objects.all()] == [94], "what is not approved is not public"
        for model in (ProjectStep, Difficulty, Document, Change, Notice, User):
            assert not model._base_manager.exists(), model
    assert hidden in Project.objects.all()


def test_no_inner_column_has_its_value(project):
    """Every column of every table, read as text: the secret stands in none of them."""
    event = make_event(is_public=True, status_reason=SECRET)
    make_need(contact_name=SECRET, contact_phone="13900001111", status_reason=SECRET)
    make_pledge(need=make_need(), text=SECRET, contact_name=SECRET, status="accepted")
    make_notice(make_user(), facts={"title": SECRET})
    Agreement.objects.update(event=event)
    publish(project)
    with public_session(), connection.cursor() as cursor:
        for model in WALL:
            cursor.execute(
                f"SELECT count(*) FROM {model._meta.db_table} t WHERE to_jsonb(t)::text LIKE %s", [f"%{SECRET}%"]
            )
            assert cursor.fetchone()[0] == 0, model
            cursor.execute(
                f"SELECT count(*) FROM {model._meta.db_table} t WHERE to_jsonb(t)::text LIKE '%13900001111%'"
            )
            assert cursor.fetchone()[0] == 0, model


def test_columns_that_are_not_public_hold_what_says_nothing(project):
    publish(project)
    with public_session():
        seen = Project.objects.get()
        assert (seen.officer_id, seen.status_reason, seen.progress, seen.visibility) == (None, "", None, "published")
        assert (seen.version, seen.phase) == (1, "open")
        assert Organisation.objects.filter(participations__project=seen).get().contact_phone == ""
        assert Agreement.objects.get().name == ""


def test_views_hold_the_rows_that_strangers_may_know_of(project):
    """The rule of the rows is `visible_to`, said once more in SQL: both name the same."""
    make_organisation(status="applied")
    make_need(status="draft")
    make_event()
    make_event(is_public=True)
    publish(project)
    for model in (Need, Event, Circular, Commendation, Story):
        known = set(model.objects.visible_to(STRANGER).values_list("pk", flat=True))
        with public_session():
            assert set(model._base_manager.values_list("pk", flat=True)) == known, model
    known = set(Organisation.objects.visible_to(STRANGER).values_list("pk", flat=True))
    with public_session():
        assert set(Organisation.objects.values_list("pk", flat=True)) == known


def test_a_party_keeps_its_name_where_its_organisation_is_not_public_yet():
    applied = make_organisation(status="applied", name="申请中基金会")
    FormerName.objects.create(organisation=applied, name="曾用名")
    project = make_project(lead=applied)
    other = make_enterprise(name="无关公司")
    publish(project)
    with public_session():
        assert Participation.objects.get().organisation.name == "申请中基金会"
        assert FormerName.objects.get().name == "曾用名"
        assert not Enterprise.objects.filter(pk=other.pk).exists()


def test_only_binding_pledges_are_seen_and_only_what_reduces_a_gap():
    need = make_need()
    make_pledge(need=need, status="submitted")
    accepted = make_pledge(need=need, status="accepted", text=SECRET)
    with public_session():
        assert [pledge.pk for pledge in Pledge.objects.all()] == [accepted.pk]
        assert Pledge.objects.get().text == ""


def break_inside():
    with public_session():
        with public_session():
            assert is_public_session()
        assert not Project.objects.exists(), "the inner one has not ended the outer one"
        raise RuntimeError("broken")


def test_the_session_is_public_inside_and_itself_again_after_an_exception(project):
    assert not is_public_session()
    with pytest.raises(RuntimeError, match="broken"):
        break_inside()
    assert not is_public_session()
    assert Project.objects.exists()
    assert connection.features.allows_group_by_selected_pks


def test_it_is_itself_again_after_a_refusal_of_the_database(project):
    with pytest.raises(DatabaseError), public_session(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert Project.objects.exists()


def test_where_the_schema_is_missing_strangers_are_shown_nothing(project, client):
    settle()
    drop_wall()
    try:
        with pytest.raises(DatabaseError, match="published"), transaction.atomic(), public_session():
            Project.objects.count()
    finally:
        build_wall()
    publish(project)
    assert project.name in client.get(reverse("projects")).content.decode()


def test_the_wall_is_filled_again_from_the_publications(project):
    publish(project)
    Project.objects.update(name=SECRET)
    settle()
    drop_wall()
    build_wall()
    with public_session():
        assert Project.objects.get().name == project.name


def test_a_wall_of_the_same_form_is_not_built_again(project, django_assert_num_queries):
    with django_assert_num_queries(1):
        build_wall()


def test_who_is_signed_in_reads_the_register(project, client):
    publish(project)
    Project.objects.update(name="改了名的项目")
    client.force_login(make_user("bureau"))
    assert "改了名的项目" in client.get(reverse("projects")).content.decode()
    client.logout()
    page = client.get(reverse("projects")).content.decode()
    assert "改了名的项目" not in page
    assert project.name in page


@pytest.mark.parametrize("address", ["/projects/?format=csv", "/api/v1/projects/export/?format=csv"])
def test_a_streamed_file_is_read_behind_the_wall_to_its_last_row(project, client, address):
    publish(project)
    Project.objects.update(name=SECRET)
    answer = client.get(address)
    assert answer.status_code == 200
    told = answer.getvalue().decode("utf-8-sig")
    assert project.name in told
    assert SECRET not in told
    assert Project.objects.get().name == SECRET, "the session is the register's again"


def test_forms_of_strangers_write_the_register(client):
    answer = client.post("/accounts/login/", {"username": make_user().username, "password": "right-horse-7"})
    assert answer.status_code == 302


def test_what_must_answer_when_the_database_is_unwell_asks_it_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get(reverse("healthz")).content == b"ok\n"


def test_numbers_of_persons_are_masked_for_strangers_but_where_they_typed_them_themselves(rf):
    def page(request):
        return HttpResponse("13912345678", content_type="text/plain")

    request = rf.get("/")
    request.user = AnonymousUser()
    told = {}
    for mark in (lambda view: view, tells_own_words):
        request.resolver_match = SimpleNamespace(func=mark(lambda request: page(request)))
        told[mark] = PersonalNumbersMiddleware(page)(request).content
    assert list(told.values()) == [b"139****5678", b"13912345678"]


def test_columns_are_grouped_where_a_view_has_no_key(project):
    publish(project)
    with public_session():
        counted = Organisation.objects.annotate(number=models.Count("participations")).get(
            participations__project=project
        )
        assert counted.number == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE projects_publication SET note = 'x'",
        "UPDATE projects_publication SET content = '{}', kind = 'withdrawal'",
        "DELETE FROM projects_publication",
    ],
)
def test_raw_sql_cannot_alter_a_publication(project, statement):
    publish(project)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Publication.objects.get().content["projects_project"][0]["name"] == project.name


def test_an_emptied_table_of_publications_empties_what_is_shown(project):
    publish(project)
    settle()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE projects_publication CASCADE")
    with public_session():
        assert not Project.objects.exists()
        assert not Site.objects.exists()


def test_entries_of_different_days_may_contradict_each_other():
    """Unique in the register, not between snapshots: what one continued then, the other continues now."""
    first, earlier, later = make_project(), make_project(), make_project()
    Project.objects.filter(pk=earlier.pk).update(continues=first)
    publish(first, earlier)
    Project.objects.filter(pk=earlier.pk).update(continues=None)
    Project.objects.filter(pk=later.pk).update(continues=first)
    publish(later)
    with public_session():
        assert Project.objects.filter(continues=first).count() == 2


def test_every_line_is_one_of_the_four():
    assert all(isinstance(entry, Shown) or entry in (AS_IT_IS, NOTHING, SNAPSHOT, DERIVED) for entry in WALL.values())


@pytest.mark.django_db(transaction=True)
def test_other_sessions_read_the_register_while_one_is_public(project):
    seen = []

    def look():
        try:
            seen.append(Project.objects.count())
        finally:
            connections.close_all()

    with public_session():
        thread = threading.Thread(target=look)
        thread.start()
        thread.join(30)
        assert Project.objects.count() == 0
    assert seen == [1]


def test_a_stranger_cannot_leave_by_pretending_a_token(project):
    Project.objects.update(visibility="published")
    answer = Client(headers={"Authorization": "Bearer invented"}).get("/api/v1/projects/")
    assert project.name not in answer.content.decode()

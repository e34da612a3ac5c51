"""The second wall against the words of scope: what a member's session finds without any filter is what they say.

Both are asked on one world of two organisations, two counties, drafts and published rows, for every table and every
kind of account: never more than the words (but for what `ALSO` names), and never less.
"""

import datetime
import uuid

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from orgs.models import FormerName, Membership, Organisation
from projects import models
from projects.database.rows import ALSO, OPEN, SEEN, condition
from projects.models import Need, Pledge, Project
from registry.core.history import changes_within_scope_of
from registry.core.models import Change, Job, Notice, Once, Record, SavedView
from registry.core.session_roles import (
    APP,
    MEMBER,
    READER,
    role_of,
    role_taken,
    role_taken_now,
    session_is_told,
    whole_register,
)
from registry.core.trail import acting
from registry.reports.as_of import as_of
from tests.factories import (
    make_decision,
    make_notice,
    make_org_user,
    make_organisation,
    make_pledge,
    make_project,
    make_report,
    make_story,
    make_user,
)
from tests.projects.test_scopes import person, world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
PEOPLE = (
    "county", "other county", "no longer posted", "organisation", "stranger", "not yet approved", "partner",
    "disabled member",
)  # fmt: skip

UNDER = {
    models.NeedItem: ("need", "visible_to"), models.ChaseNotice: ("notice", "visible_to"),
    models.StoryCorrection: ("story", "visible_to"), models.CircularPart: ("circular", "visible_to"),
    models.CircularFigure: ("circular", "visible_to"), models.Attendance: ("event", "within_scope_of"),
    models.AgendaItem: ("event", "within_scope_of"), models.Signatory: ("agreement", "within_scope_of"),
}  # fmt: skip
"""Tables without words of their own: seen with the record that they hang on."""


def told(model, user):
    """The keys of the rows that the words of scope tell `user` of."""
    rows = model._default_manager.all()
    if model in UNDER:
        name, word = UNDER[model]
        parents = getattr(model._meta.get_field(name).related_model._default_manager.all(), word)(user)
        rows = rows.filter(**{f"{name}__in": parents})
    elif model is Change:
        rows = changes_within_scope_of(user)
    elif not hasattr(rows, "visible_to") and not hasattr(rows, "within_scope_of"):
        return set()  # the house's own: no page of theirs lists it
    else:
        rows = (getattr(rows, "visible_to", None) or rows.within_scope_of)(user)
    return set(rows.values_list("pk", flat=True))


def found(model):
    return set(model._base_manager.values_list("pk", flat=True))


@pytest.fixture
def full(world):  # noqa: F811
    """The world with rows in the tables that its own tests leave empty."""
    for label, project in world[Project].items():
        report = make_report(project)
        make_report(project, month=datetime.date(2020, 10, 1), status="approved")
        pledge = make_pledge(organisation=make_organisation(), need=world[Need][label], status="confirmed",
                             confirmed_by=make_user(), confirmed_at=timezone.now())  # fmt: skip
        models.ReportedMoney.objects.create(report=report, state="received", organisation=pledge.organisation, amount=5)
        models.Instalment.objects.create(pledge=pledge, due_on=datetime.date(2021, 1, 1), amount=720000)
        models.Agreement.objects.create(number=f"XY-P-{label}", name="认领协议", pledge=pledge)
        make_story("published", project=project)
    for event in world[models.Event].values():
        make_decision(event)
        models.Attendance.objects.create(event=event, person="来宾")
    for user in (make_user("bureau"), make_org_user(world[Organisation]["ours"])):
        make_notice(user)
        SavedView.objects.create(user=user, page="board", name="我的")
        Job.objects.create(kind="list", by=user)
        Once.objects.create(by=user, key=uuid.uuid4().hex, digest="0" * 64)
    return world


def test_every_table_has_its_line():
    ours = ("core", "counties", "orgs", "projects", "reports")
    tables = {model for label in ours for model in apps.get_app_config(label).get_models() if not model._meta.proxy}
    assert tables <= SEEN.keys()
    assert not [model for model in ALSO if SEEN[model] == OPEN]


def test_no_table_with_words_of_scope_is_open_but_those_of_releases_and_wordings():
    worded = {model for model in SEEN if hasattr(model._default_manager.all(), "within_scope_of")}
    assert {model._meta.model_name for model in worded if SEEN[model] == OPEN} == {"datarelease", "paperwording"}


@pytest.mark.parametrize("who", PEOPLE)
def test_a_member_s_session_finds_what_the_words_say(who, full):
    user, differences, seen = person(who, full), {}, 0
    for model in [model for model in SEEN if SEEN[model] != OPEN]:
        words = told(model, user)
        with role_taken(MEMBER, user.pk):
            rows = found(model)
        more = rows - words - beyond(model, user)
        if words - rows or (more and model is not Change):
            differences[model.__name__] = {"hidden": told_of(model, words - rows), "too much": more}
        seen += len(rows)
    assert differences == {}
    assert seen > 10, "the world is not empty"


@pytest.mark.parametrize("who", PEOPLE)
def test_both_forms_of_who_may_know_of_a_project_find_the_same(who, full, monkeypatch):
    """A union of keys where few projects are published, a condition on each where many are."""
    user = person(who, full)
    worded = [model for model in SEEN if hasattr(model._default_manager.all(), "visible_to")]
    few = {model: told(model, user) for model in worded}
    monkeypatch.setattr("projects.models.project.condition_is_quicker", lambda user: True)
    assert {model: told(model, user) for model in worded} == few
    assert few[Project] >= {full[Project]["shown"].pk}


def test_a_member_s_projects_are_found_and_not_asked_of_each(full):
    for who in PEOPLE:
        asked = Project.objects.visible_to(person(who, full)).values("pk").query
        assert " OR " not in str(asked)


def test_a_member_s_session_is_told_how_much_is_published(full):
    user = person("organisation", full)
    assert not session_is_told("bangfu.published")
    with role_taken(MEMBER, user.pk):
        assert session_is_told("bangfu.published = 'few'") or session_is_told("bangfu.published = 'many'")
        with whole_register():
            assert session_is_told(f"bangfu.member = '{user.pk}'")
    assert not session_is_told("bangfu.published")


WORDS = (
    "组织", "本组织", "他组织", "新组织", "新", "xin", "xzz", "xinzuzhi", "old name", "Old", "旧名", "jiuming",
    "53100000", "zz%", "不存在", "_", "",
)  # fmt: skip
"""Words of names, of English, former and hidden ones, of pinyin and initials, of a code, and of nothing."""


@pytest.mark.parametrize("who", PEOPLE)
def test_a_member_s_session_finds_organisations_by_words_as_all_do(who, full):
    """There by a function that looks behind the policies; it leaves out what they hide."""
    theirs = full[Organisation]["theirs"]
    FormerName.objects.create(organisation=theirs, name="旧名协会")
    Organisation.objects.filter(pk=theirs.pk).update(name_en="The old name", code="53100000500021641X")
    Organisation.objects.filter(pk=full[Organisation]["shown"].pk).update(name_en="Old and hidden")
    user = person(who, full)

    def found(word):
        return set(Organisation.objects.visible_to(user).search(word).values_list("pk", flat=True))

    expected = {word: found(word) for word in WORDS}
    with role_taken(MEMBER, user.pk):
        assert {word: found(word) for word in WORDS} == expected
        assert theirs.pk in expected["旧名"] & expected["old name"] & expected["53100000"]


def told_of(model, keys):
    """The rows in words that help to find what is amiss."""
    rows = model._base_manager.filter(pk__in=keys)
    return {(row.root_table, row.root_pk) for row in rows} if model is Change else keys


def beyond(model, user):
    """The rows of `ALSO`, asked without the wall."""
    if model not in ALSO:
        return set()
    table = model._meta.db_table
    with role_taken(APP, user.pk), connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE {ALSO[model].replace('{t}', table)}")
        return {key for (key,) in cursor.fetchall()}


def test_the_trail_of_others_is_hidden(full):
    user = person("organisation", full)
    theirs, ours = full[Project]["theirs"], full[Project]["ours"]
    with role_taken(MEMBER, user.pk):
        assert not Change.objects.of(theirs).exists()
        assert Change.objects.of(ours).exists()


def test_strangers_find_no_draft_past_the_schema_of_what_was_published(full):
    with role_taken(MEMBER), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public.projects_project WHERE visibility <> 'published'")
        assert cursor.fetchone() == (0,)
        assert not Membership.objects.exists()
        assert not Notice.objects.exists()


def test_the_bureau_and_auditors_find_everything(full):
    for role in (APP, READER):
        with role_taken(role):
            assert found(Project) == {project.pk for project in Project.objects.all()}
            assert found(Pledge) >= {pledge.pk for pledge in full[Pledge].values()}


def test_a_page_that_forgets_its_filter_shows_nothing_of_others(full, client, monkeypatch):
    """The words of scope are broken on purpose: the page of another's draft is not found all the same."""
    monkeypatch.setattr(type(Project.objects.all()), "visible_to", lambda self, user: self)
    monkeypatch.setattr(type(Project.objects.all()), "within_scope_of", lambda self, user: self)
    client.force_login(person("organisation", full))
    theirs, ours = (full[Project][label] for label in ("theirs", "ours"))
    assert client.get(reverse("project", args=(theirs.number,))).status_code == 404
    page = client.get(reverse("projects")).content.decode()
    assert theirs.name not in page
    assert ours.name in page


def test_an_action_sees_all_and_gives_the_session_back(full):
    user = person("organisation", full)
    every = Project.objects.count()
    with role_taken(*role_of(user)):
        with acting(by=user, action="test"):
            assert (role_taken_now(), Project.objects.count()) == (APP, every)
        assert role_taken_now() == MEMBER
        assert Project.objects.count() < every


def test_a_failed_action_gives_the_session_back_too(full):
    user = person("organisation", full)
    with role_taken(*role_of(user)):
        hidden = Project.objects.count()
        with pytest.raises(ZeroDivisionError), acting(by=user, action="test"):
            raise ZeroDivisionError
        assert (role_taken_now(), Project.objects.count()) == (MEMBER, hidden)
        with pytest.raises(ZeroDivisionError), transaction.atomic(), whole_register():
            raise ZeroDivisionError
        assert (role_taken_now(), Project.objects.count()) == (MEMBER, hidden)


def test_the_past_is_cut_for_a_member_as_the_present_is(full):
    user, instant = person("organisation", full), timezone.now()
    theirs = full[Project]["theirs"]
    with role_taken(*role_of(user)):
        with as_of(instant):
            assert theirs.pk not in found(Project)
            assert not models.Funding.objects.filter(project=theirs).exists()
            assert models.Funding.objects.filter(project=full[Project]["ours"]).exists()
            assert found(models.ProjectStep)
        assert role_taken_now() == MEMBER
        assert Project.objects.exists()


def test_a_condition_names_no_row_but_the_one_it_is_asked_of():
    for model, seen in SEEN.items():
        if seen != OPEN:
            assert "{" not in condition(model, "past")


def test_what_was_made_within_a_request_is_found_by_its_maker():
    """The person's organisations are known when the session begins, projects and pledges at each statement."""
    organisation = make_organisation()
    user = make_org_user(organisation)
    with role_taken(*role_of(user)):
        with acting(by=user, action="test"):
            project = make_project(lead=organisation)
        assert project in Project.objects.all()


def test_records_are_all_behind_one_of_the_walls():
    assert {model for model in apps.get_models() if issubclass(model, Record) and not model._meta.proxy} <= SEEN.keys()

"""The auditor reads everything and writes nothing: at no address, by no method, and not in the database either."""

import pytest
from django.db import DatabaseError, connection
from django.db.models import Max
from django.http import HttpResponseForbidden
from django.urls import reverse
from django.utils import timezone

from projects.models import Project
from registry.core import history
from registry.core.jobs import enqueue
from registry.core.lists_out import make_list
from registry.core.models import Change, Job, Notice, SavedView
from registry.core.read_only import (
    READ_ONLY_VIOLATION,
    READERS,
    is_refusal,
    only_reads,
    read_only_session,
    writing_after_all,
)
from registry.reports import history_pages
from tests.factories import make_funding, make_notice, make_project, make_user
from tests.routes import filled_in, patterns

WRITING = ("post", "put", "patch", "delete")

OWN = {
    "login", "sign-in-code", "sign-in-factor", "sign-in-password", "own-password", "own-factor", "own-sessions",
    "typed", "password-reset", "password-link", "password-new", "account",
    "logout", "admin:logout", "admin:password_change", "preferences", "set_language", "ask-list", "job",
    "cancel-job", "notice", "read-notices", "channels", "admin:board-view-save", "admin:board-view-delete",
    "admin:projects_project_file", "admin:seals-verify", "ask-past", "admin:projects_circular_check",
}  # fmt: skip
"""Addresses where a reader may write what is its own, and nothing else."""

KEPT_OUT = {"made-list", "project-file"}
"""Files that a job has made; without one there is nothing to ask for."""


@pytest.fixture
def project():
    project = make_project(visibility="published")
    make_funding(project)
    enqueue(make_list, by=make_user("bureau"), total=1, address="/projects/?format=csv")
    return project


@pytest.fixture
def full_world(demo):
    """The demo data, so that most addresses have something to show."""
    enqueue(make_list, by=make_user("bureau"), total=1, address="/projects/?format=csv")
    return Project.objects.filter(visibility="published", steps__isnull=False).order_by("pk").first()


@pytest.fixture
def auditor(client):
    user = make_user("auditor")
    client.force_login(user)
    return user


def state():
    """What must not move: the trail, and what is no part of it."""
    return Change.objects.aggregate(last=Max("id"))["last"], Job.objects.count(), SavedView.objects.count()


@pytest.mark.django_db
def test_every_method_that_writes_is_refused_at_every_address(client, auditor, project, monkeypatch):
    monkeypatch.setattr("django.conf.urls.handler403", lambda request, exception: HttpResponseForbidden())
    before, wrong, asked = state(), [], 0
    for name, route, _pattern in patterns():
        if name in OWN:
            continue
        path = filled_in(name, route)
        for method in WRITING:
            answer = getattr(client, method)(path, {}, content_type="application/json")
            asked += 1
            if answer.status_code != 403:
                wrong.append((method, name, path, answer.status_code))
    assert not wrong
    assert (state(), asked > 800) == (before, True), asked


@pytest.mark.django_db(transaction=True)
def test_every_page_is_read_in_a_session_that_cannot_write(client, full_world, auditor):
    """No page fails for it, and none leaves a trace."""
    before, failed, shown = state(), [], 0
    for name, route, _pattern in patterns():
        if name in OWN | KEPT_OUT:
            continue
        answer = client.get(filled_in(name, route))
        b"".join(answer.streaming_content) if answer.streaming else answer.content
        shown += answer.status_code == 200
        if answer.status_code >= 500:
            failed.append((name, answer.status_code))
    assert not failed
    assert (state(), shown > 110) == (before, True), shown


@pytest.mark.django_db(transaction=True)
class TestTheSession:
    @pytest.fixture
    def writing(self, monkeypatch):
        """A page that has come to write by mistake."""

        def describe(changes, user):
            Project.objects.update(name="改掉")
            return history.describe(changes, user)

        monkeypatch.setattr(history_pages, "describe", describe)

    def test_a_page_that_writes_by_mistake_is_refused_by_the_database(self, client, auditor, project, writing):
        assert client.get(reverse("history")).status_code == 403
        assert Project.objects.get().name == project.name

    def test_whoever_writes_elsewhere_is_not_held_back(self, client, project, writing):
        client.force_login(make_user("bureau"))
        assert client.get(reverse("history")).status_code == 200
        assert Project.objects.get().name == "改掉"

    def test_the_next_visit_on_the_same_connection_writes_again(self, client, auditor, project):
        assert client.get(reverse("history")).status_code == 200
        with connection.cursor() as cursor:
            cursor.execute("SHOW default_transaction_read_only")
            assert cursor.fetchone() == ("off",)
        make_project()

    def test_also_after_a_page_that_failed(self, client, auditor, project, writing):
        client.get(reverse("history"))
        make_project()

    def test_the_house_itself_notes_what_it_must_of_a_reader_s_visit(self, project):
        with read_only_session():
            with pytest.raises(DatabaseError):
                Project.objects.update(name="改掉")
            with writing_after_all():
                Project.objects.update(name="记下")
            with pytest.raises(DatabaseError):
                Project.objects.update(name="改掉")
        assert Project.objects.get().name == "记下"

    def test_only_what_the_database_refuses_a_reader_is_a_matter_of_rights(self, project):
        """A standby says the same to everybody, and a reader's page may fail for other reasons."""
        refused, other, foreign = (
            fault(*of)
            for of in ((DatabaseError, READ_ONLY_VIOLATION), (DatabaseError, "40001"), (OSError, READ_ONLY_VIOLATION))
        )
        with read_only_session():
            assert [is_refusal(each) for each in (refused, other, foreign)] == [True, False, False]
        assert not is_refusal(refused)

    def test_the_past_is_read_all_the_same(self, client, auditor, project):
        moment = timezone.now().isoformat()
        Project.objects.update(stage="under_way")
        make_funding(project, "500")
        now = client.get(reverse("figure", args=("funds",))).context["figure"]
        past = client.get(reverse("figure", args=("funds",)), {"as_of": moment}).context["figure"]
        assert (now.quantity.value, past.quantity.value) == (1500, 0)

    def test_one_s_own_affairs_are_written(self, client, auditor, project):
        own = make_notice(auditor)
        assert client.get(reverse("notice", args=(own.pk,))).status_code == 200
        assert Notice.objects.get(pk=own.pk).read_at is not None
        assert client.post(reverse("channels"), {"digest": "on", "email": "on"}).status_code == 302
        assert client.post(reverse("ask-list"), {"address": f"{reverse('history')}?format=csv"}).status_code == 302
        assert Job.objects.filter(by=auditor).count() == 1
        assert client.post(reverse("logout")).status_code == 302


def fault(kind, code):
    """An error as Django raises it, caused by one of the driver's with this code."""
    error = kind()
    error.__cause__ = type("Cause", (Exception,), {"pgcode": code})()
    return error


@pytest.mark.django_db
class TestWhoOnlyReads:
    @pytest.mark.parametrize("roles", [("auditor",), ("audit_admin",)])
    def test_auditors_do(self, roles):
        assert only_reads(make_user(*roles))

    def test_whoever_holds_all_roles_that_read_does_too(self):
        user = make_user("auditor")
        user.roles = READERS
        assert only_reads(user)

    @pytest.mark.parametrize("roles", [(), ("bureau",), ("county",), ("auditor", "bureau"), ("system_admin",)])
    def test_nobody_else_does_nor_who_holds_another_role_besides(self, roles):
        assert not only_reads(make_user(*roles))


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["history", "checks", "praise", "circulars"])
def test_the_ways_lead_from_one_report_to_the_others(client, auditor, place):
    text = client.get(reverse("history")).content.decode()
    assert f'href="{reverse(place)}"' in text

"""The operator's page: how the site runs, its queue, and nothing of what is registered."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.core import faults, measures
from registry.core.backup import notes
from registry.core.models import Job
from registry.core.worker_sign import known_as_worker
from tests.core.test_job_pages import make_job
from tests.factories import make_project, make_user

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:running")


@pytest.fixture
def operator(client, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    user = make_user("system_admin")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def text_of(client):
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", ["bureau", "auditor", "security_admin", "audit_admin", "partner"])
def test_it_is_the_system_administrator_s_alone(client, role):
    client.force_login(make_user(role))
    job = make_job(None)
    assert client.get(PAGE).status_code == 403
    assert client.post(reverse("admin:running-job", args=(job.key,))).status_code == 403
    assert not Job.objects.get().cancel_asked


def test_it_tells_of_versions_backups_seals_and_workers(client, operator, settings):
    text = text_of(client)
    assert settings.VERSION in text
    assert "never" in text
    assert "None is seen" in text
    notes.note(notes.BACKUP, {})
    assert "0\xa0minutes ago" in text_of(client)


def test_a_worker_is_seen_though_the_request_has_a_role_of_its_own(client, operator):
    with known_as_worker():
        assert "None is seen" not in text_of(client)


def test_too_little_space_is_told_by_the_bound_below_which_nothing_is_taken(client, operator, settings):
    assert "Too little" not in text_of(client)
    settings.FREE_SPACE = 2**60
    assert "Too little" in text_of(client)
    settings.MEDIA_ROOT = settings.DATA_DIR
    assert client.get("/readyz").json()["space"] is False


def test_it_names_the_faults_by_their_number_and_the_slowest_routes(client, operator):
    faults.note(ValueError("13912345678"), "/orgs/<int:pk>/")
    measures.answered({"route": "/slowest-of-all/", "method": "GET", "status": 200, "queries": 7}, 99.0, 1.0)
    text = text_of(client)
    assert "ValueError" in text
    assert "13912345678" not in text
    assert measures.slowest(1)[0][:2] == ("/slowest-of-all/", 1)
    assert "/slowest-of-all/" in text


def test_the_queue_shows_what_waits_runs_and_failed_since_yesterday_whoever_asked(client, operator):
    person = make_user("county")
    make_job(person, kind="one")
    make_job(None, kind="two", state="running")
    make_job(person, kind="three", state="failed")
    make_job(person, kind="four", state="done")
    long_ago = timezone.now() - datetime.timedelta(days=2)
    make_job(person, kind="five", state="failed", ended_at=long_ago, started_at=long_ago)
    shown = [job.kind for job, _label in client.get(PAGE).context["jobs"]]
    assert sorted(shown) == ["one", "three", "two"]


def test_nothing_of_what_a_job_is_about_is_shown(client, operator):
    make_project(name="大棚项目")
    make_job(make_user("county"), state="failed", error="项目“大棚项目”没有佐证", parameters={"name": "大棚项目"})
    assert "大棚项目" not in text_of(client)


def test_any_job_can_be_stopped(client, operator):
    waiting, running = make_job(make_user("county")), make_job(None, state="running")
    for job in (waiting, running):
        assert client.post(reverse("admin:running-job", args=(job.key,))).url == PAGE
    waiting.refresh_from_db()
    running.refresh_from_db()
    assert (waiting.state, running.state, running.cancel_asked) == ("cancelled", "running", True)


def test_daily_work_that_failed_is_begun_again_and_a_person_s_work_is_that_person_s(client, operator):
    daily, own = make_job(None, state="failed", tries=4), make_job(make_user("county"), state="failed")
    for job in (daily, own):
        client.post(reverse("admin:running-job", args=(job.key,)))
    daily.refresh_from_db()
    own.refresh_from_db()
    assert (daily.state, daily.ended_at, daily.tries) == ("queued", None, 4)
    assert own.state == "failed"


def test_what_was_done_is_not_begun_again(client, operator):
    done = make_job(None, state="done")
    client.post(reverse("admin:running-job", args=(done.key,)))
    done.refresh_from_db()
    assert done.state == "done"

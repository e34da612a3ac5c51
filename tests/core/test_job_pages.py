"""The pages of work in progress: one's own and nobody else's, told in words and in figures, with a way to stop it."""

import datetime
import uuid

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from registry.core.jobs import KINDS, asked_at
from registry.core.models import Job
from tests.counting import queries_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LIST = reverse("jobs")


@pytest.fixture
def person(client):
    user = make_user("bureau")
    client.force_login(user)
    return user


def make_job(by, **overrides):
    """A job that waits; one that runs or is over has the instants that go with it."""
    fields = {"kind": "bulk-steps", "by": by} | overrides
    now = timezone.now()
    if fields.get("state") == "running":
        fields = {"started_at": now, "lease_until": now + datetime.timedelta(minutes=1)} | fields
    elif fields.get("state", "queued") != "queued":
        fields = {"started_at": now, "ended_at": now} | fields
    return Job.objects.create(**fields)


def page(job, view="job"):
    return reverse(view, args=(job.key,))


@pytest.fixture
def text_of(client, person):
    """What the page of a job of the signed-in person says."""

    def read(**fields):
        return client.get(page(make_job(person, **fields))).content.decode()

    return read


# Whose it is


def test_the_list_holds_one_s_own_jobs_and_no_others(client, person):
    mine = make_job(person)
    other = make_job(make_user("bureau"))
    nobody = make_job(None, kind="digest")
    text = client.get(LIST).content.decode()
    assert page(mine) in text
    assert page(other) not in text
    assert page(nobody) not in text


def test_the_list_without_a_job_says_so(client, person):
    assert "您还没有提交过" in client.get(LIST).content.decode()


@pytest.mark.parametrize("role", ["bureau", "auditor", "system_admin", "county"])
def test_another_s_job_is_as_one_that_does_not_exist(client, role):
    work = make_job(make_user("bureau"))
    client.force_login(make_user(role))
    for address in (page(work), reverse("job", args=(uuid.uuid4(),))):
        assert client.get(address).status_code == 404
    assert client.post(page(work, "cancel-job")).status_code == 404
    work.refresh_from_db()
    assert (work.state, work.cancel_asked) == ("queued", False)


def test_daily_work_is_nobody_s_to_watch_or_to_stop(client, person):
    work = make_job(None, kind="digest")
    assert client.get(page(work)).status_code == 404
    assert client.post(page(work, "cancel-job")).status_code == 404


@pytest.mark.parametrize("view", ["job", "cancel-job"])
def test_whoever_is_not_signed_in_is_asked_to(client, view):
    work = make_job(make_user("bureau"))
    send = client.get if view == "job" else client.post
    answer = send(page(work, view))
    assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next={page(work, view)}")
    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize("query", ["?page=0", "?page=x", "?page_size=%00", "?kind=digest", "?page=1&page=2"])
def test_what_the_list_does_not_know_is_answered_400_in_words(client, person, query):
    answer = client.get(LIST + query)
    assert answer.status_code == 400
    assert "error-summary" in answer.content.decode()


# What it says


def test_how_far_it_is_is_said_to_a_reader_of_screens_in_figures_and_in_words(text_of):
    text = text_of(state="running", done=50, total=200)
    bar = text[text.index('role="progressbar"') :].partition(">")[0]
    for said in ('aria-valuemin="0"', 'aria-valuemax="100"', 'aria-valuenow="25"', 'aria-valuetext="进行中, 50 / 200"'):
        assert said in bar
    assert 'aria-label="批量办理清单事项"' in bar
    assert '<strong class="num">50 / 200</strong>' in text
    assert "25%" in text


def test_a_bar_whose_end_is_not_known_has_no_figure(text_of):
    text = text_of(state="running")
    assert 'role="progressbar"' in text
    assert "aria-valuenow" not in text
    assert "已经开始" in text


def test_one_that_waits_says_how_many_are_before_it(client, person):
    make_job(make_user("bureau"), state="running")
    make_job(make_user("bureau"), state="done")
    make_job(make_user("bureau"))
    work = make_job(person)
    make_job(make_user("bureau"))
    assert "前面还有 2 个" in client.get(page(work)).content.decode()


def test_one_that_is_done_leads_on_to_its_result(text_of):
    text = text_of(state="done", done=3, total=3, result={"words": "批量销号：已办理 3 项。", "url": "/desk/board/"})
    assert "批量销号：已办理 3 项。" in text
    assert 'href="/desk/board/"' in text
    assert 'aria-valuenow="100"' in text


def test_what_is_kept_for_a_while_says_until_when(text_of):
    assert "2026年12月3日" in text_of(state="done", result={"words": "好了", "url": "/files/1/", "until": "2026-12-03"})


def test_one_that_failed_says_why_what_to_do_and_its_number(client, person):
    work = make_job(person, state="failed", error="项目“试验”没有佐证 <b>")
    text = client.get(page(work)).content.decode()
    assert "项目“试验”没有佐证 &lt;b&gt;" in text
    assert work.batch[:8] in text
    assert 'role="progressbar"' not in text


@pytest.mark.parametrize(("state", "leads_back"), [("failed", True), ("cancelled", True), ("done", False)])
def test_one_that_came_to_nothing_leads_back_to_the_page_it_was_asked_from(text_of, state, leads_back):
    text = text_of(state=state, kind="past", parameters={"address": "/reports/?rows=city&as_of=2020-11-01"})
    assert ('href="/reports/?rows=city&amp;as_of=2020-11-01"' in text) == leads_back
    assert "返回原页面" not in text_of(state=state)


def test_every_work_that_a_person_asks_for_leads_back():
    """But for what only the clock asks for, and a new password, whose asker has no jobs. What was asked for at an
    address of its own leads back there by that."""
    told = {"circular": 1, "head": {"kind": "progress"}, "ledger": 1, "url": "/desk/board/", "project": 1}
    person = make_user("bureau")
    kinds = {kind for kind, work in KINDS.items() if not work.run.__module__.startswith("tests.")}
    back = {kind: asked_at(make_job(person, kind=kind, parameters=told)) for kind in kinds}
    without = {kind for kind, address in back.items() if not address}
    assert without == {"backups", "digest", "files.check", "list-file", "past", "reset", "retention", "sweep"}
    assert all(resolve(address.partition("?")[0]) for address in back.values() if address)


def test_the_list_says_state_and_reason_in_words(client, person):
    make_job(person, state="failed", error="没有佐证")
    make_job(person, state="running", done=5, total=1200)
    text = client.get(LIST).content.decode()
    for said in ("未成功", "没有佐证", "进行中", "5 / 1,200"):
        assert said in text


def test_a_kind_of_work_that_no_longer_exists_is_shown_by_its_name(client, person):
    work = make_job(person, kind="bygone", state="done")
    for address in (LIST, page(work)):
        assert "bygone" in client.get(address).content.decode()


def test_whoever_looks_at_the_job_of_a_lost_worker_is_told_that_it_is_begun_anew(client, person):
    client.cookies["django_language"] = "en"
    past = timezone.now() - datetime.timedelta(seconds=1)
    work = make_job(person, state="running", tries=1, lease_until=past)
    text = client.get(page(work)).content.decode()
    assert "job-status--queued" in text
    assert "It is begun again from" in text
    assert not person.notices.exists()


def test_whoever_looks_at_a_job_that_has_lost_its_worker_too_often_is_told_that_it_failed(client, person):
    past = timezone.now() - datetime.timedelta(seconds=1)
    work = make_job(person, state="running", tries=4, lease_until=past)
    assert "job-status--failed" in client.get(page(work)).content.decode()
    assert person.notices.get().kind == "job"


# How it is watched


@pytest.mark.parametrize(
    ("state", "watched"), [("queued", True), ("running", True), ("done", False), ("failed", False)]
)
def test_the_page_looks_again_by_itself_until_it_is_over_with_and_without_scripts(text_of, state, watched):
    text = text_of(state=state)
    assert ("hx-get" in text) is watched
    assert ("<noscript><meta http-equiv" in text) is watched
    assert ("job-refresh" in text) is watched


@pytest.mark.parametrize(("age", "pause"), [(0, "1s"), (11, "3s")])
def test_it_is_looked_at_less_often_as_it_grows_old(client, person, age, pause):
    work = make_job(person)
    Job.objects.update(queued_at=timezone.now() - datetime.timedelta(seconds=age))
    assert f'hx-trigger="load delay:{pause}"' in client.get(page(work)).content.decode()


def test_htmx_gets_the_part_that_changes_and_the_news_once_it_is_over(client, person):
    work = make_job(person, state="running")
    part = client.get(page(work), headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith("<section")
    assert "hx-swap-oob" not in part.content.decode()
    assert "no-store" in part.headers["Cache-Control"]
    Job.objects.update(state="done", result={"words": "办理 3 项"}, ended_at=timezone.now())
    assert "办理 3 项</div>" in client.get(page(work), headers={"HX-Request": "true"}).content.decode()


# Stopping it


def test_one_that_waits_is_stopped_by_a_post_and_the_page_says_so(client, person):
    work = make_job(person)
    answer = client.post(page(work, "cancel-job"))
    assert (answer.status_code, answer.url) == (302, page(work))
    work.refresh_from_db()
    assert work.state == "cancelled"
    assert work.error in client.get(page(work)).content.decode()


def test_one_that_runs_is_asked_to_stop_once(client, person):
    work = make_job(person, state="running")
    assert "job-stop" in client.get(page(work)).content.decode()
    text = client.post(page(work, "cancel-job"), follow=True).content.decode()
    assert "已要求停止" in text
    assert "job-stop" not in text
    work.refresh_from_db()
    assert (work.state, work.cancel_asked) == ("running", True)


def test_one_that_is_over_stays_as_it_ended(client, person):
    work = make_job(person, state="done")
    assert client.post(page(work, "cancel-job")).status_code == 302
    work.refresh_from_db()
    assert (work.state, work.cancel_asked) == ("done", False)


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_nothing_but_a_post_stops_it(client, person, method):
    work = make_job(person)
    assert getattr(client, method)(page(work, "cancel-job")).status_code == 405
    work.refresh_from_db()
    assert work.state == "queued"


def test_a_post_from_elsewhere_stops_nothing(person):
    work, strict = make_job(person), Client(enforce_csrf_checks=True)
    strict.force_login(person)
    assert strict.post(page(work, "cancel-job")).status_code == 403


# What it costs


def test_a_longer_list_asks_no_more_questions(client, person):
    make_job(person)
    one = queries_of(client, LIST)
    for state in ("running", "done"):
        make_job(person, state=state)
    assert queries_of(client, LIST) == one <= 25


def test_watching_a_job_costs_next_to_nothing(client, person):
    work = make_job(person, state="running")
    assert queries_of(client, page(work)) <= 9

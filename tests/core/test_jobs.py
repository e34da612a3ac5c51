"""Work in the background: done in its order, watched while it is open, wholly done or not at all, never lost."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone, translation

from orgs.models import Enterprise
from registry.core import jobs
from registry.core.jobs import cancel, enqueue, recover, run_next
from registry.core.models import Change, Job, Notice
from registry.core.notices import in_words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unwatched(monkeypatch):
    """The pulse of a job has a connection of its own, which would not find what a test has not committed."""
    monkeypatch.setattr(jobs, "TELL_EVERY", 600)


def company(name):
    Enterprise.objects.create(name=name)


def in_text(notice):
    title, lines = in_words(notice)
    return title, [str(line) for line in lines]


def told(person):
    return in_text(person.notices.get())


# The usual course


def test_jobs_are_done_in_the_order_in_which_they_were_asked_for(kind, person):
    seen = []
    trial = kind(lambda progress, *, by, name: seen.append(name))
    for name in "甲乙丙":
        enqueue(trial, by=person, name=name)
    while run_next():
        pass
    assert seen == ["甲", "乙", "丙"]
    assert run_next() is None


def test_what_a_job_writes_speaks_in_the_trail_under_its_person_its_name_and_its_batch(kind, person):
    @kind
    def write(progress, *, by, name):
        company(name)
        progress.of(2)
        progress.step(2)
        return {"words": "两项", "url": "/desk/"}

    done = (asked := enqueue(write, by=person, name="甲公司")) and run_next()
    assert (done.pk, done.state, done.done, done.total) == (asked.pk, "done", 2, 2)
    assert done.result == {"words": "两项", "url": "/desk/"}
    change = Change.objects.get(table_name="orgs_enterprise")
    assert (change.actor_id, change.action, change.batch_id) == (person.pk, "job.trial-write", asked.batch)


def test_the_work_its_end_and_the_word_of_it_are_written_together_or_not_at_all(kind, person, monkeypatch):
    enqueue(kind(lambda progress, *, by: company("甲公司")), by=person)
    heard = []

    def notify(people, *told, **more):
        heard.append((Job.objects.get().state, Enterprise.objects.count()))
        if len(heard) == 1:
            raise ZeroDivisionError

    monkeypatch.setattr(jobs, "notify", notify)
    assert run_next().state == "failed"
    assert heard == [("done", 1), ("failed", 0)]


def test_the_end_of_a_job_is_a_to_do_of_whoever_asked_in_the_reader_s_language(kind, person):
    enqueue(kind(lambda progress, *, by: {"words": "办理 3 项"}), by=person)
    done = run_next()
    notice = person.notices.get()
    assert (notice.kind, notice.url) == ("job", reverse("job", args=(done.key,)))
    with translation.override("en"):
        assert in_text(notice) == ("Finished: <lambda>", ["办理 3 项"])
    with translation.override("zh-hans"):
        assert in_words(notice)[0] == "已完成：<lambda>"


def test_a_job_nobody_asked_for_tells_nobody(kind):
    enqueue(kind(lambda progress, *, by: {}), by=None)
    assert run_next().state == "done"
    assert not Notice.objects.exists()


def test_an_end_that_cannot_be_told_is_no_end_until_the_lease_has_run_out(kind, person, monkeypatch):
    @kind
    def broken(progress, *, by):
        raise ValidationError("没有佐证")

    def away(*told, **more):
        raise OperationalError("server closed the connection")

    asked = enqueue(broken, by=person)
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "notify", away)
        with pytest.raises(OperationalError):
            run_next()
    asked.refresh_from_db()
    assert asked.state == "running"
    silent(asked)
    assert recover() == 1
    run_now(asked)
    assert person.notices.count() == 1


# Refusals and faults: nothing that was written stays


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (ValidationError(["没有佐证", "已销号"]), "没有佐证 已销号"),
        (PermissionDenied("你的角色不能"), "你的角色不能"),
    ],
)
def test_a_refusal_ends_the_job_in_its_own_words_and_leaves_nothing(kind, person, fault, words):
    @kind
    def refused(progress, *, by):
        company("甲公司")
        raise fault

    enqueue(refused, by=person)
    done = run_next()
    assert (done.state, done.error) == ("failed", words)
    assert not Enterprise.objects.exists()
    assert told(person)[1] == [words]


def test_a_fault_that_nobody_foresaw_is_told_by_a_number_and_not_by_its_text(kind, person, caplog):
    @kind
    def broken(progress, *, by):
        company("甲公司")
        raise ZeroDivisionError("secret detail")

    asked = enqueue(broken, by=person)
    done = run_next()
    assert (done.state, Enterprise.objects.count()) == ("failed", 0)
    assert asked.batch[:8] in done.error
    assert "secret" not in done.error
    assert "secret detail" in caplog.text


def test_words_that_the_database_does_not_take_end_the_job_all_the_same(kind, person):
    @kind
    def odd(progress, *, by):
        raise ValidationError("半个字\x00\ud800")

    enqueue(odd, by=person)
    assert run_next().state == "failed"
    assert "半个字" in told(person)[1][0]


def test_whoever_was_closed_meanwhile_gets_nothing_done(kind, person):
    enqueue(kind(lambda progress, *, by: company("甲公司")), by=person)
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert run_next().state == "failed"
    assert not Enterprise.objects.exists()


@pytest.mark.parametrize(
    ("code", "clashes", "state"),
    [("40P01", 2, "done"), ("40P01", 3, "queued"), ("40001", 2, "done"), ("53200", 1, "queued")],
)
def test_a_clash_is_tried_three_times_and_another_fault_of_the_database_once(kind, person, code, clashes, state):
    class Problem(Exception):
        pgcode = code

    met = []

    @kind
    def clash(progress, *, by):
        company(f"第{len(met)}次")
        progress.step()
        if len(met) < clashes:
            met.append(1)
            raise OperationalError from Problem()

    enqueue(clash, by=person)
    done = run_next()
    assert done.state == state
    assert Enterprise.objects.count() == done.done == (1 if state == "done" else 0)


def test_a_job_that_still_waits_is_cancelled_at_once(kind, person):
    asked = enqueue(kind(lambda progress, *, by: company("甲公司")), by=person)
    assert cancel(asked).state == "cancelled"
    assert run_next() is None
    assert not Enterprise.objects.exists()


def test_what_is_over_cannot_be_cancelled(kind, person):
    asked = enqueue(kind(lambda progress, *, by: {}), by=person)
    run_next()
    again = cancel(asked)
    assert (again.state, again.cancel_asked) == ("done", False)


def silent(asked, **more):
    """Let the job's worker have been silent for longer than its lease."""
    past = timezone.now() - datetime.timedelta(seconds=5)
    Job.objects.filter(pk=asked.pk).update(state="running", lease_until=past, **more)


def run_now(asked):
    """Run what waits, whatever it waits for."""
    Job.objects.filter(pk=asked.pk).update(not_before=None)
    return run_next()


def test_a_lost_worker_s_job_is_begun_anew_once_its_lease_has_run_out(kind, person):
    asked = enqueue(kind(lambda progress, *, by: {}), by=person)
    later = timezone.now() + datetime.timedelta(seconds=5)
    Job.objects.filter(pk=asked.pk).update(state="running", tries=1, lease_until=later)
    assert recover() == 0
    silent(asked)
    assert recover() == 1
    assert recover() == 0
    asked.refresh_from_db()
    assert (asked.state, asked.lease_until) == ("queued", None)
    assert asked.error
    assert run_next() is None, "it waits before it is begun again"
    assert run_now(asked).state == "done"
    assert Job.objects.get(pk=asked.pk).error == ""


def test_a_job_that_has_lost_its_worker_too_often_has_failed(kind, person):
    asked = enqueue(kind(lambda progress, *, by: {}), by=person)
    silent(asked, tries=len(jobs.PAUSES) + 1)
    assert recover() == 1
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert told(person)[1] == [asked.error]


def test_one_that_was_asked_to_stop_is_not_begun_anew(kind, person):
    asked = enqueue(kind(lambda progress, *, by: {}), by=person)
    silent(asked, tries=1, cancel_asked=True)
    recover()
    asked.refresh_from_db()
    assert asked.state == "failed"


def test_after_an_outage_a_job_is_begun_anew_with_longer_pauses_and_fails_at_last(kind, person):
    @kind
    def unlucky(progress, *, by):
        company("甲公司")
        raise OperationalError("server closed the connection")

    asked, pauses = enqueue(unlucky, by=person), []
    for _turn in jobs.PAUSES:
        began, again = timezone.now(), run_now(asked)
        pauses.append(round((again.not_before - began).total_seconds()))
        assert again.state == "queued"
    assert pauses == list(jobs.PAUSES) == [10, 60, 300]
    assert not person.notices.exists(), "nobody hears of what is tried again"
    last = run_now(asked)
    assert (last.state, last.tries) == ("failed", 4)
    assert person.notices.count() == 1
    assert not Enterprise.objects.exists()


def test_what_took_too_long_is_not_tried_again(kind, person, monkeypatch):
    monkeypatch.setattr(jobs, "outage_of", lambda problem: jobs.SLOW)

    @kind
    def slow(progress, *, by):
        raise OperationalError("canceling statement due to statement timeout")

    enqueue(slow, by=person)
    assert run_next().state == "failed"


def test_a_worker_told_to_end_at_once_gives_its_job_back(kind, person):
    @kind
    def interrupted(progress, *, by):
        company("甲公司")
        raise KeyboardInterrupt

    asked = enqueue(interrupted, by=person)
    with pytest.raises(KeyboardInterrupt):
        run_next()
    asked.refresh_from_db()
    assert (asked.state, asked.lease_until) == ("queued", None)
    assert asked.not_before <= timezone.now()
    assert not Enterprise.objects.exists()

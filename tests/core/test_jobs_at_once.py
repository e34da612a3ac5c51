"""Jobs side by side: real transactions, real processes, workers that die and leases that run out."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from orgs.models import Enterprise
from registry.core import jobs
from registry.core.jobs import cancel, enqueue, recover, run_next
from registry.core.models import Job
from tests.house import ROOT

from .test_jobs import company

pytestmark = pytest.mark.django_db


# Side by side: real transactions, real processes


@pytest.mark.django_db(transaction=True)
class TestSideBySide:
    @pytest.fixture
    def open_job(self, kind, person, monkeypatch):
        """A job of three items that waits before its last one, in a thread of its own; (job, go on, thread)."""
        monkeypatch.setattr(jobs, "TELL_EVERY", 0.05)
        go_on = threading.Event()

        @kind
        def slow(progress, *, by):
            progress.of(3)
            company("甲公司")
            progress.step(2)
            go_on.wait(20)
            time.sleep(0.2)
            progress.step()

        asked = enqueue(slow, by=person)

        def work():
            run_next()
            connection.close()

        worker = threading.Thread(target=work)
        worker.start()
        yield asked, go_on, worker
        go_on.set()
        worker.join()

    def wait_for(self, asked, **wanted):
        for _attempt in range(200):
            asked.refresh_from_db()
            if all(getattr(asked, name) == value for name, value in wanted.items()):
                return
            time.sleep(0.05)
        raise AssertionError((asked.state, asked.done, wanted))

    def test_others_see_how_far_it_is_while_what_it_writes_is_still_its_own(self, open_job):
        asked, go_on, worker = open_job
        self.wait_for(asked, state="running", done=2, total=3)
        assert asked.lease_until > timezone.now()
        assert not Enterprise.objects.exists()
        go_on.set()
        worker.join()
        self.wait_for(asked, state="done", done=3)
        assert Enterprise.objects.count() == 1

    def test_cancelled_at_work_it_ends_at_its_next_item_and_nothing_stays(self, open_job):
        asked, go_on, worker = open_job
        self.wait_for(asked, state="running", done=2)
        cancel(asked)
        go_on.set()
        worker.join()
        self.wait_for(asked, state="cancelled")
        assert not Enterprise.objects.exists()

    def test_a_second_worker_leaves_what_the_first_has_taken(self, open_job):
        asked, _go_on, _worker = open_job
        self.wait_for(asked, state="running")
        assert run_next() is None

    def test_two_workers_share_the_queue_and_do_nothing_twice(self, kind, person):
        @kind
        def write(progress, *, by, name):
            company(name)
            time.sleep(0.02)

        asked = [enqueue(write, by=person, name=f"公司{number}") for number in range(12)]
        both, taken = threading.Barrier(2), ([], [])

        def work(mine):
            both.wait()
            while found := run_next():
                mine.append(found.pk)
            connection.close()

        workers = [threading.Thread(target=work, args=(mine,)) for mine in taken]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sorted(taken[0] + taken[1]) == [each.pk for each in asked]
        assert all(taken), "each has had some of them"
        assert Enterprise.objects.count() == person.notices.count() == 12
        assert set(Job.objects.values_list("state", flat=True)) == {"done"}

    def test_a_real_deadlock_is_got_over(self, kind, person):
        first, second = (Enterprise.objects.create(name=name) for name in "甲乙")
        mine, other, seen = threading.Event(), threading.Event(), []

        def lock(row):
            Enterprise.objects.select_for_update().get(pk=row.pk)

        @kind
        def crossing(progress, *, by):
            seen.append(by)
            lock(first)
            mine.set()
            assert other.wait(10)
            lock(second)
            company("丙")

        def cross():
            mine.wait(10)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL deadlock_timeout = '30s'")  # so that it is the job that is turned away
                lock(second)
                other.set()
                lock(first)
            connection.close()

        enqueue(crossing, by=person)
        rival = threading.Thread(target=cross)
        rival.start()
        assert run_next().state == "done"
        rival.join()
        assert len(seen) == 2
        assert Enterprise.objects.filter(name="丙").count() == 1

    def test_a_worker_that_lives_on_after_its_job_was_given_up_writes_nothing(self, kind, person, settings):
        settings.JOB_LEASE = 0

        def give_up():
            given_up.append(recover())
            connection.close()

        @kind
        def overtaken(progress, *, by):
            company("甲公司")
            other = threading.Thread(target=give_up)
            other.start()
            other.join()

        given_up, asked = [], enqueue(overtaken, by=person)
        run_next()
        self.wait_for(asked, state="queued", tries=1)
        assert given_up == [1]
        assert not Enterprise.objects.exists()

    def test_a_worker_whose_job_another_has_begun_anew_does_not_end_it(self, kind, person):
        def begin_anew():
            Job.objects.filter(pk=asked.pk).update(tries=2)
            connection.close()

        @kind
        def overtaken(progress, *, by):
            company("甲公司")
            other = threading.Thread(target=begin_anew)
            other.start()
            other.join()

        asked = enqueue(overtaken, by=person)
        run_next()
        self.wait_for(asked, state="running", tries=2)
        assert not Enterprise.objects.exists()

    def test_it_ends_at_its_next_item_when_its_job_was_given_up(self, kind, person, monkeypatch):
        monkeypatch.setattr(jobs, "TELL_EVERY", 0.02)

        @kind
        def endless(progress, *, by):
            other = threading.Thread(target=self.give_up, args=(asked,))
            other.start()
            other.join()
            for _item in range(500):
                time.sleep(0.02)
                progress.step()

        asked = enqueue(endless, by=person)
        began = time.monotonic()
        run_next()
        assert time.monotonic() - began < 5
        self.wait_for(asked, state="failed")

    def give_up(self, asked):
        Job.objects.filter(pk=asked.pk).update(state="failed", lease_until=None)
        connection.close()

    def test_a_worker_killed_in_the_middle_leaves_nothing_and_another_may_begin_anew(self, person, settings):
        settings.JOB_LEASE = 1
        asked = Job.objects.create(kind="trial-doomed", by=person)
        worker = subprocess.Popen(
            [sys.executable, "-c", DOOMED, connection.settings_dict["NAME"]], cwd=ROOT, stdout=subprocess.PIPE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "registry.settings", "JOB_LEASE": "1"}, text=True,
        )  # fmt: skip
        with worker:
            assert worker.stdout.readline() == "written\n"
            worker.send_signal(signal.SIGKILL)
        self.wait_for(asked, state="running")
        assert recover() == 0, "its lease has not run out yet"
        time.sleep(1.5)
        assert recover() == 1
        self.wait_for(asked, state="queued", tries=1)
        assert not Enterprise.objects.exists()
        assert not person.notices.exists()

    def test_the_command_does_what_is_queued_and_ends(self, kind, person):
        enqueue(kind(lambda progress, *, by: company("甲公司")), by=person)
        call_command("work", "--once")
        assert Enterprise.objects.count() == 1
        assert Job.objects.get(by=person).state == "done"


DOOMED = """
import sys, time
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from orgs.models import Enterprise
from registry.core.jobs import job, run_next

@job("trial-doomed", "doomed")
def doomed(progress, *, by):
    Enterprise.objects.create(name="半途")
    progress.step()
    print("written", flush=True)
    time.sleep(60)

run_next()
"""


def test_the_lease_outlives_what_a_pulse_may_miss():
    assert settings.JOB_LEASE >= 20 * jobs.TELL_EVERY

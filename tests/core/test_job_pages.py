"""A job is watched by whoever asked for it: it may be left, come back to and stopped, with and without a script."""

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.core.models import Job
from tests.counting import queries_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    user = make_user("bureau")
    client.force_login(user)
    return user


def make_job(by, **overrides):
    return Job.objects.create(**{"kind": "digest", "by": by} | overrides)


def page_of(job):
    return reverse("job", args=(job.key,))


def test_a_running_job_tells_how_far_it_is_to_eyes_and_to_readers(client, person):
    lease = timezone.now() + timezone.timedelta(minutes=1)
    job = make_job(person, state="running", done=1200, total=5367, started_at=timezone.now(), lease_until=lease)
    text = client.get(page_of(job)).content.decode()
    assert 'role="progressbar"' in text
    assert 'aria-valuenow="22"' in text
    assert "1,200 / 5,367" in text


def test_without_a_script_the_page_can_be_asked_again_and_with_one_it_asks_itself(client, person):
    job = make_job(person)
    whole = client.get(page_of(job)).content.decode()
    assert f'hx-get="{page_of(job)}"' in whole
    assert 'hx-trigger="load delay:1s"' in whole
    assert '<noscript><meta http-equiv="refresh"' in whole
    part = client.get(page_of(job), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    Job.objects.filter(pk=job.pk).update(state="done", ended_at=timezone.now())
    assert "hx-get" not in client.get(page_of(job), headers={"HX-Request": "true"}).content.decode()


def test_a_finished_job_leads_on_and_a_failed_one_says_why(client, person):
    done = make_job(person, state="done", result={"words": "已办理 3 项", "url": "/desk/board/"})
    text = client.get(page_of(done)).content.decode()
    assert "已办理 3 项" in text
    assert 'href="/desk/board/"' in text
    failed = make_job(person, state="failed", error="没有佐证")
    assert "没有佐证" in client.get(page_of(failed)).content.decode()


def test_it_is_stopped_by_a_press_and_only_by_its_own_person(client, person):
    mine, other = make_job(person), make_job(make_user("bureau"))
    stop = reverse("cancel-job", args=(mine.key,))
    assert client.get(stop).status_code == 405
    assert client.post(stop).status_code == 302
    assert client.post(reverse("cancel-job", args=(other.key,))).status_code == 404
    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {mine.pk: "cancelled", other.pk: "queued"}


def test_another_s_job_is_as_unknown_as_one_that_does_not_exist(client, person):
    other = make_job(make_user("bureau"))
    nothing = reverse("job", args=("00000000-0000-4000-8000-000000000000",))
    assert [client.get(address).status_code for address in (page_of(other), nothing)] == [404, 404]
    assert client.get(reverse("jobs")).context["rows"] == []
    client.logout()
    assert client.get(page_of(other)).status_code == 302


def test_a_lost_job_is_found_out_when_it_is_looked_at(client, person):
    ago = timezone.now() - timezone.timedelta(minutes=5)
    job = make_job(person, state="running", started_at=ago, lease_until=ago)
    client.get(page_of(job))
    job.refresh_from_db()
    assert job.state == "failed"
    assert person.notices.count() == 1


def test_the_list_asks_the_same_however_many_there_are(client, person):
    counts = []
    for number in (1, 2):
        for _each in range(number):
            make_job(person)
        counts.append(queries_of(client, reverse("jobs")))
    assert counts[0] == counts[1] <= 15

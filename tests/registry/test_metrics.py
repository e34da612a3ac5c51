"""What Prometheus reads, who may read it, and what it costs."""

import ipaddress

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from registry import metrics
from registry.core.backup import notes
from registry.core.models import Job
from registry.core.worker_sign import WORKER, known_as_worker
from registry.health import asked

pytestmark = pytest.mark.django_db


def read(client, **more):
    answer = client.get("/metrics", **more)
    assert answer.status_code == 200
    return dict(line.rsplit(" ", 1) for line in answer.content.decode().splitlines() if not line.startswith("#"))


def test_it_tells_of_answers_by_route_and_of_the_queue(client):
    Job.objects.create(kind="sweep")
    client.get("/accessibility/")
    told = read(client)
    assert float(told['bangfu_answers_total{code="200",method="GET",route="/accessibility/"}']) >= 1
    assert told['bangfu_jobs{kind="sweep",state="queued"}'] == "1.0"
    assert told["bangfu_database_up"] == "1.0"
    assert float(told["bangfu_free_bytes"]) > 0
    assert float(told["bangfu_jobs_oldest_seconds"]) >= 0


def test_it_tells_the_age_of_the_last_backup_where_there_is_one(client):
    assert 'bangfu_backup_age_seconds{kind="backup"}' not in read(client)
    notes.note(notes.BACKUP, {})
    assert 0 <= float(read(client)['bangfu_backup_age_seconds{kind="backup"}']) < 60


def test_no_address_of_a_page_is_told(client):
    client.get("/no-such-page/13912345678/")
    assert "13912345678" not in client.get("/metrics").content.decode()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "203.0.113.7"}, 404),
        ({"REMOTE_ADDR": "10.1.2.3"}, 200),
        ({"REMOTE_ADDR": "127.0.0.1", "headers": {"X-Forwarded-For": "127.0.0.1"}}, 404),
        ({"REMOTE_ADDR": "203.0.113.7", "headers": {"Authorization": "Bearer right"}}, 200),
        ({"REMOTE_ADDR": "203.0.113.7", "headers": {"Authorization": "Bearer wrong"}}, 404),
        ({"REMOTE_ADDR": "", "headers": {"Authorization": "Bearer "}}, 404),
    ],
)
def test_only_named_addresses_and_the_token_may_read(client, settings, more, code):
    settings.METRICS_FROM = [ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("10.0.0.0/8")]
    settings.METRICS_TOKEN = "right"
    assert client.get("/metrics", **more).status_code == code


def test_behind_a_trusted_proxy_the_address_is_the_one_that_it_wrote(client, settings):
    settings.TRUSTED_PROXY = True
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1, 203.0.113.7"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7, 127.0.0.1"}).status_code == 200


def test_without_a_token_no_bearer_is_let_in(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7", headers={"Authorization": "Bearer "}).status_code == 404


def test_its_cost_does_not_grow_with_the_queue(client):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read(client)
        return len(queries)

    Job.objects.create(kind="sweep")
    one = cost()
    Job.objects.bulk_create(Job(kind="sweep") for _ in range(20))
    assert cost() == one <= 13
    assert metrics.NEWEST == 1000


def test_without_a_database_it_still_answers_and_says_so(client, monkeypatch):
    def away(question):
        raise OperationalError

    monkeypatch.setattr(metrics.Now, "_asked", staticmethod(away))
    monkeypatch.setattr(metrics.connection, "close", lambda: None)
    assert read(client)["bangfu_database_up"] == "0.0"


def test_without_a_worker_none_is_seen():
    assert asked(WORKER) is False


def test_a_worker_is_seen_by_the_name_of_its_sessions():
    with known_as_worker():
        assert asked(WORKER) is True

"""What machines ask: is it alive, can it work?"""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from registry import health
from registry.core.sealing.watch import LATE

WELL = {
    "database": True,
    "storage": True,
    "space": True,
    "migrations": True,
    "published": True,
    "worker": False,
    "seals": True,
}
"""What is told of a site that can work, here without a worker."""


def test_a_living_process_says_ok_without_asking_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content, response["Content-Type"]) == (200, b"ok\n", "text/plain")


@pytest.mark.django_db
def test_a_site_that_can_work_is_ready(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, WELL)


@pytest.mark.django_db
def test_without_a_database_it_is_not_ready_and_says_nothing_more(client, settings, tmp_path, monkeypatch):
    def away():
        raise OperationalError("server 10.0.0.7 refused user bangfu")

    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(health.connection, "cursor", away)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (
        503,
        dict.fromkeys(WELL, False) | {"storage": True, "space": True},
    )


@pytest.mark.django_db
def test_a_waiting_migration_keeps_it_from_being_ready(client, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("projects", "0099")])
    assert client.get("/readyz").json()["migrations"] is False
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
def test_storage_that_cannot_be_written_keeps_it_from_being_ready(client, settings, tmp_path):
    blocked = Path(tmp_path / "file")
    blocked.write_text("")
    settings.MEDIA_ROOT = blocked / "media"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["storage"]) == (503, False)


@pytest.mark.django_db
def test_without_room_it_is_not_ready(client, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(health.shutil, "disk_usage", lambda folder: SimpleNamespace(free=settings.FREE_SPACE - 1))
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, WELL | {"space": False})


@pytest.mark.django_db
def test_without_what_was_published_it_is_not_ready(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with connection.cursor() as cursor:
        cursor.execute("ALTER SCHEMA published RENAME TO hidden")
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, WELL | {"published": False})


@pytest.mark.django_db
def test_late_seals_are_told_and_keep_nobody_from_working(client, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(health, "untold_seconds", lambda: LATE.total_seconds() + 1)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, WELL | {"seals": False})


@pytest.mark.parametrize("url", ["/healthz", "/readyz"])
def test_machines_only_ask(client, url):
    assert client.post(url).status_code == 405

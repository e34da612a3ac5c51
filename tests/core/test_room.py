"""No room: the disk full, or little of it left, a quota used up, a request too large. Told in words, nothing kept."""

import errno
import os
import shutil
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from projects.actions.documents import attach_document
from projects.actions.imports import receive_ledger
from projects.models import Document
from projects.quotas import BeyondQuota, used_by
from registry.core import blobs
from registry.core.blobs import keep, store
from registry.core.jobs import enqueue, job, run_next
from registry.core.models import Blob
from registry.core.outages import NoRoom
from tests.core.test_actions import at_once
from tests.core.test_blobs import PDF
from tests.factories import (
    make_county_user,
    make_division,
    make_org_user,
    make_organisation,
    make_project,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


# The disk


def full(*given):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("put", [lambda: store(PDF, "a.pdf", by=None), lambda: keep(PDF, "a.xlsx")])
def test_a_disk_that_fills_up_while_a_file_is_written_leaves_nothing_behind(step, put, media, monkeypatch):
    monkeypatch.setattr(os, step, full)
    with pytest.raises(NoRoom, match="空间"):
        put()
    assert (files_in(media), Blob.objects.count()) == ([], 0)
    monkeypatch.undo()
    assert put()


def test_another_error_of_the_disk_is_not_called_a_lack_of_room(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda handle: os.close(999_999))
    with pytest.raises(OSError, match="descriptor"):
        store(PDF, "a.pdf", by=None)


@pytest.mark.parametrize(("free", "taken"), [(1000 + len(PDF), True), (999 + len(PDF), False)])
def test_a_part_of_the_disk_stays_free(free, taken, settings, monkeypatch, media):
    settings.FREE_SPACE = 1000
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=free))
    if taken:
        assert store(PDF, "a.pdf", by=None)
        return
    with pytest.raises(NoRoom):
        store(PDF, "a.pdf", by=None)
    assert files_in(media) == []


def test_the_desk_tells_of_a_full_disk_beside_what_was_typed(client, monkeypatch):
    project = make_project()
    client.force_login(make_user("bureau"))
    client.cookies["django_language"] = "en"
    monkeypatch.setattr(os, "fsync", full)
    typed = {"kind": "agreement", "title": "第一版协议", "upload": SimpleUploadedFile("协议.pdf", PDF)}
    answer = client.post(f"/desk/projects/document/add/?project={project.pk}", typed)
    page = answer.content.decode()
    assert "There is no room for this file just now" in page
    assert "第一版协议" in page
    assert not Document.objects.exists()


@job("trial-room", "trial")
def without_room(progress, *, by, code):
    if code == "file":
        full()
    error = OperationalError("disk full")
    error.__cause__ = type("Cause", (Exception,), {"pgcode": code})()
    raise error


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", ["file", "53100"])
def test_work_that_met_a_full_disk_says_so(code):
    found = enqueue(without_room, by=make_user(), code=code)
    run_next()
    found.refresh_from_db()
    assert (found.state, "空间" in found.error) == ("queued", True), "it is begun anew when there may be room"


# The quota


def attach(person, project, size, name="a.txt"):
    upload = SimpleUploadedFile(name, name.encode().ljust(size, b"x"))
    return attach_document(owner=project, upload=upload, by=person, kind="other", name=name)


@pytest.fixture
def quota(settings):
    settings.UPLOAD_QUOTA = 100


def test_all_who_speak_for_one_organisation_share_its_quota(quota, media):
    organisation = make_organisation()
    project, people = make_project(lead=organisation), [make_org_user(organisation) for _each in range(2)]
    attach(people[0], project, 60, "a.txt")
    attach(people[1], project, 40, "b.txt")
    assert used_by(people[0]) == used_by(people[1]) == 100
    with pytest.raises(BeyondQuota):
        attach(people[0], project, 1, "c.txt")
    assert (Document.objects.count(), len(files_in(media))) == (2, 2)


def test_the_same_content_counts_once_and_others_have_their_own_quota(quota):
    first, second = make_organisation(), make_organisation()
    one, other = make_org_user(first), make_org_user(second)
    attach(one, make_project(lead=first), 60)
    attach(one, make_project(lead=first), 40)
    attach(other, make_project(lead=second), 100)
    with pytest.raises(BeyondQuota):
        attach(other, make_project(lead=second), 1, "b.txt")


def test_a_county_has_a_quota_and_its_ledgers_count(quota):
    county = make_division()
    officers = [make_county_user(county) for _each in range(2)]
    attach(officers[0], make_project(county=county), 60)
    with pytest.raises(BeyondQuota):
        receive_ledger(upload=SimpleUploadedFile("a.csv", b"x" * 41), by=officers[1])
    receive_ledger(upload=SimpleUploadedFile("a.csv", b"x" * 40), by=officers[1])
    assert used_by(officers[0]) == 100


def test_the_bureau_has_no_quota(quota):
    attach(make_user("bureau"), make_project(), 1000)


@pytest.mark.django_db(transaction=True)
def test_two_who_upload_at_once_do_not_pass_the_quota_together(quota, monkeypatch):
    organisation = make_organisation()
    people = [make_org_user(organisation) for _each in range(4)]
    projects = [make_project(lead=organisation) for _each in range(4)]
    outcomes = at_once(
        *(
            lambda person=person, project=project: attach(person, project, 60, f"{project.pk}.txt")
            for person, project in zip(people, projects, strict=True)
        )
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [*["BeyondQuota"] * 3, "Document"]


# The request


def test_a_request_that_is_too_large_is_refused_before_it_is_read(settings):
    settings.UPLOAD_LIMIT = 1000
    visitor = Client(enforce_csrf_checks=True)
    answer = visitor.post("/accounts/login/", {"a": "b" * 1000})
    assert (answer.status_code, "Retry-After" in answer.headers) == (413, False)
    assert "<h1>一次发送的内容过大</h1>" in answer.content.decode()
    assert "<form" not in answer.content.decode()
    assert visitor.post("/api/v1/pledges/", {"a": "b" * 1000}).json()["detail"].startswith("一次发送")
    settings.UPLOAD_LIMIT = 2000
    assert visitor.post("/accounts/login/", {"a": "b" * 1000}).status_code == 403


def test_the_limit_lets_the_largest_ledger_through(settings):
    assert settings.UPLOAD_LIMIT > blobs.LEDGER_LIMIT + 2**20


def test_a_refusal_for_want_of_room_is_one_that_forms_show():
    assert isinstance(NoRoom(), ValidationError)
    assert issubclass(BeyondQuota, ValidationError)

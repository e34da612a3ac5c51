"""Files: attached at the desk to one's own records, taken by their content, and given back only within one's scope."""

from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from orgs.models import Organisation
from projects.actions.documents import attach_document
from projects.models import Document, ProjectStep
from projects.models.documents import OWNERS, owner_field
from registry.core.models import Change
from tests.desk import filled, page
from tests.factories import (
    make_authority,
    make_county_user,
    make_division,
    make_event,
    make_funding,
    make_org_user,
    make_organisation,
    make_posting,
    make_project,
    make_result,
    make_step,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def bureau(client):
    user = make_user("bureau")
    client.force_login(user)
    return user


def upload(name="验收单.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def add(record):
    return f"{page(Document, 'add')}?{owner_field(type(record))}={record.pk}"


def attached(owner, by, **details):
    return attach_document(owner=owner, upload=upload(), by=by, kind="acceptance", **details)


def download(document):
    return reverse("document", args=(document.pk,))


def test_evidence_is_uploaded_to_a_step_and_makes_its_sign_off_possible(client, bureau):
    step = make_step(make_project(), evidence=["acceptance"])
    assert add(step) in client.get(page(step)).content.decode()
    answer = client.post(add(step), {"kind": "acceptance", "upload": upload(), "dated": "2021年11月1日"})
    document = Document.objects.get()
    assert (answer.status_code, answer.url) == (302, f"{page(step)}#documents")
    assert (document.step, document.uploaded_by, document.original_name) == (step, bureau, "验收单.pdf")
    assert Change.objects.get(table_name="projects_document").action == "document.attach"
    assert client.post(page(step, "move", "done")).status_code == 302


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg/>"), ("a.html", b"<html/>"), ("a.pdf", b"MZ\x90\x00\x03"), ("a.pdf", b""),
        ("a.png", PDF), ("a.exe", b"MZ"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_taken_is_refused_in_words_and_nothing_is_kept(client, bureau, name, content, media):
    project = make_project()
    answer = client.post(add(project), {"kind": "photo", "upload": upload(name, content), "title": "照片"})
    assert answer.status_code in (200, 400)
    assert answer.context["errors"]
    assert "照片" in answer.content.decode()
    assert not Document.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_a_form_without_a_file_or_a_record_attaches_nothing(client, bureau):
    project = make_project()
    assert client.post(add(project), {"kind": "photo"}).status_code == 200
    assert client.post(page(Document, "add"), {"kind": "photo", "upload": upload()}).status_code == 302
    assert not Document.objects.exists()


def test_files_hang_on_every_kind_of_record_that_has_them():
    project = make_project()
    for record in (project, make_step(project), make_funding(project), make_result(project), make_event()):
        assert owner_field(type(record)) in OWNERS
    with pytest.raises(LookupError):
        owner_field(Organisation)


def test_nobody_uploads_to_a_record_out_of_scope(client):
    partner = make_user("partner")
    make_posting(partner, make_division(code="110000", level="province"))
    client.force_login(partner)
    foreign = make_project(lead=make_organisation())
    assert client.get(add(foreign)).status_code == 404
    assert client.post(add(foreign), {"kind": "photo", "upload": upload()}).status_code == 404
    assert not Document.objects.exists()


def test_an_auditor_uploads_nothing(client):
    client.force_login(make_user("auditor"))
    project = make_project()
    assert client.get(add(project)).status_code == 403
    assert client.post(add(project), {"kind": "photo", "upload": upload()}).status_code == 403
    assert not Document.objects.exists()


def test_the_file_itself_is_never_exchanged_only_what_is_said_about_it(client, bureau):
    document = attached(make_project(), bureau)
    other = attached(make_project(), bureau, name="other.pdf")
    form = filled(client.get(page(document)), title="新标题", blob=other.blob_id, project=other.project_id)
    assert client.post(page(document), form | {"original_name": "x.exe"}).status_code == 302
    before = document
    document.refresh_from_db()
    assert document.title == "新标题"
    assert (document.blob, document.project, document.original_name) == (before.blob, before.project, "验收单.pdf")


def test_a_file_is_removed_with_a_reason_while_nobody_has_relied_on_it(client, bureau, media):
    step = make_step(make_project(), evidence=["acceptance"])
    document = attached(step, bureau)
    address = page(document, "deed", "remove")
    assert client.post(address, {"reason": ""}).status_code == 400
    ProjectStep.objects.filter(pk=step.pk).update(status="done", done_by=bureau, done_at=timezone.now())
    assert address not in client.get(page(document)).content.decode()
    assert client.post(address, {"reason": "换新"}).status_code == 409
    ProjectStep.objects.filter(pk=step.pk).update(status="returned", done_by=None, done_at=None)
    assert client.post(address, {"reason": "换新"}).status_code == 302
    assert not Document.objects.exists()
    assert (media / document.blob.path).exists()
    change = Change.objects.filter(table_name="projects_document").latest("id")
    assert (change.operation, change.action, change.reason) == ("D", "document.remove", "换新")


# The way out


def test_a_file_comes_as_an_attachment_that_no_browser_runs(client, bureau):
    document = attached(make_project(), bureau)
    answer = client.get(download(document))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('验收单.pdf')}"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]
    assert client.post(download(document)).status_code == 405


def stranger_org():
    return make_org_user(make_organisation())


def stranger_county():
    return make_county_user(make_division())


def stranger_partner():
    user = make_user("partner")
    make_posting(user, make_division(code="120000", level="province"))
    return user


@pytest.mark.parametrize("stranger", [None, stranger_org, stranger_county, stranger_partner])
def test_strangers_get_the_answer_for_what_does_not_exist(client, stranger):
    document = attached(make_project(visibility="published", lead=make_organisation()), make_user("bureau"))
    if stranger:
        client.force_login(stranger())
    hidden, absent = client.get(download(document)), client.get(reverse("document", args=(document.pk + 999,)))
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert client.get(reverse("document", args=(10**30,))).status_code == 404


def test_those_who_work_with_the_record_get_its_files(client):
    division = make_division(code="110000", level="province")
    lead, county = make_organisation(authority=make_authority(division=division)), make_division()
    project = make_project(lead=lead, county=county)
    documents = [
        attached(record, make_user("bureau")) for record in (project, make_step(project), make_funding(project))
    ]
    partner = make_user("partner")
    make_posting(partner, division)
    for user in (make_org_user(lead), make_county_user(county), partner, make_user("auditor")):
        client.force_login(user)
        for document in documents:
            assert b"".join(client.get(download(document)).streaming_content) == PDF


def test_a_file_whose_bytes_are_lost_is_an_answer_and_not_a_failure(client, bureau, media, caplog):
    document = attached(make_project(), bureau)
    (media / document.blob.path).unlink()
    assert client.get(download(document)).status_code == 404
    assert "lost" in caplog.text

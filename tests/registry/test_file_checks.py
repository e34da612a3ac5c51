"""The nightly check: rows without their file, files without a row, and bytes that are not what was stored."""

import datetime
import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from projects.actions.documents import attach_document
from registry.core import daily, file_checks
from registry.core.blobs import Altered, bytes_of, opened, store
from registry.core.file_checks import check_files
from registry.core.jobs import Progress
from registry.core.models import Blob, Notice
from registry.core.notices import in_words
from registry.jobs import compare_files
from tests.core.test_blobs import PDF
from tests.factories import make_project, make_step, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
LATER = datetime.timedelta(hours=25)


def swap(media, blob, content=None):
    """Put other bytes of the same length in the place of a stored file, as somebody on the machine could."""
    (media / blob.path).write_bytes(content or b"x" * blob.size)


def test_what_lies_as_it_was_stored_is_well(media):
    store(PDF, "a.pdf", by=None)
    found = check_files()
    assert (found.is_well, found.number, found.size, found.orphans) == (True, 1, len(PDF), 0)


@pytest.mark.parametrize("content", [None, PDF + b"\n", PDF[:-1]])
def test_altered_bytes_are_found_of_any_length(media, content):
    blob = store(PDF, "a.pdf", by=None)
    swap(media, blob, content)
    assert check_files().altered == [blob]


def test_a_digest_that_was_changed_in_the_row_is_found_too(media):
    blob = store(PDF, "a.pdf", by=None)
    Blob.objects.filter(pk=blob.pk).update(size=blob.size + 1)
    assert check_files().altered == [blob]
    Blob.objects.filter(pk=blob.pk).update(sha256="a" * 64)
    assert check_files().lost == [blob]


def test_a_row_without_its_file_is_found(media):
    blob = store(PDF, "a.pdf", by=None)
    (media / blob.path).unlink()
    found = check_files()
    assert (found.lost, found.is_well) == ([blob], False)


def orphan(content=PDF):
    """A file whose row was rolled back."""
    with transaction.atomic():
        blob = store(content, "a.pdf", by=None)
        transaction.set_rollback(True)
    return blob


def test_a_file_whose_row_was_rolled_back_is_removed_after_a_day_and_not_before(media):
    blob = orphan()
    assert check_files().orphans == 0
    assert (media / blob.path).exists()
    found = check_files(now=timezone.now() + LATER)
    assert (found.orphans, found.is_well, (media / blob.path).exists()) == (1, True, False)


def test_the_draft_of_an_upload_that_was_killed_is_removed_after_a_day(media):
    store(PDF, "a.pdf", by=None)
    draft = media / "blobs" / ".0123456789abcdef.part"
    draft.write_bytes(b"half")
    assert check_files().orphans == 0
    assert check_files(now=timezone.now() + LATER).orphans == 1
    assert not draft.exists()


def test_a_file_that_is_stored_anew_while_it_is_swept_is_not_taken_for_the_old_one(media, monkeypatch):
    blob = orphan()
    path, real = media / blob.path, file_checks.Path.rename
    os.utime(path, (1, 1))

    def renamed(place, target):
        if place == path:
            store(PDF, "a.pdf", by=None)
        return real(place, target)

    monkeypatch.setattr(file_checks.Path, "rename", renamed)
    assert check_files().orphans == 0
    assert path.read_bytes() == PDF


def test_what_nobody_here_has_named_is_told_and_left_alone(media):
    store(PDF, "a.pdf", by=None)
    strange = media / "blobs" / "ab" / "shell.php"
    strange.parent.mkdir(exist_ok=True)
    strange.write_text("x")
    assert check_files(now=timezone.now() + LATER).strange == ["ab/shell.php"]
    assert strange.exists()


def test_a_stored_file_is_not_handed_out_once_it_was_altered(media):
    blob = store(PDF, "a.pdf", by=None)
    assert bytes_of(blob) == PDF
    swap(media, blob)
    with pytest.raises(Altered):
        opened(blob)


# Who is told


@pytest.fixture
def evidence(media):
    """A file on which a sign-off was applied for, and the bureau's person who has it on the desk."""
    person, step = make_user("bureau"), make_step(make_project(), status="open")
    upload = SimpleUploadedFile("回执.pdf", PDF)
    document = attach_document(owner=step, upload=upload, by=person, kind="receipt")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE projects_projectstep SET status = 'done', done_by_id = %s, done_at = now() WHERE id = %s",
            [person.pk, step.pk],
        )
    return person, document


def test_evidence_swapped_after_a_sign_off_is_told_to_bureau_and_administrator(client, media, evidence):
    person, document = evidence
    administrator = make_user("system_admin")
    swap(media, document.blob)
    result = compare_files(Progress(), by=None, day="2026-11-26")
    assert document.blob.sha256 in result["words"]
    (told,) = Notice.objects.filter(recipient=person)
    words = " ".join(map(str, [in_words(told)[0], *in_words(told)[1]]))
    assert "回执.pdf" in words
    assert "已有人据此" in words
    assert told.url.endswith(f"/document/{document.pk}/change/")
    (told,) = Notice.objects.filter(recipient=administrator)
    assert "回执" not in str(told.facts)
    client.force_login(person)
    assert client.get(f"/documents/{document.pk}/").status_code == 404


def test_nobody_is_told_where_all_is_well(evidence):
    make_user("system_admin")
    compare_files(Progress(), by=None, day="2026-11-26")
    assert not Notice.objects.exists()


def test_it_is_daily_work():
    assert (datetime.time(3), compare_files) in daily.DAILY


def test_the_command_names_what_is_wrong_and_fails(media, evidence, capsys):
    _person, document = evidence
    call_command("check_files")
    assert capsys.readouterr().out.startswith("1 files, 15 bytes, 0")
    swap(media, document.blob)
    with pytest.raises(CommandError) as fault:
        call_command("check_files")
    assert str(fault.value).splitlines() == [
        f"altered  {document.blob.sha256}",
        f"document {document.pk} of projects.ProjectStep {document.step_id}, relied on",
    ]


# Handing out


@pytest.mark.parametrize("name", ["协议.pdf", 'a"b.pdf', "a;b.pdf", "é'%.pdf"])
def test_a_file_is_an_attachment_that_no_browser_runs_keeps_or_names_otherwise(client, media, name):
    person, project = make_user("bureau"), make_project()
    document = attach_document(
        owner=project, upload=SimpleUploadedFile("a.pdf", PDF), by=person, kind="other", name=name
    )
    client.force_login(person)
    answer = client.get(f"/documents/{document.pk}/", headers={"Range": "bytes=0-3"})
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, PDF)
    heads = answer.headers
    assert heads["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert heads["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in heads["Cache-Control"]
    assert heads["Content-Disposition"].startswith("attachment; filename")
    assert "\n" not in heads["Content-Disposition"]

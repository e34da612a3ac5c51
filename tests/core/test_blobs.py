"""Files are typed by their content, kept once, and whole or not at all."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from registry.core.blobs import LEDGER_LIMIT, LIMIT, PARTS_LIMIT, TYPES, clean_name, keep, store
from registry.core.models import Blob

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

PDF = b"%PDF-1.4\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 20
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def office(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("协议.pdf", PDF, "application/pdf"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.JPEG", JPEG, "image/jpeg"),
        ("a.png", PNG, "image/png"),
        ("a.docx", office("word/document.xml"), TYPES[".docx"]),
        ("a.xlsx", office("xl/workbook.xml"), TYPES[".xlsx"]),
        ("a.csv", "序号,项目\n1,大棚\n".encode(), "text/csv"),
        ("a.txt", "帮扶记录".encode("gb18030"), "text/plain"),
    ],
)  # fmt: skip
def test_a_file_is_typed_by_its_content(name, content, media_type, media):
    blob = store(content, name, by=None)
    assert (blob.media_type, blob.size) == (media_type, len(content))
    assert (media / blob.path).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        ("a.html", b"<html></html>", "kind"),
        ("a.exe", b"MZ\x90\x00", "kind"),
        ("a.pdf", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "content"),
        ("a.txt", b"  <html><script>x</script></html>", "content"),
        ("a.txt", b"#!/bin/sh\nrm\n", "content"),
        ("a.csv", b"a,b\x00c", "content"),
        ("a.pdf", b"\x7fELF\x02\x01", "content"),
        ("a.pdf", PNG, "mismatch"),
        ("a.docx", office("xl/workbook.xml"), "mismatch"),
        ("a.docx", office("word/document.xml", "word/vbaProject.bin"), "content"),
        ("a.docx", office("word/document.xml", *(f"x{n}" for n in range(PARTS_LIMIT))), "content"),
        ("a.docx", b"PK\x03\x04 no archive", "content"),
        ("a.xlsx", office("other.xml"), "content"),
        ("a.pdf", b"", "empty"),
        ("a", PDF, "kind"),
        ("a.pdf", PDF + b"0" * LIMIT, "too_large"),
    ],
)
def test_what_is_not_taken_is_refused_in_words_and_leaves_nothing_behind(name, content, code, media):
    with pytest.raises(ValidationError) as refusal:
        store(content, name, by=None)
    assert refusal.value.code == code
    assert not Blob.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_the_same_bytes_are_kept_once_under_any_name(media):
    first, second = store(PDF, "a.pdf", by=None), store(SimpleUploadedFile("b.pdf", PDF), "b.pdf", by=None)
    assert first == second
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_bytes_that_were_lost_come_back_with_the_next_upload(media):
    blob = store(PDF, "a.pdf", by=None)
    (media / blob.path).unlink()
    store(PDF, "a.pdf", by=None)
    assert (media / blob.path).read_bytes() == PDF


# A ledger, into which nobody looks before the child process does


@pytest.mark.parametrize(
    ("name", "content"),
    [("台账.xls", b"MZ\x90\x00"), ("a", b"<html>"), ("a.pdf", b"\x00"), ("a.xlsx", b"PK\x03\x04 no")],
)
def test_any_bytes_under_any_ending_are_kept_unread(name, content, media):
    blob = keep(SimpleUploadedFile(name, content), name)
    assert (blob.media_type, blob.size) == ("application/octet-stream", len(content))
    assert (media / blob.path).read_bytes() == content
    assert [path for path in media.rglob("*") if path.is_file()] == [media / blob.path]


@pytest.mark.parametrize(
    ("content", "name", "limit", "code"),
    [(b"", "a.xlsx", 9, "empty"), (b"0123456789", "a.xlsx", 9, "too_large"), (b"0", "/", 9, "no_name")],
)
def test_an_empty_a_too_large_or_a_nameless_ledger_is_refused_and_leaves_nothing_behind(
    content, name, limit, code, media
):
    with pytest.raises(ValidationError) as refusal:
        keep(content, name, limit=limit)
    assert refusal.value.code == code
    assert not Blob.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_a_ledger_may_be_larger_than_evidence(media):
    assert LEDGER_LIMIT == 64 * 1024 * 1024
    assert keep(b"0" * (LIMIT + 1), "a.xlsx").size == LIMIT + 1
    with pytest.raises(ValidationError, match="64 MiB"):
        keep(b"0" * (LEDGER_LIMIT + 1), "a.xlsx")


def test_evidence_that_comes_again_as_a_ledger_stays_what_it_is():
    first = store(PDF, "a.pdf", by=None)
    assert keep(PDF, "a.xlsx") == first
    assert Blob.objects.get().media_type == "application/pdf"


def test_a_ledger_that_comes_again_as_evidence_is_typed():
    first = keep(PDF, "a.xlsx")
    again = store(PDF, "a.pdf", by=None)
    assert (again, again.media_type) == (first, "application/pdf")
    assert Blob.objects.get().media_type == "application/pdf"


def test_a_file_keeps_its_own_name_without_folders():
    assert clean_name("C:\\证据\\协议.pdf") == "协议.pdf"
    assert clean_name("../../etc/passwd.txt") == "passwd.txt"
    assert clean_name("x" * 300 + ".pdf").endswith("x.pdf")
    assert len(clean_name("x" * 300 + ".pdf")) == 255


@pytest.mark.parametrize("name", ["", "/", "..", "a\x00.pdf", "a\u202efdp.exe"])
def test_a_name_that_says_nothing_or_hides_something_is_refused(name):
    with pytest.raises(ValidationError):
        clean_name(name)

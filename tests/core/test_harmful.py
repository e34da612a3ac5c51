"""Evidence of a kind that is taken may still hold what is not: programs, a second file, parts from elsewhere."""

import io
import time
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError
from docx import Document as Paper
from PIL import Image

from registry.core.blobs import LIMIT, store
from registry.core.harmful import RELATIONS_LIMIT, UNPACKED_LIMIT
from registry.core.models import Blob
from tests.core.test_blobs import PDF
from tests.factories import make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

RUN = b"1 0 obj <</S /JavaScript /JS (app.alert(1))>> endobj\n"
RELATION = '<Relationship Id="r9" Type="http://x/relationships/{kind}" Target="http://x/" TargetMode="External"/>'


def pdf(*parts):
    return b"%PDF-1.7\n" + b"\n".join(parts) + b"\n%%EOF\n"


def packed(content, more=b""):
    return b"7 0 obj <</Type /ObjStm /N 1" + more + b">>\nstream\r\n" + zlib.compress(content) + b"\nendstream endobj"


def archive(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as kept:
        for name, content in parts.items():
            kept.writestr(name, content)
    return buffer.getvalue()


def office(ending=".docx", **parts):
    main = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}[ending]
    named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    return archive({"[Content_Types].xml": "<x/>", main: "<x/>", **named})


def related(relation):
    return archive(
        {"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>", "word/_rels/document.xml.rels": relation}
    )


def refused(content, name):
    with pytest.raises(ValidationError) as refusal:
        store(content, name, by=None)
    assert refusal.value.code == "harm"
    assert name in refusal.value.messages[0]
    assert not Blob.objects.exists()
    return True


@pytest.mark.parametrize(
    "content",
    [
        pdf(RUN), pdf(b"<</S /J#61vaScript>>"), pdf(b"<</S/Launch/F(x.exe)>>"), pdf(b"<</Subtype /RichMedia>>"),
        pdf(packed(RUN)), pdf(packed(b"harmless"), packed(b"<</S /#4aavaScript>>")),
        pdf(packed(b"0" * (UNPACKED_LIMIT + 9))),
    ],
)  # fmt: skip
def test_a_pdf_with_a_program_is_refused_however_it_is_written(content):
    assert refused(content, "a.pdf")


@pytest.mark.parametrize(
    "content",
    [
        PDF, pdf(b"<</OpenAction [3 0 R /Fit]>>"), pdf(b"(we talk of JavaScript)"), pdf(packed(b"<</Type /Page>>")),
        pdf(b"<</Type /EmbeddedFile>>"), pdf(b"<</Type /ObjStm>>"), pdf(b"<</JavaScripts>>"),
    ],
)  # fmt: skip
def test_a_pdf_that_only_shows_something_is_taken(content):
    assert store(content, "a.pdf", by=None).media_type == "application/pdf"


@pytest.mark.parametrize("name", ["a.pdf", "a.jpg", "a.png"])
def test_a_file_that_is_an_archive_as_well_is_refused(name):
    first = {"a.pdf": PDF, "a.jpg": make_picture(), "a.png": make_picture("PNG")}[name]
    assert refused(first + archive({"run.js": "x"}), name)


@pytest.mark.parametrize("markup", [b"<script>", b"<SCRIPT src=x>", b"<iframe src=x>", b"<html >"])
def test_a_picture_that_is_a_page_as_well_is_refused(markup):
    assert refused(make_picture(comment=markup + b"alert(1)"), "a.jpg")


def test_a_photograph_keeps_what_the_camera_wrote(media):
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    content = make_picture(exif=exif)
    blob = store(content, "a.jpg", by=None)
    assert (media / blob.path).read_bytes() == content


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "frame", "image", "externalLink"])
def test_an_office_file_that_fetches_parts_from_elsewhere_is_refused(kind):
    assert refused(related(RELATION.format(kind=kind)), "a.docx")


@pytest.mark.parametrize(
    "written",
    [
        RELATION.format(kind="oleObject").encode("utf-16"),
        RELATION.format(kind="oleObject").replace('"External"', "'&#69;xternal'"),
        RELATION.format(kind="oleObject").replace("<Rel", "<r:Rel"),
        " " * (RELATIONS_LIMIT + 1),
    ],
)
def test_it_is_found_however_it_is_written(written):
    assert refused(related(written), "a.docx")


@pytest.mark.parametrize("part", ["word__embeddings__oleObject1_dot_bin", "xl__activeX__activeX1_dot_xml"])
def test_an_office_file_with_embedded_objects_is_refused(part):
    assert refused(office(**{part: "x"}), "a.docx")


def test_links_to_click_and_the_workbooks_of_charts_are_taken():
    assert store(related(RELATION.format(kind="hyperlink")), "a.docx", by=None)
    assert store(office(word__embeddings__Microsoft_Excel_Sheet1_dot_xlsx="x"), "b.docx", by=None)
    buffer = io.BytesIO()
    Paper().save(buffer)
    assert store(buffer.getvalue(), "c.docx", by=None)


@pytest.mark.parametrize("filling", [b"#4a", b"stream\n", b"<</ObjStm>>stream\n", b"<Relationship "])
def test_the_largest_file_is_looked_through_within_two_seconds(filling):
    content = pdf(filling * ((LIMIT - 100) // len(filling)))
    begun = time.process_time()
    store(content, "a.pdf", by=None)
    assert time.process_time() - begun < 2

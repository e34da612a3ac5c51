"""Pictures are drawn anew: upright, smaller, without a word of where they come from; what is no picture is refused."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from registry.core import pictures
from registry.core.pictures import redrawn, store_redrawn
from tests.factories import make_picture


def opened(drawn):
    return Image.open(io.BytesIO(drawn.content))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_each_kind_of_photograph_becomes_a_jpeg(form):
    (drawn,) = redrawn(make_picture(form), 1600)
    assert (opened(drawn).format, opened(drawn).size) == ("JPEG", (64, 48))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_that_was_written_into_the_file_is_left(form):
    exif = Image.Exif()
    exif[0x010E] = "SECRET PLACE"
    content = make_picture(form, exif=exif) + b"<script>alert(1)</script>"
    assert b"SECRET PLACE" in content
    (drawn,) = redrawn(content, 1600)
    assert (b"SECRET" in drawn.content, b"script" in drawn.content, dict(opened(drawn).getexif())) == (False, False, {})
    assert {name for name in opened(drawn).info if not name.startswith(("jfif", "progress"))} == set()


def test_a_picture_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    (drawn,) = redrawn(make_picture(size=(64, 48), exif=exif), 1600)
    assert (drawn.width, drawn.height) == (48, 64)


def test_what_is_transparent_is_white():
    buffer = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(buffer, "PNG")
    (drawn,) = redrawn(buffer.getvalue(), 1600)
    assert min(opened(drawn).getpixel((4, 4))) > 250


def test_it_is_reduced_to_the_longest_side_and_never_enlarged():
    sizes = [(one.width, one.height) for one in redrawn(make_picture(size=(3000, 1500)), 1600, 640)]
    assert sizes == [(1600, 800), (640, 320)]


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a" + b"\x00" * 40, b"<svg xmlns='http://www.w3.org/2000/svg'/>", make_picture()[:200], b"%PDF-1.4"],
)
def test_what_is_no_picture_is_refused_in_words(content):
    with pytest.raises(ValidationError, match="不是能读取的图片"):
        redrawn(content, 1600)


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(pictures, "PIXELS", 64 * 48 - 1)
    with pytest.raises(ValidationError, match="百万像素"):
        redrawn(make_picture(), 1600)


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(pictures, "LIMIT", 10)
    with pytest.raises(ValidationError, match="MiB"):
        redrawn(SimpleUploadedFile("a.jpg", make_picture()), 1600)


@pytest.mark.django_db
def test_what_is_kept_is_a_picture_by_its_content(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    ((full, drawn), (card, small)) = store_redrawn(make_picture("PNG", size=(1000, 500)), by=None)
    assert (full.media_type, full.size, drawn.width) == ("image/jpeg", len(drawn.content), 1000)
    assert (small.width, card.size) == (640, len(small.content))

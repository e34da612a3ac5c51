"""Photographs for the public: decoded and encoded anew, so that nothing is left but what one sees.

When and where a photograph was taken, with which device, thumbnails of what was cut off: all of it goes with the old
bytes. So does whatever was hidden behind the picture for some other program to run.
"""

import io
import warnings
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from .blobs import LIMIT, store

FORMATS = ("JPEG", "PNG", "WEBP")
PIXELS = 50_000_000
"""More than that is no photograph but an attack on the memory: a camera's largest is about as large."""

FULL, CARD = 1600, 640
"""The longer side in pixels of a picture on its own page, and on a card."""

QUALITY = 80
WHITE = (255, 255, 255)


@dataclass(frozen=True)
class Redrawn:
    """A picture as JPEG without metadata: its bytes, and its size in pixels."""

    content: bytes
    width: int
    height: int


def redrawn(source, *sides):
    """The picture in `source` (an uploaded file or bytes), drawn anew once for each of `sides`, the longest pixels.

    It stands upright, transparent parts are white, of a moving picture the first one is taken; nothing is enlarged.
    Returns a list of `Redrawn` in the order of `sides`. Raises ValidationError for what is no JPEG, PNG or WebP,
    is broken, or larger than `blobs.LIMIT` bytes or `PIXELS`.
    """
    picture = _decoded(source if isinstance(source, bytes) else _bytes_of(source), max(sides))
    return [_encoded(picture, side) for side in sides]


def store_redrawn(source, *, by, sides=(FULL, CARD)):
    """Keep the picture in `source`, drawn anew; returns pairs of its `Blob` and `Redrawn`, one for each of `sides`.

    Raises ValidationError as `redrawn` does. Call it inside an action.
    """
    return [(store(one.content, "picture.jpg", by=by), one) for one in redrawn(source, *sides)]


def _bytes_of(file):
    if file.size > LIMIT:
        raise ValidationError(
            _("The file is larger than %(limit)d MiB. Make it smaller, or split it."),
            code="too_large",
            params={"limit": LIMIT // 2**20},
        )
    file.seek(0)
    return file.read()


def _decoded(content, side):
    """The picture, upright and in red, green and blue, reduced while it is read where its format can do that."""
    broken = ValidationError(
        _("This is no picture that can be read. Choose a photograph as JPEG, PNG or WebP."), code="picture"
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow's about sizes and odd metadata: we have a limit of our own
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
            if picture.width * picture.height > PIXELS:
                raise ValidationError(
                    _("The picture has more than %(limit)d million pixels. Make it smaller and choose it again."),
                    code="pixels",
                    params={"limit": PIXELS // 1_000_000},
                )
            picture.draft("RGB", (side, side))
            picture.load()
            upright = ImageOps.exif_transpose(picture)
    except Image.DecompressionBombError as error:
        raise broken from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise broken from error
    if upright.has_transparency_data:
        seen = upright.convert("RGBA")
        upright = Image.new("RGBA", seen.size, (*WHITE, 255))
        upright.alpha_composite(seen)
    return upright.convert("RGB")


def _encoded(picture, side):
    smaller = picture.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    bare = Image.new("RGB", smaller.size)  # a picture of its own: what the old one knew besides pixels stays behind
    bare.paste(smaller)
    buffer = io.BytesIO()
    bare.save(buffer, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Redrawn(buffer.getvalue(), *bare.size)

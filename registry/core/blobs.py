"""Files by their content: stored once under their SHA-256, evidence typed by what is in it and not by its name.

A file is written beside its place, flushed to disk and renamed, before the row that names it is committed: a row
never points at half a file. A file whose row was rolled back is an orphan that the nightly sweep finds.
"""

import contextlib
import hashlib
import os
import secrets
import shutil
import zipfile
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _

from .harmful import harm_in
from .models import Blob
from .outages import NoRoom, lacks_room
from .text import clean_text, excerpt

LIMIT, LEDGER_LIMIT = 20 * 2**20, 64 * 2**20
"""Bytes of one file of evidence, of one ledger."""

UNREAD = "application/octet-stream"
"""The type of a content into which nobody has looked."""

UNPACKED_LIMIT, PARTS_LIMIT = 400 * 1024 * 1024, 5000
"""What the parts of one Office file may come to when unpacked, and how many there may be."""

NAME_LIMIT = 255

_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
    ".pptx": f"{_OFFICE}presentationml.presentation",
    ".csv": "text/csv",
    ".txt": "text/plain",
}
"""What is taken, by the ending of the name. The content must agree."""

_SIGNATURES = ((b"%PDF-", ".pdf"), (b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"))
_MAIN_PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "ppt/presentation.xml": ".pptx"}


def store(source, name, *, by):
    """Keep the bytes of `source` (an uploaded file or bytes) and return their `Blob`; the same bytes give the same one.

    `name` is the name under which they came; `by` the person, for whom the caller's action speaks in the trail.
    Raises ValidationError for an empty or too large file, and for a content that is not taken, not what its name
    says or harmful; NoRoom, which is one, where the disk is full. Call it inside an action.
    """
    name = clean_name(name)
    return _put(source, LIMIT, lambda draft: _type_of(draft, name))


def keep(source, name, *, limit=LEDGER_LIMIT):
    """Keep the bytes of `source` without looking into them, for a child process to read; returns their `Blob`.

    Any content under any ending is taken. Raises ValidationError for one that is empty, larger than `limit` bytes or
    without a name. Bytes that are there as evidence stay what they were found to be.
    """
    clean_name(name)
    return _put(source, limit, lambda draft: UNREAD)


class Altered(FileNotFoundError):
    """What was stored is lost, and other bytes lie in its place: somebody changed them behind the register's back."""


def opened(blob):
    """The stored file, open at its beginning; the caller closes it.

    Its bytes are compared with the digest first, so that nothing is handed out that was slipped in. Raises
    FileNotFoundError where they are lost, or Altered, which is one.
    """
    file = open(Path(settings.MEDIA_ROOT) / blob.path, "rb")  # noqa: SIM115 - the caller closes it
    if hashlib.file_digest(file, "sha256").hexdigest() != blob.sha256:
        file.close()
        raise Altered(blob.sha256)
    file.seek(0)
    return file


def bytes_of(blob):
    """The bytes of a stored file, all at once. Raises as `opened` does."""
    with opened(blob) as file:
        return file.read()


def _put(source, limit, type_of):
    file = ContentFile(source) if isinstance(source, bytes) else source
    folder = Path(settings.MEDIA_ROOT) / "blobs"
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < settings.FREE_SPACE + (file.size or 0):
        raise NoRoom
    draft = folder / f".{secrets.token_hex(8)}.part"
    try:
        digest, size = _write(file, draft, limit)
        media_type = type_of(draft)
        place = Path(settings.MEDIA_ROOT) / Blob(sha256=digest).path
        place.parent.mkdir(exist_ok=True)
        os.replace(draft, place)
        flush(place.parent)
    except OSError as error:
        if lacks_room(error):
            raise NoRoom from error
        raise
    finally:
        draft.unlink(missing_ok=True)
    blob, _created = Blob.objects.get_or_create(sha256=digest, defaults={"size": size, "media_type": media_type})
    if blob.media_type == UNREAD != media_type:  # kept unread before, and looked into now
        blob.media_type = media_type
        blob.save(update_fields=["media_type"])
    return blob


def clean_name(name):
    """The file's own name without folders; raises ValidationError where nothing is left of it."""
    name = clean_text(name.replace("\\", "/").rsplit("/", 1)[-1])
    if not name.strip(". "):
        raise ValidationError(_("The file has no name. Rename it and choose it again."), code="no_name")
    stem, ending = os.path.splitext(name)
    return stem[: NAME_LIMIT - len(ending)] + ending


def _write(file: File, draft, limit):
    """Copy the bytes to `draft`, flushed to disk; (SHA-256, size)."""
    digest, size = hashlib.sha256(), 0
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as kept:
        for chunk in file.chunks():
            size += len(chunk)
            if size > limit:
                raise ValidationError(
                    _("The file is larger than %(limit)d MiB. Make it smaller, or split it."),
                    code="too_large",
                    params={"limit": limit // 2**20},
                )
            digest.update(chunk)
            kept.write(chunk)
        kept.flush()
        os.fsync(kept.fileno())
    if not size:
        raise ValidationError(_("The file is empty. Choose another one."), code="empty")
    return digest.hexdigest(), size


def flush(place):
    """Have the disk itself hold a file or a folder."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _type_of(path, name):
    """The media type of the content; raises ValidationError where it is not taken or the name says otherwise."""
    ending = os.path.splitext(name)[1].lower()
    if ending not in TYPES:
        raise ValidationError(
            _("“%(name)s” is not a kind of file that is taken. Send one of these: %(kinds)s."),
            code="kind",
            params={"name": excerpt(name), "kinds": " ".join(sorted(TYPES))},
        )
    found = _ending_of(path, text_ending=ending if ending in (".csv", ".txt") else ".txt")
    if found is None:
        raise ValidationError(
            _("The content of “%(name)s” is not a kind of file that is taken. Save it as PDF, picture or Office file."),
            code="content",
            params={"name": excerpt(name)},
        )
    if TYPES[found] != TYPES[ending]:
        raise ValidationError(
            _("“%(name)s” holds a %(found)s file. Give the file its true ending, or choose another one."),
            code="mismatch",
            params={"name": excerpt(name), "found": found},
        )
    if harm := harm_in(path, found):
        raise ValidationError(harm, code="harm", params={"name": excerpt(name)})
    return TYPES[found]


def _ending_of(path, *, text_ending):
    """The ending that the content calls for; None for what is not taken (SVG, HTML, programs, other archives)."""
    with open(path, "rb") as file:
        head = file.read(8)
    for signature, ending in _SIGNATURES:
        if head.startswith(signature):
            return ending
    if head.startswith(b"PK\x03\x04"):
        return _office(path)
    return text_ending if _is_plain_text(path.read_bytes()) else None


def _office(path):
    """.docx, .xlsx or .pptx by the main part of the archive; None with macros, too many or too large parts."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    names = {part.filename for part in parts}
    if len(parts) > PARTS_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        return None
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((ending for part, ending in _MAIN_PARTS.items() if part in names), None)


def _is_plain_text(content):
    """Text in UTF-8 or GB 18030 without control characters, and neither markup nor a script."""
    text = None
    for encoding in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            break
    if text is None or any(character < " " and character not in "\t\r\n\f" for character in text):
        return False
    return not text.lstrip().startswith(("<", "#!"))

"""What a file of evidence may not hold though its kind is taken: programs, a second kind of file, parts from elsewhere.

What is stored is only ever handed out as an attachment in a sandbox; this is for whoever opens it after that.
"""

import contextlib
import html
import re
import zipfile
import zlib

from django.utils.translation import gettext_lazy as _

RUNS = _(
    "“%(name)s” holds a program that would run when it is opened. Print it to PDF anew, and send that one instead."
)
TWO_KINDS = _("“%(name)s” is two kinds of file at once. Save it anew, and send that one instead.")
FETCHES = _(
    "“%(name)s” holds embedded objects, or parts that it would fetch from elsewhere. Take them out, or save it as PDF."
)

UNPACKED_LIMIT = 64 * 2**20
"""What the packed parts of one PDF may come to in which names can stand."""

RELATIONS_LIMIT = 2**20

_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|RichMedia)(?![A-Za-z0-9])")
"""Names in a PDF by which something runs. Files attached to one are let through: vouchers carry their data so."""
_NAMES = re.compile(rb"/[A-Za-z]{0,9}#[0-9A-Fa-f]{2}[A-Za-z#0-9]{0,40}")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = re.compile(rb"/ObjStm")
_MARKUP = re.compile(rb"<(?:script|iframe|html)[\s>]", re.IGNORECASE)
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_EXTERNAL = re.compile(r"TargetMode\s*=\s*[\"']External[\"']")
_LINK = re.compile(r"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']")
_OBJECTS = re.compile(r"/(?:embeddings/oleObject|activeX/)", re.IGNORECASE)


def harm_in(path, ending):
    """The sentence (with `%(name)s`) that refuses a file whose content is of the kind `ending`; None for a good one."""
    if ending in (".docx", ".xlsx", ".pptx"):
        return FETCHES if _fetches(path) else None
    if ending not in (".pdf", ".jpg", ".png"):
        return None
    content = path.read_bytes()
    if zipfile.is_zipfile(path) or (ending != ".pdf" and _MARKUP.search(content)):
        return TWO_KINDS
    return RUNS if ending == ".pdf" and _runs(content) else None


def _runs(content):
    """Whether a PDF names anything that runs, written plainly, by numbers (`/J#61vaScript`) or packed; or is packed in
    a way that would take too long to find out."""
    unpacked = 0
    for piece in (content, *_packed(content)):
        unpacked += len(piece)
        if unpacked > UNPACKED_LIMIT + len(content) or _ACTIVE.search(piece):
            return True
        if any(_ACTIVE.match(_ESCAPED.sub(_sign, found[0])) for found in _NAMES.finditer(piece)):
            return True
    return False


def _sign(escaped):
    return bytes([int(escaped[1], 16)])


def _packed(content):
    """The packed parts of a PDF in which objects stand. Of parts that lie within each other, as no program writes them,
    one that counts as a program."""
    packed = 0
    for found in _PACKED.finditer(content):
        start = content.find(b"stream", found.end()) + len(b"stream")
        end = content.find(b"endstream", start)
        if end < 0 or start < found.end():
            return
        packed += end - start
        if packed > len(content):
            yield b"/Launch"
            return
        with contextlib.suppress(zlib.error):  # packed in another way, or not at all: then its names stand in the open
            body = content[start:end].lstrip(b"\r\n")
            yield zlib.decompressobj().decompress(body, UNPACKED_LIMIT + 1)


def _fetches(path):
    """Whether an Office file has embedded programs' objects, or relations to the outside other than links to click."""
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            if _OBJECTS.search(part.filename):
                return True
            if not part.filename.lower().endswith(".rels"):
                continue
            if part.file_size > RELATIONS_LIMIT or _leads_outside(_text(archive.read(part))):
                return True
    return False


def _text(content):
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return html.unescape(content.decode("utf-16" if is_wide else "utf-8", "replace"))


def _leads_outside(relations):
    return any(_EXTERNAL.search(one) and not _LINK.search(one) for one in _RELATION.findall(relations))

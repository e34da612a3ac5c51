"""What a file is, by its content: names and endings are not asked."""

import re

from .limits import Fault

HEAD = 8192
"""Bytes that are looked at, but for OLE2 files, whose directory may stand anywhere."""

XLSX, CSV = "xlsx", "csv"

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_EXCEL = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
_SIGNATURES = (
    (b"%PDF-", "PDF"),
    *((start, "PICTURE") for start in (b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")),
    *((start, "ARCHIVE") for start in (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ")),
    (b"{\\rtf", "DOCUMENT"),
    *((start, "XLS") for start in _OLD_EXCEL),
)
_WEB_PAGE = re.compile(
    r"\s*<(?:!doctype\s+html|html|head|body|table|meta|style|div|!--)|\s*mime-version:", re.IGNORECASE
)
_XML = re.compile(r"\s*<\?xml|\s*<(?:\w+:)?workbook\b", re.IGNORECASE)
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def kind_of(file):
    """`XLSX` for any zip archive, `CSV` for what may be text; raises Fault for all else. Leaves `file` at its start."""
    head = file.read(HEAD)
    file.seek(0)
    if head.startswith(_OLE2):
        raise Fault(_old_format(file))
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return XLSX
    for start, code in _SIGNATURES:
        if head.startswith(start):
            raise Fault(code)
    _refuse_markup(head)
    return CSV


def mark_of(head):
    """(length of the byte order mark, encoding that it names), or (0, "")."""
    return next(((len(mark), encoding) for mark, encoding in _MARKS if head.startswith(mark)), (0, ""))


def _refuse_markup(head):
    length, encoding = mark_of(head)
    text = head[length:].decode(encoding or "latin-1", "ignore")
    if len(head) < HEAD and not text.strip(" \t\r\n\v\f,;\x00\x1a"):
        raise Fault("EMPTY")
    if _WEB_PAGE.match(text):
        raise Fault("WEB_PAGE")
    if _XML.match(text):
        raise Fault("XML_TABLE" if "urn:schemas-microsoft-com:office:spreadsheet" in text else "XML")


def _old_format(file):
    """Which code an OLE2 file gets, by the names of the streams in its directory."""
    names = {name.encode("utf-16-le"): code for name, code in (("EncryptedPackage", "ENCRYPTED"), ("Workbook", "XLS"))}
    names["Book".encode("utf-16-le")] = "XLS"
    found, tail = set(), b""
    while chunk := file.read(2**20):
        seen = tail + chunk
        found |= {code for name, code in names.items() if name in seen}
        tail = seen[-64:]
    file.seek(0)
    return next((code for code in ("ENCRYPTED", "XLS") if code in found), "DOCUMENT")

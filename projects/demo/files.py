"""Small files to attach: one picture and one page per kind of document, made here and the same every time."""

import zlib

from projects.models.documents import DocumentKind
from registry.core.blobs import store
from registry.core.models import Blob

SIDE = 64


def make_blobs(by):
    """{kind of document: (stored file, ending of its name)}."""
    made = {}
    for kind in DocumentKind.values:
        content, ending = (picture(), "png") if kind == DocumentKind.PHOTO else (page(kind), "pdf")
        made[kind] = store(content, f"demo-{kind}.{ending}", by=by), ending
    Blob.objects.filter(pk__in=[blob.pk for blob, _ending in made.values()]).update(is_demo=True)
    return made


def picture():
    """A PNG of 64 by 64 pixels: green fields under a blue sky."""
    rows = b"".join(
        b"\x00" + bytes((120, 170 + y, 220) if y < SIDE // 2 else (90, 140 + y, 70)) * SIDE for y in range(SIDE)
    )
    header = SIDE.to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name, data):
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


def page(kind):
    """A PDF of one page that says which kind of document it stands for."""
    words = f"BT /F1 24 Tf 72 720 Td (Demo document: {kind.replace('_', ' ')}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return content + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (count, table, count, len(content))
    )

"""Tables as files that a spreadsheet opens rightly and cannot run: CSV, and XLSX without any library.

Both are made row by row as they are sent, so that a file of any length takes the same little memory. A row is a
sequence of cells, or a text: a line that is ready (`written_rows`).
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from xml.sax.saxutils import escape

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override

from registry.core.text import mask_personal

_FORMULA = re.compile("^[=+\\-@\t\r＝＋－＠]")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ROWS_A_CHUNK = 500
NAME_LIMIT = 100
FASTEST = 1
"""How hard a sheet is pressed: harder ones give a third less and take twice the time and more."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]+')

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
}
_SHEET_START = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
    'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><sheetData>'
)
_CELL, _END = '<c t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def neutral(cell):
    """The cell, with text that a spreadsheet would take for a formula marked as text by a leading '."""
    if isinstance(cell, str) and _FORMULA.match(cell):
        return f"'{cell}"
    return "" if cell is None else cell


class _Sink:
    """A file that is read while it is written."""

    def __init__(self):
        self.parts = []

    def write(self, data):
        self.parts.append(data)
        return len(data)

    def flush(self):
        """Nothing is held back."""

    def take(self):
        taken, self.parts = self.parts, []
        return taken


def csv_chunks(head, rows):
    """The table as CSV in bytes: with a byte order mark, without which Excel guesses the encoding."""
    sink = _Sink()
    writer = csv.writer(sink)
    sink.write("\ufeff")
    writer.writerow(map(neutral, map(str, head)))
    for row in rows:
        if isinstance(row, str):
            sink.write(row)
        else:
            writer.writerow(map(neutral, row))
        if len(sink.parts) >= ROWS_A_CHUNK:
            yield "".join(sink.take()).encode()
    if sink.parts:
        yield "".join(sink.take()).encode()


def xlsx_chunks(head, rows):
    """The table as a workbook in bytes. Text is typed as text and numbers as numbers; nothing is a formula."""
    sink, rows = _Sink(), chain([map(str, head)], rows)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=FASTEST) as package:
        for name, xml in _PARTS.items():
            package.writestr(name, _XML + xml)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write((_XML + _SHEET_START).encode())
            while chunk := "".join(map(_row, islice(rows, ROWS_A_CHUNK))):
                sheet.write(chunk.encode())
                yield from sink.take()
            sheet.write(b"</sheetData></worksheet>")
    yield from sink.take()


def _row(cells):
    return cells if isinstance(cells, str) else f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(cell):
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, int | Decimal):
        return f"<c><v>{cell:f}</v></c>" if isinstance(cell, Decimal) else f"<c><v>{cell}</v></c>"
    return f"{_CELL}{escape(NOT_XML.sub('', str(cell)))}{_END}"


def _csv_cell(cell):
    sink = _Sink()
    csv.writer(sink).writerow([neutral(cell), ""])
    return "".join(sink.take()).removesuffix(",\r\n")


@dataclass(frozen=True)
class Form:
    """How a form writes, for those who write its lines elsewhere: `line` is what stands before, between and behind the
    cells, `text` and `number` what stands around one, `empty` an empty one; `cell` writes any."""

    line: tuple[str, str, str]
    text: tuple[str, str]
    number: tuple[str, str]
    empty: str
    cell: object


FORMS = {
    "csv": Form(("", ",", "\r\n"), ("", ""), ("", ""), "", _csv_cell),
    "xlsx": Form(("<row>", "", "</row>"), (_CELL, _END), ("<c><v>", "</v></c>"), "<c/>", _cell),
}
FORMATS = {
    "csv": (csv_chunks, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_chunks, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def download(form, name, head, rows):
    """A download of `rows` (an iterator, read as it is sent) in one of FORMATS, as `name` with its ending. Texts have
    personal numbers masked. Where the rows break off, so does the transfer: no half file looks like a whole one."""
    chunks, content_type = FORMATS[form]
    return StreamingHttpResponse(
        _in_language(get_language(), chunks(head, map(_masked, rows))),
        content_type=content_type,
        headers={"Content-Disposition": content_disposition_header(True, f"{name}.{form}")},
    )


def _masked(row):
    if isinstance(row, str):
        return row
    return tuple(mask_personal(cell) if isinstance(cell, str) else cell for cell in row)


def attached(content, name, media_type):
    """An open file as a download that no browser runs or keeps."""
    return FileResponse(
        content,
        as_attachment=True,
        filename=name,
        content_type=media_type,
        headers={
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
        },
    )


def made_file_or_404(find, key, user):
    """What `find(key, user)` says of a file that a job has made; Http404, in its words, for one that is not kept any
    more or not for this person."""
    try:
        return find(key, user)
    except ObjectDoesNotExist:
        raise Http404 from None
    except ValidationError as gone:
        raise Http404(gone.messages[0]) from None


def docx_attached(content, name):
    """The bytes of a paper as a download; `name` without its ending."""
    return attached(io.BytesIO(content), safe_name(f"{name}.docx"), DOCX)


def safe_name(name):
    """A file's or folder's name that every system takes: no separators, controls or trailing dots, not too long."""
    name = _UNSAFE.sub("_", name).strip(" .") or "_"
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 5:
        return f"{stem[: NAME_LIMIT - len(ending) - 1].strip(' .') or '_'}.{ending}"
    return name[:NAME_LIMIT].strip(" .")


def _in_language(language, chunks):
    """Rows are made after the request's language was put away; they are to speak it all the same."""
    with override(language):
        yield from chunks

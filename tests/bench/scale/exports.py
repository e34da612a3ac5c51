"""W6: all projects with the names of all their organisations, as CSV and XLSX; seconds, first byte, memory held."""

import csv
import io
import tempfile
import time
import zipfile
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook

from .asking import Browser
from .memory import peak, reset, resident

FORMS = ("csv", "xlsx")
ADDRESS = "/api/v1/projects/export/?format={}"
TAKEN = 65_536

_ROWS = """
    SELECT p.number, p.name, r.county, r.field, r.stage, r.lead, names.names, r.year, r.amount
    FROM raw.project r JOIN projects_project p ON p.id = r.id LEFT JOIN LATERAL (
        SELECT string_agg(o.name, ';' ORDER BY t.id) AS names
        FROM projects_participation t JOIN orgs_organisation o ON o.id = t.organisation_id
        WHERE t.project_id = p.id) names ON true
    ORDER BY r.year DESC, r.id DESC
"""
_XML = f"""
    SELECT '<row>' || (
        SELECT string_agg('<c t="inlineStr"><is><t>' || replace(replace(coalesce(cell, ''), '&', '&amp;'), '<', '&lt;')
            || '</t></is></c>', '') FROM unnest(ARRAY[number, name, county, field, stage, lead, names]) cell)
        || '<c><v>' || year || '</v></c><c><v>' || amount || '</v></c></row>'
    FROM ({_ROWS}) found
"""
_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="projects" sheetId="1" r:id="a"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}


class Deflated:
    """Where COPY writes to: rows of a sheet, lines of the one column that they are."""

    def __init__(self, sheet):
        self.sheet = sheet

    def write(self, part):
        self.sheet.write(part if isinstance(part, bytes) else part.encode())


def raw_file(cursor, form, path):
    """The limit: COPY to a file; of a workbook the rows are made by PostgreSQL and only deflated here."""
    if form == "csv":
        with path.open("wb") as target:
            cursor.copy_expert(f"COPY ({_ROWS}) TO STDOUT (FORMAT csv, HEADER)", target)
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, text in _PARTS.items():
            package.writestr(name, text)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            cursor.copy_expert(f"COPY ({_XML}) TO STDOUT", Deflated(sheet))
            sheet.write(b"</sheetData></worksheet>")


def fetched(browser, address, path):
    """(seconds to the first byte, seconds in all) of a file that is kept at `path`."""
    browser.line.close()  # the site has closed it, if the limit took longer than it waits for the next request
    start, first = time.perf_counter(), None
    browser.line.request("GET", address, headers=browser.headers)
    answer = browser.line.getresponse()
    if answer.status != 200:
        raise AssertionError(f"{answer.status} to {address}: {answer.read(300)!r}")
    with path.open("wb") as target:
        while part := answer.read1(TAKEN):
            first = first or time.perf_counter() - start
            target.write(part)
    return first, time.perf_counter() - start


def told(path):
    """(projects, sum of funds involved, organisations' names in all) that a file of either form tells; the standard
    columns of the product, or the nine of the limit."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as source:
            return _added(csv.reader(source))
    book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
    rows = book.worksheets[0].iter_rows(values_only=True)
    return _added(rows)


def _added(rows):
    number, funds, parties = 0, Decimal(0), 0
    for row in rows:
        if not str(row[0]).startswith("SJ-"):  # the head
            continue
        names, amount = (row[9], row[13]) if len(row) > 9 else (row[6], row[8])
        number, parties = number + 1, parties + len(names.split(";"))
        funds += Decimal(str(amount or 0))
    return number, funds.quantize(Decimal("0.01")), parties


def measure(place, rounds=3):
    """{form: {"raw", "product", "first", "bytes", "grown", "peak"}}, milliseconds and MiB, and what was `apart`."""
    (ours, *_others), _theirs = place.serve()
    browser, found, apart = Browser(place.port, ours), {}, []
    with tempfile.TemporaryDirectory() as folder, place.connected() as connection, connection.cursor() as cursor:
        for form in FORMS:
            limit, file = Path(folder, f"raw.{form}"), Path(folder, f"product.{form}")
            spent = {"raw": [], "product": [], "first": []}
            fetched(browser, ADDRESS.format(form), file)
            processes = place.processes("web")
            before = max(map(resident, processes))
            reset(processes)
            for _each in range(rounds):
                start = time.perf_counter()
                raw_file(cursor, form, limit)
                spent["raw"].append(time.perf_counter() - start)
                first, whole = fetched(browser, ADDRESS.format(form), file)
                spent["first"].append(first)
                spent["product"].append(whole)
            if told(limit) != told(file):
                apart.append(f"{form}: {told(limit)} and {told(file)}")
            most = peak(processes)
            found[form] = {name: round(sorted(times)[len(times) // 2] * 1000) for name, times in spent.items()}
            found[form] |= {"bytes": file.stat().st_size, "grown": round(most - before, 1), "peak": round(most, 1)}
    return {"rounds": rounds, "forms": found, "apart": apart}

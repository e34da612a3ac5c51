"""Files as they come: read as the cells that they hold, or refused in words, in time and without harm."""

import io
import time
import zipfile

import pytest

from registry.core.sheets import begin_to_read, read_in_child
from registry.core.sheets.grid import Refused
from tests.projects.ledger_books import book, project, realistic
from tests.projects.ledger_files import save_csv, save_xlsx


def cells_of(read):
    return [(row.number, row.is_hidden, row.cells) for sheet in read.sheets for row in sheet.rows]


def words_of(read):
    """The texts of a file that knows no kinds of cell, by row and column."""
    return {
        (row.number, column): str(cell.value) for sheet in read.sheets for row in sheet.rows
        for column, cell in row.cells.items() if str(cell.value)
    }  # fmt: skip


def test_a_workbook_is_read_cell_by_cell_with_its_merges_and_hidden_rows(tmp_path):
    made = book([project(number) for number in range(1, 9)], hidden=(4,), title="台账", line="单位：元")
    save_xlsx(made, tmp_path / "a.xlsx")
    read = read_in_child(tmp_path / "a.xlsx")
    assert (read.format, [sheet.name for sheet in read.sheets]) == ("xlsx", ["台账"])
    assert cells_of(read) == cells_of(made)
    assert set(read.sheets[0].merges) == set(made.sheets[0].merges)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_file_is_read_in_the_encodings_and_with_the_signs_that_offices_use(tmp_path, encoding, delimiter):
    made = realistic(good=20)
    save_csv(made, tmp_path / "a.csv", encoding=encoding, delimiter=delimiter)
    read = read_in_child(tmp_path / "a.csv")
    assert read.format == "csv"
    assert words_of(read) == words_of(made)


def test_a_file_whose_reading_was_begun_is_not_read_again(tmp_path):
    made = realistic(good=20)
    for name in ("a.csv", "b.csv"):
        save_csv(made, tmp_path / name)
        begin_to_read(tmp_path / name)
    (tmp_path / "c.csv").write_text("项目名称,资金\n甲,1\n", encoding="utf-8")
    read = read_in_child(tmp_path / "a.csv")
    assert words_of(read) == words_of(made)
    assert len(words_of(read_in_child(tmp_path / "c.csv"))) == 4
    save_csv(realistic(good=5), tmp_path / "a.csv")
    assert len(words_of(read_in_child(tmp_path / "a.csv"))) < len(words_of(made))  # once only
    assert words_of(read_in_child(tmp_path / "b.csv", seconds=50)) == words_of(made)  # with limits of its own


# What is refused. Each within ten seconds; the sentence names what it is.

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


@pytest.fixture
def parts(tmp_path):
    """The parts of a lawful workbook, to be spoilt."""
    save_xlsx(book([project(1)]), tmp_path / "good.xlsx")
    with zipfile.ZipFile(tmp_path / "good.xlsx") as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def spoilt(parts, fault):
    sheet = "xl/worksheets/sheet1.xml"
    if fault == "bomb":
        return packed(parts | {sheet: b"<worksheet>" + b" " * 300 * 2**20})
    if fault == "many parts":
        return packed(parts | {f"xl/media/{number}.bin": b"" for number in range(30_000)})
    if fault == "entity":
        bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
        return packed(parts | {sheet: bomb + parts[sheet].partition(b"?>")[2]})
    if fault == "entity in another part":
        return packed(parts | {"docProps/app.xml": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'})
    if fault == "wide":
        cells = '<row r="1"><c r="XFD1"><v>1</v></c></row>'
        return packed(parts | {sheet: SHEET.format(cells).encode()})
    return packed(parts)[:2000]  # cut off


@pytest.mark.parametrize("fault", ["bomb", "many parts", "entity", "entity in another part", "wide", "cut off"])
def test_a_hostile_or_broken_workbook_is_refused_in_time(tmp_path, parts, fault):
    (tmp_path / "a.xlsx").write_bytes(spoilt(parts, fault))
    began = time.monotonic()
    with pytest.raises(Refused) as refusal:
        read_in_child(tmp_path / "a.xlsx", seconds=10)
    assert time.monotonic() - began < 10
    assert refusal.value.message
    assert refusal.value.code not in ("", "BROKE_OFF")


def test_a_cell_at_the_far_end_is_read_or_refused_without_a_row_for_each_before_it(tmp_path, parts):
    far = '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    (tmp_path / "a.xlsx").write_bytes(packed(parts | {"xl/worksheets/sheet1.xml": SHEET.format(far).encode()}))
    read = read_in_child(tmp_path / "a.xlsx", seconds=10)
    assert [row.number for row in read.sheets[0].rows] == [1048576]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024), "DOCUMENT"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "WEB_PAGE"),
        (b"%PDF-1.4\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "PICTURE"),
    ],
)
def test_what_is_no_workbook_is_told_by_what_it_is_whatever_its_name_says(tmp_path, content, code):
    (tmp_path / "台账.xlsx").write_bytes(content)
    with pytest.raises(Refused) as refusal:
        read_in_child(tmp_path / "台账.xlsx")
    assert refusal.value.code == code


def test_bytes_that_fit_no_encoding_are_refused_by_their_line(tmp_path):
    (tmp_path / "a.csv").write_bytes("项目名称,资金\n甲,1\n".encode() + b"\xff\xfe\xfa,2\n")
    with pytest.raises(Refused, match="3"):
        read_in_child(tmp_path / "a.csv")

"""Tables as files: nothing in them can run, and they stay small in memory."""

import io
import itertools
import zipfile
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from registry.core.exports import csv_chunks, neutral, safe_name, xlsx_chunks

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return ElementTree.fromstring(package.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own


def cells_of(content):
    """The cells of the one sheet as lists of text."""
    return [["".join(cell.itertext()) for cell in row] for row in sheet_of(content).iter(f"{SHEET}row")]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@sum", "\ttab", "\rline", "＝1", "＋1", "－1", "＠x"])
def test_text_that_looks_like_a_formula_is_marked_as_text(text):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["阜平县", "1=1", "", 5, -5, Decimal("-1.50"), date(2020, 1, 1)])
def test_everything_else_stays_as_it_is(cell):
    assert neutral(cell) == cell


def test_csv_begins_with_a_byte_order_mark_and_quotes_what_must_be():
    content = b"".join(csv_chunks(["名称", "金额"], [('他说"好",', Decimal("56.00")), (None, None)]))
    assert content.decode() == '\ufeff名称,金额\r\n"他说""好"",",56.00\r\n,\r\n'


def test_a_workbook_types_text_as_text_and_numbers_as_numbers():
    rows = [("=1+1", Decimal("56.10"), 2020, None, date(2020, 1, 2), " <a&b> ", "坏\x0b字")]
    content = b"".join(xlsx_chunks(["甲", "乙", "丙", "丁", "戊", "己", "庚"], rows))
    assert cells_of(content)[1] == ["=1+1", "56.10", "2020", "", "2020-01-02", " <a&b> ", "坏字"]
    root = sheet_of(content)
    kinds = [cell.get("t") for cell in list(root.iter(f"{SHEET}row"))[1]]
    assert kinds == ["inlineStr", None, None, None, "inlineStr", "inlineStr", "inlineStr"]
    assert list(root.iter(f"{SHEET}f")) == []


@pytest.mark.parametrize("chunks", [csv_chunks, xlsx_chunks])
def test_a_file_is_sent_while_its_rows_are_still_being_read(chunks):
    read = itertools.count()
    rows = ((f"项目{next(read)}", "甲" * 50) for _number in range(20_000))
    sent = chunks(["甲", "乙"], rows)
    for _number in range(10):
        next(sent)
    assert next(read) < 10_000
    assert sum(map(len, sent)) > 0


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", ".._.._etc_passwd"), ("a\x00b\\c:d", "a_b_c_d"), (" ... ", "_"), ("", "_"),
        ("照" * 300 + ".pdf", "照" * 96 + ".pdf"), ("\u202egnp.exe", "_gnp.exe"), ("CON.", "CON"),
    ],
)  # fmt: skip
def test_names_are_safe_on_every_system(name, safe):
    assert safe_name(name).lstrip("._") == safe.lstrip("._")
    assert "/" not in safe_name(name)
    assert len(safe_name(name)) <= 100

"""A page that is printed and filed: how it looks, what it adds up, and that nothing in it runs."""

import datetime
import io
import itertools
import tracemalloc
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.utils.safestring import mark_safe
from django.utils.translation import override
from openpyxl.cell.cell import MergedCell

from registry.core.exports import csv_chunks
from registry.core.quantity import Money, Qualifier, Quantity
from registry.core.sheets import read_book
from registry.core.workbooks import (
    DAY,
    INSTANT,
    MONEY,
    PERCENT,
    PLAIN,
    TEXT,
    WHOLE,
    Column,
    Page,
    csv_table,
    numbered,
    sheet_name,
    write_workbook,
)

RUNS = ["=1+1", "+86", "-5", "@sum", "\ttab", "＝1+1", "＋1", "－1", "＠x"]


def at(place):
    return lambda row: row[place]


def page(*rows, columns=None, **overrides):
    """A page of two-storeyed money and people, or of `columns`."""
    usual = [
        numbered(),
        Column("项目名称", at(0), width=30),
        Column("承诺", at(1), MONEY, upper="资金（万元）", is_totalled=True),
        Column("到位", at(2), MONEY, upper="资金（万元）", is_totalled=True),
        Column("人次", at(3), WHOLE, is_totalled=True),
    ]
    fields = {"facts": ["单位：万元", "数据截至 2021年11月1日 08:00"], "named": 2, "by": "张丽"} | overrides
    return Page("项目台账", columns or usual, rows, len(rows), **fields)


def one(kind, *cells):
    """A page with these cells in its second column."""
    columns = [numbered(), Column("列", at(0), kind, is_totalled=kind in (MONEY, WHOLE))]
    return page(*[(cell,) for cell in cells], columns=columns, named=1)


@pytest.fixture
def written(tmp_path):
    """`written(page)` is the sheet as another program opens it; `written.values` as one that computes nothing."""

    def write(made):
        path = tmp_path / "页.xlsx"
        write.number = write_workbook(made, path)
        write.path = path
        write.values = openpyxl.load_workbook(path, data_only=True).active
        return openpyxl.load_workbook(path).active

    return write


def csv_of(made):
    return b"".join(csv_chunks(*csv_table(made))).decode("utf-8")


THREE = (
    ("甲", Money(Decimal("8000000.00")), Money(Decimal("6400000.00")), 120),
    ("乙", Money(Decimal("720000.01")), Money(None), None),
    ("丙", Money(Decimal("0.00")), Money(Decimal("0.10")), 3),
)


def test_a_page_has_its_title_its_line_and_a_head_of_two_rows(written):
    sheet = written(page(*THREE))
    assert written.number == 3
    assert (sheet["A1"].value, sheet["A1"].font.name, sheet["A1"].font.size) == ("项目台账", "方正小标宋简体", 18)
    assert sheet["A2"].value == "单位：万元　数据截至 2021年11月1日 08:00"
    assert [[cell.value for cell in row] for row in sheet["A3:E4"]] == [
        ["序号", "项目名称", "资金（万元）", None, "人次"],
        [None, None, "承诺", "到位", None],
    ]
    merged = {str(merge) for merge in sheet.merged_cells.ranges}
    assert merged == {"A1:E1", "A2:E2", "A3:A4", "B3:B4", "C3:D3", "E3:E4"}
    assert (sheet["B5"].font.name, sheet["B5"].font.size, sheet["A3"].font.bold) == ("宋体", 11, True)


def test_a_page_without_upper_heads_has_a_head_of_one_row(written):
    sheet = written(one(TEXT, "甲"))
    assert [sheet["B3"].value, sheet["B4"].value] == ["列", "甲"]
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.auto_filter.ref) == ("B4", "$3:$3", "A3:B4")
    assert {str(merge) for merge in sheet.merged_cells.ranges} == {"A1:B1", "A2:B2"}


def test_a_page_is_set_up_for_paper(written):
    sheet = written(page(*THREE))
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.print_title_rows, sheet.freeze_panes, sheet.auto_filter.ref) == ("$3:$4", "C5", "A4:E7")
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert sheet["A9"].value.split("　" * 10) == ["制表人：张丽", "审核人：____________"]


def test_every_cell_of_the_table_has_thin_borders(written):
    sheet = written(page(*THREE))
    for row in sheet["A3:E8"]:
        for cell in row:
            if isinstance(cell, MergedCell):
                continue  # openpyxl draws the outline of what is merged itself
            border = cell.border
            assert {border.left.style, border.right.style, border.top.style, border.bottom.style} == {"thin"}, cell
    assert sheet["A9"].border.top.style is None


def test_money_is_shown_in_ten_thousand_yuan_exact_to_the_fen_and_aligned(written):
    sheet = written(page(*THREE))
    assert [sheet.cell(row, 3).value for row in (5, 6, 7)] == [800, 72.000001, 0]
    assert (sheet["C5"].number_format, sheet["C5"].alignment.horizontal) == ("#,##0.00", "right")
    assert [sheet.cell(row, 4).value for row in (5, 6, 7)] == [640, None, 0.00001]
    assert sheet["D6"].border.left.style == "thin"


def test_totals_follow_the_filter_and_have_their_result_stored(written):
    sheet = written(page(*THREE))
    assert [cell.value for cell in sheet[8]] == [
        "合计", None, "=SUBTOTAL(109,C5:C7)", "=SUBTOTAL(109,D5:D7)", "=SUBTOTAL(109,E5:E7)"
    ]  # fmt: skip
    assert [cell.value for cell in written.values[8]] == ["合计", None, 872.000001, 640.00001, 123]
    assert (sheet["C8"].number_format, sheet["C8"].font.bold) == ("#,##0.00", True)


def test_a_column_in_which_nothing_is_stated_has_no_total_rather_than_zero(written):
    sheet = written(page(("甲", Money(Decimal(10000)), Money(None), None)))
    assert [cell.value for cell in sheet[6]] == ["合计", None, "=SUBTOTAL(109,C5:C5)", None, None]


def test_a_list_with_nothing_to_add_up_has_no_total(written):
    sheet = written(one(TEXT, "甲"))
    assert sheet["A5"].value.startswith("制表人：张丽")


@pytest.mark.parametrize(
    ("qualifier", "wording", "shown"),
    [
        ("about", "", '"约"#,##0.00'), ("about", "左右", '#,##0.00"左右"'), ("over", "", '"超过"#,##0.00'),
        ("over", "余", '#,##0.00"余"'), ("over", "余万", '#,##0.00"余"'), ("over", "多", '#,##0.00"多"'),
        ("at_least", "", '#,##0.00"以上"'), ("exact", "", "#,##0.00"), ("exact", "余", "#,##0.00"),
    ],
)  # fmt: skip
def test_an_inexact_sum_stays_a_number_with_its_word_in_the_format(written, qualifier, wording, shown):
    money = Money(Decimal(560000), qualifier=qualifier, wording=wording)
    sheet = written(one(MONEY, money, Money(Decimal(10000))))
    assert (sheet["B4"].value, sheet["B4"].number_format) == (56, shown)
    assert (written.values["B6"].value, sheet["B5"].number_format) == (57, "#,##0.00")


@pytest.mark.parametrize(
    ("qualifiers", "shown"),
    [(("about", "over"), '"约"#,##0.00'), (("over", "exact"), '#,##0.00"以上"'), (("exact", "exact"), "#,##0.00")],
)
def test_the_total_of_inexact_sums_is_inexact(written, qualifiers, shown):
    rows = [Money(Decimal(10000), qualifier=qualifier) for qualifier in qualifiers]
    assert written(one(MONEY, *rows))["B6"].number_format == shown


def test_in_english_the_words_are_english(written):
    with override("en"):
        sheet = written(one(MONEY, Money(Decimal(560000), qualifier=Qualifier.OVER)))
        assert csv_of(one(MONEY, Money(Decimal(560000), qualifier=Qualifier.OVER))).splitlines()[1] == "1,over 56.00"
    assert sheet["B4"].number_format == '"over "#,##0.00'
    assert [sheet["A5"].value, sheet["A6"].value.split("　")[0]] == ["Total", "Drawn up by: 张丽"]
    assert sheet.oddFooter.center.text == "Page &P of &N"


@pytest.mark.parametrize("text", [*RUNS, "\rline"])
def test_text_that_looks_like_a_formula_arrives_as_text_in_both_forms(written, text):
    sheet = written(one(TEXT, text))
    stays = text.replace("\r", "\n") if text == "\rline" else text
    assert sheet["B4"].data_type == "s"
    assert sheet["B4"].value.replace("_x000D_", "\r").replace("\r", "\n") == stays
    assert sheet["B4"].number_format == "@"
    with zipfile.ZipFile(written.path) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
    assert csv_of(one(TEXT, text)).partition("\r\n1,")[2].lstrip('"').startswith(f"'{text[0]}")


def test_a_head_or_title_that_looks_like_a_formula_is_text_too(written):
    made = page(("甲",), columns=[Column("=1+1", at(0))], by="=2+2")
    made.title = "=3+3"
    sheet = written(made)
    assert [sheet[place].data_type for place in ("A1", "A3", "A5")] == ["s", "s", "s"]


def test_addresses_are_no_links_and_numbers_in_text_stay_text(written):
    sheet = written(one(TEXT, "https://example.org/", "0031", 31, "mailto:x@example.org"))
    assert [sheet.cell(row, 2).value for row in range(4, 8)] == [
        "https://example.org/", "0031", "31", "mailto:x@example.org"
    ]  # fmt: skip
    assert not any(sheet.cell(row, 2).hyperlink for row in range(4, 8))


def test_markup_becomes_its_words_and_what_somebody_typed_stays(written):
    made = one(TEXT, mark_safe('<span class="lamp"><i></i>超期</span> <b>3 &lt; 4</b>'), "<b>甲</b>")
    sheet = written(made)
    assert [sheet["B4"].value, sheet["B5"].value] == ["超期 3 < 4", "<b>甲</b>"]


def test_no_file_holds_numbers_of_identity_papers(written):
    number = "130102199001011234"
    assert written(one(TEXT, f"联系人 {number}"))["B4"].value == "联系人 130***************"
    assert number not in csv_of(one(TEXT, f"联系人 {number}"))


def test_days_instants_years_shares_and_yes_or_no_have_their_form(written):
    instant = datetime.datetime(2021, 11, 1, 0, 5, 59, tzinfo=datetime.UTC)
    cells = [
        (DAY, datetime.date(2021, 11, 1), datetime.datetime(2021, 11, 1), "yyyy-mm-dd"),  # noqa: DTZ001 - as read
        (INSTANT, instant, datetime.datetime(2021, 11, 1, 8, 5), "yyyy-mm-dd hh:mm"),  # noqa: DTZ001
        (PLAIN, 2020, 2020, "0"), (PERCENT, 84, 0.84, "0.0%"), (WHOLE, 2800000, 2800000, "#,##0"),
        (WHOLE, Quantity(Decimal("12.50"), "亩"), 12.5, "#,##0.##"), (TEXT, True, "是", "@"), (TEXT, False, "否", "@"),
        (DAY, datetime.date(1899, 12, 31), "1899-12-31", "@"), (PLAIN, None, None, "0"), (TEXT, "", None, "@"),
    ]  # fmt: skip
    for kind, cell, value, shown in cells:
        sheet = written(one(kind, cell))
        assert (sheet["B4"].value, sheet["B4"].number_format) == (value, shown), cell


def test_a_number_of_more_than_fifteen_digits_is_text_so_that_none_is_lost(written):
    sheet = written(one(PLAIN, 999999999999999, 1234567890123456))
    assert [sheet["B4"].value, sheet["B5"].value] == [999999999999999, "123*************"]


def test_what_no_workbook_can_hold_is_left_out_and_long_text_says_that_it_goes_on(written):
    sheet = written(one(TEXT, "坏\x0b字\ufffe", "长" * 40_000))
    assert sheet["B4"].value == "坏字"
    assert (len(sheet["B5"].value), sheet["B5"].value[-1]) == (32_767, "…")


@pytest.mark.parametrize(
    ("text", "height"),
    [("短", None), ("二十个字" * 3, 33), ("a" * 18, None), ("a" * 19, 33), ("一\n二\n三", 49.5), ("长" * 5000, 400.5)],
)
def test_a_row_is_high_enough_for_its_text(written, text, height):
    sheet = written(one(TEXT, text, "短"))
    assert (sheet.row_dimensions[4].height, sheet.row_dimensions[5].height) == (height, None)


def test_a_sum_too_wide_for_its_column_is_printed_smaller_and_not_as_signs(written):
    sheet = written(one(MONEY, Money(Decimal(2188000000), qualifier=Qualifier.OVER)))
    assert sheet["B4"].alignment.shrink_to_fit
    assert sheet["B5"].alignment.shrink_to_fit


def test_an_empty_list_is_a_page_with_its_heads_that_opens_well(written):
    sheet = written(page())
    assert (written.number, sheet["B3"].value, sheet["A5"].value[:6]) == (0, "项目名称", "制表人：张丽")
    assert sheet.auto_filter.ref == "A4:E4"
    assert csv_of(page()) == "\ufeff序号,项目名称,资金（万元）/承诺,资金（万元）/到位,人次\r\n"


def test_csv_has_one_line_of_heads_and_the_same_cells():
    lines = csv_of(page(*THREE)).splitlines()
    assert lines[1:] == ["1,甲,800.00,640.00,120", "2,乙,72.000001,,", "3,丙,0.00,0.00001,3"]
    about = Money(Decimal(560000), qualifier=Qualifier.OVER, wording="余")
    assert csv_of(page(("甲", about, Money(None), 1))).splitlines()[1] == "1,甲,56.00余,,1"
    assert csv_of(one(PERCENT, Decimal("84.2"))).splitlines()[1] == "1,84.2%"


def test_our_own_reader_reads_it(written):
    written(page(*THREE))
    book = read_book(written.path)
    rows = {row.number: row.cells for row in book.sheets[0].rows}
    assert (rows[5][3].value, rows[8][1].value, rows[8][3].value) == (800, "合计", Decimal("872.000001"))


def test_each_row_is_told_as_it_is_written(tmp_path):
    told = itertools.count()
    write_workbook(page(*THREE), tmp_path / "页.xlsx", lambda: next(told))
    assert next(told) == 3
    list(csv_table(page(*THREE), lambda: next(told))[1])
    assert next(told) == 3 + 1 + 3


@pytest.mark.parametrize(("text", "name"), [("项目[1]:a*b?", "项目 1  a b"), ("长" * 40, "长" * 31), ("'", "1")])
def test_a_sheet_is_named_as_workbooks_allow(text, name):
    assert sheet_name(text) == name


def test_a_long_page_takes_no_more_memory_than_a_short_one():
    def peak(number):
        rows = (("项目" * 40, Money(Decimal(10000)), Money(None), place) for place in range(number))
        made = page(columns=page().columns)
        made.rows = rows
        tracemalloc.start()
        write_workbook(made, io.BytesIO())
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(4000) < peak(400) + 2**20

"""What single cells mean: amounts, dates, people, codes, text. No register is asked."""

import datetime
from decimal import Decimal

import pytest

from projects.ledger import values
from projects.ledger.faults import Wrong
from registry.core.sheets.grid import BOOL, DATE, ERROR, NO_RESULT, NUMBER, TEXT, Cell

from .ledger_books import cell


def told(read, *args, **options):
    """(value, sentences) of a reader."""
    said = []
    return read(*args, said, **options), [str(one) for one in said]


def money(value, unit="元", shown=""):
    taken = cell(value)
    return values.money(Cell(taken.kind, taken.value, shown), [], unit)


def fault(read, *args, **options):
    with pytest.raises(Wrong) as wrong:
        read(*args, **options)
    return wrong.value


def test_a_cell_of_spaces_is_empty_and_a_zero_is_not():
    assert [values.is_empty(one) for one in (None, Cell(TEXT, " \u3000"))] == [True, True]
    assert [values.is_empty(one) for one in (Cell(TEXT, "无"), Cell(NUMBER, Decimal(0)))] == [False, False]


# Amounts


@pytest.mark.parametrize(
    ("written", "unit", "yuan"),
    [
        (80, "万元", "800000.00"),
        ("80", "万元", "800000.00"),
        ("80.00", "万元", "800000.00"),
        ("1,200", "元", "1200.00"),
        ("1，200", "元", "1200.00"),
        ("１２００", "元", "1200.00"),
        (" 1 200 ", "元", "1200.00"),
        ("1200.05元", "万元", "1200.05"),
        ("72万", "元", "720000.00"),
        ("72万元", "元", "720000.00"),
        ("0.5亿", "万元", "50000000.00"),
        ("1.25亿元", "元", "125000000.00"),
        ("￥80", "元", "80.00"),
        ("3百万", "元", "3000000.00"),
        (0, "元", "0.00"),
        ("10000000000", "元", "10000000000.00"),
        (0.30000000000000004, "元", "0.30"),
        (1.1500000000000001, "万元", "11500.00"),
        (12.3456, "万元", "123456.00"),
    ],
)
def test_an_amount_is_exact_to_the_fen_in_yuan(written, unit, yuan):
    found = money(written, unit)
    assert (found.plain, found.is_exact) == (yuan, True)


@pytest.mark.parametrize("written", ["-", "—", "/", "无"])
def test_an_amount_that_is_not_stated_is_not_zero(written):
    assert money(written).plain is None


@pytest.mark.parametrize(
    "written",
    [-5, "-5", "（100）", "10000000000.01", "NaN", "inf", "1e5", "80美元", "$80", "80港币", "10-20", "10~20万",
     "10至20",
     "若干", "几十万", "12,34", "1,2345", "0.001", "12.34567", 0.001, "٣٠", "8O", "1.200,50", "80万元（含物资20万）",
     "待定",
     datetime.date(2020, 1, 1), True, "5千", "3百"],
)  # fmt: skip
def test_what_is_no_exact_amount_is_rejected(written):
    assert str(fault(money, written).said)


@pytest.mark.parametrize(
    ("written", "qualifier"),
    [("约80", "about"), ("80余", "over"), ("80多", "over"), ("近80", "about"), ("超过80", "over"), ("80左右",
     "about"),
     ("≈80", "about"), (">80", "over"), ("＞80", "over"), ("80+", "over"), ("56万余元", "over")],
)  # fmt: skip
def test_an_inexact_amount_keeps_its_mark_and_is_told(written, qualifier):
    found, said = told(lambda cell, said: values.money(cell, said, "元"), cell(written))
    assert (found.qualifier, len(said)) == (qualifier, 1)


def test_an_amount_in_words_is_rejected_and_the_figures_are_offered():
    assert fault(money, "八十万", "万元").suggested == ("800000元",)


@pytest.mark.parametrize("shown", ['"$"#,##0', "[$€-2] 0.00", "[$$-409]0", "[$¥-411]0", "0%", '0.00"万元"'])
def test_a_number_shown_as_something_else_than_its_value_is_rejected(shown):
    assert fault(money, 80, "元", shown)


@pytest.mark.parametrize(
    "shown", ["", "General", "#,##0.00", '_ "¥"* #,##0.00_ ', '0.00"元"', "[$-804]0", "0.00_);[Red](0.00)"]
)
def test_usual_number_formats_are_taken(shown):
    assert money(80, "元", shown).plain == "80.00"


@pytest.mark.parametrize("shown", ["[$¥-804]#,##0.00", "[$-411]0", '[$¥]0"元"'])
def test_the_sign_of_the_yuan_is_no_other_currency(shown):
    assert money(80, "元", shown).plain == "80.00"


@pytest.mark.parametrize(
    ("shown", "qualifier", "word"),
    [
        ('#,##0.00"余"', "over", "余"),
        ('"约"0', "about", "约"),
        ('"about "0', "about", "约"),
        ('">"0', "over", "超过"),
        ("0\\余", "over", "余"),
    ],
)
def test_a_number_shown_as_inexact_is_so(shown, qualifier, word):
    found = money(80, "元", shown)
    assert (found.plain, found.qualifier, found.wording) == ("80.00", qualifier, word)
    people = values.people(Cell(NUMBER, Decimal(120), shown), [])
    assert (people.value, people.qualifier, people.wording) == (120, qualifier, word)


# Formulas


@pytest.mark.parametrize("taken", [Cell(ERROR, "#REF!"), Cell(NO_RESULT, None)])
@pytest.mark.parametrize(
    "read",
    [
        lambda cell: values.money(cell, [], "元"),
        lambda cell: values.day(cell, []),
        lambda cell: values.people(cell, []),
        lambda cell: values.credit_code(cell, []),
        lambda cell: values.text(cell, [], limit=200),
        values.digits,
        values.year,
    ],
)
def test_a_formula_without_a_result_or_with_an_error_is_rejected(read, taken):
    assert fault(read, taken).code in ("error", "no_result")


def test_the_stored_result_of_a_formula_counts():
    assert values.money(Cell(NUMBER, Decimal(80), is_formula=True), [], "元").plain == "80.00"


# Dates


@pytest.mark.parametrize(
    "written",
    ["2018-03-05", "2018.3.5", "2018/3/5", "2018年3月5日", "２０１８年３月５日", "2018 年 3 月 5 日",
     "20180305", 20180305, 43164, "43164",
     43164.5, datetime.date(2018, 3, 5), datetime.datetime.fromisoformat("2018-03-05T09:30"), "2018-03-05 00:00:00",
     "2018年3月5日 9:30"],
)  # fmt: skip
def test_days_are_read_in_all_usual_ways(written):
    assert values.day(cell(written), []) == datetime.date(2018, 3, 5)


@pytest.mark.parametrize("written", ["2018年2月", "2018年02月", Cell(DATE, datetime.date(2018, 2, 1), 'yyyy"年"m"月"')])
def test_a_month_is_its_first_day_as_a_start_its_last_as_an_end_and_is_told(written):
    assert told(values.day, cell(written))[0] == datetime.date(2018, 2, 1)
    found, said = told(values.day, cell(written), is_end=True)
    assert (found, len(said)) == (datetime.date(2018, 2, 28), 1)


@pytest.mark.parametrize(
    "written",
    ["3/5/2018", "05.03.2018", "18-3-5", "18年3月5日", 2018.3, "2018.3", "2018-03", 2018, "2018", "2018-13-01",
     "2018-02-30",
     "1989-12-31", "2100-01-01", datetime.date(1989, 12, 31), datetime.date(2100, 1, 1), "2018年13月",
     "长期", "5月12日", True, 20181301, 12,
     "12345678901"],
)  # fmt: skip
def test_a_date_that_can_be_read_in_two_ways_or_not_at_all_is_rejected(written):
    assert str(fault(values.day, cell(written), []).said)


@pytest.mark.parametrize(
    ("written", "read"),
    [(datetime.date(1990, 1, 1), (1990, 1, 1)), (datetime.date(2099, 12, 31), (2099, 12, 31)),
     ("1990年1月", (1990, 1, 1)), ("2099年12月", (2099, 12, 1)), (32874, (1990, 1, 1)), (73050, (2099, 12, 31)),
     (73050.5, (2099, 12, 31)), (20991231, (2099, 12, 31))],
)  # fmt: skip
def test_the_first_and_the_last_day_of_the_calendar_are_read(written, read):
    assert values.day(cell(written), []) == datetime.date(*read)


@pytest.mark.parametrize("written", [32873, 73051, 10**8, 9999999, 20210101.5])
def test_a_number_that_is_no_day_of_the_calendar_is_ambiguous(written):
    assert fault(values.day, cell(written), []).code == "ambiguous"


def test_a_day_before_the_calendar_written_as_a_number_is_told_as_a_day():
    assert fault(values.day, cell(18500101), []).code != "ambiguous"


@pytest.mark.parametrize("written", ["1989年12月", "2100年1月"])
def test_a_month_outside_of_the_calendar_is_rejected(written):
    assert fault(values.day, cell(written), []).code == "out_of_range"


def test_a_day_counted_by_excel_is_told():
    assert len(told(values.day, cell(43164))[1]) == len(told(values.day, cell("43164"))[1]) == 1
    assert told(values.day, cell(20180305))[1] == []


@pytest.mark.parametrize("written", ["-", "无", "/"])
def test_no_date_is_not_stated(written):
    assert values.day(cell(written), []) is None


# People


@pytest.mark.parametrize(
    ("written", "number", "unit"),
    [(120, 120, "人次"), ("1,200", 1200, "人次"), ("120人", 120, "人"), ("120人次", 120, "人次"),
     ("1.5万人次", 15000, "人次"),
     (0, 0, "人次"), (100_000_000, 100_000_000, "人次"), (Decimal("120.0"), 120, "人次"), ("１２０", 120, "人次")],
)  # fmt: skip
def test_people_are_whole_numbers_in_persons_or_person_times(written, number, unit):
    found = values.people(cell(written), [])
    assert (found.value, found.unit) == (number, unit)


@pytest.mark.parametrize("written", ["50户", "30副", "12.5", 12.5, -1, 100_000_001, "三百人", "若干", True, "10-20"])
def test_other_units_and_halves_are_rejected(written):
    assert str(fault(values.people, cell(written), []).said)


def test_people_may_be_approximate_and_it_is_told():
    found, said = told(values.people, cell("280多万人次"))
    assert (found.value, found.qualifier, len(said)) == (2_800_000, "over", 1)


# Codes and text


@pytest.mark.parametrize(
    "written", ["53130000500000000d", "５３１３００００５００００００００Ｄ", " 5313 0000 5000 0000 0D "]
)
def test_lower_case_width_and_spaces_of_a_code_are_normalised(written):
    assert values.credit_code(cell(written), []) == "53130000500000000D"


@pytest.mark.parametrize("written", [531300005000000000, Cell(DATE, datetime.date(2020, 1, 1)), Cell(BOOL, True)])
def test_a_code_in_a_number_cell_has_lost_digits(written):
    assert fault(values.credit_code, cell(written), []).code == "number"


@pytest.mark.parametrize(
    ("written", "stored"),
    [("  两端空格　", "两端空格"), ("中 间 保 留", "中 间 保 留"), ("（全角）ＡＢＣ", "（全角）ＡＢＣ"), ("x²",
     "x²"), ("e\u0301", "é"),
     ("=1+1", "=1+1"), ("@甲", "@甲"), ("<b>粗</b>", "<b>粗</b>"), (12, "12"), (Decimal("1E+3"), "1000"),
     (datetime.date(2020, 1, 2), "2020-01-02"), ("换\n行", "换 行")],
)  # fmt: skip
def test_text_keeps_what_it_holds_less_outer_spaces(written, stored):
    assert values.text(cell(written), [], limit=200) == stored


def test_remarks_keep_their_lines():
    assert values.text(cell("一\r\n二\t三"), [], limit=200, multiline=True) == "一\n二\t三"


@pytest.mark.parametrize("written", ["\u202e反", "\u2066x", "零\x00", "半\ud800"])
def test_marks_that_turn_the_writing_direction_are_rejected(written):
    for read in (lambda taken: values.text(taken, [], limit=200), values.digits):
        assert fault(read, Cell(TEXT, written)).code in ("bidi", "nul", "surrogate")


def test_text_that_is_too_long_is_rejected_never_cut():
    assert len(values.text(cell("长" * 200), [], limit=200)) == 200
    assert fault(values.text, cell("长" * 201), [], limit=200).code == "too_long"


@pytest.mark.parametrize("written", ["身份证130102199003071234", "卡号 6222 0200 1234 5678 901"])
def test_numbers_of_papers_and_cards_in_free_text_are_told_and_kept(written):
    found, said = told(values.text, cell(written), limit=200, private=True)
    assert (found, len(said)) == (written, 1)


@pytest.mark.parametrize(
    ("written", "year"), [(2020, 2020), ("2020年", 2020), ("2020年度", 2020), (1990, 1990), ("2099", 2099), ("-", None)]
)
def test_a_year_is_read(written, year):
    assert values.year(cell(written)) == year


@pytest.mark.parametrize("written", ["20", "1989", "2100", "二〇二〇", "2020-2021"])
def test_what_is_no_year_is_rejected(written):
    assert fault(values.year, cell(written)).code == "year"

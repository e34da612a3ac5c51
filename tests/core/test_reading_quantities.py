"""What people type becomes a quantity, or is refused by a name and with a remedy."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from registry.core.quantity import (
    MONEY_LIMIT,
    Money,
    Qualifier,
    Quantity,
    money_of_number,
    parse_money,
    parse_quantity,
)

EXACT, ABOUT, OVER, AT_LEAST = Qualifier


def refused(read, *args, **kwargs):
    """The code of the refusal; its message must quote the text and name a remedy after its first sentence."""
    with pytest.raises(ValidationError) as refusal:
        read(*args, **kwargs)
    with override("en"):
        message = refusal.value.messages[0]
    assert message.startswith(("“", "The thousands separators in “"))
    assert message.count(". ") >= 1
    assert "%(" not in message
    message.encode()
    return refusal.value.code


# Reading money


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("1,200", "1200"),
        ("1，200", "1200"),
        ("1,234,567.89", "1234567.89"),
        ("1 200", "1200"),
        ("12万", "120000"),
        ("0.5亿", "50000000"),
        ("72万元", "720000"),
        ("３０００", "3000"),
        ("１２．５万元", "125000"),
        ("八十万", "800000"),
        ("一百二十万元", "1200000"),
        ("两千三百", "2300"),
        ("十五万", "150000"),
        ("一点五亿", "150000000"),
        ("十万零七千元", "107000"),
        ("贰仟壹佰捌拾捌万元伍角", "21880000.50"),
        ("贰仟元整", "2000"),
        ("1200.50元", "1200.50"),
        ("1200元5角3分", "1200.53"),
        ("5百万", "5000000"),
        ("3千万", "30000000"),
        ("¥1,200.00", "1200"),
        ("￥72万", "720000"),
        ("人民币72万元", "720000"),
        ("72万元人民币", "720000"),
        ("0", "0"),
        ("007", "7"),
        ("7".zfill(60), "7"),
        ("100亿", "10000000000"),
    ],
)
def test_money_is_read_as_people_write_it(text, yuan):
    assert parse_money(text) == Money(Decimal(yuan))


@pytest.mark.parametrize(
    ("text", "yuan", "qualifier", "wording"),
    [
        ("约21.88亿元", 2188000000, ABOUT, "约"),
        ("大约72万", 720000, ABOUT, "大约"),
        ("近72万", 720000, ABOUT, "近"),
        ("72万元左右", 720000, ABOUT, "左右"),
        ("≈3000", 3000, ABOUT, "约"),
        ("超过30亿", 3000000000, OVER, "超过"),
        (">3000", 3000, OVER, "超过"),
        ("3000+", 3000, OVER, "超过"),
        ("3000余万元", 30000000, OVER, "余"),
        ("3千多万元", 30000000, OVER, "多"),
        ("三千余万元", 30000000, OVER, "余"),
        ("56万余元", 560000, OVER, "余"),
        ("30万余元", 300000, OVER, "万余"),
        ("800余万元", 8000000, OVER, "余"),
        ("4.46亿元以上", 446000000, AT_LEAST, "以上"),
        ("不少于5万元", 50000, AT_LEAST, "不少于"),
    ],
)
def test_inexact_money_keeps_its_mark_and_its_word(text, yuan, qualifier, wording):
    assert parse_money(text) == Money(yuan, qualifier, wording)


@pytest.mark.parametrize("text", ["", " ", "\u3000", "-", "—", "/", "无", "未说明", "not stated"])
def test_blank_is_not_stated_and_never_zero(text):
    assert parse_money(text) == Money(None)
    assert parse_quantity(text, "人") == Quantity(None, "人")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0.005", "finer_than_fen"),
        ("0.0000001万", "finer_than_fen"),
        ("1.0000000000000000000000000000000000001万", "finer_than_fen"),
        ("1,20", "separators"),
        ("12,00", "separators"),
        ("1,2000", "separators"),
        ("0,200", "separators"),
        ("1200,", "separators"),
        ("-5", "negative"),
        ("−5万", "negative"),
        ("－５", "negative"),
        ("负五万", "negative"),
        ("(1,200)", "negative"),
        ("10000000000.01", "above_limit"),
        ("101亿", "above_limit"),
        ("9" * 59, "above_limit"),
        ("NaN", "unreadable"),
        ("inf", "unreadable"),
        ("Infinity", "unreadable"),
        ("1-2万", "range"),
        ("1～2万", "range"),
        ("1万至2万", "range"),
        ("三到五万", "range"),
        ("100美元", "currency"),
        ("$5", "currency"),
        ("５００ＵＳＤ", "currency"),
        ("待定", "unreadable"),
        ("约", "unreadable"),
        ("万元", "unreadable"),
        ("三万五", "unreadable"),
        ("十几万", "unreadable"),
        ("1亿2000万", "unreadable"),
        ("1e5", "unreadable"),
        ("1200.", "unreadable"),
        (".5", "unreadable"),
        ("+5", "unreadable"),
        ("1.2.3", "unreadable"),
        ("5%", "unreadable"),
        ("72万户", "unreadable"),
        ("5角", "unreadable"),
        ("٣٠٠", "unreadable"),
        ("3²", "unreadable"),
        ("=1+1", "unreadable"),
        ("12\x0034", "unreadable"),
        ("12\ud80034", "unreadable"),
        ("1" * 1000, "unreadable"),
        ("7".zfill(61), "unreadable"),
        ("万" * 60, "unreadable"),
        ("约3000余万", "two_words"),
        ("约3万左右", "two_words"),
    ],
)
def test_what_is_no_amount_is_refused_by_name(text, code):
    assert refused(parse_money, text) == code


def test_the_limit_is_allowed_and_can_be_raised():
    assert parse_money("100亿").value == MONEY_LIMIT
    assert parse_money("200亿", limit=Decimal(10**11)).value == 2 * MONEY_LIMIT
    assert refused(parse_money, "200", limit=Decimal(100)) == "above_limit"


@pytest.mark.parametrize(
    ("text", "unit", "yuan"),
    [
        ("80", "万元", 800000),
        ("80.5", "万元", 805000),
        ("1,200", "万元", 12000000),
        ("八十", "万元", 800000),
        ("80元", "万元", 80),
        ("八十万", "万元", 800000),
        ("0.5亿", "万元", 50000000),
        ("80余", "万元", 800000),
        ("2", "亿元", 200000000),
    ],
)
def test_a_unit_in_the_cell_wins_over_the_unit_of_the_column(text, unit, yuan):
    assert parse_money(text, unit).value == yuan


@pytest.mark.parametrize(
    ("number", "unit", "yuan"),
    [
        (72, "万元", "720000"),
        (0.1 + 0.2, "万元", "3000"),
        (1234.56, "元", "1234.56"),
        (Decimal("0.5"), "亿元", "50000000"),
        (0, "元", "0"),
    ],
)
def test_a_number_cell_is_money_without_binary_noise(number, unit, yuan):
    assert money_of_number(number, unit) == Money(Decimal(yuan))


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (0.005, "finer_than_fen"),
        (123.456, "finer_than_fen"),
        (Decimal("0.30000000000000004"), "finer_than_fen"),
        (-1, "negative"),
        (float("nan"), "unreadable"),
        (float("inf"), "unreadable"),
        (float("-inf"), "unreadable"),
        (1e300, "above_limit"),
        (10000000001, "above_limit"),
    ],
)
def test_a_number_cell_that_is_no_amount_is_refused_by_name(number, code):
    assert refused(money_of_number, number) == code


def test_money_at_the_limit_is_taken_and_a_fen_more_is_not():
    assert money_of_number(MONEY_LIMIT).value == MONEY_LIMIT
    assert refused(money_of_number, MONEY_LIMIT + Decimal("0.01")) == "above_limit"


@pytest.mark.parametrize("text", ["5角", "3分", "1角2分", "1200五角", "1200五分", "1200五角三分"])
def test_a_fraction_of_a_yuan_needs_its_yuan(text):
    assert refused(parse_money, text) == "unreadable"


@pytest.mark.parametrize("text", ["1元十角", "1元百分", "十二三元", "万万千元零零"])
def test_no_digit_is_above_nine_and_no_numeral_is_guessed(text):
    assert refused(parse_money, text) == "unreadable"


@pytest.mark.parametrize(
    ("text", "value"), [("十元", "10"), ("十二元", "12"), ("一百零一元", "101"), ("一千零一十元", "1010")]
)
def test_numerals_that_begin_with_ten_or_hold_a_zero(text, value):
    assert parse_money(text).value == Decimal(value)


# Reading quantities


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("1160副", Quantity(1160, "副")),
        ("1,160 副", Quantity(1160, "副")),
        ("9000多人", Quantity(9000, "人", OVER, "多")),
        ("280多万人次", Quantity(2800000, "人次", OVER, "多")),
        ("1.5万户", Quantity(15000, "户")),
        ("2000余贫困户", Quantity(2000, "贫困户", OVER, "余")),
        ("约300人", Quantity(300, "人", ABOUT, "约")),
        ("三百人左右", Quantity(300, "人", ABOUT, "左右")),
        ("5千克", Quantity(5, "千克")),
        ("5千户", Quantity(5000, "户")),
        ("3.5亩", Quantity(Decimal("3.5"), "亩")),
        ("3.1234亩", Quantity(Decimal("3.1234"), "亩")),
        ("100平方米", Quantity(100, "平方米")),
    ],
)
def test_a_quantity_is_read_with_its_unit(text, quantity):
    assert parse_quantity(text) == quantity


@pytest.mark.parametrize("text", ["9000", "9000人", "9千", "０.９万人"])
def test_the_unit_may_be_left_out_where_it_is_known(text):
    assert parse_quantity(text, "人") == Quantity(9000, "人")


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("9000", None, "unit_missing"),
        ("9000人次", "人", "unit_other"),
        ("9000人", "人次", "unit_other"),
        ("30户", "人", "unit_other"),
        ("0.5", "户", "fraction"),
        ("1.5人次", None, "fraction"),
        ("0.00001吨", None, "places"),
        ("-3", "人", "negative"),
        ("3-5", "人", "range"),
        ("三五", "人", "unreadable"),
        ("多人", None, "unreadable"),
        ("30 %", None, "unreadable"),
        ("12,34", "人", "separators"),
        ("1000000000001", "人", "above_limit"),
    ],
)
def test_what_is_no_quantity_is_refused_by_name(text, unit, code):
    assert refused(parse_quantity, text, unit) == code


def test_people_can_be_limited():
    assert refused(parse_quantity, "100000001", "人", limit=Decimal(10**8)) == "above_limit"
    assert parse_quantity("100000000", "人", limit=Decimal(10**8)).value == 10**8

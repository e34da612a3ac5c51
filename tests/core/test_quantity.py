import itertools
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from registry.core.quantity import (
    MONEY_LIMIT,
    Money,
    Qualifier,
    Quantity,
    Total,
    capitals,
    format_quantity,
    money_of_number,
    parse_money,
    parse_quantity,
    sum_qualifier,
    total,
)
from registry.core.quantity.format import column_number, marks
from registry.core.quantity.units import measured_numbers

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


# Values


def test_a_value_is_a_decimal_and_never_a_float():
    assert Quantity(3, "户").value == Decimal(3)
    with pytest.raises(TypeError):
        Quantity(1.5, "户")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_value_is_finite(value):
    with pytest.raises(ValueError, match="finite"):
        Quantity(Decimal(value), "户")


def test_a_qualifier_from_the_database_becomes_a_qualifier():
    assert Quantity(1, "户", "about").qualifier is ABOUT
    with pytest.raises(ValueError, match="roughly"):
        Quantity(1, "户", "roughly")


def test_money_is_in_yuan_and_exact_to_the_fen():
    assert Money(Decimal("72")) == Money(Decimal("72.00"))
    assert str(Money(Decimal("0.1")).value) == "0.10"
    assert Money(5).unit == "元"
    with pytest.raises(ValueError, match="fen"):
        Money(Decimal("0.001"))


def test_not_stated_is_not_zero():
    assert not Money(None).is_stated
    assert not Money(None).is_exact
    assert Money(0).is_stated
    assert Money(None) != Money(0)


# Sums


def test_equal_units_add_exactly():
    assert Money(Decimal("0.10")) + Money(Decimal("0.20")) == Total(Decimal("0.30"), "元", lines=2)


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(["人次", "人", "户", "元"], 2)))
def test_different_units_are_never_added(one, other):
    with pytest.raises(ValueError, match="never added"):
        Quantity(1, one) + Quantity(1, other)
    with pytest.raises(ValueError, match="never added"):
        total([Quantity(1, one)], other)


def test_a_quantity_and_a_bare_number_are_not_added():
    with pytest.raises(TypeError):
        Money(1) + 1
    with pytest.raises(TypeError):
        sum([Money(1)])


@pytest.mark.parametrize(
    ("qualifiers", "of_sum", "inexact"),
    [
        ([EXACT, EXACT], EXACT, 0),
        ([EXACT, ABOUT], ABOUT, 1),
        ([EXACT, OVER], AT_LEAST, 1),
        ([OVER, OVER], AT_LEAST, 2),
        ([AT_LEAST, EXACT], AT_LEAST, 1),
        ([OVER, ABOUT, EXACT], ABOUT, 2),
    ],
)
def test_an_inexact_line_makes_the_sum_inexact(qualifiers, of_sum, inexact):
    result = total([Quantity(10, "户", qualifier) for qualifier in qualifiers], "户")
    assert result == Total(Decimal(10 * len(qualifiers)), "户", of_sum, lines=len(qualifiers), inexact=inexact)


def test_lines_that_are_not_stated_are_counted_and_add_nothing():
    result = total([Money(None), Money(5), Money(None)], "元")
    assert result == Total(Decimal(5), "元", lines=3, not_stated=2)


def test_a_sum_of_nothing_is_zero_and_a_sum_of_unstated_lines_is_not_stated():
    assert total([], "元") == Total(Decimal(0), "元")
    assert total([Money(None)], "元") == Total(None, "元", lines=1, not_stated=1)


def test_sums_of_sums_keep_their_counts():
    part = total([Money(1), Money(2, ABOUT), Money(None)], "元")
    assert total([part, Money(3), part], "元") == Total(Decimal(9), "元", ABOUT, lines=7, inexact=2, not_stated=2)


@pytest.mark.parametrize(
    ("about", "over", "qualifier"), [(0, 0, EXACT), (1, 0, ABOUT), (0, 1, AT_LEAST), (2, 3, ABOUT)]
)
def test_counts_of_inexact_lines_tell_how_exact_a_sum_is(about, over, qualifier):
    assert sum_qualifier(about, over) == qualifier


# Formatting

ARTICLE = [  # every figure of the article, as it prints them
    "6300多家", "5367个", "约21.88亿元", "62个", "280多万人次", "超过30亿元", "10余次", "21040名", "1.05亿元", "150座",
    "3000余万元", "2000余贫困户", "30多家", "1160副", "153名", "120多次", "9000多人", "60余个", "72万元", "34个",
    "56万余元", "3亿元", "7500头", "10万头", "1.5万户", "13个", "140个", "4.5亿元", "2.5亿元", "11家", "94户", "3年",
    "800余万元",
]  # fmt: skip


@pytest.mark.parametrize("text", ARTICLE)
def test_prose_prints_the_figures_of_the_article_as_the_article_does(text):
    read = parse_money(text) if text.endswith("元") else parse_quantity(text)
    assert format_quantity(read, "prose", "zh-hans") == text


@pytest.mark.parametrize(
    "text", ["30万余元", "12000余万元", "近72万元", "72万元左右", "4.46亿元以上", "至少5户", "逾3亿元", "5万多元"]
)
def test_other_words_and_places_of_the_source_are_kept(text):
    read = parse_money(text) if text.endswith(("元", "右", "上")) else parse_quantity(text)
    assert format_quantity(read, "prose", "zh-hans") == text


@pytest.mark.parametrize(
    ("amount", "headline", "prose", "table", "exact"),
    [
        ("2188000000", "21.88 亿元", "21.88亿元", "218,800.00", "2,188,000,000.00 元"),
        ("2188123456.78", "21.88 亿元", "约21.88亿元", "218,812.35", "2,188,123,456.78 元"),
        ("100000000", "1 亿元", "1亿元", "10,000.00", "100,000,000.00 元"),
        ("30000000", "3,000 万元", "3000万元", "3,000.00", "30,000,000.00 元"),
        ("12345", "1.23 万元", "约1.23万元", "1.23", "12,345.00 元"),
        ("10000", "1 万元", "1万元", "1.00", "10,000.00 元"),
        ("9999.99", "9,999.99 元", "9999.99元", "1.00", "9,999.99 元"),
        ("7200", "7,200 元", "7200元", "0.72", "7,200.00 元"),
        ("7200.5", "7,200.50 元", "7200.50元", "0.72", "7,200.50 元"),
        ("0", "0 元", "0元", "0.00", "0.00 元"),
        ("-30000000", "-3,000 万元", "-3000万元", "-3,000.00", "-30,000,000.00 元"),
    ],
)
def test_money_in_each_style(amount, headline, prose, table, exact):
    money = Money(Decimal(amount))
    styles = ("headline", "prose", "table", "exact")
    assert tuple(format_quantity(money, style, "zh-hans") for style in styles) == (headline, prose, table, exact)


@pytest.mark.parametrize(
    ("quantity", "headline", "table", "exact"),
    [
        (Money(2188000000, ABOUT, "约"), "约 21.88 亿元", "约 218,800.00", "约 2,188,000,000.00 元"),
        (Money(30000000, OVER, "余"), "3,000 余万元", "超过 3,000.00", "超过 30,000,000.00 元"),
        (Money(560000, OVER, "余"), "56 万余元", "超过 56.00", "超过 560,000.00 元"),
        (Money(560000, OVER), "超过 56 万元", "超过 56.00", "超过 560,000.00 元"),
        (Money(30720000, AT_LEAST), "3,072 万元以上", "至少 3,072.00", "至少 30,720,000.00 元"),
        (Quantity(2800000, "人次", OVER, "多"), "280 多万人次", "超过 2,800,000", "超过 2,800,000 人次"),
        (Quantity(6300, "家", OVER, "多"), "6,300 多家", "超过 6,300", "超过 6,300 家"),
        (Quantity(Decimal("1160.0000"), "副"), "1,160 副", "1,160", "1,160 副"),
        (Quantity(Decimal("3.5000"), "亩"), "3.5 亩", "3.5", "3.5 亩"),
        (Quantity(2801234, "人次"), "2,801,234 人次", "2,801,234", "2,801,234 人次"),
    ],
)
def test_the_word_of_the_source_shows_in_headlines_and_a_plain_word_in_tables(quantity, headline, table, exact):
    styles = ("headline", "table", "exact")
    assert tuple(format_quantity(quantity, style, "zh-hans") for style in styles) == (headline, table, exact)


def test_a_word_that_contradicts_the_qualifier_is_not_printed():
    assert format_quantity(Money(720000, EXACT, "约"), "prose", "zh-hans") == "72万元"
    assert format_quantity(Money(720000, ABOUT, "余"), "prose", "zh-hans") == "约72万元"


def test_a_lower_bound_is_rounded_down_so_that_it_stays_true():
    assert format_quantity(Money(Decimal("129999999"), OVER), "headline", "zh-hans") == "超过 1.29 亿元"
    assert format_quantity(Money(Decimal("129999999")), "headline", "zh-hans") == "1.3 亿元"


@pytest.mark.parametrize(
    ("quantity", "style", "english"),
    [
        (Money(2188000000, ABOUT, "约"), "headline", "about CNY 2.188 billion"),
        (Money(2188000000, ABOUT, "约"), "exact", "about CNY 2,188,000,000.00"),
        (Money(30000000, OVER, "余"), "prose", "over CNY 30 million"),
        (Money(720000), "headline", "CNY 720,000"),
        (Money(Decimal("7200.5")), "headline", "CNY 7,200.50"),
        (Money(Decimal("1234567.89")), "prose", "about CNY 1.23 million"),
        (Quantity(6300, "家", OVER, "多"), "headline", "over 6,300 organisations"),
        (Quantity(2800000, "人次", OVER, "多"), "headline", "over 2.8 million person-times"),
        (Quantity(2801234, "人次"), "headline", "2,801,234 person-times"),
        (Quantity(1, "户", AT_LEAST), "headline", "at least 1 household"),
        (Quantity(62, "个"), "headline", "62"),
        (Quantity(3, "口井"), "headline", "3 口井"),
    ],
)
def test_english_reads_naturally_and_loses_nothing(quantity, style, english):
    assert format_quantity(quantity, style, "en") == english


def test_the_active_language_decides_unless_one_is_asked_for():
    with override("en"):
        assert str(Money(720000)) == "CNY 720,000"
        assert format_quantity(Money(720000), lang="zh-hans") == "72 万元"
        assert str(Money(None)) == "not stated"
    with override("zh-hans"):
        assert str(Money(720000)) == "72 万元"


# Capitals


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("21880000.50", "贰仟壹佰捌拾捌万元伍角"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角"),
        ("1.05", "壹元零伍分"),
        ("10", "壹拾元整"),
        ("100.05", "壹佰元零伍分"),
        ("1010", "壹仟零壹拾元整"),
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("10005", "壹万零伍元整"),
        ("105000", "壹拾万伍仟元整"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("1000500", "壹佰万零伍佰元整"),
        ("100000005", "壹亿零伍元整"),
        ("100010000", "壹亿零壹万元整"),
        ("2188000000", "贰拾壹亿捌仟捌佰万元整"),
        ("1000000000000", "壹万亿元整"),
    ],
)
def test_capitals_follow_the_rules_of_zheng_and_ling(amount, text):
    assert capitals(Decimal(amount)) == text


@pytest.mark.parametrize("amount", ["-1", "0.001", "1e16"])
def test_capitals_refuse_what_they_cannot_write(amount):
    with pytest.raises(ValueError, match="capitals"):
        capitals(Decimal(amount))


@pytest.mark.parametrize(
    "fen", [*range(100, 1200, 7), *(digit * 10**power for digit in (1, 9, 105, 2008) for power in range(2, 9))]
)
def test_capitals_are_read_back_as_the_same_amount(fen):
    amount = Decimal(fen) / 100
    assert parse_money(capitals(amount)).value == amount


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


# At the edges


def money(text, *how):
    return Money(Decimal(text), *how)


def amount(text, unit):
    return Quantity(Decimal(text), unit)


@pytest.mark.parametrize(
    ("quantity", "marks_zh", "marks_en"),
    [
        (money("5"), ("", ""), ("", "")),
        (Money(None), ("", ""), ("", "")),
        (money("30000000", OVER, "余"), ("", "余"), ("over ", "")),
        (money("30000000", OVER, "超过"), ("超过", ""), ("over ", "")),
        (money("30000000", ABOUT, "约"), ("约", ""), ("about ", "")),
        (
            money("30000000", ABOUT, "余"),
            ("约", ""),
            ("about ", ""),
        ),
        (money("30000000", AT_LEAST, "以上"), ("", "以上"), ("at least ", "")),
    ],
)
def test_how_exact_a_number_is_stands_before_or_behind_it(quantity, marks_zh, marks_en):
    assert marks(quantity, "zh-hans") == marks_zh
    assert [word.strip() for word in marks(quantity, "en")] == [word.strip() for word in marks_en]
    with override("zh-hans"):
        assert marks(quantity) == marks_zh
    with override("en"):
        assert marks(quantity) == marks(quantity, "en")


@pytest.mark.parametrize(
    ("quantity", "number"),
    [
        (Money(None), None), (money("720000"), "72.00"), (money("725000.5"), "72.50005"), (money("1"), "0.0001"),
        (money("0"), "0.00"), (Quantity(None, "人"), None), (amount("1200", "人"), "1200"),
        (amount("1200.50", "亩"), "1200.5"),
    ],
)  # fmt: skip
def test_a_column_holds_money_in_ten_thousands_exact_to_the_fen(quantity, number):
    held = column_number(quantity)
    assert (held if held is None else f"{held:f}") == number


@pytest.mark.parametrize(
    ("quantity", "plain"),
    [
        (Money(None), None), (money("2188000000"), "2188000000.00"), (amount("2800000", "人次"), "2800000"),
        (amount("12.50", "亩"), "12.5"), (amount("100", "人"), "100"),
    ],
)  # fmt: skip
def test_machines_read_the_number_alone(quantity, plain):
    assert quantity.plain == plain


def test_numbers_with_a_unit_are_found_in_a_text_each_once():
    assert measured_numbers("37项，5.6万元，37项，84%，2020年3月5日") == ["37项", "5.6万元", "84%"]


def test_money_at_the_limit_is_taken_and_a_fen_more_is_not():
    assert money_of_number(MONEY_LIMIT).value == MONEY_LIMIT
    assert refused(money_of_number, MONEY_LIMIT + Decimal("0.01")) == "above_limit"


@pytest.mark.parametrize("text", ["5角", "3分", "1角2分"])
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


def test_no_zero_is_spelled_where_no_place_is_empty():
    assert capitals(Decimal("11050")) == "壹万壹仟零伍拾元整"
    assert capitals(Decimal("10050")) == "壹万零伍拾元整"


def test_what_is_not_shortened_is_not_called_about():
    with override("zh-hans"):
        assert "约" not in format_quantity(money("500"), "prose")
        assert "约" not in format_quantity(money("720000"), "headline")
        assert format_quantity(money("10000"), "headline").replace(" ", "") == "1万元"

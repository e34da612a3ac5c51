"""Quantities as text: values and sums, and how each style writes them in both languages."""

import itertools
from decimal import Decimal

import pytest
from django.utils.translation import override

from registry.core.quantity import (
    Money,
    Qualifier,
    Quantity,
    Total,
    capitals,
    format_quantity,
    parse_money,
    parse_quantity,
    sum_qualifier,
    total,
)
from registry.core.quantity.format import column_number, marks
from registry.core.quantity.units import measured_numbers, stored_unit

EXACT, ABOUT, OVER, AT_LEAST = Qualifier


def money(text, *how):
    return Money(Decimal(text), *how)


def amount(text, unit):
    return Quantity(Decimal(text), unit)


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
        (Money(Decimal("1234567.89")), "headline", "CNY 1.23 million"),
        (Money(Decimal("1234567.89"), OVER), "prose", "over CNY 1.23 million"),
        (Money(1000000), "prose", "CNY 1 million"),
        (Money(999999), "prose", "CNY 999,999"),
        (Money(1000000000), "headline", "CNY 1 billion"),
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
    assert measured_numbers("280多万人次，5人") == ["280多万人次", "5人"]


def test_what_is_not_shortened_is_not_called_about():
    with override("zh-hans"):
        assert "约" not in format_quantity(money("500"), "prose")
        assert "约" not in format_quantity(money("720000"), "headline")
        assert format_quantity(money("10000"), "headline").replace(" ", "") == "1万元"


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
        ("9999999999999999.99", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
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


def test_no_zero_is_spelled_where_no_place_is_empty():
    assert capitals(Decimal("11050")) == "壹万壹仟零伍拾元整"
    assert capitals(Decimal("10050")) == "壹万零伍拾元整"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("persons", "人"), ("People", "人"), ("household", "户"), ("kW", "千瓦"), ("人次", "人次"), ("千条", "千条")],
)
def test_a_unit_that_is_typed_in_english_is_stored_in_chinese(typed, stored):
    assert stored_unit(typed) == stored

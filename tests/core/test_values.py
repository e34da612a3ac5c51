import datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils.translation import override

from registry.core.quantity import Money, Qualifier, Quantity, total


def shown(expression, lang="zh-hans", **context):
    with override(lang):
        return Template(f"{{% load values %}}{{{{ {expression} }}}}").render(Context(context))


def test_a_figure_carries_its_exact_value():
    assert shown("amount|money", amount=Decimal("2188123456.78")) == (
        '<data class="figure" value="2188123456.78" title="2,188,123,456.78 元">21.88 亿元</data>'
    )


@pytest.mark.parametrize(
    ("expression", "value", "text"),
    [
        ("x|money", Money(2188000000, Qualifier.ABOUT), ">约 21.88 亿元<"),
        ("x|money:'exact'", 72, ">72.00 元<"),
        ("x|money:'prose'", Money(30000000, Qualifier.OVER, "余"), ">3000余万元<"),
        ("x|quantity", Quantity(6300, "家", Qualifier.OVER, "多"), ">6,300 多家<"),
        ("x|wan", Decimal("30000000"), ">3,000.00<"),
        ("x|wan", total([Money(Decimal("720000"))], "元"), ">72.00<"),
    ],
)
def test_filters_use_the_one_formatter(expression, value, text):
    assert text in shown(expression, x=value)


@pytest.mark.parametrize("expression", ["x|money", "x|wan", "x|quantity"])
@pytest.mark.parametrize("value", [None, Money(None)])
def test_what_is_not_stated_says_so(expression, value):
    assert shown(expression, "en", x=value) == '<span class="not-stated">not stated</span>'


def test_the_unit_is_escaped():
    assert "<b>" not in shown("x|quantity", x=Quantity(1, "<b>"))


def test_days_and_instants():
    day = datetime.date(2021, 11, 1)
    assert shown("x|day", x=day) == "2021年11月1日"
    assert shown("x|day:'table'", x=day) == "2021-11-01"
    assert shown("x|day", "en", x=day) == "1 November 2021"
    assert shown("x|day", x=datetime.datetime(2021, 11, 1, tzinfo=datetime.UTC)) == "2021年11月1日 08:00"
    assert shown("x|day", x=None) == ""


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (842, 1000, "84.2%"),
        (1, 1, "100.0%"),
        (0, 5, "0.0%"),
        (Decimal("0.25"), 1, "25.0%"),
        (1, 3, "33.3%"),
        (Money(640), Money(800), "80.0%"),
        (0, 0, "—"),
        (3, 0, "—"),
        (3, None, "—"),
        (None, 3, "—"),
        (Money(None), Money(3), "—"),
    ],
)
def test_a_share_has_one_decimal_and_none_of_nothing_is_a_dash(part, whole, text):
    assert shown("part|percent:whole", part=part, whole=whole) == text


def test_a_total_says_how_far_it_is_to_be_trusted():
    lines = [Money(1), Money(2, Qualifier.ABOUT), Money(None)]
    assert shown("x|caveat", "en", x=total(lines, "元")) == "Of 3 lines 1 are inexact and 1 not stated."
    assert shown("x|caveat", "en", x=total(lines[:1], "元")) == ""

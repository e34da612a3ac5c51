import datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import override

from registry.core.fields import Day, LongText, QualifierField, TextLine
from registry.core.fields import YuanField as YuanColumn
from registry.core.forms import (
    ChineseDateField,
    MoneyField,
    MoneyInput,
    PlainTextField,
    QuantityField,
    YuanField,
    echo_where,
)
from registry.core.quantity import Money, Qualifier, Quantity


def code_of(field, value):
    with pytest.raises(ValidationError) as refusal:
        field.clean(value)
    return refusal.value.error_list[0].code


class Gift(forms.Form):
    amount = MoneyField(required=False)
    day = ChineseDateField(required=False)


# Form fields


@pytest.mark.parametrize(
    "text", ["2021年11月1日", "2021.11.1", "20211101", "2021/11/1", "2021-11-01", "２０２１．１１．１"]
)
@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_a_date_field_takes_every_way_of_writing_a_day(text, lang):
    with override(lang):
        assert ChineseDateField().clean(text) == datetime.date(2021, 11, 1)


def test_a_date_field_refuses_and_requires():
    assert code_of(ChineseDateField(), "2021-02-30") == "no_such_day"
    assert code_of(ChineseDateField(), "") == "required"
    assert code_of(ChineseDateField(), "-") == "required"
    assert ChineseDateField(required=False).clean("") is None


def test_a_date_is_offered_for_editing_in_digits():
    form = Gift(initial={"day": datetime.date(2021, 11, 1)})
    assert 'value="2021-11-01"' in str(form["day"])
    assert not Gift({"day": "2021年11月1日"}, initial={"day": datetime.date(2021, 11, 1)}).has_changed()


def test_a_money_field_gives_money_with_its_exactness():
    assert MoneyField().clean("3000余万元") == Money(30000000, Qualifier.OVER, "余")
    assert MoneyField(required=False).clean("") == Money(None)
    assert MoneyField(required=False).clean(None) == Money(None)
    assert code_of(MoneyField(), "") == "required"
    assert code_of(MoneyField(), "无") == "required"
    assert code_of(MoneyField(), "1,20") == "separators"
    assert code_of(MoneyField(limit=Decimal(100)), "101") == "above_limit"


def test_a_yuan_field_gives_a_decimal_and_refuses_to_drop_a_word():
    assert YuanField().clean("72万") == Decimal("720000.00")
    assert YuanField().clean("0") == 0
    assert YuanField(required=False).clean("") is None
    assert code_of(YuanField(), "") == "required"
    assert code_of(YuanField(), "约72万") == "inexact"
    assert code_of(YuanField(), "-1") == "negative"


def test_the_server_echoes_what_it_understood_without_any_script():
    with override("zh-hans"):
        assert ">= 720,000.00 元</output>" in str(Gift({"amount": "72万"})["amount"])
        assert ">= 约 720,000.00 元</output>" in str(Gift({"amount": "约72万"})["amount"])
    with override("en"):
        assert ">= CNY 720,000.00</output>" in str(Gift(initial={"amount": Decimal(720000)})["amount"])


@pytest.mark.parametrize("text", ["", "待定", "1,20", '"><script>'])
def test_what_was_not_understood_has_no_echo_and_stays_as_it_was_typed(text):
    html = str(Gift({"amount": text})["amount"])
    assert "></output>" in html
    assert "<script>" not in html
    assert ('value="' in html) == bool(text)


def test_a_script_finds_the_input_and_its_echo():
    html = str(Gift()["amount"])
    assert 'data-echo="yuan"' in html
    assert 'data-echo-for="amount"' in html
    assert '<output class="echo" for="id_amount"' in html


@pytest.mark.parametrize(("kind", "echo"), [("money", True), ("goods", False)])
def test_what_is_no_money_is_not_echoed_as_money(kind, echo):
    class Line(forms.Form):
        kind = forms.CharField()
        measure = forms.CharField(widget=MoneyInput)

    line = Line({"kind": kind, "measure": "50"})
    echo_where(line, "measure", "kind", ("money",))
    assert ("50.00" in str(line["measure"])) == echo
    assert 'data-echo-when="kind:money"' in str(line["measure"])


@pytest.mark.parametrize(
    "money",
    [
        Money(None),
        Money(720000),
        Money(Decimal("1234567.89")),
        Money(2188000000, Qualifier.ABOUT, "约"),
        Money(560000, Qualifier.OVER, "余"),
        Money(300000, Qualifier.OVER, "万余"),
        Money(Decimal("1234567.89"), Qualifier.OVER, "超过"),
    ],
)
def test_what_is_offered_for_editing_is_read_back_unchanged(money):
    field = MoneyField(required=False)
    assert field.clean(field.widget.format_value(money)) == money
    assert not field.has_changed(money, field.widget.format_value(money))


def test_changes_are_seen_by_value_and_not_by_writing():
    field = YuanField(required=False)
    assert not field.has_changed(Decimal("720000.00"), "72万")
    assert not field.has_changed(None, "")
    assert field.has_changed(Decimal("720000.00"), "73万")
    assert field.has_changed(Decimal("720000.00"), "待定")


def test_a_quantity_field_gives_a_quantity_in_its_unit():
    assert QuantityField(unit="人次").clean("280多万") == Quantity(2800000, "人次", Qualifier.OVER, "多")
    assert QuantityField().clean("1160副") == Quantity(1160, "副")
    assert QuantityField(unit="人", required=False).clean("") == Quantity(None, "人")
    assert code_of(QuantityField(unit="人"), "") == "required"
    assert code_of(QuantityField(unit="人"), "30户") == "unit_other"
    assert QuantityField().prepare_value(Quantity(2800000, "人次", Qualifier.OVER, "多")) == "280多万人次"
    assert not QuantityField().has_changed(Quantity(15000, "户"), "15,000户")


def test_a_text_field_cleans_and_refuses():
    assert PlainTextField().clean("\u3000康保县\u200b\n") == "康保县"
    assert PlainTextField(multiline=True).clean("一\r\n二 ") == "一\n二"
    assert PlainTextField(required=False).clean("\u200b") == ""
    assert code_of(PlainTextField(), "\u200b\u3000") == "required"
    assert code_of(PlainTextField(), "a\x00") == "nul"
    assert code_of(PlainTextField(), "a\u202eb") == "bidi"
    assert code_of(PlainTextField(max_length=2), "一二三") == "max_length"
    assert PlainTextField(max_length=2).clean("一二\u200b ") == "一二"


# Model fields


@pytest.mark.parametrize(
    ("column", "form_field"),
    [
        (TextLine(max_length=10), PlainTextField),
        (LongText(), PlainTextField),
        (Day(), ChineseDateField),
        (YuanColumn(), YuanField),
    ],
)
def test_each_column_brings_its_form_field(column, form_field):
    assert type(column.formfield()) is form_field


def test_only_long_text_keeps_lines_in_forms_and_columns():
    assert LongText().formfield().clean("一\n二") == "一\n二"
    assert LongText().clean("一\r\n二\u200b", None) == "一\n二"
    assert TextLine(max_length=9).clean(" 一\n二 ", None) == "一 二"


def test_columns_refuse_what_forms_refuse_on_every_way_to_the_database():
    for column in (TextLine(max_length=9), LongText()):
        for way in (
            lambda column, value: column.clean(value, None),
            lambda column, value: column.get_prep_value(value),
        ):
            with pytest.raises(ValidationError):
                way(column, "a\x00")


def test_a_yuan_column_holds_sixteen_digits_and_nothing_negative():
    column = YuanColumn(null=True, blank=True)
    assert (column.max_digits, column.decimal_places) == (16, 2)
    assert column.clean(Decimal("99999999999999.99"), None) == Decimal("99999999999999.99")
    assert column.clean(None, None) is None
    for value in (Decimal("-0.01"), Decimal("0.001"), Decimal("100000000000000"), 0.5, "NaN"):
        with pytest.raises(ValidationError):
            column.clean(value, None)


def test_a_day_column_reads_days_as_they_are_written():
    assert Day().clean("2021年11月1日", None) == datetime.date(2021, 11, 1)
    with pytest.raises(ValidationError):
        Day().clean("2021-13-01", None)


def test_a_qualifier_column_is_exact_unless_told_otherwise():
    column = QualifierField()
    assert column.get_default() == Qualifier.EXACT
    assert column.clean("about", None) == Qualifier.ABOUT
    with pytest.raises(ValidationError):
        column.clean("roughly", None)


@pytest.mark.parametrize(
    ("column", "arguments"),
    [
        (TextLine("name", max_length=10), {"verbose_name": "name", "max_length": 10}),
        (LongText(blank=True), {"blank": True}),
        (Day(null=True), {"null": True}),
        (YuanColumn(null=True, blank=True), {"null": True, "blank": True}),
        (QualifierField(), {}),
        (QualifierField(default=Qualifier.ABOUT), {"default": Qualifier.ABOUT}),
    ],
)
def test_migrations_state_only_what_was_chosen(column, arguments):
    _name, path, args, kwargs = column.deconstruct()
    assert path == f"registry.core.fields.{type(column).__name__}"
    assert (args, kwargs) == ([], arguments)
    assert type(column)(**kwargs).deconstruct() == column.deconstruct()


# Formats


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_formats_of_both_languages_read_the_same_days(lang):
    with override(lang):
        for text in ("2021-11-01", "2021/11/1", "2021.11.1", "2021年11月1日", "20211101"):
            assert forms.DateField().clean(text) == datetime.date(2021, 11, 1)
        assert formats.number_format(1234567, use_l10n=True, force_grouping=True) == "1,234,567"
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 1
    with override("zh-hans"):
        assert formats.date_format(datetime.date(2021, 11, 1)) == "2021年11月1日"

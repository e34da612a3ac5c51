import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override

from registry.core import dates
from registry.core.dates import format_date, format_instant, parse_date, today

NOVEMBER = datetime.date(2021, 11, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2021年11月1日",
        "2021年11月01日",
        "2021年11月1号",
        "2021.11.1",
        "2021.11.01",
        "20211101",
        "2021/11/1",
        "2021-11-1",
        "2021-11-01",
        "２０２１年１１月１日",
        "２０２１－１１－０１",
        " 2021 年 11 月 1 日 ",
        "2021\u00a0-11\u3000-1\u200b",
    ],
)
def test_days_are_read_as_people_write_them(text):
    assert parse_date(text) == NOVEMBER


@pytest.mark.parametrize("text", ["", "  ", "-", "/", "无", "\u3000"])
def test_blank_is_not_stated(text):
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2021-02-29", "no_such_day"),
        ("20211301", "no_such_day"),
        ("2021年11月0日", "no_such_day"),
        ("1989-12-31", "out_of_range"),
        ("2100-01-01", "out_of_range"),
        ("01/11/2021", "day_first"),
        ("1.11.2021", "day_first"),
        ("21-11-01", "short_year"),
        ("21.11.1", "short_year"),
        ("21年11月1日", "short_year"),
        ("2021年11月", "no_day"),
        ("2018.3", "no_day"),
        ("2018年", "no_day"),
        ("2021-11/1", "unreadable"),
        ("2021111", "unreadable"),
        ("44501", "unreadable"),
        ("11月1日", "unreadable"),
        ("昨天", "unreadable"),
        ("٢٠٢١-١١-٠١", "unreadable"),
        ("2021-11-01T00:00", "unreadable"),
        ("2021-11-\ud800", "unreadable"),
        ("2" * 1000, "unreadable"),
    ],
)
def test_what_is_no_day_is_refused_with_its_fault_and_a_remedy(text, code):
    with pytest.raises(ValidationError) as refusal:
        parse_date(text)
    assert refusal.value.code == code
    with override("en"):
        message = refusal.value.messages[0]
    assert ". " in message
    assert "%(" not in message
    message.encode()


@pytest.mark.parametrize("text", ["1990-01-01", "2099-12-31", "2020-02-29"])
def test_the_first_and_the_last_day_of_the_range_are_lawful(text):
    assert parse_date(text) == datetime.date.fromisoformat(text)


def test_today_is_the_day_in_shanghai(monkeypatch):
    instant = datetime.datetime(2021, 10, 31, 16, 0, tzinfo=datetime.UTC)
    monkeypatch.setattr(dates.timezone, "now", lambda: instant)
    with timezone.override("UTC"):
        assert today() == NOVEMBER


@pytest.mark.parametrize(
    ("style", "lang", "text"),
    [
        ("prose", "zh-hans", "2021年11月1日"),
        ("prose", "en", "1 November 2021"),
        ("table", "zh-hans", "2021-11-01"),
        ("table", "en", "2021-11-01"),
    ],
)
def test_a_day_in_each_style(style, lang, text):
    assert format_date(NOVEMBER, style, lang) == text
    with override(lang):
        assert format_date(NOVEMBER, style) == text


def test_every_day_is_read_back_from_both_styles():
    for day in (NOVEMBER, datetime.date(1990, 1, 1), datetime.date(2099, 12, 31)):
        assert parse_date(format_date(day, "prose", "zh-hans")) == day
        assert parse_date(format_date(day, "table")) == day


def test_an_instant_is_shown_in_shanghai():
    instant = datetime.datetime(2021, 10, 31, 16, 5, tzinfo=datetime.UTC)
    assert format_instant(instant, lang="zh-hans") == "2021年11月1日 00:05"
    assert format_instant(instant, "table") == "2021-11-01 00:05"

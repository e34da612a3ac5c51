"""Periods of figures: as they stand in an address, from their first day to their last."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from registry.core.periods import Period, choices_around

DAY = datetime.date


@pytest.mark.parametrize(
    ("word", "first", "last", "before", "after"),
    [
        ("2021-11", DAY(2021, 11, 1), DAY(2021, 11, 30), "2021-10", "2021-12"),
        ("2021-12", DAY(2021, 12, 1), DAY(2021, 12, 31), "2021-11", "2022-01"),
        ("2020-02", DAY(2020, 2, 1), DAY(2020, 2, 29), "2020-01", "2020-03"),
        ("2021-Q1", DAY(2021, 1, 1), DAY(2021, 3, 31), "2020-Q4", "2021-Q2"),
        ("2021-Q4", DAY(2021, 10, 1), DAY(2021, 12, 31), "2021-Q3", "2022-Q1"),
        ("2021", DAY(2021, 1, 1), DAY(2021, 12, 31), "2020", "2022"),
    ],
)
def test_a_period_reads_back_as_it_is_written_and_knows_its_neighbours(word, first, last, before, after):
    period = Period.read(word)
    assert (str(period), period.first, period.last) == (word, first, last)
    assert (str(period.previous), str(period.next)) == (before, after)


@pytest.mark.parametrize(
    "word", ["", "2021-13", "2021-Q5", "2021-1", "1066", "9999", "21", "２０２１", "2021-11-01", "x\0"]
)
def test_what_is_no_period_is_refused(word):
    with pytest.raises(ValidationError):
        Period.read(word)


def test_it_begins_and_ends_at_midnight_in_shanghai():
    begins, ends = Period.read("2021-11").instants
    assert (begins.isoformat(), ends.isoformat()) == ("2021-11-01T00:00:00+08:00", "2021-12-01T00:00:00+08:00")


def test_the_current_month_quarter_and_year_are_offered_beside_the_one_that_is_shown():
    near, current = choices_around(Period.read("2021-Q4"), DAY(2021, 11, 1))
    assert [str(one) for one in near] == ["2021-Q3", "2022-Q1"]
    assert [str(one) for one in current] == ["2021-11", "2021"]


def test_it_is_named_in_both_languages():
    words = [Period.read(word) for word in ("2021-11", "2021-Q4", "2021")]
    with override("en"):
        assert [word.label for word in words] == ["11/2021", "2021 Q4", "the year 2021"]

"""Postings: who serves which division on which day."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from counties.models import Division, Posting
from counties.models.postings import posted_stems, within_posting
from registry.core.dates import today
from registry.core.models import User
from tests.factories import make_division, make_posting, make_user

pytestmark = pytest.mark.django_db


def day(year):
    return datetime.date(year, 1, 1)


def test_a_posting_runs_from_its_first_day_to_before_its_last():
    posting = make_posting(make_user(), make_division(), starts_on=day(2018), ends_on=day(2020))
    current = [Posting.objects.current(on).exists() for on in (day(2017), day(2018), day(2019), day(2020))]
    assert (current, posting.starts_on) == ([False, True, True, False], day(2018))


def test_without_a_last_day_one_is_still_serving():
    make_posting(make_user(), make_division(), starts_on=today())
    make_posting(make_user(), make_division(), starts_on=today() + datetime.timedelta(days=1))
    assert Posting.objects.current().count() == 1


def test_one_serves_several_divisions_but_each_once_at_a_time():
    user, county = make_user(), make_division()
    make_posting(user, county, ends_on=day(2019))
    make_posting(user, county, starts_on=day(2019))
    make_posting(user, make_division())
    make_posting(make_user(), county)
    with pytest.raises(IntegrityError, match="posting_once_at_a_time"), transaction.atomic():
        make_posting(user, county, starts_on=day(2021))


def test_the_end_is_not_before_the_beginning():
    with pytest.raises(IntegrityError, match="posting_dates"), transaction.atomic():
        make_posting(make_user(), make_division(), starts_on=day(2019), ends_on=day(2018))


def test_a_scope_is_cut_by_today_s_postings_and_without_any_it_is_empty():
    rows = {code: make_division(code=code) for code in ("130723", "130724", "130624")}
    user = make_user()
    make_posting(user, make_division(code="130700"))
    make_posting(user, rows["130624"], ends_on=day(2019))

    def served(user):
        return set(Division.objects.counties().filter(within_posting(user, "code")).values_list("code", flat=True))

    assert posted_stems(user) == ["1307"]
    assert served(user) == {"130700", "130723", "130724"}
    assert served(make_user()) == set()


def test_a_new_posting_counts_from_the_next_request():
    user = make_user()
    assert posted_stems(user) == []
    make_posting(user, make_division(code="130723"))
    assert posted_stems(user) == []
    assert posted_stems(User.objects.get(pk=user.pk)) == ["130723"]

"""The figures of difficulties equal a count by hand, their lamps follow the rule in force."""

import datetime
from statistics import mean, median

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from projects.difficulties import WORST_FIRST, Lamps, days_open, tallies, with_measures
from projects.models import Difficulty, LampRule
from registry.core.dates import SHANGHAI
from registry.core.periods import Period
from tests.factories import (
    make_county_user,
    make_difficulty,
    make_division,
    make_measure,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2021, 11, 1)


def instant(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def raised_on(day, project=None, **overrides):
    """A difficulty raised on a day, closed by both sides where the overrides say when."""
    fields = dict(overrides)
    if fields.get("status") == "closed":
        someone, now = make_user(), timezone.now()
        fields |= {f"{voice}_agreed_by": someone for voice in ("raiser", "bureau")}
        fields |= {f"{voice}_agreed_at": now for voice in ("raiser", "bureau")}
    difficulty = make_difficulty(project or make_project(), **fields)
    Difficulty.objects.filter(pk=difficulty.pk).update(raised_at=instant(day))
    return Difficulty.objects.get(pk=difficulty.pk)


CLOSED = (
    ("2021-09-28T23:50", "2021-10-01T00:10"),
    ("2021-10-05T09:00", "2021-10-15T09:00"),
    ("2021-10-01T09:00", "2021-10-21T08:00"),
    ("2021-08-01T09:00", "2021-08-02T09:00"),
)
"""When each was raised and closed."""


@pytest.fixture
def many():
    """Closed in the fourth quarter after 3, 10 and 20 days; one closed before, and four that are open."""
    for day, closed in CLOSED:
        raised_on(day, status="closed", status_at=instant(closed))
    yesterday = TODAY - datetime.timedelta(days=1)
    raised_on("2021-10-20T09:00", wanted_by=yesterday)
    raised_on("2021-09-30T23:59", wanted_by=yesterday, status="in_hand")
    raised_on("2021-09-20T09:00", wanted_by=yesterday, status="answered")
    raised_on("2021-10-01T00:00", wanted_by=TODAY)


def counted(rows, word="2021-Q4"):
    return {tally.code: tally for tally in tallies(rows, Period.read(word), TODAY)}


def test_the_figures_of_a_quarter_equal_the_count_by_hand(many):
    found = counted(Difficulty.objects.all())
    numbers = {code: tally.number for code, tally in found.items()}
    assert numbers == {"open": 4, "overdue": 2, "raised": 4, "closed": 3, "average": mean([3, 10, 20])}
    with override("en"):
        found = counted(Difficulty.objects.all())
        assert (found["average"].text, found["average"].note) == ("11.0 days", f"Median {median([3, 10, 20]):.1f} days")
        assert all(tally.rule for tally in found.values())


@pytest.mark.parametrize(
    ("word", "raised", "closed"),
    [("2021-10", 4, 3), ("2021-09", 3, 0), ("2021-08", 1, 1), ("2021", 8, 4), ("2020", 0, 0)],
)
def test_months_and_years_are_counted_by_the_days_of_shanghai(many, word, raised, closed):
    found = counted(Difficulty.objects.all(), word)
    assert (found["raised"].number, found["closed"].number) == (raised, closed)
    assert (found["average"].number is None) == (closed == 0)


def test_the_figures_take_one_query_and_count_the_rows_they_are_given(many):
    county = make_division()
    raised_on("2021-10-20T09:00", make_project(county=county))
    with CaptureQueriesContext(connection) as queries:
        found = counted(Difficulty.objects.within_scope_of(make_county_user(county)))
    asked = [query["sql"] for query in queries if "projects_difficulty" in query["sql"]]
    assert (found["open"].number, found["closed"].number, len(asked)) == (1, 0, 1)


def test_the_first_instant_of_the_next_month_belongs_to_the_next_month():
    raised_on("2021-10-31T23:59", status="closed", status_at=instant("2021-11-01T00:00"))
    october, november = (counted(Difficulty.objects.all(), word) for word in ("2021-10", "2021-11"))
    assert (october["raised"].number, october["closed"].number) == (1, 0)
    assert (november["raised"].number, november["closed"].number) == (0, 1)


def test_reopened_it_is_open_again_and_no_longer_counted_as_closed():
    difficulty = raised_on("2021-10-01T09:00", status="closed", status_at=instant("2021-10-11T09:00"))
    assert counted(Difficulty.objects.all())["closed"].number == 1
    difficulty.move_to("in_hand", by=None, reason="再次停工")
    found = counted(Difficulty.objects.all())
    assert (found["open"].number, found["closed"].number) == (1, 0)


def test_days_are_counted_to_the_closing_or_to_the_day_itself():
    still_open = raised_on("2021-10-20T23:00")
    closed = raised_on("2021-10-01T23:00", status="closed", status_at=instant("2021-10-11T01:00"))
    assert (days_open(still_open, TODAY), days_open(closed, TODAY)) == (12, 10)


@pytest.mark.parametrize(
    ("fields", "lamp", "words"),
    [
        ({"wanted_by": datetime.date(2021, 10, 15)}, "overdue", "17 days late"),
        ({"wanted_by": datetime.date(2021, 10, 31), "status": "in_hand"}, "overdue", "1 day late"),
        ({"wanted_by": TODAY}, "due", "0 days left"),
        ({"wanted_by": datetime.date(2021, 11, 8)}, "due", "7 days left"),
        ({"wanted_by": datetime.date(2021, 11, 9)}, "on_time", "8 days left"),
        ({}, "undated", "no due date"),
        ({"wanted_by": datetime.date(2021, 10, 15), "status": "answered"}, "waiting", "both sides to agree"),
        ({"wanted_by": datetime.date(2021, 10, 15), "status": "closed"}, "signed_off", "closed"),
    ],
)
def test_the_lamp_says_by_shape_and_word_how_late_the_answer_is(fields, lamp, words):
    difficulty = raised_on("2021-10-01T09:00", **fields)
    with override("en"):
        drawn = Lamps(TODAY).difficulty(difficulty)
    assert f"lamp--{lamp}" in drawn
    assert words in drawn
    assert Lamps(TODAY).is_late(difficulty) == (lamp == "overdue")


def test_the_lamp_of_an_answered_one_names_the_voice_that_is_wanting():
    bureau_agreed = raised_on(
        "2021-10-01T09:00", status="answered", bureau_agreed_by=make_user(), bureau_agreed_at=timezone.now()
    )
    raiser_agreed = raised_on(
        "2021-10-01T09:00", status="answered", raiser_agreed_by=make_user(), raiser_agreed_at=timezone.now()
    )
    with override("en"):
        lamps = Lamps(TODAY)
        assert "its raiser to agree" in lamps.difficulty(bureau_agreed)
        assert "the bureau to agree" in lamps.difficulty(raiser_agreed)


def test_the_bureau_s_own_rule_says_what_is_due_soon():
    LampRule.objects.create(due_soon_days=3)
    soon, later = (raised_on("2021-10-01T09:00", wanted_by=TODAY + datetime.timedelta(days=days)) for days in (3, 4))
    lamps = Lamps(TODAY)
    assert "lamp--due" in lamps.difficulty(soon)
    assert "lamp--on_time" in lamps.difficulty(later)


def test_the_worst_stand_first_the_longest_overdue_then_the_graver_and_the_answered_last():
    day = datetime.date
    closed = raised_on("2021-10-01T09:00", status="closed", title="closed", wanted_by=day(2021, 1, 1))
    answered = raised_on("2021-10-01T09:00", status="answered", title="answered", wanted_by=day(2021, 2, 1))
    undated = raised_on("2021-10-01T09:00", title="undated")
    late = raised_on("2021-10-01T09:00", title="late", wanted_by=day(2021, 10, 30))
    grave = raised_on("2021-10-01T09:00", title="grave", wanted_by=day(2021, 10, 30), level="critical")
    latest = raised_on("2021-10-01T09:00", title="latest", wanted_by=day(2021, 10, 1))
    ordered = [latest, grave, late, undated, answered, closed]
    assert list(Difficulty.objects.order_by(*WORST_FIRST)) == ordered


def test_measures_are_counted_without_multiplying_each_other():
    difficulty = make_difficulty(make_project())
    make_measure(difficulty, done_by=make_user(), done_at=timezone.now())
    make_measure(difficulty)
    make_measure(difficulty)
    make_difficulty(make_project())
    rows = with_measures(Difficulty.objects.order_by("pk"))
    assert [(row.measures_done, row.measures_all) for row in rows] == [(1, 3), (0, 0)]

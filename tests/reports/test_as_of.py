"""The past is read by the same queries: as-of figures are those that were counted then."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from projects.models import Participation, Project
from registry.core.models import Change
from registry.reports.as_of import as_of, parse_instant
from registry.reports.figures import figures, report
from tests.factories import (
    make_division,
    make_funding,
    make_organisation,
    make_participation,
    make_project,
    make_result,
    make_user,
)

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now():
    return timezone.now()


def value(code, **asked):
    (figure,) = figures(user=asked.pop("user", None), codes=[code], **asked)
    return figure.quantity.value


def test_before_the_first_row_every_figure_is_zero():
    start = now()
    make_result(make_project(lead=make_organisation(), stage="under_way"))
    assert {figure.quantity.value for figure in figures(user=None, as_of=start)} == {0}


def test_a_deleted_row_counts_until_it_was_deleted():
    party = make_participation(make_project(stage="under_way"), organisation=make_organisation())
    before = now()
    party.delete()
    assert (value("organisations"), value("organisations", as_of=before)) == (0, 1)
    with as_of(now()):
        assert Participation.objects.count() == 0


def test_a_change_by_raw_sql_is_part_of_the_past_too():
    project = make_project(stage="under_way")
    before = now()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET stage = 'signed' WHERE id = %s", [project.pk])
    assert (value("projects"), value("projects", as_of=before)) == (0, 1)


def test_a_row_from_before_a_column_was_added_has_its_default():
    project = make_project(stage="under_way")
    line = make_funding(project, "10.00")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_change (at, transaction, db_user, table_name, row_pk, root_table, root_pk, operation,"
            " after, action, reason, request_id, batch_id) SELECT clock_timestamp(), 0, '', table_name, row_pk,"
            " root_table, root_pk, 'U', after - 'origin', '', '', '', '' FROM core_change"
            " WHERE table_name = 'projects_funding' AND row_pk = %s",
            [str(line.pk)],
        )
    assert value("funds", as_of=now()) == 10


def test_a_column_dropped_since_is_passed_over():
    make_project(stage="under_way")
    change = Change.objects.get(table_name="projects_project")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_change (at, transaction, db_user, table_name, row_pk, root_table, root_pk, operation,"
            " after, action, reason, request_id, batch_id) SELECT clock_timestamp(), 0, '', table_name, row_pk,"
            " root_table, root_pk, 'U', after || '{\"gone\": 1}', '', '', '', '' FROM core_change WHERE id = %s",
            [change.pk],
        )
    assert value("projects", as_of=now()) == 1


def test_what_was_withdrawn_since_stays_hidden_from_the_public_in_the_past():
    kept = make_project(stage="under_way", visibility="published")
    withdrawn = make_project(stage="under_way", visibility="published")
    later = make_project(stage="under_way")
    before = now()
    Project.objects.filter(pk=withdrawn.pk).update(visibility="internal")
    Project.objects.filter(pk=later.pk).update(visibility="published")
    found = report(user=AnonymousUser(), as_of=before, codes=["projects"], row_ids=True).figures[0]
    assert found.row_ids == (kept.pk,)
    assert value("projects", as_of=before) == 3


def test_names_in_the_past_are_those_of_the_time():
    county = make_division(name="任县")
    make_project(stage="under_way", county=county)
    before = now()
    county.name = "任泽区"
    county.save()
    for instant, name in ((before, "任县"), (None, "任泽区")):
        part = report(user=None, as_of=instant, by=["county"], codes=["projects"]).slices[0]
        assert part.rows[0].cells[0].label == name


def test_the_present_is_back_after_the_past():
    make_project(stage="under_way")
    with as_of(now() - datetime.timedelta(days=1)):
        assert Project.objects.count() == 0
    assert Project.objects.count() == 1


def test_nothing_that_is_written_in_the_past_remains():
    project = make_project(stage="under_way")
    with as_of(now()):
        Project.objects.update(stage="signed")
        make_user(username="visitor")
    project.refresh_from_db()
    assert project.stage == "under_way"
    assert not Change.objects.filter(after__username="visitor").exists()


def test_an_error_inside_the_past_leaves_the_present_usable():
    make_project(stage="under_way")
    with pytest.raises(ZeroDivisionError), transaction.atomic(), as_of(now() - datetime.timedelta(days=1)):
        raise ZeroDivisionError
    assert Project.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_outside_of_any_transaction_the_past_closes_behind_itself():
    make_project(stage="under_way")
    assert value("projects", as_of=now()) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relname = 'projects_project'")
        assert cursor.fetchone() == (0,)


# Instants


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-11-01T08:00", datetime.datetime(2021, 11, 1, 8, tzinfo=SHANGHAI)),
        ("2021-11-01 08:00", datetime.datetime(2021, 11, 1, 8, tzinfo=SHANGHAI)),
        (" 2021-11-01T00:00 ", datetime.datetime(2021, 11, 1, tzinfo=SHANGHAI)),
        ("2021-11-01T00:00:00Z", datetime.datetime(2021, 11, 1, 8, tzinfo=SHANGHAI)),
        ("2021-11-01T08:00:00 08:00", datetime.datetime(2021, 11, 1, 8, tzinfo=SHANGHAI)),
        ("2021-10-31", datetime.datetime(2021, 10, 31, 23, 59, 59, 999999, tzinfo=SHANGHAI)),
    ],
)
def test_an_instant_is_read_in_shanghai_and_a_day_means_its_end(text, expected):
    assert parse_instant(text) == expected


def test_today_means_this_moment():
    moment = datetime.datetime(2021, 11, 1, 20, 30, tzinfo=datetime.UTC)  # the second of November in Shanghai
    assert parse_instant("2021-11-02", now=moment) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2021-13-01", "2021-11", "01.11.2021", "2021-11-01T25:00"])
def test_what_is_no_instant_is_refused(text):
    with pytest.raises(ValidationError) as refusal:
        parse_instant(text)
    assert refusal.value.code == "unreadable"


@pytest.mark.parametrize("text", ["2099-01-01", "2099-01-01T00:00"])
def test_the_future_is_refused(text):
    with pytest.raises(ValidationError) as refusal:
        parse_instant(text)
    assert refusal.value.code == "future"

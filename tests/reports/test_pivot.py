"""The pivot: what may be asked, what the table says, how two instants differ, and a cell's rows."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import Funding, Project, Result, Site
from registry.reports.figures import DIMENSIONS, FIGURES
from registry.reports.pivot.cell import cell_of, read_at
from registry.reports.pivot.comparing import OF_EACH, Comparison
from registry.reports.pivot.question import read
from registry.reports.pivot.table import ask
from tests.factories import (
    make_authority,
    make_designation,
    make_difficulty,
    make_division,
    make_field,
    make_funding,
    make_organisation,
    make_participation,
    make_posting,
    make_project,
    make_step,
    make_user,
)

from .test_drilldown import landed

pytestmark = pytest.mark.django_db
FUNDS = "rows=county&columns=field&measure=funds"


@pytest.fixture
def bureau():
    return make_user("bureau")


def question(query=FUNDS):
    return read(QueryDict(query))


def table(query, user):
    return ask(question(query), user)


def values(found):
    """{label of the line: its figures, the total last}"""
    return {
        line.label: [figure.total.value for figure in (*line.figures, line.whole)] for line in found.all_lines
    }  # fmt: skip


def moment(instant):
    return instant.isoformat().replace("+", "%2B")


# What may be asked


def test_without_parameters_the_usual_question_is_asked():
    asked = question("")
    assert (asked.by, asked.measure.code, asked.view, asked.query()) == (["county", "field"], "funds", "table", "")


def test_rows_alone_ask_for_no_columns():
    assert question("rows=year").by == ["year"]


def test_an_address_says_all_of_a_question_and_is_written_back_the_same():
    query = (
        "rows=year&columns=none&measure=received&as_of=2021-10-31&against=2021-09-30"
        "&order=falling&view=lines&empty=shown"
    )
    asked = question(query)
    assert asked.query() == query
    assert question(asked.query()) == asked


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("rows=moon", "moon"),
        ("rows=year&columns=moon", "moon"),
        ("rows=year&columns=year", "相同"),
        ("measure=joy", "joy"),
        ("order=sideways", "sideways"),
        ("view=pie", "pie"),
        ("rows=field&view=lines", "年度或季度"),
        ("rows=field&view=tiles", "县域方格图"),
        ("empty=perhaps", "perhaps"),
        ("as_of=yesterday", "yesterday"),
        ("as_of=2199-01-01", "2199-01-01"),
        ("as_of=2021-01-01&against=2021-01-01", "早于"),
        ("against=2199-01-01", "2199-01-01"),
        ("campaign=nowhere", "nowhere"),
        ("county=000000", "000000"),
        ("colour=red", "colour"),
        ("rows=year&rows=field", "rows"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(query, words):
    with pytest.raises(ValidationError) as refusal:
        question(query)
    assert words in " ".join(refusal.value.messages)


# The table


def test_totals_are_counted_by_themselves_and_not_added_up(bureau):
    project, first, second = make_project(stage="under_way"), make_designation(), make_designation()
    for county in (first.division, second.division):
        Site.objects.create(project=project, division=county)
    found = table("rows=county&columns=year&measure=projects", bureau)
    assert values(found) == {first.division.name: [1, 1], second.division.name: [1, 1], "合计": [1, 1]}
    assert any("受援县" in words for words in found.warnings)


def test_money_adds_up_along_both_sides_and_no_warning_is_given(bureau):
    fields = [make_field(code=code) for code in ("a", "b")]
    counties = [make_designation(make_division(code=code)).division for code in ("130121", "130122")]
    for place, amount in enumerate(("1.00", "20.00", "300.00", "4000.00")):
        make_funding(make_project(stage="under_way", county=counties[place // 2], field=fields[place % 2]), amount)
    found = table(FUNDS, bureau)
    assert list(values(found).values()) == [[1, 20, 21], [300, 4000, 4300], [301, 4020, 4321]]
    assert not found.warnings


def test_one_query_counts_rows_columns_cells_and_totals(bureau):
    landed()
    with CaptureQueriesContext(connection) as captured:
        table(FUNDS, bureau)
    assert sum("GROUPING" in one["sql"] for one in captured) == 1


@pytest.mark.parametrize("order", ["falling", "rising"])
def test_rows_are_put_in_order_by_their_total(bureau, order):
    for amount in ("20.00", "300.00", "1.00"):
        make_funding(make_project(stage="under_way", county=make_designation().division), amount)
    wholes = [line.whole.total.value for line in table(f"rows=county&measure=funds&order={order}", bureau).lines]
    assert wholes == sorted([1, 20, 300], reverse=order == "falling")


def test_rows_in_which_nothing_counts_are_shown_when_they_are_asked_for(bureau):
    make_funding(make_project(stage="under_way", county=make_designation().division), "1.00")
    empty = make_designation().division
    assert empty.name not in values(table("rows=county&measure=funds", bureau))
    assert values(table("rows=county&measure=funds&empty=shown", bureau))[empty.name] == [0]


def test_an_inexact_line_makes_its_row_its_column_and_the_whole_inexact(bureau):
    county = make_designation().division
    make_funding(make_project(stage="under_way", county=county, year=2019), "1.00", qualifier="about")
    make_funding(make_project(stage="under_way", county=county, year=2020), None)
    found = table("rows=county&columns=year&measure=funds", bureau)
    (line,) = found.lines
    told = [
        (str(each.total.qualifier), each.total.inexact, each.total.not_stated) for each in (*line.figures, line.whole)
    ]
    assert told == [("about", 1, 0), ("exact", 0, 1), ("about", 1, 1)]
    assert any("1" in note and "未说明" in note for note in found.notes)


@pytest.mark.parametrize("kind", ["cash", "goods", "service", "not_stated"])
def test_the_kinds_of_money_are_parts_of_the_funds(bureau, kind):
    project = make_project(stage="under_way", county=make_designation().division)
    for number, each in enumerate(("cash", "goods", "service", "not_stated")):
        make_funding(project, f"{10**number}.00", kind=each)
    code = {"not_stated": "of_no_kind"}.get(kind, kind)
    whole = table(f"rows=county&measure=funds_{code}", bureau).totals.whole
    assert whole.total.value == 10 ** ("cash", "goods", "service", "not_stated").index(kind)


def test_a_partner_bureau_counts_its_own_projects_only():
    user, own = make_user("partner"), make_project(stage="under_way", county=make_designation().division)
    beijing = make_division(code="110000", name="北京市", level="province")
    make_posting(user, beijing)
    authority = make_authority(division=beijing)
    make_participation(own, organisation=make_organisation(authority=authority))
    stranger = make_project(stage="under_way", county=make_designation().division, visibility="published")
    for project in (own, stranger):
        make_funding(project, "1.00")
    now, before = table(FUNDS, user), table(f"{FUNDS}&as_of={moment(timezone.now())}", user)
    assert [found.totals.whole.total.value for found in (now, before)] == [1, 1]


# Two instants


def test_the_past_shows_the_value_from_before_an_edit_and_the_difference_since(bureau):
    line = make_funding(make_project(stage="under_way", county=make_designation().division), "100.00")
    before = timezone.now()
    Funding.objects.filter(pk=line.pk).update(amount="125.50")
    assert table(f"rows=county&measure=funds&as_of={moment(before)}", bureau).totals.whole.total.value == 100
    found = table(f"rows=county&measure=funds&against={moment(before)}", bureau)
    for each in (found.lines[0].whole, found.totals.whole):
        assert (each.difference.value, each.growth, each.has_moved) == (Decimal("25.50"), Decimal("25.5"), True)


def test_a_row_that_only_the_earlier_instant_has_stays_in_the_table(bureau):
    county = make_designation().division
    project = make_project(stage="under_way", county=county)
    make_funding(project, "100.00")
    before = timezone.now()
    Project.objects.filter(pk=project.pk).update(stage="signed")
    found = table(f"rows=county&measure=funds&against={moment(before)}", bureau)
    assert (found.lines[0].label, found.lines[0].whole.total.value) == (county.name, 0)
    assert (found.lines[0].whole.difference.value, found.lines[0].whole.growth) == (-100, -100)


def test_a_difference_of_money_is_told_in_ten_thousands_to_two_decimals(bureau):
    line = make_funding(make_project(stage="under_way", county=make_designation().division), "100000.00")
    before = timezone.now()
    Funding.objects.filter(pk=line.pk).update(amount="130977.67")
    found = table(f"rows=county&measure=funds&against={moment(before)}", bureau)
    assert found.totals.whole.difference_text == "+3.10"


def test_growth_from_nothing_is_not_told_in_percent(bureau):
    before = timezone.now()
    make_funding(make_project(stage="under_way", county=make_designation().division), "100.00")
    found = table(f"rows=county&measure=funds&against={moment(before)}", bureau)
    assert (found.totals.whole.growth, found.totals.whole.difference.value) == (None, 100)


def test_the_difference_of_what_is_inexact_is_inexact(bureau):
    line = make_funding(make_project(stage="under_way", county=make_designation().division), "100.00", qualifier="over")
    before = timezone.now()
    Funding.objects.filter(pk=line.pk).update(amount="130.00")
    found = table(f"rows=county&measure=funds&against={moment(before)}", bureau)
    assert found.totals.whole.difference.qualifier == "about"


def compared(before, user, query="rows=county&measure=funds"):
    return Comparison(question(f"{query}&against={moment(before)}"), user)


def test_changed_projects_are_told_with_what_moves_the_table_first(bureau):
    moved, renamed, untouched = (landed() for _number in range(3))
    before = timezone.now()
    Funding.objects.filter(project=moved, state="received", is_joint=False).update(amount="11.00")
    Project.objects.filter(pk=renamed.pk).update(name="新名称")
    found = compared(before, bureau)
    assert (found.projects(), found.projects(moving=True)) == ([moved.pk, renamed.pk], [moved.pk])
    first, second = found.told(found.projects())
    assert (first.moves, second.moves) == (True, False)
    assert first.now.value - first.before.value == 1
    assert [(one.label, one.after) for one in second.entries[0].differences if one.after == "新名称"] == [
        ("名称", "新名称")
    ]
    assert untouched.pk not in found.projects()


def test_money_that_goes_from_one_cell_to_another_moves_the_table_though_no_total_changed(bureau):
    project = landed()
    before = timezone.now()
    Site.objects.filter(project=project).update(division=make_designation().division)
    found = compared(before, bureau)
    assert list(found.moved) == [project.pk]
    was, now = found.moved[project.pk]
    assert was == now


def test_a_figure_that_does_not_read_what_changed_is_not_moved(bureau):
    project = landed()
    before = timezone.now()
    Result.objects.filter(project=project).update(actual=99)
    assert compared(before, bureau).moved == {}
    assert list(compared(before, bureau, "rows=county&measure=people").moved) == [project.pk]


def test_what_is_counted_once_and_comes_a_second_time_moves_nothing(bureau):
    project, organisation = landed(), make_organisation()
    make_participation(project, organisation=organisation, role="funder")
    before = timezone.now()
    make_participation(project, organisation=organisation, role="implementer")
    found = compared(before, bureau, "rows=county&measure=organisations")
    assert (found.moved, list(found.latest)) == ({}, [project.pk])


def test_work_on_checklists_and_difficulties_is_no_change_of_the_table(bureau):
    project = landed()
    before = timezone.now()
    make_step(project)
    make_difficulty(project)
    found = compared(before, bureau)
    assert (found.projects(), list(found.changes)) == ([], [])


def test_of_many_changes_the_last_are_told_and_the_rest_are_numbered(bureau):
    project = landed()
    before = timezone.now()
    for number in range(OF_EACH + 3):
        Project.objects.filter(pk=project.pk).update(name=f"名称{number}")
    (told,) = compared(before, bureau).told([project.pk])
    assert (len(told.entries), told.more) == (OF_EACH, 3)


# A cell's rows


@pytest.mark.parametrize("code", FIGURES)
@pytest.mark.parametrize("by", ["rows=county&columns=field", "rows=kind&columns=stage", "rows=quarter&columns=none"])
def test_the_rows_of_every_cell_and_total_come_to_its_figure(bureau, code, by):
    for _number in range(2):
        landed()
    both = landed()
    Site.objects.create(project=both, division=make_designation().division)
    asked = question(f"{by}&measure={code}")
    found = ask(asked, bureau)
    assert found.totals.whole.total.lines
    for line in found.all_lines:
        for column, figure in [*zip(found.columns, line.figures, strict=True), (None, line.whole)]:
            behind = cell_of(asked, bureau, line.cell and line.cell.value, column and column.value)
            assert (behind.figure.total, behind.counted.summed) == (figure.total, figure.total)


def test_the_rows_of_a_past_cell_are_those_of_the_time(bureau):
    line = make_funding(make_project(stage="under_way", county=make_designation().division), "100.00")
    before = timezone.now()
    Funding.objects.filter(pk=line.pk).update(amount="7.00")
    asked = question(f"rows=county&measure=funds&as_of={moment(before)}")
    with read_at(asked, bureau):
        behind = cell_of(asked, bureau)
        assert (behind.counted.summed.value, [row.amount for row in behind.rows()]) == (100, [100])


def test_a_cell_of_an_unknown_value_is_refused(bureau):
    with pytest.raises(ValidationError):
        cell_of(question(FUNDS), bureau, "000000")


@pytest.mark.parametrize("code", DIMENSIONS)
def test_every_dimension_makes_rows(bureau, code):
    landed()
    found = table(f"rows={code}&measure=funds", bureau)
    assert [line.whole.total.value for line in found.lines if line.whole.total.value]
    assert sum(line.whole.total.value or 0 for line in found.lines) == found.totals.whole.total.value


def test_today_is_no_past(bureau):
    make_funding(make_project(stage="under_way"), "1.00")
    day = timezone.localdate().isoformat()
    assert table(f"rows=year&measure=funds&as_of={day}", bureau).totals.whole.total.value == 1
    earlier = (timezone.localdate() - datetime.timedelta(days=1)).isoformat()
    assert table(f"rows=year&measure=funds&as_of={earlier}", bureau).totals.whole.total.value == 0

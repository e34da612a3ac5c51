"""What is drawn of a pivot: bars, lines over time, and tiles of counties."""

import pytest
from django.utils import translation

from registry.reports.pivot import charts
from tests.factories import make_designation, make_division, make_field, make_funding, make_project, make_user

from .test_pivot import table

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return make_user("bureau")


def test_bars_are_as_long_as_their_share_of_the_largest(bureau):
    for amount in ("200.00", "50.00"):
        make_funding(make_project(stage="under_way", county=make_designation().division), amount)
    drawn = charts.bars(table("rows=county&measure=funds&order=falling&view=bars", bureau))
    assert [bar.share for bar in drawn] == [100, 25]


def test_lines_begin_at_nothing_end_at_a_round_number_and_leave_out_what_is_not_stated(bureau):
    for year, amount in ((2018, "70.00"), (2019, None), (2020, "35.00")):
        make_funding(make_project(stage="under_way", year=year), amount)
    drawn = charts.lines(table("rows=year&measure=funds&view=lines", bureau))
    (line,) = drawn.series
    assert [round((drawn.floor - up) / (drawn.floor - charts.TOP) * 80) for _across, up, _text in line.dots] == [70, 35]
    assert [tick.text for tick in drawn.up] == ["0 元", "20 元", "40 元", "60 元", "80 元"]
    assert [tick.text for tick in drawn.across] == ["2018", "2019", "2020"]


def test_a_year_without_anything_between_others_is_on_the_axis(bureau):
    for year in (2018, 2020):
        make_funding(make_project(stage="under_way", year=year), "1.00")
    drawn = charts.lines(table("rows=year&measure=funds&view=lines", bureau))
    assert [tick.text for tick in drawn.across] == ["2018", "2019", "2020"]


def test_more_lines_than_can_be_told_apart_are_left_out_and_numbered(bureau):
    for number in range(charts.SERIES + 2):
        make_funding(make_project(stage="under_way", field=make_field()), f"{number + 1}.00")
    drawn = charts.lines(table("rows=year&columns=field&measure=funds&view=lines", bureau))
    assert (len(drawn.series), drawn.left_out) == (charts.SERIES, 2)
    assert drawn.series[0].dots[-1][2].startswith(str(charts.SERIES + 2))


def test_tiles_show_every_designated_county_and_what_belongs_to_none(bureau):
    with_money, without = make_designation().division, make_designation().division
    make_funding(make_project(stage="under_way", county=with_money), "100.00")
    make_funding(make_project(stage="under_way"), "50.00")
    groups, _legend = charts.tiles(table("rows=county&measure=funds&view=tiles", bureau))
    steps = {tile["label"]: tile["step"] for group in groups for tile in group["tiles"]}
    assert steps[with_money.name] > steps[without.name] == 0
    assert len(steps) == 3


def test_tiles_call_a_county_as_the_reader_does(bureau):
    make_designation(make_division(name="行唐县", name_en="Xingtang County"))
    told = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            groups, _legend = charts.tiles(table("rows=county&measure=funds&view=tiles", bureau))
        told[language] = {(tile["label"], tile["title"]) for group in groups for tile in group["tiles"]}
    assert ("行唐县", "行唐县") in told["zh-hans"]
    assert ("Xingtang County", "Xingtang County (行唐县)") in told["en"]

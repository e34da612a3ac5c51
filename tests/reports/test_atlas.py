"""The counties as tiles, map and table: the same numbers, from the province down to a project, and who sees the map."""

import html
import json
import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from projects.models import Site
from registry.core.quantity import format_quantity
from registry.reports.atlas import pictures
from registry.reports.atlas.measures import COUNTED, MEASURES
from registry.reports.figures import report
from tests.counting import queries_of
from tests.factories import (
    make_designation,
    make_division,
    make_field,
    make_funding,
    make_need,
    make_organisation,
    make_participation,
    make_pledge,
    make_project,
    make_result,
    make_user,
)
from tests.pages import body

pytestmark = pytest.mark.django_db

STRANGER = AnonymousUser()
TILE = re.compile(r'<a class="tile tile-(\d)" href="/counties/(\d+)/[^"]*" title="[^"]*: ([^"]+)"')
SHAPE = re.compile(
    r'<a href="/counties/(\d+)/[^"]*" aria-label="[^"]*"><title>[^<]*: ([^<]+)</title><path class="shade-(\d)"'
)
ROW = re.compile(r'<tr>\s*<th scope="row" class="card-title"><a href="/counties/(\d+)/.*?</tr>', re.DOTALL)
CHOSEN = re.compile(r'atlas-chosen" data-label="[^"]*"><data class="figure" value="[^"]*" title="[^"]*">([^<]+)<')


def county_of(city, code, **overrides):
    county = make_division(code=code, parent=city, **overrides)
    make_designation(county)
    return county


def landed(*counties, **overrides):
    project = make_project(**{"visibility": "published", "stage": "under_way", "year": 2020} | overrides)
    for county in counties:
        Site.objects.create(project=project, division=county)
    return project


@pytest.fixture
def places():
    """Two cities; one project in two counties of the first, one without a county, one that is not published."""
    first, second = (
        make_division(code=code, name=name, level="prefecture")
        for code, name in (("130700", "张家口市"), ("130800", "承德市"))
    )
    kangbao, weixian = county_of(first, "130723", name="康保县"), county_of(first, "130726", name="蔚县")
    pingquan = county_of(second, "130881", name="平泉市")
    lead, joint = make_organisation(), make_organisation(origin="beijing")
    education = make_field(code="education", name="教育")
    both = landed(kangbao, weixian, lead=lead, field=education)
    make_funding(both, "560000", organisation=lead, qualifier="over")
    alone = landed(kangbao, lead=joint, year=2021)
    make_participation(alone, organisation=lead, role="joint")
    make_funding(alone, "720000.50", organisation=joint)
    make_result(alone, 1200)
    make_funding(landed(pingquan, lead=lead), "80000", organisation=lead)
    make_funding(landed(lead=lead), "1000000", organisation=lead)
    make_funding(landed(pingquan, visibility="internal"), "990000", organisation=lead)
    need = make_need(county=kangbao, amount="300000")
    make_pledge(need=need, amount="72000", status="accepted")
    make_need(county=kangbao, amount="50000")
    make_need(county=pingquan, amount="10000", status="draft")
    return {"cities": (first, second), "counties": (kangbao, weixian, pingquan)}


@pytest.fixture
def outlines(monkeypatch, tmp_path):
    """A map of four counties; 130102 is none of the action."""
    path = tmp_path / "outline.json"
    squares = {code: f"M{place} 0l9 0 0 9z" for place, code in enumerate(("130102", "130723", "130726", "130881"))}
    path.write_text(json.dumps({"width": 20, "height": 10, "counties": squares, "cities": {"1307": "M0 0l9 0 0 9z"}}))
    monkeypatch.setattr(pictures, "OUTLINE", path)


def words(text):
    return re.sub("<[^>]+>", "", text)


def by_code(pairs):
    return {code: html.unescape(text) for code, text in pairs}


def tiles(text):
    return by_code((code, told) for _step, code, told in TILE.findall(text))


def shapes(text):
    return by_code((code, told) for code, told, _step in SHAPE.findall(text))


def column(text):
    return by_code((row[1], CHOSEN.search(row[0])[1]) for row in ROW.finditer(text))


@pytest.mark.parametrize("narrowed", ["", "&year=2020", "&origin=beijing", "&field=education"])
@pytest.mark.parametrize("code", COUNTED)
def test_tiles_map_and_table_show_what_the_report_counts(client, places, outlines, settings, code, narrowed):
    settings.MAP_REVIEW_NO = "冀S(2026)001号"
    filters = dict([narrowed[1:].split("=")]) if narrowed else {}
    counted = {
        county.code: report(user=STRANGER, codes=[code], filters=filters | {"county": county.code}).figures[0].quantity
        for county in places["counties"]
    }
    headlines = {place: format_quantity(total, "headline") for place, total in counted.items()}
    address = f"/counties/?measure={code}{narrowed}"
    assert tiles(body(client, address)) == headlines
    assert shapes(body(client, f"{address}&view=map")) == headlines
    in_table = {place: format_quantity(total, "table") for place, total in counted.items()}
    assert column(body(client, f"{address}&view=table")) == in_table


@pytest.mark.parametrize(("code", "expected"), [("needs", (2, 0, 0)), ("gap", (278000, 0, 0))])
def test_open_needs_and_their_gap_are_the_same_in_all_three(client, places, outlines, settings, code, expected):
    settings.MAP_REVIEW_NO = "冀S(2026)001号"
    counties = [county.code for county in places["counties"]]
    unit = MEASURES[code].nothing
    totals = [type(unit)(Decimal(number), unit.unit) for number in expected]
    headlines = dict(zip(counties, (format_quantity(total, "headline") for total in totals), strict=True))
    address = f"/counties/?measure={code}"
    assert tiles(body(client, address)) == headlines
    assert shapes(body(client, f"{address}&view=map")) == headlines
    table = dict(zip(counties, (format_quantity(total, "table") for total in totals), strict=True))
    assert column(body(client, f"{address}&view=table")) == table


def test_tiles_and_map_have_the_same_shades(client, places, outlines, settings):
    settings.MAP_REVIEW_NO = "冀S(2026)001号"
    shades = {code: step for step, code, _words in TILE.findall(body(client, "/counties/"))}
    assert shades == {"130723": "4", "130726": "2", "130881": "2"}
    drawn = SHAPE.findall(body(client, "/counties/?view=map"))
    assert {code: step for code, _words, step in drawn} == shades


def test_a_total_is_counted_by_itself_and_the_page_says_so(client, places):
    """Three counted projects with a county, one of them in two, and one without: four in all, not four in parts."""
    answer = client.get("/counties/")
    assert [crumb["total"].value for crumb in answer.context["crumbs"]] == [4]
    assert sum(place.total.value for group in answer.context["groups"] for place in group.places) == 4
    assert [group.total.value for group in answer.context["groups"]] == [2, 1]
    text = words(answer.content.decode())
    assert "各地分别计数" in text
    assert "未说明县: 1 个" in text


@pytest.mark.parametrize("code", COUNTED)
def test_the_steps_down_carry_the_parents_totals_and_the_filters(client, places, code):
    kangbao, city = places["counties"][0], places["cities"][0]
    asked = f"measure={code}&year=2020"
    whole, of_city, of_county = (
        report(user=STRANGER, codes=[code], filters={"year": "2020"} | more).figures[0].quantity
        for more in ({}, {"city": city.code}, {"county": kangbao.code})
    )
    answer = client.get(f"/counties/?{asked}&city={city.code}")
    assert [crumb["total"] for crumb in answer.context["crumbs"]] == [whole, of_city]
    assert [group.city for group in answer.context["groups"]] == [city]
    down = answer.context["groups"][0].places[0].url
    assert down == f"/counties/{kangbao.code}/?{asked}"
    answer = client.get(down)
    assert [crumb["total"] for crumb in answer.context["crumbs"]] == [whole, of_city, of_county]
    assert [crumb["url"] for crumb in answer.context["crumbs"]] == [
        f"/counties/?{asked}", f"/counties/?{asked}&city={city.code}", "",
    ]  # fmt: skip
    figure = next(one for one in answer.context["figures"] if one.code == code)
    assert figure.quantity == of_county
    assert answer.context["projects_url"] == f"?county={kangbao.code}&year=2020"
    listed = client.get("/projects/" + answer.context["projects_url"])
    assert {row.number for row in answer.context["projects"]} == {row.number for row in listed.context["rows"]}


def test_money_that_no_county_has_alone_stands_beside_them(client, places):
    text = words(body(client, "/counties/?measure=funds"))
    assert "跨多个县（份额不明）: 56 万元以上" in text
    assert "未说明县: 100 万元" in text


def test_what_is_not_published_is_in_no_number_of_a_stranger(client, places):
    assert tiles(body(client, "/counties/"))["130881"] == "1 个"
    client.force_login(make_user("bureau"))
    assert tiles(body(client, "/counties/"))["130881"] == "2 个"


def test_the_map_is_for_those_signed_in_until_its_review_number_is_set(client, places, outlines, settings):
    settings.MAP_REVIEW_NO = ""
    text = body(client, "/counties/?view=map")
    assert ("<figure" in text, "view=map" in text.split("atlas-tabs")[1].split("</nav>")[0]) == (False, False)
    assert "地图尚未经过审核" in text
    assert tiles(text).keys() == {"130723", "130726", "130881"}
    settings.MAP_REVIEW_NO = "冀S(2026)001号"
    text = body(client, "/counties/?view=map")
    assert "审图号: 冀S(2026)001号" in text
    assert text.count("<path class=") == 3 + 2  # the counties, the rest, the cities
    settings.MAP_REVIEW_NO = ""
    client.force_login(make_user("county"))
    text = body(client, "/counties/?view=map")
    assert shapes(text).keys() == {"130723", "130726", "130881"}
    assert "仅供登录用户查看" in text


def test_without_outlines_there_are_tiles_and_a_sentence(client, places, monkeypatch, tmp_path):
    monkeypatch.setattr(pictures, "OUTLINE", tmp_path / "none.json")
    client.force_login(make_user("bureau"))
    text = body(client, "/counties/?view=map")
    assert "本机未安装县界轮廓数据" in text
    assert len(tiles(text)) == 3


def test_counties_of_one_name_are_told_apart_by_their_code(client, places, outlines, settings):
    settings.MAP_REVIEW_NO = "冀S(2026)001号"
    twin = county_of(places["cities"][1], "130102", name="康保县")
    landed(twin)
    assert shapes(body(client, "/counties/?view=map")) == {
        "130102": "1 个", "130723": "2 个", "130726": "1 个", "130881": "1 个",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "name"),
    [("note=x", "note"), ("measure=x", "measure"), ("year=x", "year"), ("field=x", "field"), ("origin=x", "origin"),
     ("campaign=x", "campaign"), ("view=x", "view"), ("measure=gap&year=2020", "year"),
     ("measure=needs&origin=hebei", "origin"), ("year=2020&year=2021", "year")],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/counties/", "/counties/130723/", "/counties/130723/sheet/"])
def test_what_cannot_be_asked_is_refused_in_words(client, places, path, query, name):
    text = body(client, f"{path}?{query}", status=400)
    assert f"<code>{name}</code>" in text
    assert "tile-value" not in text


def test_every_measure_can_be_chosen_from_every_question(client, places):
    for chip in client.get("/counties/?year=2020&origin=hebei&field=education&view=table").context["measures"]:
        answer = client.get("/counties/" + chip["url"])
        assert (answer.status_code, answer.context["listing"].filters.asked("field").code) == (200, "education")


def test_a_city_that_is_none_is_refused(client, places):
    body(client, "/counties/?city=139900", status=400)


def test_an_old_code_keeps_the_question(client, places):
    make_division(code="130724", valid_to=2016, home=places["counties"][0])
    answer = client.get("/counties/130724/sheet/?year=2020")
    assert (answer.status_code, answer.url) == (302, "/counties/130723/sheet/?year=2020")


def test_a_county_that_was_divided_has_no_sheet(client):
    make_division(code="130721", name="宣化县", valid_to=2016)
    body(client, "/counties/130721/sheet/", status=404)


def test_a_countys_page_tells_whose_money_it_was_and_what_came_in_each_year_and_field(client, places):
    context = client.get("/counties/130723/").context
    assert [(figure.code, figure.quantity.value) for figure in context["money"]] == [
        ("funds_own", Decimal("720000.50")), ("funds_raised", 0), ("mobilised", 0),
    ]  # fmt: skip
    years, fields = context["pictures"]
    assert [(line.label, line.totals["projects"].value, line.share) for line in years.lines] == [
        ("2020", 1, 100), ("2021", 1, 100),
    ]  # fmt: skip
    assert [(line.label, line.totals["projects"].value) for line in fields.lines] == [("教育", 1), ("未说明领域", 1)]


def test_the_sheet_names_rule_instant_and_the_projects_with_the_most_funds(client, places):
    answer = client.get("/counties/130723/sheet/")
    assert [row.amount.value for row in answer.context["projects"]] == [Decimal("720000.50"), Decimal(560000)]
    text = answer.content.decode()
    for told in ("数据截至", "来源：本系统台账中已公开的数据", "有到位的计到位"):
        assert told in text


def test_the_file_of_the_counties_has_every_measure(client, places):
    rows = client.get("/counties/?format=csv").getvalue().decode("utf-8-sig").splitlines()
    head = next(number for number, row in enumerate(rows) if row.startswith("受援县"))
    assert [row.split(",")[-6:] for row in rows[head + 1 : head + 3]] == [
        ["2", "2", "72.00005", "1200", "2", "27.80"], ["1", "1", "0.00", "0", "0", "0.00"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "url", ["/counties/", "/counties/?view=map", "/counties/?view=table", "/counties/?city=130700", "/counties/130723/",
            "/counties/130723/sheet/?year=2020"],
)  # fmt: skip
def test_one_row_and_three_cost_the_same_number_of_questions(client, places, outlines, settings, url):
    settings.MAP_REVIEW_NO = "冀S(2026)001号"
    kangbao, city = places["counties"][0], places["cities"][0]

    def make():
        organisation, county = make_organisation(), county_of(city, f"1307{40 + city.children.count()}")
        project = landed(kangbao, county, lead=organisation, field=make_field())
        make_funding(project, organisation=organisation)
        make_result(project)
        make_pledge(need=make_need(county=kangbao), status="accepted")

    make()
    one = queries_of(client, url)
    make()
    make()
    assert queries_of(client, url) == one

"""The public list of counties and the page of one."""

from datetime import date

import pytest

from projects.models import Site
from tests.counting import queries_of
from tests.factories import (
    make_designation,
    make_division,
    make_funding,
    make_need,
    make_organisation,
    make_pledge,
    make_project,
)
from tests.pages import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make_division(code="130800", name="承德市", level="prefecture")


@pytest.fixture
def pingquan(city):
    """平泉市, until 2017 平泉县 with another code."""
    county = make_division(code="130881", name="平泉市", parent=city, valid_from=2017)
    former = make_division(code="130823", name="平泉县", parent=city, valid_to=2017, home=county)
    make_designation(
        former, kind="national", assessment_year=2018, approved_on=date(2019, 5, 5), certainty="single source",
        delisting_certainty="verified", listed_name="平泉县", source="S1",
    )  # fmt: skip
    return county


def test_a_county_shows_both_delisting_dates_labelled_and_how_certain_they_are(client, pingquan):
    text = body(client, "/counties/130881/")
    for words in ("2018", "2019-05-05", "单一来源", "平泉县", "S1"):
        assert words in text
    assert text.count('scope="col" class="num"') >= 2


def test_an_old_code_leads_to_todays_county(client, pingquan):
    response = client.get("/counties/130823/")
    assert (response.status_code, response.url) == (302, "/counties/130881/")


def test_a_county_that_was_split_keeps_its_page_under_its_name(client):
    make_division(code="130721", name="宣化县", valid_to=2016)
    assert "宣化县" in body(client, "/counties/130721/")


@pytest.mark.parametrize("code", ["999999", "130800", "13", "x"])
def test_what_is_no_county_has_no_page(client, city, code):
    body(client, f"/counties/{code}/", status=404)


def test_the_county_of_a_code_that_was_given_twice_is_the_one_of_today(client):
    make_division(code="130502", name="桥东区", valid_to=2020)
    make_division(code="130502", name="襄都区", valid_from=2020)
    assert "襄都区" in body(client, "/counties/130502/")


@pytest.mark.parametrize("words", ["平泉市", "平泉县", "平泉", "pqs", "pingquan", "130881"])
def test_a_county_is_found_by_todays_and_former_name_code_and_pinyin(client, pingquan, words):
    make_designation(make_division(code="130624", name="阜平县"))
    text = body(client, f"/counties/?search={words}")
    assert 'href="/counties/130881/"' in text
    assert 'href="/counties/130624/"' not in text


def test_initials_find_a_county(client):
    make_designation(make_division(code="130624", name="阜平县"))
    assert 'href="/counties/130624/"' in body(client, "/counties/?search=fpx")


def test_counties_are_asked_by_city_designation_and_whether_they_count(client, pingquan):
    other = make_designation(make_division(code="130731", name="涿鹿县"), kind="area", counts=False).division
    for query in ("city=130800", "designation=national", "counts=true"):
        text = body(client, f"/counties/?{query}")
        assert "130881" in text
        assert f'href="/counties/{other.code}/"' not in text
    body(client, "/counties/?note=x", status=400)
    body(client, "/counties/?designation=x", status=400)


def test_only_designated_counties_are_listed(client, pingquan):
    make_division(code="130102", name="长安区")
    assert "长安区" not in body(client, "/counties/")


def test_the_page_shows_published_projects_their_organisations_and_open_needs(client, pingquan):
    lead = make_organisation(name="纯懿服务中心")
    project = make_project(name="小学改造", lead=lead, visibility="published", stage="under_way")
    Site.objects.create(project=project, division=pingquan)
    make_project(name="未公开项目", lead=make_organisation(name="别的基金会"), county=pingquan)
    need = make_need(name="敬老院取暖", county=pingquan, amount="450000")
    make_pledge(need=need, amount="50000", status="accepted")
    make_need(name="需求草稿", county=pingquan, status="draft")
    text = body(client, "/counties/130881/")
    for words in ("小学改造", "纯懿服务中心", "敬老院取暖", "45 万元", "40 万元"):
        assert words in text
    for words in ("未公开项目", "别的基金会", "需求草稿"):
        assert words not in text


def test_the_figures_of_a_county_are_counted_and_say_so(client, pingquan):
    project = make_project(county=pingquan, visibility="published", stage="under_way")
    make_funding(project, "720000")
    text = body(client, "/counties/130881/")
    assert '<a href="/figures/funds/?county=130881" title="720,000.00 元"><strong>72</strong>' in text


@pytest.mark.parametrize("url", ["/counties/", "/counties/130881/"])
def test_one_row_and_three_cost_the_same_number_of_questions(client, pingquan, url):
    def make():
        make_designation(make_division(parent=pingquan.parent))
        make_project(lead=make_organisation(), county=pingquan, visibility="published", stage="under_way")
        make_need(county=pingquan)

    make()
    one = queries_of(client, url)
    make()
    make()
    assert queries_of(client, url) == one

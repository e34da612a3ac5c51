"""Counties through the interface, and the filter by place."""

from datetime import date

import pytest

from tests.factories import make_designation, make_division

pytestmark = pytest.mark.django_db
URL = "/api/v1/counties/"


@pytest.fixture
def wanquan():
    city = make_division(code="130700", name="张家口市", level="prefecture")
    county = make_division(code="130708", name="万全区", parent=city, valid_from=2016)
    former = make_division(code="130729", name="万全县", valid_to=2016, home=county)
    make_designation(former, assessment_year=2018, approved_on=date(2019, 5, 5), certainty="derived")
    return county


def test_a_county_comes_with_city_designations_and_former_units(client, wanquan):
    (row,) = client.get(URL).json()["results"]
    assert (row["code"], row["name"], row["city"], row["city_name"]) == ("130708", "万全区", "130700", "张家口市")
    (designation,) = row["designations"]
    assert (designation["assessment_year"], designation["approved_on"]) == (2018, "2019-05-05")
    assert (designation["kind"], designation["counts"], designation["certainty"]) == ("national", True, "derived")
    assert row["former"] == [{"code": "130729", "name": "万全县", "valid_from": 1983, "valid_to": 2016}]


def test_one_county_is_read_by_its_code(client, wanquan):
    assert client.get(f"{URL}130708/").json()["name"] == "万全区"
    assert client.get(f"{URL}130999/").status_code == 404


@pytest.mark.parametrize("query", ["search=万全县", "search=wq", "city=130700", "designation=national", "counts=true"])
def test_counties_are_searched_and_filtered(client, wanquan, query):
    make_designation(make_division(code="130624", name="阜平县"), kind="provincial", counts=False)
    assert [row["code"] for row in client.get(f"{URL}?{query}").json()["results"]] == ["130708"]


def test_counties_are_ordered_by_code_or_pinyin(client, wanquan):
    make_designation(make_division(code="130624", name="阜平县"))
    assert [row["code"] for row in client.get(f"{URL}?ordering=-code").json()["results"]] == ["130708", "130624"]
    assert [row["name"] for row in client.get(f"{URL}?ordering=name").json()["results"]] == ["阜平县", "万全区"]

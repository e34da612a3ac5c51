"""The places of the register: codes over time, what leads where, and the 62 counties with how sure each fact is."""

import datetime

import pytest

from counties.models import Designation, Division, Succession
from counties.reference import load_designations, load_divisions
from registry.core.models import Change

KEY = (Designation.Kind.NATIONAL_KEY, Designation.Kind.PROVINCIAL_KEY)


pytestmark = pytest.mark.usefixtures("reference")


def unit(code, year):
    return Division.objects.in_force(year).get(code=code)


def test_sixty_two_counties_are_designated():
    assert Division.objects.designated().count() == 62
    assert Designation.objects.counting().count() == 62


def test_forty_five_are_national_and_seventeen_provincial():
    counted = [Designation.objects.counting().filter(kind=kind).count() for kind in KEY]
    assert counted == [45, 17]


def test_six_of_the_national_ones_count_by_the_area_only():
    by_area = Designation.objects.counting().filter(basis__contains="非重点县名单内")
    assert sorted(by_area.values_list("listed_name", flat=True)) == sorted(
        ["涞水县", "望都县", "易县", "曲阳县", "宣化县", "承德县"]
    )
    assert Designation.objects.filter(kind="area").count() == 22


def test_every_county_lies_in_the_city_of_the_list():
    cities = {}
    for county in Division.objects.designated().select_related("parent"):
        cities[county.parent.name] = cities.get(county.parent.name, 0) + 1
    assert cities == {
        "石家庄市": 4, "秦皇岛市": 1, "邯郸市": 6, "邢台市": 10, "保定市": 9, "张家口市": 12, "承德市": 7, "沧州市": 7,
        "衡水市": 6,
    }  # fmt: skip


def test_the_district_listed_apart_does_not_count():
    apart = Designation.objects.get(listed_name="涿鹿县赵家蓬区")
    assert (apart.division.name, apart.counts, apart.kind) == ("涿鹿县", False, "national")


@pytest.mark.parametrize(
    ("listed", "today"),
    [
        ("平泉县", "平泉市"), ("任县", "任泽区"), ("南和县", "南和区"), ("肥乡县", "肥乡区"), ("宣化县", "宣化区"),
        ("万全县", "万全区"), ("崇礼县", "崇礼区"), ("康保县", "康保县"),
    ],
)  # fmt: skip
def test_a_designation_is_of_the_unit_of_the_list_and_counts_under_that_of_today(listed, today):
    designation = Designation.objects.counting().get(listed_name=listed)
    assert designation.division.name == listed
    assert designation.division.code == designation.listed_code
    assert designation.division.home.name == today
    assert designation.division.home.is_current


def test_deep_poverty_is_a_designation_of_its_own_and_keeps_how_sure_it_is():
    deep = Designation.objects.filter(kind="deep_poverty")
    verified = deep.filter(certainty="verified").values_list("division__name", flat=True)
    assert (deep.count(), set(verified)) == (10, {"阜平县", "张北县", "康保县"})
    assert not deep.filter(counts=True).exists()
    assert set(deep.exclude(certainty="verified").values_list("certainty", flat=True)) == {"derived"}


def test_delisting_has_the_year_of_assessment_and_the_day_of_approval():
    kangbao = Designation.objects.counting().get(listed_name="康保县")
    assert (kangbao.assessment_year, kangbao.approved_on) == (2019, datetime.date(2020, 2, 29))


def test_a_day_that_is_known_by_its_month_only_stays_empty_and_is_told():
    wangdu = Designation.objects.counting().get(listed_name="望都县")
    assert wangdu.approved_on is None
    assert "2017-11" in wangdu.note


def test_derived_and_single_source_facts_keep_their_marks_and_sources():
    assert Designation.objects.counting().get(listed_name="鸡泽县").delisting_certainty == "derived"
    assert Designation.objects.counting().get(listed_name="肥乡县").delisting_certainty == "single source"
    assert not Designation.objects.filter(source="").exists()


def test_one_code_has_two_names_over_time():
    assert [unit("130502", year).name for year in (2019, 2020)] == ["桥东区", "襄都区"]
    assert unit("130502", 2019).home == unit("130502", 2020)


def test_a_divided_county_counts_under_none_unless_a_source_names_it():
    divided = unit("130521", 2019)
    assert divided.home is None
    assert {heir.name for heir in divided.successors.all()} == {"襄都区", "信都区"}
    assert all(heir.is_current for heir in divided.successors.all())
    xuanhua = unit("130721", 2015)
    assert {heir.name for heir in xuanhua.successors.all()} == {"桥东区", "桥西区", "宣化区"}
    assert "推定" in xuanhua.note


def test_a_part_given_away_in_an_earlier_year_is_told_and_is_no_succession():
    luancheng = unit("130124", 2013)
    assert [heir.name for heir in luancheng.successors.all()] == ["栾城区"]
    assert "2001年部分划入裕华区" in luancheng.note


def test_every_county_of_today_counts_under_itself_and_lies_in_a_higher_unit():
    for county in Division.objects.today().counties().select_related("parent"):
        assert county.home_id == county.pk
        assert county.parent is not None


def test_former_names_are_found_under_the_county_of_today():
    assert list(Division.objects.designated().search("平泉县")) == [unit("130881", 2024)]
    assert list(Division.objects.designated().search("rx")) == [unit("130505", 2024)]


def test_a_new_area_that_is_no_division_is_not_there():
    assert not Division.objects.filter(name="雄安新区").exists()
    assert unit("130638", 2024).parent.name == "保定市"


def test_loading_again_changes_nothing_and_leaves_no_trace():
    before = Change.objects.count(), Succession.objects.count()
    assert (load_divisions(), load_designations()) == (0, 0)
    assert (Change.objects.count(), Succession.objects.count()) == before


def test_what_the_bureau_has_changed_stays():
    Designation.objects.filter(listed_name="康保县").update(note="已核对")
    load_designations()
    assert set(Designation.objects.filter(listed_name="康保县").values_list("note", flat=True)) == {"已核对"}

"""Counties, organisations and codes as people write them, and what is offered where they cannot be told."""

import datetime

import pytest

from orgs.credit_code import demo_code
from orgs.models import FormerName
from tests.factories import (
    make_organisation,
)

from .ledger_books import project
from .ledger_rows import fields, row, rows, suggested

pytestmark = pytest.mark.usefixtures("reference")


# Counties


@pytest.mark.parametrize(
    ("written", "county"),
    [("康保县", "康保县"), ("康保", "康保县"), ("张家口市康保县", "康保县"), ("河北省张家口市康保县", "康保县"),
     ("河北康保县", "康保县"),
     ("张家口康保县", "康保县"), ("康 保 县", "康保县"), ("张家口市　康保县", "康保县"), ("丰宁县",
      "丰宁满族自治县"), ("丰宁", "丰宁满族自治县"),
     ("承德县", "承德县"), ("承德市承德县", "承德县"), ("石家庄市新华区", "新华区"), ("定州市", "定州市"), ("定州",
      "定州市"),
     ("雄安新区容城县", "容城县"), ("平泉县", "平泉市"), ("崇礼县", "崇礼区"), ("万全县", "万全区"), ("任泽区",
      "任泽区"), ("宣化县", "宣化县"),
     ("康保县、尚义县", "康保县、尚义县"), ("康保县 尚义县", "康保县、尚义县"), ("张家口市康保县，尚义县",
      "康保县、尚义县"),
     ("张家口市：康保县/尚义县", "康保县、尚义县"), ("南和县和威县", "南和区、威县"), ("康保县；康保", "康保县")],
)  # fmt: skip
def test_counties_are_understood_as_people_write_them(written, county):
    told = row(county=written, start="2021-03-01", end="")
    assert (told["status"], told["values"]["county"]) == ("accept", county)


@pytest.mark.parametrize("written", ["平泉县", "宣化县", "康保", "任县"])
def test_a_former_or_short_name_is_told(written):
    assert any(written in warning for warning in row(county=written, start="2021-03-01")["warnings"])


def test_a_county_that_stood_in_that_year_keeps_its_name_of_then():
    assert row(county="任县", start="2019-03-01")["values"]["counties"] == ["130526"]
    assert row(county="任县", start="2021-03-01")["values"]["counties"] == ["130505"]


@pytest.mark.parametrize(
    ("written", "offered"),
    [("张家口市", []), ("河北省", []), ("承德", ["承德市承德县"]), ("桥西区", ["石家庄市桥西区", "邢台市桥西区",
     "张家口市桥西区"]),
     ("新华区", ["石家庄市新华区", "沧州市新华区"]), ("承德市康保县", ["张家口市康保县"]), ("北京市朝阳区", []),
      ("朝阳区", []),
     ("外县", []), ("康宝县", ["张家口市康保县"]), ("康保县土城子镇", ["张家口市康保县"]), ("康保县、外县", []),
     ("永年县", ["邯郸市丛台区", "邯郸市永年区"]), (130723, [])],
)  # fmt: skip
def test_a_county_that_cannot_be_told_is_rejected_with_what_may_be_meant(written, offered):
    told = row(county=written)
    assert fields(told) == ["受援县"]
    assert suggested(told) == offered


# Organisations


@pytest.mark.parametrize(
    "code",
    ["5353000050000000D", "53130000500000000DD", "53130000500000000E", "5313000050000000OD", "５３13000050000000ОD"],
)
def test_a_code_that_cannot_be_right_is_rejected_and_not_repaired(code):
    assert fields(row(code=code, type="")) == ["统一社会信用代码"]


def test_the_type_goes_with_the_code():
    association, service = demo_code(1, "association"), demo_code(1, "service")
    assert row(code=association, type="社会团体")["status"] == "accept"
    assert row(code=service, type="民办非企业单位")["values"]["type"] == "社会服务机构"
    assert row(code=service, type="社会服务机构（民办非企业单位）")["status"] == "accept"
    assert row(code=service, type="")["values"]["type"] == "社会服务机构"
    wrong = row(code=service, type="基金会")
    assert (fields(wrong), suggested(wrong)) == (["统一社会信用代码"], ["社会服务机构"])
    assert fields(row(code="91130100MA0000000P", type="")) == ["统一社会信用代码"]
    assert fields(row(code=association, type="公司")) == ["社会组织类型"]


def test_one_code_with_two_names_rejects_the_later_row():
    told = rows(project(1, org="甲会"), project(1, project="乙", org="乙会"), project(1, project="丙", org="甲 会"))
    assert [fields(one) for one in told] == [[], ["社会组织名称"], []]
    assert suggested(told[1]) == ["甲会"]


def test_one_name_with_two_codes_rejects_the_later_row():
    told = rows(project(1, org="甲会"), project(1, project="乙", org="甲会", code=demo_code(99, "service")))
    assert [fields(one) for one in told] == [[], ["统一社会信用代码"]]
    assert suggested(told[1]) == [project(1)["code"]]


def test_what_a_faulty_row_says_is_held_against_no_other():
    told = rows(project(1, org="甲会"), project(1, project="乙", org="乙会"), project(2, org="乙会"))
    assert [fields(one) for one in told] == [[], ["社会组织名称"], []]
    told = rows(project(1, org="甲会"), project(2, org="甲会"), project(2, project="乙", org="乙会"))
    assert [fields(one) for one in told] == [[], ["统一社会信用代码"], []]


def test_the_register_knows_the_code_by_another_name():
    known = make_organisation(name="甲会", kind="service", code=project(1)["code"])
    told = row(org="乙会")
    assert (fields(told), suggested(told)) == (["社会组织名称"], ["甲会"])
    FormerName.objects.create(organisation=known, name="乙会", until=datetime.date(2018, 1, 1))
    renamed = row(org="乙会")
    assert renamed["status"] == "accept"
    assert any("甲会" in warning for warning in renamed["warnings"])


def test_the_register_knows_the_name_by_another_code():
    make_organisation(name="甲会", code=demo_code(99, "service"), kind="service")
    told = row(org="甲会")
    assert (fields(told), suggested(told)) == (["统一社会信用代码"], [demo_code(99, "service")])


def test_an_organisation_registered_without_a_code_is_found_by_its_name():
    make_organisation(name="甲会（河北）", code=None, kind="service")
    told = row(org="甲会(河北)")
    assert told["status"] == "accept"
    assert any("甲会(河北)" in warning for warning in told["warnings"])


def test_a_wrong_code_offers_the_organisations_that_come_nearest():
    make_organisation(name="河北省试验慈善联合会", code=demo_code(5), kind="association")
    told = row(
        org="河北试验慈善联合会", code=demo_code(5)[:-1] + ("0" if demo_code(5)[-1] != "0" else "1"), type="社会团体"
    )
    assert suggested(told) == ["河北省试验慈善联合会", demo_code(5)]

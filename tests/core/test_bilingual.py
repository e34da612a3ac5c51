"""Names in both languages: the Chinese one on Chinese pages, “English (中文)” on English ones where it is known."""

import csv
import re

import pytest
from django.utils import translation

from counties.models import Division
from counties.reference import DATA, load_divisions
from orgs.models import Authority, Organisation
from orgs.reference import load_authorities
from projects.models import Campaign, Field, Project
from registry.core.models import Bilingual, in_both
from tests.desk import filled, page
from tests.factories import (
    make_authority,
    make_campaign,
    make_county_user,
    make_designation,
    make_division,
    make_event,
    make_field,
    make_need,
    make_organisation,
    make_project,
    make_step,
    make_user,
)

MAKE = {
    Authority: make_authority, Campaign: make_campaign, Division: make_division, Field: make_field,
    Organisation: make_organisation,
}  # fmt: skip


def test_everything_that_may_have_an_english_name_is_tried_here():
    assert set(Bilingual.__subclasses__()) == set(MAKE)


@pytest.mark.parametrize(
    ("language", "name_en", "shown"),
    [("zh-hans", "Fuping County", "阜平县"), ("en", "Fuping County", "Fuping County (阜平县)"), ("en", "", "阜平县")],
)
def test_one_rule_says_how_a_page_calls_a_thing(language, name_en, shown):
    with translation.override(language):
        assert in_both("阜平县", name_en) == shown


@pytest.mark.django_db
@pytest.mark.parametrize("make", MAKE.values(), ids=lambda make: make.__name__)
def test_a_record_is_called_by_it(make):
    record = make(name="阜平", name_en="Fuping")
    assert str(record) == "阜平"
    with translation.override("en"):
        assert str(record) == "Fuping (阜平)"


@pytest.mark.django_db
@pytest.mark.parametrize("make", MAKE.values(), ids=lambda make: make.__name__)
def test_the_english_name_is_typed_on_the_desk(client, make):
    client.force_login(make_user("bureau"))
    record = make(name="阜平")
    answer = client.post(page(record), filled(client.get(page(record)), name_en="Fuping"))
    assert answer.status_code == 302
    record.refresh_from_db()
    assert record.name_en == "Fuping"


def read():
    with (DATA / "divisions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


KINDS = {"县": "County", "市": "City", "区": "District", "自治县": "Autonomous County"}


@pytest.mark.parametrize("row", read(), ids=lambda row: f"{row['code']}-{row['valid_from']}")
def test_every_division_of_the_reference_data_has_a_romanised_name_of_its_kind(row):
    name, english = row["name"], row["name_en"]
    assert re.fullmatch(r"[A-Z][a-z']+( (Manchu|Hui|and|Mongol))*( [A-Z][a-z]+)*", english)
    if row["level"] == "county":
        ending = "自治县" if name.endswith("自治县") else name[-1]
        assert english.endswith(KINDS[ending]) or (name.endswith("新区") and english.endswith("New Area"))


@pytest.mark.parametrize(
    ("name", "english"),
    [("阜平县", "Fuping County"), ("蔚县", "Yu County"), ("乐亭县", "Laoting County"), ("大城县", "Daicheng County"),
     ("固安县", "Gu'an County"), ("丰宁满族自治县", "Fengning Manchu Autonomous County"), ("平泉市", "Pingquan City"),
     ("围场满族蒙古族自治县", "Weichang Manchu and Mongol Autonomous County"), ("河北省", "Hebei Province")],
)  # fmt: skip
def test_names_that_are_read_in_their_own_way(name, english):
    assert {row["name_en"] for row in read() if row["name"] == name} == {english}


@pytest.mark.django_db
def test_reference_data_fills_in_what_an_older_register_lacks_and_nothing_else():
    load_divisions()
    load_authorities()
    county = Division.objects.get(code="130624")
    assert county.name_en == "Fuping County"
    assert Authority.objects.exclude(name_en="").count() == 4
    Division.objects.filter(pk=county.pk).update(name_en="")
    Division.objects.filter(code="130700").update(name_en="Zhangjiakou, as the bureau writes it")
    load_divisions()
    county.refresh_from_db()
    assert county.name_en == "Fuping County"
    assert Division.objects.get(code="130700").name_en == "Zhangjiakou, as the bureau writes it"


@pytest.mark.django_db
def test_lists_and_pages_show_both_names_in_english_and_one_in_chinese(client):
    city = make_division(code="130600", name="保定市", name_en="Baoding City", level="prefecture")
    county = make_designation(
        make_division(code="130624", name="阜平县", name_en="Fuping County", parent=city)
    ).division
    giver = make_organisation(name="三强公益基金会", name_en="Sanqiang Foundation")
    field = make_field(code="health", name="健康", name_en="Health")
    make_project(visibility="published", stage="under_way", lead=giver, county=county, field=field)
    need = make_need(county=county, field=field)
    event = make_event(is_public=True, division=county)
    event.hosts.add(make_authority(name="河北省民政厅", name_en="Department of Civil Affairs"))
    wanted = {
        "/projects/": ("Fuping County (阜平县)", "Health (健康)", "Sanqiang Foundation (三强公益基金会)"),
        "/": ("Fuping County (阜平县) 1", "Health (健康)", "Baoding City (保定市)"),
        "/fields/health/": ("Fuping County (阜平县)", "Health (健康)", "Sanqiang Foundation (三强公益基金会)"),
        f"/needs/{need.number}/": ("Fuping County (阜平县)", "Health (健康)", "Baoding City (保定市)"),
        "/needs/": ("Fuping County (阜平县)", "Health (健康)"),
        "/events/": ("Fuping County (阜平县)", "Department of Civil Affairs (河北省民政厅)"),
        "/search/?q=fuping": ("Fuping County (阜平县)",),
    }
    for address, names in wanted.items():
        client.cookies["django_language"] = "en"
        text = client.get(address).content.decode()
        assert [name for name in names if name not in text] == [], address
        client.cookies["django_language"] = "zh-hans"
        text = client.get(address).content.decode()
        assert [name for name in ("Fuping", "Health", "Sanqiang", "Baoding", "Department") if name in text] == [], (
            address
        )


@pytest.mark.django_db
@pytest.mark.parametrize("make", MAKE.values(), ids=lambda make: make.__name__)
def test_an_english_name_is_searched_where_names_are(make):
    record = make(name="阜平", name_en="Fuping by another word")
    rows = type(record).objects.all()
    if hasattr(rows, "search"):
        assert list(rows.search("another word")) == [record]


@pytest.mark.django_db
def test_the_desk_and_a_county_s_own_pages_call_a_county_so_too(client):
    county = make_designation(make_division(code="130624", name="阜平县", name_en="Fuping County")).division
    make_step(make_project(county=county, stage="under_way"))
    make_need(county=county, status="draft")
    clerk = make_county_user(county)
    pages = {
        "/desk/board/": make_user("bureau"), page(Project, "changelist"): make_user("bureau"), "/my/": clerk,
        "/my/needs/": clerk,
    }  # fmt: skip
    for address, user in pages.items():
        client.force_login(user)
        client.cookies["django_language"] = "en"
        assert "Fuping County (阜平县)" in client.get(address).content.decode(), address
        client.cookies["django_language"] = "zh-hans"
        assert "Fuping" not in client.get(address).content.decode(), address

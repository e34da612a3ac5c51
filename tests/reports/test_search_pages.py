"""One search over all: by every name that somebody may know, with exact numbers, and never more than one may see."""

import datetime
import re

import pytest
from django.utils import timezone

from orgs.models import FormerName
from projects.models import Circular
from registry.reports.search_pages import FEW, KINDS, SIZE
from tests.counting import queries_of
from tests.factories import (
    make_campaign,
    make_county_user,
    make_division,
    make_event,
    make_need,
    make_organisation,
    make_project,
    make_statement,
    make_story,
    make_user,
)

pytestmark = pytest.mark.django_db


def found(client, words, status=200, **asked):
    """{kind: [titles]} of a search."""
    answer = client.get("/search/", {"q": words, **asked})
    assert answer.status_code == status
    groups = answer.context.get("groups")
    if groups is None:
        return {answer.context["kind"].code: [hit.title for hit in answer.context["hits"]]}
    return {group["kind"].code: [hit.title for hit in group["hits"]] for group in groups}


def chips(client, words):
    return {str(chip["label"]): chip["count"] for chip in client.get("/search/", {"q": words}).context["chips"]}


def published(**overrides):
    return make_project(**{"visibility": "published", "stage": "under_way"} | overrides)


def issued(**overrides):
    fields = {"campaign": make_campaign(), "kind": "progress", "title": "进展通报", "number": "冀民函〔2021〕15号"}
    fields |= {"period_from": "2020-01-01", "period_until": "2020-12-31", "as_of": timezone.now()}
    signed = {f"{stamp}_by": make_user() for stamp in ("checked", "issued")}
    signed |= {f"{stamp}_at": timezone.now() for stamp in ("checked", "issued")}
    return Circular.objects.create(**fields | signed | {"status": "issued"} | overrides)


@pytest.mark.parametrize(
    "words", ["阜平", "阜平县", "fpx", "FPX", "fuping", "ｆｐｘ", "130624", "Fuping County", " 阜平 "]
)
def test_a_county_is_found_by_each_of_its_names(client, words):
    make_division(code="130624", name="阜平县", name_en="Fuping County")
    make_division(name="蔚县")
    assert found(client, words) == {"counties": ["阜平县"]}


def test_a_former_name_leads_to_today_s_county(client):
    today = make_division(code="130505", name="任泽区")
    make_division(code="130526", name="任县", valid_to=2020, home=today)
    assert found(client, "任县") == {"counties": ["任泽区"]}
    assert "任县" in client.get("/search/?q=任县").content.decode()


@pytest.mark.parametrize("words", ["三强公益", "sqgy", "三强老名", "三强会", "53130000MJ0000001P"])
def test_an_organisation_is_found_by_former_and_short_names_and_its_code(client, words):
    giver = make_organisation(name="三强公益基金会", code="53130000MJ0000001P")
    FormerName.objects.create(organisation=giver, name="三强老名", until=datetime.date(2015, 1, 1))
    FormerName.objects.create(organisation=giver, name="三强会", sort="short")
    make_organisation(name="别的基金会")
    assert found(client, words) == {"organisations": ["三强公益基金会"]}


@pytest.mark.parametrize(
    ("kind", "words", "make"),
    [
        ("projects", "XM-2020-9999", lambda: published(number="XM-2020-9999", name="蔬菜大棚")),
        ("needs", "XQ-2020-9999", lambda: make_need(number="XQ-2020-9999", name="蔬菜大棚")),
        ("needs", "scdp", lambda: make_need(name="蔬菜大棚")),
        ("stories", "春天", lambda: make_story("published", name="蔬菜大棚", text="大棚里的春天")),
        ("events", "保定", lambda: make_event(name="蔬菜大棚", place="保定市", is_public=True)),
        ("circulars", "〔2021〕15", lambda: issued(title="蔬菜大棚")),
        ("statements", "6300多家", lambda: make_statement(title="蔬菜大棚", quote="6300多家社会组织")),
    ],
)
def test_each_kind_is_found_by_what_people_know_of_it(client, kind, words, make):
    make()
    assert found(client, words) == {kind: ["蔬菜大棚"]}


def of_every_kind(name, **overrides):
    county = make_division(name=f"{name}县")
    published(name=name)
    make_organisation(name=name)
    make_need(name=name, county=make_division(name="别县"))
    make_story("published", name=name)
    make_event(name=name, is_public=True)
    issued(title=name, number=f"冀民函〔2021〕{county.pk}号")
    make_statement(title=name)


def hidden(name):
    make_project(name=name)
    make_organisation(name=name, status="applied")
    make_need(name=name, status="draft", county=make_division(name="别县"))
    make_story("draft", name=name)
    make_story("published", name=name, project=make_project(name="别的"))
    make_event(name=name)
    issued(title=name, number="", status="draft", issued_by=None, issued_at=None)


def test_the_public_finds_nothing_that_is_not_public(client):
    hidden("寻找之物")
    answer = client.get("/search/?q=寻找之物")
    assert (answer.context["total"], answer.context["groups"]) == (0, [])
    assert "没有找到" in answer.content.decode()
    client.force_login(make_user("bureau"))
    assert set(chips(client, "寻找之物")) == {"全部", "项目", "社会组织", "需求", "典型案例", "会议活动", "通报"}


def test_somebody_of_a_county_finds_its_own_drafts_and_no_other_s(client):
    county = make_division()
    make_need(name="本县大棚", status="draft", county=county)
    make_need(name="外县大棚", status="draft")
    client.force_login(make_county_user(county))
    assert found(client, "大棚") == {"needs": ["本县大棚"]}


def test_the_numbers_are_exact_and_every_row_is_reached(client):
    for number in range(SIZE + 3):
        published(name=f"蔬菜大棚{number}")
    make_organisation(name="蔬菜大棚协会")
    assert chips(client, "蔬菜大棚") == {"全部": SIZE + 4, "社会组织": 1, "项目": SIZE + 3}
    assert len(found(client, "蔬菜大棚")["projects"]) == FEW
    pages = [found(client, "蔬菜大棚", kind="projects", page=page)["projects"] for page in (1, 2)]
    assert [len(page) for page in pages] == [SIZE, 3]
    assert len({*pages[0], *pages[1]}) == SIZE + 3
    assert client.get("/search/?q=蔬菜大棚&kind=projects&page=3").status_code == 404


def test_a_project_found_by_several_of_its_names_counts_once(client):
    giver = make_organisation(name="大棚协会")
    FormerName.objects.create(organisation=giver, name="大棚会", sort="short")
    published(name="大棚", lead=giver)
    assert chips(client, "大棚") == {"全部": 2, "社会组织": 1, "项目": 1}


@pytest.mark.parametrize(
    "query", ["x=1", "q=a&q=b", "q=a&kind=people", "q=a&page=0", "q=a&page=x", f"q={'a' * 101}", "q=%00", "sort=name"]
)
def test_what_the_search_does_not_know_is_refused_in_words(client, query):
    answer = client.get(f"/search/?{query}")
    assert answer.status_code == 400
    assert answer.context["faults"]
    assert "无法按此请求搜索" in answer.content.decode()


def test_without_words_it_says_what_can_be_found(client):
    text = client.get("/search/").content.decode()
    assert "可以搜索的内容" in text
    assert "没有找到" not in text


@pytest.mark.parametrize("words", ["%", "_", "'", '"', "<script>", "\\", "🙂"])
def test_signs_that_mean_something_elsewhere_are_only_looked_for(client, words):
    published(name="蔬菜大棚")
    answer = client.get("/search/", {"q": words})
    assert (answer.status_code, answer.context["total"]) == (200, 0)
    assert "<script>" not in answer.content.decode().split("<main")[1]


def test_identity_numbers_in_what_is_found_are_masked(client):
    published(name="大棚130726198001011234")
    assert "130726198001011234" not in client.get("/search/?q=大棚").content.decode()


def test_one_row_of_each_kind_and_three_cost_the_same(client):
    of_every_kind("大棚")
    one = queries_of(client, "/search/?q=大棚")
    of_every_kind("大棚")
    of_every_kind("大棚")
    assert queries_of(client, "/search/?q=大棚") == one
    assert one <= 2 + 2 * len(KINDS)


def test_every_hit_leads_to_a_page_that_opens(client):
    of_every_kind("大棚")
    text = client.get("/search/?q=大棚").content.decode()
    links = [link.partition("#")[0] for link in re.findall(r'class="row-link" href="([^"]+)"', text)]
    assert len(links) == len(KINDS)
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_the_bar_of_public_pages_searches_and_the_desk_keeps_its_own(client):
    assert 'class="topbar-search" method="get" action="/search/"' in client.get("/counties/").content.decode()
    assert "topbar-search" not in client.get("/search/").content.decode()
    client.force_login(make_user("bureau"))
    assert "topbar-search" not in client.get("/desk/").content.decode()

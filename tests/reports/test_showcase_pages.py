"""Home, campaigns, fields and the screen: what the public finds there, counted by the one definition of each figure."""

import datetime
import re

import pytest

from projects.models import CampaignBureau
from registry.core.dates import today
from registry.reports.figures import HEADLINE, report
from registry.reports.home_pages import PUBLIC
from tests.counting import queries_of
from tests.factories import (
    make_authority,
    make_campaign,
    make_commendation,
    make_designation,
    make_division,
    make_event,
    make_field,
    make_funding,
    make_need,
    make_organisation,
    make_project,
    make_result,
    make_statement,
    make_story,
    make_user,
)
from tests.pages import body
from tests.reports.test_search_pages import issued

pytestmark = pytest.mark.django_db


def landed(**overrides):
    fields = {"visibility": "published", "stage": "under_way", "lead": make_organisation()}
    project = make_project(**fields | overrides)
    make_funding(project, "720000")
    make_result(project, 1526)
    return project


def section(text, name):
    start = text.index(f'aria-labelledby="{name}"')
    return text[start : text.index("</section>", start)]


# Home


def test_the_home_shows_three_stories_and_the_newest_of_them(client):
    for number in range(4):
        project = landed(county=make_division(name=f"第{number}县"))
        day = datetime.datetime(2021, 1, 1 + number, tzinfo=datetime.UTC)
        make_story("published", project=project, name=f"故事{number}", published_at=day)
    make_story(name="草稿")
    told = section(body(client, "/"), "stories")
    assert re.findall(r"故事\d", told) == ["故事3", "故事2", "故事1"]
    assert "草稿" not in told
    for words in ("第3县", "72 万元", "1,526 人次"):
        assert words in told


def test_the_home_shows_public_notices_with_the_days_left_the_first_to_end_first(client):
    on = today()
    later, sooner = (on + datetime.timedelta(days=days) for days in (6, 2))
    make_commendation("notice", title="后结束", notice_from=on, notice_until=later)
    make_commendation("notice", title="先结束", notice_from=on, notice_until=sooner)
    make_commendation("notice", title="已结束")
    make_commendation("proposed", title="未公示", notice_from=on, notice_until=later)
    make_commendation("notice", title="未开始", notice_from=sooner, notice_until=later)
    shown = section(body(client, "/"), "notices")
    assert re.findall("先结束|后结束|已结束|未公示|未开始|剩余 [0-9]+ 天", shown) == [
        "先结束",
        "剩余 3 天",
        "后结束",
        "剩余 7 天",
    ]


def test_the_home_tells_the_latest_of_events_and_circulars_in_one_list(client):
    make_event(name="旧会", is_public=True, status="held", starts_on=datetime.date(2020, 1, 1))
    make_event(name="新会", is_public=True, status="held", starts_on=datetime.date(2020, 9, 1))
    make_event(name="内部会", status="held")
    make_event(name="将开会", is_public=True, starts_on=datetime.date(2020, 9, 2))
    issued(title="中间的通报", dated_on=datetime.date(2020, 6, 1))
    issued(title="通报草稿", number="", status="draft", issued_by=None, issued_at=None)
    shown = section(body(client, "/"), "news")
    assert re.findall("旧会|新会|内部会|将开会|中间的通报|通报草稿", shown) == ["新会", "中间的通报", "旧会"]


def test_the_home_leads_an_organisation_to_the_needs_and_to_the_sign_in(client):
    make_need()
    make_need(status="draft")
    call = section(body(client, "/"), "call")
    assert "有 1 项县域需求" in call
    assert all(address in call for address in ('href="/needs/"', 'href="/accounts/login/"', 'href="/accounts/signup/"'))
    client.force_login(make_user("bureau"))
    assert 'href="/accounts/login/"' not in section(body(client, "/"), "call")


def test_the_home_is_light(client):
    """Its own bytes before they are compressed; style sheets come once for all pages."""
    for _number in range(12):
        landed(county=make_designation().division)
    assert len(client.get("/").content) < 150_000


# Campaigns


@pytest.fixture
def campaign():
    made = make_campaign(
        code="relief", name="脱贫攻坚行动", name_en="Relief", appeal="倡议书全文", start_note="日期按倡议书登记",
        successor=make_campaign(code="revival", name="乡村振兴行动", starts_on=datetime.date(2021, 1, 1)),
    )  # fmt: skip
    for name, part in (("河北省民政厅", "host"), ("北京市民政局", "partner"), ("天津市民政局", "partner")):
        CampaignBureau.objects.create(campaign=made, authority=make_authority(name=name), part=part)
    return made


def test_a_campaign_says_what_it_is_who_carries_it_and_what_came_before_and_after(client, campaign):
    text = body(client, "/campaigns/relief/")
    for words in ("脱贫攻坚行动", "河北省民政厅", "北京市民政局, 天津市民政局", "倡议书全文", "日期按倡议书登记"):
        assert words in text.replace("、", ", ")
    assert 'href="/campaigns/revival/">乡村振兴行动' in text
    assert 'href="/campaigns/relief/">脱贫攻坚行动' in body(client, "/campaigns/revival/")


def test_a_campaign_has_the_figures_of_its_own_projects_by_field_and_year(client, campaign):
    field = make_field(name="健康")
    landed(campaign=campaign, field=field, year=2019)
    landed(campaign=campaign.successor, field=field)
    make_project(campaign=campaign, field=field, stage="under_way")
    answer = client.get("/campaigns/relief/")
    counted = report(user=PUBLIC, campaign=campaign, codes=HEADLINE).figures
    assert [figure.quantity for figure in answer.context["figures"]] == [figure.quantity for figure in counted]
    by_field, by_year = answer.context["parts"]
    assert [(line.label, line.projects.value, line.share) for line in by_field.lines] == [("健康", 1, 100)]
    assert [(line.label, line.projects.value) for line in by_year.lines] == [("2019", 1)]
    assert client.get(by_field.lines[0].url).context["listing"].page.paginator.count == 1


def test_a_campaign_s_timeline_is_in_order_and_public(client, campaign):
    for name, day in (("张北会", datetime.date(2019, 5, 1)), ("启动会", datetime.date(2018, 3, 1)), ("无日期会", None)):
        make_event(name=name, campaign=campaign, is_public=True, starts_on=day, status="held")
    make_event(name="内部会", campaign=campaign)
    make_event(name="别的行动", campaign=campaign.successor, is_public=True)
    issued(campaign=campaign, title="本行动通报")
    issued(campaign=campaign.successor, title="别的通报", number="冀民函〔2021〕99号")
    text = body(client, "/campaigns/relief/")
    told = section(text, "timeline")
    assert re.findall("2018<|启动会|2019<|张北会|无日期会|内部会|别的行动", told) == [
        "2018<",
        "启动会",
        "2019<",
        "张北会",
        "无日期会",
    ]
    assert [words in text for words in ("本行动通报", "别的通报")] == [True, False]


def test_quoted_figures_stand_with_their_own_campaign(client, campaign):
    make_statement(campaign=campaign, is_headline=True, title="引用数")
    assert "引用数" in body(client, "/campaigns/relief/")
    assert "引用数" not in body(client, "/campaigns/revival/")


def test_all_campaigns_are_listed(client, campaign):
    text = body(client, "/campaigns/")
    assert [address in text for address in ('href="/campaigns/relief/"', 'href="/campaigns/revival/"')] == [True, True]


# Fields


def test_a_field_shows_its_figures_by_year_and_county_and_what_works_in_it(client):
    field, county = make_field(code="health", name="健康"), make_designation(make_division(name="阜平县")).division
    project = landed(field=field, county=county)
    other = landed(field=make_field(name="教育"))
    hidden = make_project(field=field, name="未公开项目")
    make_story("published", project=project, name="健康故事")
    make_need(field=field, name="体检车")
    answer = client.get("/fields/health/")
    text = answer.content.decode()
    counted = report(user=PUBLIC, filters={"field": "health"}, codes=HEADLINE).figures
    assert [figure.quantity for figure in answer.context["figures"]] == [figure.quantity for figure in counted]
    by_year, by_county = answer.context["parts"]
    assert [line.label for line in by_county.lines] == ["阜平县"]
    assert [line.projects.value for line in by_year.lines] == [1]
    assert [words in text for words in (project.name, "健康故事", "体检车", other.name, hidden.name)] == [True] * 3 + [
        False
    ] * 2


def test_all_fields_are_listed_under_their_scheme_with_their_numbers(client):
    landed(field=make_field(code="health", name="健康"))
    make_field(code="talent", name="人才", scheme="revitalisation")
    make_field(code="old", name="旧领域", is_active=False)
    text = body(client, "/fields/")
    for words in ("脱贫攻坚", "乡村振兴", 'href="/fields/health/"', "1 个项目", "尚无计入的项目"):
        assert words in text
    assert "旧领域" not in text


# The screen


def test_the_screen_shows_the_public_s_figures_to_everybody(client):
    county = make_designation(make_division(name="阜平县")).division
    landed(county=county, field=make_field(name="健康"))
    make_project(county=county, stage="under_way", name="未公开")
    make_event(name="内部会", status="held")
    make_statement(is_headline=True, title="引用数")
    public = body(client, "/screen/")
    assert 'data-refresh="300"' in public
    assert "http-equiv" not in public, "a page that goes by itself cannot be read in one's own time"
    for words in ("阜平县", "健康", "引用数", 'class="tile tile-4"'):
        assert words in public
    client.force_login(make_user("bureau"))
    inner = client.get("/screen/")
    counted = report(user=PUBLIC, codes=HEADLINE).figures
    assert [figure.quantity for figure in inner.context["figures"]] == [figure.quantity for figure in counted]
    assert [words in inner.content.decode() for words in ("未公开", "内部会", "csrf")] == [False] * 3


def test_the_screen_of_an_empty_register_opens(client):
    body(client, "/screen/")


# All of them


ADDRESSES = ["/campaigns/", "/campaigns/relief/", "/fields/", "/fields/health/"]


@pytest.mark.parametrize("address", ["/campaigns/none/", "/fields/none/"])
def test_what_is_not_there_is_not_found(client, address):
    body(client, address, 404)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_parameter_that_a_page_does_not_know_is_refused_in_words(client, campaign, address):
    make_field(code="health")
    assert "year" in body(client, f"{address}?year=2020", 400)


@pytest.mark.parametrize("address", ["/", "/screen/", *ADDRESSES])
def test_one_row_and_three_cost_the_same_number_of_questions(client, campaign, address):
    field = make_field(code="health")

    def make():
        county = make_designation().division
        project = landed(campaign=campaign, county=county, field=field)
        make_story("published", project=project)
        make_event(campaign=campaign, is_public=True, status="held", division=county)
        issued(campaign=campaign, number=f"冀民函〔2021〕{project.pk}号")
        make_commendation("notice", notice_from=today(), notice_until=today(), project=project)
        make_need(field=field, county=county)
        make_statement(campaign=campaign, is_headline=True)

    make()
    one = queries_of(client, address)
    make()
    make()
    assert queries_of(client, address) == one


@pytest.mark.parametrize("role", ["county", "bureau", "auditor", "system_admin"])
@pytest.mark.parametrize("address", ["/screen/", "/stories/", "/search/?q=a", *ADDRESSES])
def test_every_page_opens_for_every_role(client, campaign, role, address):
    make_field(code="health")
    client.force_login(make_user(role))
    body(client, address)

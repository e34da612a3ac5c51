"""The public home, the nine cases, open data, circulars and events."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from projects.models import Circular, CircularFigure
from registry.reports.showcase import legend, step_of
from tests.counting import queries_of
from tests.factories import (
    make_campaign,
    make_county_user,
    make_designation,
    make_division,
    make_enterprise,
    make_event,
    make_field,
    make_funding,
    make_organisation,
    make_participation,
    make_project,
    make_result,
    make_statement,
    make_user,
)
from tests.pages import body

pytestmark = pytest.mark.django_db

ALL = ["/", "/cases/", "/data/", "/events/", "/circulars/", "/projects/", "/orgs/", "/counties/"]
HEADLINE = [
    ({"code": "organisations", "title": "参加的社会组织", "value": Decimal(6300), "unit": "家"}, "6,300", "多家"),
    ({"code": "projects", "value": Decimal(5367), "unit": "个", "qualifier": "exact", "wording": ""}, "5,367", "个"),
    (
        {"code": "funds", "value": Decimal(2188000000), "unit": "元", "qualifier": "about", "wording": "约"},
        "21.88",
        "亿元",
    ),
    ({"code": "counties", "value": Decimal(62), "unit": "个", "qualifier": "exact", "wording": ""}, "62", "个"),
    ({"code": "beneficiaries", "value": Decimal(2800000), "unit": "人次"}, "280", "多万人次"),
    ({"code": "companies", "value": Decimal(3000000000), "unit": "元", "wording": "超过"}, "30", "亿元"),
]


def published(**overrides):
    return make_project(**{"visibility": "published", "stage": "under_way"} | overrides)


def section(text, name):
    """The part of a page under the heading with this id."""
    start = text.index(f'aria-labelledby="{name}"')
    return text[start : text.index("</section>", start)]


@pytest.mark.parametrize(("fields", "number", "after"), HEADLINE)
def test_a_headline_statement_is_printed_with_its_own_precision_and_opens_its_source(client, fields, number, after):
    make_statement(is_headline=True, quote="来源原话", **fields)
    quoted = section(body(client, "/"), "quoted")
    assert f"<strong>{number}</strong> <span>{after}</span>" in quoted
    assert f'href="/statements/{fields["code"]}/"' in quoted
    assert "来源原话" in quoted


def test_about_and_over_stand_before_the_number(client):
    make_statement(is_headline=True, value=Decimal(2188000000), unit="元", qualifier="about", wording="约")
    make_statement(is_headline=True, value=Decimal(3000000000), unit="元", qualifier="over", wording="超过")
    quoted = section(body(client, "/"), "quoted")
    assert "<span>约</span> <strong>21.88</strong>" in quoted
    assert "<span>超过</span> <strong>30</strong>" in quoted


def test_quoted_and_counted_figures_stand_apart_and_never_mix(client):
    make_statement(is_headline=True, code="projects", value=Decimal(5367), unit="个", qualifier="exact", wording="")
    published()
    text = body(client, "/")
    quoted, counted = section(text, "quoted"), section(text, "counted")
    assert quoted.count('class="figure-number"') == quoted.count('<p class="figure-number"><a href="/statements/') == 1
    assert "<strong>5,367</strong>" in quoted
    assert "/figures/" not in quoted
    assert "/statements/" not in counted
    assert "5,367" not in counted
    assert "5,368" not in text
    assert '<a href="/figures/projects/" title="1 个">' in counted


def test_a_statement_that_is_no_headline_is_not_on_the_home(client):
    make_statement(is_headline=False, title="不在首页")
    assert "不在首页" not in body(client, "/")


def test_two_sources_of_one_figure_are_one_card(client):
    campaign = make_campaign()
    for source in ("报道一", "报道二"):
        make_statement(is_headline=True, campaign=campaign, code="organisations", source=source)
    assert section(body(client, "/"), "quoted").count('class="figure-number"') == 1


def test_tiles_lead_to_the_counties_of_each_prefecture_with_their_landed_projects(client):
    city = make_division(code="130700", name="张家口市", level="prefecture")
    county = make_designation(make_division(code="130726", name="蔚县", parent=city)).division
    make_division(code="130102", name="长安区")
    published(county=county)
    published(county=county, stage="signed")
    text = body(client, "/")
    assert "张家口市" in text
    assert 'href="/counties/130726/" title="蔚县 1 ' in text
    assert "长安区" not in text


@pytest.mark.parametrize(("number", "most", "step"), [(0, 9, 0), (1, 9, 1), (3, 9, 2), (9, 9, 4), (1, 1, 4), (0, 0, 0)])
def test_a_tile_has_one_of_four_steps_or_none(number, most, step):
    assert step_of(number, most) == step


@pytest.mark.parametrize("most", [1, 2, 3, 5, 40])
def test_the_legend_says_for_every_number_which_step_it_has(most):
    ranges = {entry["step"]: [int(part) for part in entry["text"].split("–")] for entry in legend(most)}
    for number in range(1, most + 1):
        first, last = ranges[step_of(number, most)][0], ranges[step_of(number, most)][-1]
        assert first <= number <= last


def test_the_home_of_an_empty_register_says_what_is_missing(client):
    assert "empty-list" in body(client, "/")


def test_fields_lead_to_their_pages_and_these_to_their_projects(client):
    published(field=make_field(code="health", name="健康"))
    assert 'href="/fields/health/"' in body(client, "/")
    assert 'href="/projects/?field=health"' in body(client, "/fields/health/")


def test_a_case_is_printed_back_as_its_source_tells_it(client):
    giver, county = make_organisation(name="三强公益基金会"), make_division(name="丰宁满族自治县")
    project = published(
        name="蔬菜大棚捐建",
        lead=giver,
        county=county,
        quote="为丰宁捐建蔬菜大棚150座，价值3000余万元",
        caution="物资折价，不是现金",
    )
    make_funding(
        project, "30000000", organisation=giver, kind="goods", qualifier="over", wording="余", goods="蔬菜大棚",
        quantity=Decimal(150), unit="座", value_basis="source",
    )  # fmt: skip
    make_result(project, Decimal(2000), indicator="就业的贫困户", unit="户", qualifier="over", wording="余")
    text = body(client, "/cases/")
    for words in (
        "3,000 余万元",
        "150 座",
        "2,000 余户",
        "为丰宁捐建蔬菜大棚150座",
        "物资折价，不是现金",
        "三强公益基金会",
    ):
        assert words in text


def test_a_company_in_a_case_keeps_its_own_money(client):
    lead, company = make_organisation(name="畜牧产业协会"), make_enterprise(name="四方红农牧公司")
    project = published(lead=lead, quote="投资3亿元")
    make_participation(project, enterprise=company, role="mobilised")
    make_funding(project, "300000000", origin="mobilised", enterprise=company)
    case = body(client, "/cases/")
    line = case[case.index("<tbody>") : case.index("</tbody>")]
    assert "四方红农牧公司" in line
    assert "3 亿元" in line
    assert "畜牧产业协会" not in line


def test_made_up_projects_and_projects_without_a_source_are_no_cases(client):
    published(name="编造项目", quote="引文", is_demo=True)
    published(name="无引文项目")
    make_project(name="未公开项目", quote="引文")
    text = body(client, "/cases/")
    assert [name for name in ("编造项目", "无引文项目", "未公开项目") if name in text] == []


def test_open_data_offers_only_what_exists(client):
    text = body(client, "/data/")
    for address in ("/api/v1/projects/export/?format=csv", "/api/v1/projects/", "/api/v1/figures/", "/rules/"):
        assert f'href="{address}"' in text
        assert client.get(address).status_code == 200


def make_circular(**overrides):
    checker, issuer = make_user(), make_user()
    fields = {"campaign": make_campaign(), "kind": "progress", "title": "进展通报", "number": "冀民函〔2021〕15号"}
    fields |= {"period_from": date(2020, 1, 1), "period_until": date(2020, 12, 31), "as_of": timezone.now()}
    circular = Circular.objects.create(**fields | overrides)
    CircularFigure.objects.create(
        circular=circular, code="projects", label="落地项目", value=5367, unit="个", rule="口径", row_ids=[1, 2]
    )
    signed = {"checked_by": checker, "checked_at": timezone.now(), "issued_by": issuer, "issued_at": timezone.now()}
    if "status" not in overrides:
        Circular.objects.filter(pk=circular.pk).update(status="issued", **signed)
    return circular


def test_only_issued_circulars_are_listed_and_opened(client):
    issued, draft = make_circular(), make_circular(title="草稿通报", number="冀民函〔2021〕16号", status="draft")
    text = body(client, "/circulars/")
    assert "进展通报" in text
    assert "草稿通报" not in text
    assert "5,367" in body(client, f"/circulars/{issued.pk}/")
    body(client, f"/circulars/{draft.pk}/", status=404)
    client.force_login(make_user("bureau"))
    assert "草稿通报" in body(client, "/circulars/")


def test_a_corrected_circular_names_its_correction_and_why(client):
    wrong = make_circular()
    make_circular(title="更正通报", number="冀民函〔2021〕17号", corrects=wrong, explanation="重复计算了一个项目")
    text = body(client, f"/circulars/{wrong.pk}/")
    assert "更正通报" in text
    assert "重复计算了一个项目" in text


def test_a_correction_that_is_not_issued_is_not_named(client):
    wrong = make_circular()
    make_circular(title="更正草稿", number="冀民函〔2021〕17号", corrects=wrong, status="draft")
    assert "更正草稿" not in body(client, f"/circulars/{wrong.pk}/")


def test_public_events_are_listed_and_asked_by_kind(client):
    make_event(name="公开推介会", is_public=True, kind="matching")
    make_event(name="内部碰头会")
    text = body(client, "/events/")
    assert "公开推介会" in text
    assert "内部碰头会" not in text
    assert "公开推介会" not in body(client, "/events/?kind=signing")
    body(client, "/events/?place=x", status=400)


@pytest.mark.parametrize("url", ["/", "/cases/", "/events/", "/circulars/", "/data/"])
def test_one_row_and_three_cost_the_same_number_of_questions(client, url):
    def make():
        lead, county = make_organisation(), make_designation().division
        project = published(lead=lead, county=county, field=make_field(), quote="引文")
        make_funding(project, organisation=lead)
        make_result(project)
        make_statement(is_headline=True)
        make_event(is_public=True, division=county)
        make_circular(number=f"冀民函〔2021〕{project.pk}号")

    make()
    one = queries_of(client, url)
    make()
    make()
    assert queries_of(client, url) <= one + (2 if url == "/cases/" else 0)


@pytest.mark.parametrize("role", ["county", "bureau", "auditor", "system_admin"])
@pytest.mark.parametrize(
    "url", ["/", "/cases/", "/data/", "/events/", "/circulars/", "/projects/", "/orgs/", "/counties/"]
)
def test_every_public_page_opens_for_every_role(client, role, url):
    client.force_login(make_user(role) if role != "county" else make_county_user(make_division()))
    body(client, url)

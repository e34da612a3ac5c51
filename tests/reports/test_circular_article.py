"""The article's circular, drawn up from its nine cases and its statements: each of its numbers as it says them, and
behind each the rows or the source."""

import pytest
from django.db import connection
from django.urls import reverse

from projects.demo.cases import load_cases
from projects.models import Campaign, Circular, Site, Statement
from projects.reference import FIRST_CAMPAIGN
from registry.reports.circulars.actions import word_circular
from registry.reports.circulars.checking import check_figures
from tests.factories import make_division, make_project, make_user
from tests.publishing import publish_what_is_marked

from .circulars import drawn_up, issued, said_of, text_in

pytestmark = pytest.mark.django_db

HEADLINE = {
    "organisations_taking_part": "6300多家", "projects_landed": "5367个", "funds_involved": "约21.88亿元",
    "key_counties_covered": "62个", "beneficiaries": "280多万人次", "member_enterprise_investment": "超过30亿元",
    "duration": "3年", "coordination_meetings": "10余次",
}  # fmt: skip
CASES = (
    ("中国泛海公益基金会", "泛海助学行动", "未说明县", ["自有资金1.05亿元", "资助贫困大学生21040名"]),
    (
        "河北省三强公益基金会", "丰宁蔬菜大棚捐建", "丰宁满族自治县",
        ["自有资金3000余万元", "蔬菜大棚150座", "解决就业的贫困户2000余户"],
    ),
    (
        "河北省眼镜协会、中国眼镜协会（带动会员企业30多家）", "阳原一中师生免费验配眼镜", "阳原县",
        ["免费验配眼镜1160副"],
    ),
    (
        "河北省专家咨询协会", "贫困地区科技扶贫", "未说明县",
        ["选派专家153名", "培训班120多次", "培训人数9000多人", "引进种植、养殖类项目60余个"],
    ),
    ("天津纯懿公益帮扶服务中心", "八十亩地村小学全面改造", "平泉市", ["公开募集72万元", "改造小学1所"]),
    (
        "河北省凤凰谷零碳发展研究院", "贫困家庭太阳能并网发电系统", "阜平县、顺平县",
        ["自有资金56万余元", "安装太阳能并网发电系统的贫困家庭34个"],
    ),
    (
        "北京畜牧产业协会、北京四方红农牧公司", "蔚县生态猪场", "蔚县",
        ["带动会员企业3亿元", "基础母猪7500头", "年出栏10万头"],
    ),
    (
        "阜平县食用菌协会", "阜平食用菌产业", "阜平县",
        ["带动农户1.5万户", "覆盖乡镇13个", "覆盖行政村140个", "产值4.5亿元", "群众增收2.5亿元"],
    ),
    (
        "新联合公益基金会、新奥公益基金会、敬业公益基金会、君乐宝公益基金会等11家社会组织",
        "康保县南乔家营新村易地搬迁", "康保县", ["自有资金800余万元", "整体易地搬迁村民94户", "建设新村1个"],
    ),
)  # fmt: skip


@pytest.fixture
def register(reference, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    load_cases(list(Campaign.objects.all()), {"bureau": make_user("bureau")})
    return Campaign.objects.get(code=FIRST_CAMPAIGN)


@pytest.fixture
def article(register):
    """The praise circular with its projects, and two more of the article's statements put in by hand."""
    clerk = make_user("bureau")
    publish_what_is_marked()
    circular = drawn_up("praise", by=clerk, campaign=register)
    said = said_of(circular)
    said["general"]["text"] += "\n{{quoted:duration}}来，先后召开会议{{quoted:coordination_meetings}}。"
    return word_circular(circular=circular, by=clerk, parts=said)


def test_what_the_article_states_is_quoted_to_the_word(article):
    quoted = {figure.code: figure for figure in article.figures.filter(is_quoted=True)}
    assert {code.removeprefix("quoted-"): figure.shown for code, figure in quoted.items()} == HEADLINE
    for code, figure in quoted.items():
        [source] = Statement.objects.filter(pk__in=figure.row_ids)
        assert (source.code, figure.row_table) == (code.removeprefix("quoted-"), "projects_statement")
        assert source.quote in figure.rule


def test_the_nine_cases_are_told_with_every_number_of_theirs(article):
    lines = text_in(issued(article).docx)
    start = next(place for place, line in enumerate(lines) if line.endswith("典型项目"))
    told = lines[start + 1 : start + 10]
    assert told == [
        f"{place}.{who}：“{project}”（{where}）。{'；'.join(numbers)}。"
        for place, (who, project, where, numbers) in enumerate(CASES, 1)
    ]


def test_counties_of_a_case_stand_as_they_were_entered_whatever_numbers_their_rows_have(register):
    """The past is poured in the order of the numbers as text, in which 10,000,000 comes before 9,999,999."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('projects_site', 'id'), 9999998)")
    project = make_project(campaign=register, number="XM-0000-0000", name="试验", quote="某县和某县", stage="under_way")
    for name in ("甲县", "乙县"):
        Site.objects.create(project=project, division=make_division(name=name))
    assert "“试验”（甲县、乙县）" in said_of(drawn_up("praise", campaign=register))["cases"]["text"]


def test_what_the_register_counts_of_nine_cases_stands_apart_from_what_the_article_states(article):
    counted = {figure.code: figure for figure in article.figures.filter(is_quoted=False)}
    said = {code: counted[code].shown for code in ("organisations", "projects", "funds", "counties", "mobilised")}
    assert said == {
        "organisations": "13家", "projects": "9个", "funds": "1.44亿元以上", "counties": "7个", "mobilised": "3亿元"
    }  # fmt: skip
    ours, theirs = article.parts.get(kind="general").text.splitlines()[:2]
    assert "{{quoted:" not in ours
    assert "{{figure:" not in theirs


def test_every_number_of_the_article_s_circular_opens_its_rows_or_its_source(client, article):
    issued(article)
    circular = Circular.objects.get(pk=article.pk)
    assert circular.figures.count() == 41
    for figure in circular.figures.all():
        answer = client.get(reverse("circular-figure", args=(circular.pk, figure.code)), follow=True)
        assert answer.status_code == 200, figure.code
        if figure.is_quoted:
            assert answer.redirect_chain[-1][0].startswith("/statements/")
            assert figure.shown in answer.content.decode()
        else:
            assert len(answer.context["page"].object_list) == len(figure.row_ids), figure.code
            assert figure.row_ids or figure.value == 0, figure.code


def test_all_figures_of_the_article_s_circular_agree_with_the_register(article):
    check = check_figures(article)
    assert (check.agreeing, check.total, check.differences) == (41, 41, [])
    assert check.typed == []

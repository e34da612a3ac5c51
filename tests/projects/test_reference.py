"""What a register has before its first project: fields, campaigns, statements with their sources, checklists."""

import io

import pytest
from django.core.management import call_command
from django.utils.translation import override

from projects.models import Campaign, ChecklistTemplate, Field, StandardReason, Statement
from projects.models.stages import COURSE
from registry.core.models import Change
from registry.core.quantity import format_quantity

pytestmark = pytest.mark.usefixtures("reference")
ON_THE_BOARD = ("需求确认", "签订协议", "启动实施", "中期检查", "竣工验收", "绩效评价", "公示")


def load():
    said = io.StringIO()
    call_command("load_reference", stdout=said)
    return said.getvalue()


def printed(statement):
    return format_quantity(statement.quantity, "prose", "zh-hans")


def test_loading_again_changes_nothing_and_leaves_no_trace():
    before = Change.objects.count()
    said = load()
    assert Change.objects.count() == before
    assert all(part.split()[0] == "0" for part in said.removeprefix("added: ").split(", "))


def test_the_trail_says_what_loaded_it():
    assert set(Change.objects.filter(table_name__startswith="projects_").values_list("action", flat=True)) == {
        "reference.load"
    }


def test_nothing_of_it_is_marked_as_made_up():
    for model in (Campaign, Field, Statement, ChecklistTemplate, StandardReason):
        assert not model.objects.filter(is_demo=True).exists()


def test_both_schemes_have_their_fields_in_two_languages():
    relief = list(Field.objects.filter(scheme="relief").values_list("name", flat=True))
    assert relief == [
        "教育",
        "健康",
        "产业",
        "就业",
        "易地搬迁",
        "扶老助残",
        "救孤济困",
        "科技",
        "消费",
        "志愿",
        "住房",
        "其他",
    ]
    later = list(Field.objects.filter(scheme="revitalisation").values_list("name", flat=True))
    assert later == ["产业", "人才", "文化", "生态", "组织"]
    assert not Field.objects.filter(name_en="").exists()
    assert {"education", "health", "industry", "employment", "relocation"} <= set(
        Field.objects.values_list("code", flat=True)
    )


def test_the_campaign_has_its_hosts_its_doubtful_start_and_its_successor():
    relief = Campaign.objects.get(code="poverty-relief-2018")
    assert relief.name == "京津冀社会组织跟党走—助力脱贫攻坚行动"
    assert "2017年12月" in relief.start_note
    parts = dict(relief.parts.values_list("authority__name", "part"))
    assert parts == {"河北省民政厅": "host", "北京市民政局": "partner", "天津市民政局": "partner"}
    assert relief.successor.scheme == "revitalisation"
    assert "推定" in relief.successor.start_note
    assert Campaign.objects.current() == relief.successor


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("organisations_taking_part", "6300多家"),
        ("projects_landed", "5367个"),
        ("funds_involved", "约21.88亿元"),
        ("key_counties_covered", "62个"),
        ("beneficiaries", "280多万人次"),
        ("member_enterprise_investment", "超过30亿元"),
    ],
)
def test_a_headline_statement_prints_as_the_source_has_it(code, text):
    statement = Statement.objects.headline().get(code=code)
    assert printed(statement) == text
    assert text in statement.quote


def test_there_are_six_headline_statements():
    assert Statement.objects.headline().count() == 6


def test_the_meetings_are_a_statement_and_not_rows():
    meetings = Statement.objects.get(code="coordination_meetings")
    assert printed(meetings) == "10余次"
    assert "10余次" in meetings.quote


def test_every_statement_names_its_source_and_has_an_address_of_its_own():
    codes = list(Statement.objects.values_list("code", flat=True))
    assert len(codes) == len(set(codes))
    assert not Statement.objects.filter(source="").exists()
    assert not Statement.objects.filter(title_en="").exists()


def test_figures_of_other_reports_keep_their_own_source_and_day():
    funds = Statement.objects.get(code="g1_funds")
    assert printed(funds) == "4.46亿元以上"
    assert (funds.as_of.isoformat(), funds.is_headline) == ("2018-08-18", False)
    assert funds.source.startswith("G1")


def test_every_kind_of_project_has_a_checklist_along_the_course():
    assert set(ChecklistTemplate.objects.values_list("kind", flat=True)) == set(ChecklistTemplate.Kind.values)
    for template in ChecklistTemplate.objects.all():
        steps = list(template.steps.all())
        assert 8 <= len(steps) <= 14
        places = [COURSE.index(step.stage) for step in steps]
        assert places == sorted(places)
        assert [step.due_after for step in steps] == sorted(step.due_after for step in steps)
        assert all(step.title_en and step.guidance for step in steps)
        assert all(step.depends_on is None or step.depends_on.position < step.position for step in steps)
        assert set(ON_THE_BOARD) <= {step.title for step in steps}


def test_acceptance_comes_before_the_stage_that_it_allows():
    for template in ChecklistTemplate.objects.all():
        assert template.steps.get(title="竣工验收").stage == "finished"


def test_every_decision_has_its_standard_reasons_in_two_languages():
    assert set(StandardReason.objects.values_list("use", flat=True)) == set(StandardReason.Use.values)
    assert not StandardReason.objects.filter(text_en="").exists()


def test_a_template_that_the_bureau_has_changed_stays_as_it_is():
    template = ChecklistTemplate.objects.get(code="cash")
    template.steps.filter(position=1).update(title="需求核实")
    load()
    assert template.steps.get(position=1).title == "需求核实"


def test_names_follow_the_language_of_the_reader():
    field = Field.objects.get(code="relocation")
    with override("en"):
        assert str(field) == "Relocation (易地搬迁)"
    with override("zh-hans"):
        assert str(field) == "易地搬迁"

"""Every list of the desk as a file: exactly what it shows, for whoever may see it."""

import re
from datetime import date

import pytest
from django.contrib import admin

from projects.models import Event, Funding, Need, Project, ProjectStep
from registry.core.admin import RecordAdmin
from tests.counting import queries_of
from tests.desk import page
from tests.factories import (
    make_authority,
    make_county_user,
    make_decision,
    make_difficulty,
    make_division,
    make_event,
    make_field,
    make_funding,
    make_measure,
    make_need,
    make_organisation,
    make_participation,
    make_pledge,
    make_posting,
    make_project,
    make_report,
    make_result,
    make_step,
    make_template,
    make_user,
)

from .files import desk, rows, sheet

pytestmark = pytest.mark.django_db


def test_a_desk_list_leaves_with_the_columns_that_it_shows(client, bureau):
    project = make_project(name="甲", lead=make_organisation(name="试验基金会"), county=make_division(name="康保县"))
    make_funding(project, "720000", organisation=make_organisation())
    make_step(project, due_on=date(2020, 1, 1))
    (row,) = rows(client, desk(Project))
    assert row == {
        "编号": project.number, "名称": "甲", "参与方": "试验基金会", "实施地点": "康保县", "阶段": "谋划储备",
        "涉及资金（万元）": "72.00", "超期事项": "1", "责任人": "", "年度": "2020", "公开范围": "内部",
    }  # fmt: skip


def test_it_has_the_filters_search_and_order_of_the_list_and_all_its_pages(client, bureau, monkeypatch):
    monkeypatch.setattr(admin.site.get_model_admin(Project), "list_per_page", 2)
    for number in range(5):
        make_project(name=f"大棚{number}", number=f"A-{number}", year=2019 + number % 2)
    make_project(name="学校", number="B-1")
    for query, expected in (
        ("q=大棚&o=-1", ["A-4", "A-3", "A-2", "A-1", "A-0"]), ("q=大棚&year=2020&o=1", ["A-1", "A-3"]),
        ("q=大棚&o=1&p=2", ["A-0", "A-1", "A-2", "A-3", "A-4"]), ("q=无此项目", []),
    ):  # fmt: skip
        assert [row["编号"] for row in rows(client, desk(Project, query))] == expected, query


def test_money_leaves_as_numbers_with_their_marks_and_adds_up(client, bureau):
    project = make_project()
    make_funding(project, "560000", qualifier="over", wording="余")
    make_funding(project, "10000")
    make_funding(project, None)
    found = sheet(client, desk(Funding, "o=6", "xlsx"))
    place = [cell.value for cell in found[3]].index("金额（万元）") + 1
    cells = [found.cell(row, place) for row in range(4, 8)]
    assert sorted((cell.value for cell in cells[:3]), key=str) == [1, 56, None]
    assert {cell.number_format for cell in cells if cell.value == 56} == {'#,##0.00"余"'}
    letter = cells[3].column_letter
    assert (cells[3].value, cells[3].number_format) == (f"=SUBTOTAL(109,{letter}4:{letter}6)", '#,##0.00"以上"')
    assert found["A2"].value.startswith("单位：万元　数据截至 ")


def test_what_is_markup_on_the_screen_is_plain_text_in_the_file(client, bureau):
    make_step(make_project(name="<b>甲</b>"), title="竣工验收", due_on=date(2020, 1, 1))
    (row,) = rows(client, desk(ProjectStep))
    assert "<" not in "".join(value for name, value in row.items() if name != "项目")
    assert row["项目"] == "<b>甲</b>"
    assert re.fullmatch(r"逾期 \d+ 天|超期 \d+ 天", row["状态灯"])


def test_yes_and_no_are_words_and_days_are_days(client, bureau):
    make_event(starts_on=date(2020, 9, 1), is_public=True)
    make_event(starts_on=date(2020, 8, 1), is_public=False)
    found = rows(client, desk(Event))
    assert {row["向公众公开"] for row in found} == {"是", "否"}
    named = sheet(client, desk(Event, "", "xlsx"))
    place = [cell.value for cell in named[3]].index("日期") + 1
    assert named.cell(4, place).number_format == "yyyy-mm-dd"


@pytest.mark.parametrize("name", ["=1+1", "+86", "-5", "@sum", "＝1", "＋1"])
def test_text_that_looks_like_a_formula_runs_in_neither_file(client, bureau, name):
    make_project(name=name)
    (row,) = rows(client, desk(Project))
    assert row["名称"] == f"'{name}"
    found = sheet(client, desk(Project, "", "xlsx"))
    assert (found["B4"].value, found["B4"].data_type) == (name, "s")


def test_no_desk_file_holds_numbers_of_identity_papers(client, bureau):
    make_project(name="联系 130102199001011234")
    assert rows(client, desk(Project))[0]["名称"] == "联系 130***************"


def test_who_may_not_open_a_list_gets_no_file_of_it(client):
    make_project()
    for user, status in ((None, 302), (make_user("system_admin"), 403), (make_county_user(make_division()), 403)):
        if user:
            client.force_login(user)
        assert client.get(desk(Project)).status_code == status
    assert client.post(desk(Project)).status_code in (403, 405)


def test_only_rows_of_the_persons_scope_leave(client):
    make_project(county=make_division())
    authority = make_authority(division=make_division())
    own = make_project(lead=make_organisation(authority=authority))
    partner = make_user("partner")
    make_posting(partner, authority.division)
    client.force_login(partner)
    assert [row["编号"] for row in rows(client, desk(Project))] == [own.number]


def test_an_auditor_reads_the_file_as_the_list(client):
    auditor = make_user("auditor")
    client.force_login(auditor)
    need = make_need(name="取暖", contact_name="王小明", contact_phone="13900001111")
    (row,) = rows(client, desk(Need))
    assert row["编号"] == need.number
    assert not {"王小明", "13900001111"} & set(row.values())


@pytest.mark.parametrize(
    ("query", "status"),
    [("stage__exact=nonsense", 200), ("year=abc", 302), ("campaign__code=x", 400), ("name__startswith=a", 400)],
)
def test_a_forged_question_is_answered_as_on_the_list(client, bureau, query, status):
    make_project()
    assert client.get(desk(Project, query)).status_code == status
    assert client.get(f"{page(Project, 'changelist')}?{query}").status_code == status


@pytest.mark.parametrize("query", ["", "?format=exe", "?format="])
def test_there_are_two_forms_and_no_other(client, bureau, query):
    assert client.get(page(Project, "export") + query).status_code == 400


def test_the_list_offers_both_files_of_what_it_shows(client, bureau):
    make_project(name="大棚")
    shown = client.get(f"{page(Project, 'changelist')}?q=大棚&year=2020&o=-1&p=1").content.decode()
    for form in ("xlsx", "csv"):
        address = f"{page(Project, 'export')}?q=%E5%A4%A7%E6%A3%9A&amp;year=2020&amp;o=-1&amp;format={form}"
        assert f'href="{address}"' in shown
    assert "导出 XLSX" in shown


def test_in_english_the_heads_are_english(client, bureau):
    make_project()
    client.cookies["django_language"] = "en"
    (row,) = rows(client, desk(Project))
    assert list(row)[:5] == ["Number", "Name", "Parties", "Places", "Stage"]
    assert row["Stage"] == "planned"


def one_of_all():
    """A row in every list that hangs on projects."""
    organisation, county, field = make_organisation(authority=make_authority()), make_division(), make_field()
    project = make_project(lead=organisation, county=county, field=field, officer=make_user("bureau"))
    make_participation(project, organisation=make_organisation(), role="joint")
    make_funding(project, organisation=organisation)
    make_result(project)
    make_report(project, status="submitted")
    step = make_step(project, due_on=date(2020, 1, 1), responsible=make_user("bureau"))
    make_step(project, depends_on=step)
    difficulty = make_difficulty(project)
    make_measure(difficulty, responsible=make_user("bureau"))
    make_decision(make_event(division=county), project=project)
    make_pledge(need=make_need(county=county, field=field), organisation=organisation)
    make_template("签订协议", field=field)


def test_a_row_and_three_rows_take_the_same_questions_in_every_list(client, bureau):
    one_of_all()
    lists = [model for model, of in admin.site._registry.items() if isinstance(of, RecordAdmin)]
    open_ = [model for model in lists if client.get(desk(model)).status_code == 200]
    assert len(open_) > 20
    one = {model: queries_of(client, desk(model)) for model in open_}
    for _round in range(2):
        one_of_all()
    assert {model: queries_of(client, desk(model)) for model in open_} == one


@pytest.mark.parametrize("role", ["bureau", "partner", "auditor", "system_admin", "security_admin", "audit_admin"])
def test_every_list_that_opens_for_a_role_leaves_as_a_file_and_no_other(client, role):
    one_of_all()
    client.force_login(make_user(role))
    for model, of in admin.site._registry.items():
        if isinstance(of, RecordAdmin):
            shown = client.get(page(model, "changelist")).status_code
            for form in ("csv", "xlsx"):
                answer = client.get(desk(model, "", form))
                answer.getvalue() if answer.streaming else answer.content
                assert answer.status_code == shown, (model, form)

"""The template that people fill in: what a spreadsheet shows of it, and that our reader takes all that it offers."""

import io
from datetime import datetime

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from counties.models import Division
from projects.ledger.importing import Order, check
from projects.ledger.survey import survey
from projects.ledger.template import template_book
from projects.models import Campaign, Field
from registry.core.sheets import read_book
from registry.core.sheets.grid import Refused
from tests.factories import make_county_user, make_org_user, make_organisation, make_user

pytestmark = pytest.mark.usefixtures("reference")
HEAD = [
    "序号", "*项目名称", "*社会组织名称", "*统一社会信用代码", "社会组织类型", "登记管理机关", "*受援县", "领域",
    "*资金（万元）", "物资折价（万元）", "受益人次", "开始日期", "结束日期", "状态", "联系人", "联系电话", "备注",
]  # fmt: skip
FIRST = 4
LAST = 503
MADE_UP = "990000"
"""The division in the codes of made-up organisations, of which the reader warns as it must."""


@pytest.fixture
def made(reference):
    """The template as a spreadsheet opens it."""
    return load_workbook(template_book())


@pytest.fixture
def read(made, tmp_path):
    """`read(rows)` fills in the first sheet, {letters of a column: value} a row, and gives what our reader has read."""

    def fill_in(*rows):
        for number, row in enumerate(rows, FIRST):
            for letters, value in row.items():
                made["项目台账"][f"{letters}{number}"].value = value
        made.save(tmp_path / "filled.xlsx")
        return read_book(tmp_path / "filled.xlsx")

    return fill_in


def example(made, number=FIRST):
    """A row of the example by letters."""
    return {cell.column_letter: cell.value for cell in made["填写示例"][number] if cell.value is not None}


def rule_of(made, head):
    """The data validation of the column under a head."""
    letters = made["项目台账"].cell(3, HEAD.index(head) + 1).column_letter
    rules = [rule for rule in made["项目台账"].data_validations.dataValidation if f"{letters}{FIRST}" in rule.sqref]
    assert [str(rule.sqref) for rule in rules] == [f"{letters}{FIRST}:{letters}{LAST}"]
    return rules[0]


def listed(made, head):
    """The words of the list that the cells under a head drop down."""
    rule = rule_of(made, head)
    sheet, _sign, cells = rule.formula1.partition("!")
    assert (rule.type, sheet) == ("list", "选项")
    words = [cell.value for (cell,) in made[sheet][cells.replace("$", "")]]
    column = made[sheet][cells.replace("$", "")][0][0].column
    assert words == [
        row[0] for row in made[sheet].iter_rows(min_col=column, max_col=column, values_only=True) if row[0]
    ]
    return words


def judged(book, **order):
    return check(book, Order(**order)).verdicts.rows


def texts(said):
    return [str(one) for one in said]


# What a spreadsheet shows


def test_the_sheets_stand_in_order_and_the_lists_are_hidden(made):
    assert made.sheetnames == ["项目台账", "填写示例", "填写说明", "选项"]
    assert [sheet.sheet_state for sheet in made] == ["visible", "visible", "visible", "hidden"]
    assert made.active.title == "项目台账"


@pytest.mark.parametrize("name", ["项目台账", "填写示例"])
def test_title_unit_and_head_stand_above_the_rows(made, name):
    page = made[name]
    assert [cell.value for cell in page[3]] == HEAD
    assert {str(merged) for merged in page.merged_cells.ranges} == {"A1:Q1", "A2:Q2"}
    assert "单位：万元" in page["A2"].value
    assert page.freeze_panes == "A4"
    assert page.print_title_rows == "$3:$3"
    assert (page.page_setup.orientation, int(page.page_setup.paperSize)) == ("landscape", 8)
    assert (page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage) == (0, True)


def test_required_columns_have_a_colour_of_their_own(made):
    fills = {cell.fill.fgColor.rgb: set() for cell in made["项目台账"][3]}
    for cell in made["项目台账"][3]:
        fills[cell.fill.fgColor.rgb].add(cell.value.startswith("*"))
    assert sorted(map(list, fills.values())) == [[False], [True]]


def test_the_prepared_rows_are_ruled_and_empty(made):
    page = made["项目台账"]
    for number in (FIRST, LAST):
        assert {(cell.value, cell.border.left.style) for cell in page[number]} == {(None, "thin")}
    assert page.max_row == LAST


@pytest.mark.parametrize(
    ("head", "shown"),
    [("*统一社会信用代码", "@"), ("联系电话", "@"), ("开始日期", "yyyy-mm-dd"), ("结束日期", "yyyy-mm-dd"),
     ("*资金（万元）", "#,##0.00"), ("物资折价（万元）", "#,##0.00"), ("*项目名称", "General")],
)  # fmt: skip
def test_cells_are_formatted_for_what_they_hold_also_below_the_prepared_rows(made, head, shown):
    page, column = made["项目台账"], HEAD.index(head) + 1
    assert {page.cell(number, column).number_format for number in (FIRST, LAST)} == {shown}
    below = [kept for kept in page.column_dimensions.values() if kept.min <= column <= kept.max]
    assert [kept.number_format for kept in below] == [shown]


@pytest.mark.parametrize(
    ("head", "kind", "least", "most", "style"),
    [("*资金（万元）", "decimal", "0", "1000000", "warning"),
     ("物资折价（万元）", "decimal", "0", "1000000", "warning"),
     ("受益人次", "whole", "0", "100000000", "warning"), ("*统一社会信用代码", "textLength", "18", None, None),
     ("开始日期", "date", "32874", "73050", None), ("结束日期", "date", "32874", "73050", None)],
)  # fmt: skip
def test_what_does_not_fit_is_refused_or_asked_about_at_once(made, head, kind, least, most, style):
    rule = rule_of(made, head)
    assert (rule.type, rule.formula1, rule.formula2, rule.errorStyle) == (kind, least, most, style)
    assert rule.operator == ("equal" if most is None else None)
    assert rule.showErrorMessage


@pytest.mark.parametrize("head", HEAD)
def test_every_column_says_what_it_asks_for(made, head):
    rule = rule_of(made, head)
    assert rule.showInputMessage
    assert rule.promptTitle == head.lstrip("*").removesuffix("（万元）")
    assert rule.prompt.endswith("。")


def test_the_lists_are_those_of_the_register(made):
    assert listed(made, "社会组织类型") == ["社会团体", "社会服务机构", "基金会"]
    assert "张家口市康保县" in listed(made, "*受援县")
    assert len(listed(made, "*受援县")) == Division.objects.within("130000").today().counties().count()
    own = Field.objects.active().filter(scheme=Campaign.objects.current().scheme)
    assert listed(made, "领域") == [field.name for field in own]
    assert "实施中" in listed(made, "状态")


def test_a_former_county_and_a_field_out_of_use_are_not_offered(made):
    assert not {"平泉县", "承德市平泉县"} & set(listed(made, "*受援县"))
    gone = Field.objects.get(name=listed(made, "领域")[0], scheme=Campaign.objects.current().scheme)
    Field.objects.filter(pk=gone.pk).update(is_active=False)
    assert gone.name not in listed(load_workbook(template_book()), "领域")


def test_the_example_has_three_made_up_rows(made):
    rows = [example(made, number) for number in (4, 5, 6)]
    assert made["填写示例"].max_row == 6
    for row in rows:
        assert row["B"].startswith("示例")
        assert row["C"].startswith("示例")
        assert row["D"][2:8] == MADE_UP
        assert row["G"] in listed(made, "*受援县")
        assert row["H"] in listed(made, "领域")
        assert row["O"] == "甲某"
    assert isinstance(rows[0]["L"], datetime)


def test_each_column_is_explained_in_both_languages(made):
    said = [row for row in made["填写说明"].iter_rows(max_col=3, values_only=True) if row[1]]
    chinese, english = said[: len(said) // 2], said[len(said) // 2 :]
    assert [row[0] for row in chinese] == ["栏目", *HEAD]
    assert [row[0].partition(" · ")[0] for row in english] == ["Column", *HEAD]
    for head, (_name, required, _asked), (_english, needed, _told) in zip(HEAD, chinese[1:], english[1:], strict=True):
        assert (required, needed) == (("是", "yes") if head.startswith("*") else ("否", "no"))


def test_without_fields_of_help_there_is_no_list_of_them_and_a_template_all_the_same():
    Field.objects.all().delete()
    made = load_workbook(template_book())
    assert rule_of(made, "领域").type is None
    assert listed(made, "状态")


def test_a_field_that_looks_like_a_formula_stays_text():
    Field.objects.create(code="odd", name="=1+1", scheme=Campaign.objects.current().scheme, position=999)
    made = load_workbook(template_book())
    assert listed(made, "领域")[-1] == "=1+1"
    assert {cell.data_type for row in made["选项"].iter_rows() for cell in row if cell.value} == {"s"}


# What our reader makes of it


def test_an_untouched_template_is_refused_for_having_no_rows(read):
    with pytest.raises(Refused) as refused:
        check(read())
    assert refused.value.code == "NO_ROWS"


@pytest.mark.parametrize("number", [4, 5, 6])
def test_each_row_of_the_example_is_taken_with_no_warning_but_of_its_made_up_code(made, read, number):
    outcome = check(read(example(made, number)))
    (row,) = outcome.verdicts.rows
    assert (row.outcome, row.entry.sheet, row.entry.row) == ("accept", "项目台账", FIRST)
    (warning,) = texts(row.entry.warnings)
    assert MADE_UP in warning
    assert outcome.verdicts.summary["accepted"] == 1


def test_of_the_other_sheets_only_the_example_is_told_to_be_left_out(made, read):
    (told,) = texts(check(read(example(made))).layout.warnings)
    assert "填写示例" in told


def test_the_example_is_refused_also_when_it_is_chosen(made, read):
    book = read(example(made))
    for name in ("填写示例", " 填写示例 "):
        with pytest.raises(Refused) as refused:
            check(book, Order(sheet=name))
        assert refused.value.code == "EXAMPLE"
        assert "填写示例" in str(refused.value.message)
    assert judged(book, sheet="项目台账")[0].outcome == "accept"


def test_a_file_of_nothing_but_the_example_is_refused(made, tmp_path):
    for name in ("项目台账", "填写说明", "选项"):
        del made[name]
    made.save(tmp_path / "example.xlsx")
    with pytest.raises(Refused) as refused:
        check(read_book(tmp_path / "example.xlsx"))
    assert refused.value.code == "EXAMPLE"


def test_the_example_names_no_columns_in_the_wizard_either(read):
    pages = {page.name: page for page in survey(read())}
    assert [name for name, page in pages.items() if page.columns] == ["项目台账"]
    assert pages["填写示例"].refused.code == "EXAMPLE"


def test_what_stands_under_a_head_on_another_page_is_read_or_told_whatever_its_name(made, read):
    row = example(made)
    for column, head in enumerate(HEAD[:4], 1):
        made["选项"].cell(1, column + 10).value = head
    told = texts(check(read(row)).layout.warnings)
    assert any("选项" in one and "受援县" in one for one in told)


@pytest.mark.parametrize(("head", "letters"), [("*受援县", "G"), ("社会组织类型", "E"), ("领域", "H"), ("状态", "N")])
def test_every_word_of_the_lists_is_found_without_a_doubt(made, read, head, letters):
    words = listed(made, head)
    row = example(made)
    codes = {"社会团体": 4, "社会服务机构": 6, "基金会": 5}
    rows = []
    for place, word in enumerate(words):
        own = example(made, codes[word]) if head == "社会组织类型" else row
        rows.append(own | {"B": f"示例项目{place}", letters: word})
    found = judged(read(*rows))
    assert len(found) == len(words) > 2
    for verdict in found:
        assert verdict.outcome == "accept", texts(fault.said for fault in verdict.entry.faults)
        (warning,) = texts(verdict.entry.warnings)
        assert MADE_UP in warning
    keys = {"G": "county", "E": "type", "H": "domain", "N": "status"}
    assert len({verdict.entry[keys[letters]] for verdict in found}) == len(words)


# Who gets it


@pytest.mark.parametrize(
    ("who", "frame"),
    [
        (lambda: make_user("bureau"), "admin:import"),
        (lambda: make_county_user(Division.objects.get(code="130723")), "my-import"),
        (lambda: make_org_user(make_organisation()), "my-import"),
    ],
)
def test_whoever_may_see_the_wizard_gets_the_template(client, who, frame):
    client.force_login(who())
    answer = client.get(reverse(f"{frame}-template"))
    assert answer.status_code == 200
    assert (
        "filename*=utf-8''%E5%8F%B0%E8%B4%A6%E5%A1%AB%E6%8A%A5%E6%A8%A1%E6%9D%BF.xlsx" in answer["Content-Disposition"]
    )
    assert answer["Content-Disposition"].startswith("attachment")
    assert load_workbook(io.BytesIO(answer.getvalue())).sheetnames[0] == "项目台账"
    assert client.post(reverse(f"{frame}-template")).status_code == 405


@pytest.mark.parametrize("frame", ["admin:import", "my-import"])
def test_strangers_do_not_get_it(client, frame):
    answer = client.get(reverse(f"{frame}-template"))
    assert (answer.status_code, "/login/" in answer.url) == (302, True)


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_nor_do_administrators_at_the_desk(client, role):
    client.force_login(make_user(role))
    assert client.get(reverse("admin:import-template")).status_code == 403


def test_nor_does_a_county_at_the_desk(client):
    client.force_login(make_county_user(Division.objects.get(code="130723")))
    assert client.get(reverse("admin:import-template")).status_code == 403

"""The board as the standard ledger: what it shows, in its order, under a head that our own reader knows again."""

import csv
import datetime
import io
import re
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.ledger.heads import find_head
from projects.ledger.layout import read_layout
from projects.models import Project
from registry.core.dates import today
from registry.core.moments import Moment
from registry.core.sheets import read_book
from tests.counting import queries_of
from tests.factories import (
    make_authority,
    make_county_user,
    make_division,
    make_field,
    make_funding,
    make_organisation,
    make_posting,
    make_project,
    make_report,
    make_result,
    make_step,
    make_template,
    make_user,
)

from .test_checklists import make_in

pytestmark = pytest.mark.django_db
BOARD = "/desk/board/"
HEADS = [
    "序号", "项目编号", "项目名称", "实施组织", "受援县", "领域", "资金（万元）/承诺", "资金（万元）/签约",
    "资金（万元）/到位", "受益/户数", "受益/人次", "完成时限", "进展情况", "存在问题", "下步措施", "责任单位", "责任人",
    "状态", "备注",
]  # fmt: skip


def day(offset):
    return today() + datetime.timedelta(days=offset)


@pytest.fixture
def bureau(client):
    user = make_user("bureau", name="张丽")
    client.force_login(user)
    return user


@pytest.fixture
def template():
    return make_template("签订协议", "竣工验收")


def content(client, query="", form="xlsx"):
    answer = client.get(f"{BOARD}?{query}{'&' if query else ''}format={form}")
    assert answer.status_code == 200, answer
    return answer.getvalue()


def book(client, query="", **options):
    return openpyxl.load_workbook(io.BytesIO(content(client, query)), **options).active


def rows(client, query=""):
    """The rows as dicts by the joined heads."""
    head, *found = csv.reader(io.StringIO(content(client, query, "csv").decode("utf-8-sig")))
    return [dict(zip(head, row, strict=True)) for row in found]


def numbers(client, query=""):
    return [row["项目编号"] for row in rows(client, query)]


def whole_project():
    """A project of which every column says something."""
    county, lead = make_division(name="康保县"), make_organisation(name="试验基金会")
    project = make_project(
        name="南乔家营新村建设", lead=lead, county=county, field=make_field(name="易地搬迁"),
        summary="入住联系 130102199001011234",
        officer=make_user("bureau", name="张丽华"), stage="under_way", actual_start=datetime.date(2020, 3, 1),
        planned_end=datetime.date(2021, 10, 15),
    )  # fmt: skip
    for state, amount in (("pledged", "9000000"), ("committed", "8000000"), ("received", "6400000.01")):
        make_funding(project, amount, state=state, organisation=lead)
    make_funding(project, "1000000", state="received", organisation=lead, qualifier="over", wording="余")
    make_result(project, 120, unit="户")
    make_result(project, 366)
    make_result(project, 34)
    make_result(project, 999, status="submitted")
    make_result(project, 77, level="output")
    make_report(project, month=datetime.date(2020, 8, 1), status="approved", done="旧话")
    make_report(project, status="approved", done="主体完工", problems="冬季施工受限", next_steps="安装门窗")
    make_report(project, month=datetime.date(2020, 10, 1), status="submitted", done="尚未核准")
    make_step(project, title="竣工验收", due_on=day(-17), side="county")
    make_step(project, title="余款拨付", due_on=day(40), side="bureau")
    return project


def test_the_ledger_has_the_words_of_the_standard_head_and_then_the_chosen_items(client, bureau, template):
    whole_project()
    (row,) = rows(client, "columns=竣工验收")
    assert list(row) == [*HEADS, "清单事项/竣工验收"]


def test_every_column_says_what_it_is_to_say(client, bureau, template):
    project = whole_project()
    (row,) = rows(client, "columns=竣工验收")
    assert list(row.values()) == [
        "1", project.number, "南乔家营新村建设", "试验基金会", "康保县", "易地搬迁", "900.00", "800.00",
        "740.000001以上", "120", "400", "2021-10-15", "主体完工", "冬季施工受限", "安装门窗", "康保县", "张丽华",
        "实施中", "入住联系 130***************", "超期",
    ]  # fmt: skip


def test_the_day_of_the_end_is_the_actual_one_once_there_is_one(client, bureau):
    make_project(planned_end=day(9), actual_start=day(-9), actual_end=day(-1), stage="finished")
    assert rows(client)[0]["完成时限"] == day(-1).isoformat()


@pytest.mark.parametrize(
    ("side", "status", "unit"),
    [
        ("county", "open", "康保县"), ("organisation", "open", "试验基金会"), ("bureau", "open", "民政部门"),
        ("county", "done", "民政部门"), ("county", "verified", ""),
    ],
)  # fmt: skip
def test_the_unit_responsible_is_whoever_the_next_open_step_waits_for(client, bureau, side, status, unit):
    project = make_project(lead=make_organisation(name="试验基金会"), county=make_division(name="康保县"))
    make_in(status, project=project, title="竣工验收", side=side, depends_on=None, due_on=day(1))
    if unit:
        make_step(project, side="bureau", due_on=day(20))
        make_step(project, side="bureau", due_on=None)
    assert rows(client)[0]["责任单位"] == unit


def test_the_worse_of_two_items_of_one_title_is_shown(client, bureau, template):
    project = make_project()
    for offset in (40, -2, 3):
        make_step(project, title="签订协议", due_on=day(offset))
    assert rows(client)[0]["清单事项/签订协议"] == "超期"
    assert rows(client)[0]["清单事项/竣工验收"] == ""


def test_it_is_filtered_and_ordered_as_the_board(client, bureau):
    county = make_division()
    far = make_step(make_project(county=county), due_on=day(-17)).project
    near = make_step(make_project(county=county), due_on=day(-3)).project
    soon = make_step(make_project(), due_on=day(3)).project
    closed = make_project(stage="closed")
    for query, expected in (
        ("", [far, near, soon]), ("ordering=-number", [soon, near, far]), (f"county={county.code}", [far, near]),
        ("lamp=due", [soon]), ("work=all&stage=closed", [closed]), ("page_size=1&page=2", [far, near, soon]),
    ):  # fmt: skip
        assert numbers(client, query) == [project.number for project in expected], query
        shown = [row.ledger.number for row in client.get(f"{BOARD}?{query}").context["rows"]]
        assert "page" in query or shown == numbers(client, query)


def test_the_line_under_the_title_names_unit_instant_and_the_moment_before_the_rows_were_read(client, bureau):
    make_project()
    before = Moment.now()
    sheet = book(client)
    assert sheet["A1"].value == "帮扶项目台账"
    line = sheet["A2"].value
    assert re.fullmatch(
        r"单位：万元　数据截至 \d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d　登记簿时点：[0-9]+-[0-9]+", line
    )  # fmt: skip
    assert Moment.read(line).change == before.change


def test_the_moment_is_asked_before_any_row(client, bureau):
    make_project()
    with CaptureQueriesContext(connection) as captured:
        content(client)
    asked = [query["sql"] for query in captured]
    moment = next(place for place, sql in enumerate(asked) if "txid_snapshot_xmin" in sql)
    first = next(place for place, sql in enumerate(asked) if "planned_end" in sql and "summary" in sql)
    assert moment < first


def test_our_own_reader_knows_the_head_and_the_unit_again(client, bureau, template, tmp_path):
    whole_project()
    for form in ("xlsx", "csv"):
        path = tmp_path / f"台账.{form}"
        path.write_bytes(content(client, "", form))
        (sheet,) = read_book(path).sheets
        head = find_head(sheet)
        assert set(head.columns) >= {
            "seq", "number", "project", "org", "county", "domain", "pledged", "committed", "received", "households",
            "people", "end", "status", "note",
        }  # fmt: skip
        assert head.twice == []
        assert head.missing == ["统一社会信用代码"]
        named = {
            key: "".join(head.path(key)).replace("/", "")
            for key in ("pledged", "committed", "received", "status", "end")
        }
        assert named == {
            "pledged": "资金（万元）承诺", "committed": "资金（万元）签约", "received": "资金（万元）到位",
            "status": "状态", "end": "完成时限",
        }  # fmt: skip


def test_a_county_whose_name_another_bears_has_its_city_before_it(client, bureau):
    cities = [make_division(name=name, level="prefecture") for name in ("石家庄市", "张家口市")]
    one, other = (make_division(name="桥西区", parent=city) for city in cities)
    make_project(county=one, number="A-1")
    make_project(county=other, number="A-2")
    assert [row["受援县"] for row in rows(client, "ordering=number")] == ["石家庄市桥西区", "张家口市桥西区"]


def test_it_is_a_page_for_a3(client, bureau, template):
    whole_project()
    sheet = book(client)
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$3:$4", "D5")
    merged = {str(merge) for merge in sheet.merged_cells.ranges}
    assert {"A1:U1", "A2:U2", "A3:A4", "C3:C4", "G3:I3", "J3:K3", "S3:S4", "T3:U3"} <= merged
    assert [sheet["G6"].value, sheet["J6"].value] == ["=SUBTOTAL(109,G5:G5)", "=SUBTOTAL(109,J5:J5)"]
    assert sheet["I5"].number_format == '#,##0.00"以上"'
    assert sheet["A7"].value.startswith("制表人：张丽")


def test_a_project_named_as_a_formula_arrives_as_text(client, bureau):
    make_project(name="=1+1")
    sheet = book(client)
    assert (sheet["C5"].value, sheet["C5"].data_type) == ("=1+1", "s")
    assert rows(client)[0]["项目名称"] == "'=1+1"


def test_in_english_the_words_stand_beside_those_that_readers_of_ledgers_know(client, bureau, template):
    template.steps.filter(title="签订协议").update(title_en="Agreement")
    whole_project()
    client.cookies["django_language"] = "en"
    sheet = book(client)
    assert [sheet[cell].value for cell in ("B3", "G3", "G4", "T3", "T4")] == [
        "项目编号 (Project number)", "资金（万元） (Funds, 10,000 yuan)", "承诺 (Pledged)",
        "清单事项 (Checklist items)", "Agreement",
    ]  # fmt: skip
    line = sheet["A2"].value
    assert re.fullmatch(r"Unit: 10,000 yuan　Data as of .*　登记簿时点：[0-9]+-[0-9]+", line)
    assert sheet["R5"].value == "实施中"


def test_an_auditor_reads_names_of_persons_masked(client, template):
    whole_project()
    client.force_login(make_user("auditor"))
    assert rows(client)[0]["责任人"] == "张*"


def test_only_the_projects_of_the_person_leave(client):
    county, other = make_division(), make_division()
    make_project(county=county, lead=make_organisation(authority=make_authority(division=county)))
    own = make_project(lead=make_organisation(authority=make_authority(division=other)), county=other)
    partner = make_user("partner")
    make_posting(partner, other)
    client.force_login(partner)
    assert set(numbers(client)) == set(
        Project.objects.within_scope_of(partner).values_list("number", flat=True)
    ) == {own.number}  # fmt: skip


@pytest.mark.parametrize(
    "make", [lambda: None, lambda: make_county_user(make_division()), lambda: make_user("system_admin")]
)
def test_strangers_and_other_roles_get_no_file(client, make):
    make_project()
    if user := make():
        client.force_login(user)
    answer = client.get(f"{BOARD}?format=xlsx")
    assert answer.status_code == (403 if user else 302)


@pytest.mark.parametrize(
    "query", ["format=exe", "format=xlsx&format=csv", "format=xlsx&nonsense=1", "format=csv&lamp=x"]
)
def test_a_forged_question_is_a_fault_as_on_the_board(client, bureau, query):
    assert client.get(f"{BOARD}?{query}").status_code == 400


def test_an_empty_board_is_a_ledger_with_its_head(client, bureau):
    assert numbers(client, "search=无此项目") == []
    assert book(client)["B3"].value == "项目编号"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_ledger_of_one_row_and_of_three_asks_the_same_questions(client, bureau, template, form):
    def ask(query):
        return queries_of(client, f"{BOARD}?{query}&format={form}")

    whole_project()
    one = ask("columns=签订协议&columns=竣工验收")
    for _number in range(2):
        project = make_project(county=make_division(), lead=make_organisation(), field=make_field())
        make_funding(project, organisation=make_organisation())
        make_report(project, status="approved")
        make_step(project, due_on=day(1))
    assert ask("columns=签订协议&columns=竣工验收") == one
    assert ask("columns=签订协议") == one


def test_the_board_offers_both_files_of_what_it_shows(client, bureau):
    make_step(make_project(), due_on=day(-1))
    page = client.get(f"{BOARD}?lamp=overdue&page_size=10").content.decode()
    for form in ("xlsx", "csv"):
        assert f'href="{BOARD}?lamp=overdue&amp;format={form}"' in page


def test_money_of_companies_and_voided_lines_are_not_in_it(client, bureau):
    project = make_project()
    make_funding(project, "500000", state="received", organisation=make_organisation())
    make_funding(
        project, "900000", state="received", organisation=make_organisation(), voided_by=make_user(),
        voided_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), void_reason="重复",
    )  # fmt: skip
    sheet = book(client)
    assert Decimal(str(sheet["I5"].value)) == 50


def test_the_rows_of_the_reader_are_the_projects_and_no_total(client, bureau, tmp_path):
    whole_project()
    make_project()
    path = tmp_path / "台账.xlsx"
    path.write_bytes(content(client))
    made = read_book(path)
    chosen = {"备注": "code"}
    (table,) = read_layout(made, chosen=chosen).tables
    assert len(table.lines) == 2
    assert [passed.kind for passed in table.passed if passed.kind != "blank"] == ["total", "note"]
    assert table.units["received"] == "万元"

"""The pages of the import wizard: who opens them, what they show at each step, and what they answer."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from counties.models import Division
from projects.actions.imports import confirm_import
from projects.models import LedgerImport, Project
from tests.counting import queries_of
from tests.factories import (
    make_county_user,
    make_division,
    make_org_user,
    make_organisation,
    make_user,
)

from .import_pages import address, ledger_of, page_of
from .importing import checked, imported, received, row_of, upload_of, work_off
from .ledger_books import NATURAL, bad_rows, project, realistic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference", "media")]
PAGES = ("ledger", "progress", "confirm", "file", "faults")
DEEDS = ("columns", "correct", "decide", "check", "write", "undo", "drop")


@pytest.fixture
def clerk(client):
    clerk = make_user("bureau")
    client.force_login(clerk)
    return clerk


@pytest.fixture
def county(client):
    county = make_county_user(Division.objects.get(code="130723"))
    client.force_login(county)
    return county


# Who opens them


@pytest.mark.parametrize("page", PAGES)
def test_a_strangers_import_is_as_unknown_as_one_that_does_not_exist(client, page):
    found = checked(ledger_of(project(1), bad_rows()[0][0]), make_user("bureau"))
    for stranger, frame in (
        (make_user("partner"), "admin:import"),
        (make_county_user(make_division()), "my-import"),
        (make_org_user(make_organisation()), "my-import"),
    ):
        client.force_login(stranger)
        there, nowhere = (client.get(reverse(f"{frame}-{page}", args=(key,))) for key in (found.pk, 10**9))
        assert (there.status_code, nowhere.status_code) == (404, 404)


@pytest.mark.parametrize("deed", DEEDS)
def test_nor_can_anything_be_done_to_it(client, deed):
    found = checked(ledger_of(project(1)), make_user("bureau"))
    client.force_login(make_county_user(make_division()))
    assert client.post(reverse(f"my-import-{deed}", args=(found.pk,))).status_code == 404
    assert LedgerImport.objects.get().version == found.version


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if deed != "columns"])
def test_an_auditor_reads_an_import_and_is_refused_every_deed(client, deed):
    found = checked(ledger_of(project(1, contact="王小明", phone="03137220000")), make_user("bureau"))
    client.force_login(make_user("auditor"))
    text = page_of(client, found).content.decode()
    assert "王小明" not in text
    assert "王*" in text
    posted = {"reason": "x", "take_all": "1", "all": "update", "fix-1-note": "x"}
    assert client.post(address(deed, found), posted).status_code == 403
    assert client.get(address("file", found)).status_code == 403
    assert LedgerImport.objects.get().status == "checked"


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_administrators_do_not_open_the_wizard(client, role):
    client.force_login(make_user(role))
    assert client.get(reverse("admin:import")).status_code == 403


def test_strangers_sign_in_first(client):
    for name in ("admin:import", "my-import"):
        answer = client.get(reverse(name))
        assert (answer.status_code, "/login/" in answer.url) == (302, True)


def test_those_of_the_desk_are_sent_there_and_counties_are_told(client, clerk):
    assert client.get(reverse("my-import")).url == reverse("admin:index")
    client.force_login(make_county_user(make_division()))
    assert client.get(reverse("admin:import")).status_code == 403


# Sending


def test_a_ledger_is_sent_and_its_page_says_how_far_the_reading_is(client, clerk):
    sent = client.post(reverse("admin:import"), {"upload": upload_of(realistic(20))})
    found = LedgerImport.objects.get()
    assert sent.url == address("ledger", found)
    text = page_of(client, found).content.decode()
    assert 'role="progressbar"' in text
    assert found.original_name in text
    work_off(found)
    told = client.get(address("progress", found), headers={"HX-Request": "true"})
    assert told.headers["HX-Redirect"] == address("ledger", found)


def test_without_a_file_the_form_says_so(client, clerk):
    answer = client.post(reverse("admin:import"), {})
    assert answer.status_code == 400
    assert "upload" in answer.context["form"].errors


def test_the_list_shows_own_imports_to_their_sender_and_all_to_the_bureau(client, clerk, county):
    received(ledger_of(project(1)), county)
    received(ledger_of(project(2)), clerk)
    assert len(client.get(reverse("my-import")).context["listing"].page) == 1
    client.force_login(clerk)
    assert len(client.get(reverse("admin:import")).context["listing"].page) == 2
    assert client.get(reverse("admin:import"), {"nothing": "1"}).status_code == 400


def test_a_list_asks_the_same_of_the_database_for_one_import_and_for_three(client, clerk):
    received(ledger_of(project(1)), clerk)
    one = queries_of(client, reverse("admin:import"))
    received(ledger_of(project(2)), clerk)
    received(ledger_of(project(3)), clerk)
    assert queries_of(client, reverse("admin:import")) == one


# Columns


def test_the_columns_are_shown_with_what_they_were_taken_for(client, clerk):
    found = received(ledger_of(project(1), head=NATURAL | {"org": "爱心方全称", "note": "其他"}), clerk)
    text = page_of(client, found).content.decode()
    assert "爱心方全称" in text
    assert text.count("✓") == len(NATURAL) - 2
    names = {head: name for head, (name, _column) in page_of(client, found).context["form"].heads.items()}
    form = {name: column["key"] for name, column in page_of(client, found).context["form"].heads.values()}
    answer = client.post(address("columns", found), form | {names["爱心方全称"]: "org"})
    assert answer.status_code == 302
    found = work_off(found)
    assert (found.status, found.heads) == ("checked", {"爱心方全称": "org"})


def test_two_columns_cannot_mean_the_same(client, clerk):
    found = received(ledger_of(project(1)), clerk)
    form = page_of(client, found).context["form"]
    posted = {name: column["key"] for name, column in form.heads.values()}
    answer = client.post(address("columns", found), posted | {form.heads["备注"][0]: "project"})
    assert (answer.status_code, len(answer.context["form"].errors)) == (400, 1)


def test_a_unit_that_nobody_has_stated_must_be_chosen(client, clerk):
    found = received(ledger_of(project(1), head=NATURAL | {"fund": "资金", "kind": "物资折价"}), clerk)
    form = page_of(client, found).context["form"]
    posted = {name: column["key"] for name, column in form.heads.values()}
    assert "unit" in client.post(address("columns", found), posted).context["form"].errors
    assert client.post(address("columns", found), posted | {"unit": "wan"}).status_code == 302


# The rows


def test_the_rows_are_shown_by_outcome_with_cell_fault_and_suggestion(client, clerk):
    found = checked(realistic(), clerk)
    answer = page_of(client, found, "?outcome=reject")
    chips = {chip["label"]: chip["count"] for chip in answer.context["chips"]}
    assert sorted(chips.values()) == [0, 0, 0, 7, 193, 200]
    assert len(answer.context["rows"]) == 7
    fault = answer.context["rows"][0].faults[0]
    assert (fault.cell, fault.written, str(fault.suggestions[0])) == ("G15", "康宝县", "张家口市康保县")
    assert "G15" in answer.content.decode()


def test_the_rows_of_a_page_cost_the_same_queries_however_many_they_are(client, clerk):
    small, large = (
        checked(ledger_of(*(project(place + 1, county="康宝县") for place in range(number))), clerk)
        for number in (1, 3)
    )
    assert queries_of(client, address("ledger", small)) == queries_of(client, address("ledger", large))


def test_rows_are_found_by_name_and_by_number(client, clerk):
    found = checked(realistic(20), clerk)
    by_name = page_of(client, found, "?search=试验帮扶项目906号").context["rows"]
    assert [row.name for row in by_name] == ["试验帮扶项目906号"]
    assert 15 in [row.row.row for row in page_of(client, found, "?search=15").context["rows"]]
    assert client.get(address("ledger", found) + "?outcome=nothing").status_code == 400


def test_a_click_takes_a_suggestion_and_the_ledger_is_checked_again(client, clerk):
    found = checked(ledger_of(project(1, county="康宝县"), project(2)), clerk)
    answer = client.post(address("correct", found), {"take": "1:0:0", "query": "outcome=reject"})
    assert answer.url == address("ledger", found) + "?outcome=reject"
    found = work_off(found)
    assert (found.summary["accepted"], row_of(found, 2).fix) == (2, {"county": "张家口市康保县"})


def test_what_is_typed_beside_a_fault_is_taken_with_it(client, clerk):
    found = checked(ledger_of(project(1, county="康宝县"), project(2, fund="若干")), clerk)
    client.post(address("correct", found), {"take": "1:0:0", "fix-2-fund": "80万元"})
    found = work_off(found)
    assert (found.summary["rejected"], row_of(found, 3).told["values"]["fund_yuan"]) == (0, "800000.00")


def test_all_suggestions_that_stand_alone_are_taken_by_one_click(client, clerk):
    rows = [project(place, county="康宝县") for place in (1, 2, 3)] + [project(4, project="")]
    found = checked(ledger_of(*rows), clerk)
    client.post(address("correct", found), {"take_all": "1"})
    found = work_off(found)
    assert (found.summary["accepted"], found.summary["rejected"]) == (3, 1)


@pytest.mark.parametrize(
    "posted",
    [
        *({"take": name} for name in ("9:0:0", "1:9:0", "1:0:9", "x", "1:0:-1")),
        {"fix-1-nothing": "x"},
        {"fix-x-note": "x"},
    ],
)
def test_what_is_no_suggestion_is_a_bad_request_and_changes_nothing(client, clerk, posted):
    found = checked(ledger_of(project(1, county="康宝县")), clerk)
    assert client.post(address("correct", found), posted).status_code == 400
    assert row_of(found, 2).fix == {}


def test_the_values_are_echoed_as_they_will_be_stored(client, clerk):
    found = checked(ledger_of(project(1, fund="约80", start="2019年3月")), clerk)
    stored = dict(page_of(client, found).context["rows"][0].stored)
    assert (stored["资金"], stored["开始日期"], stored["受援县"]) == ("约 800,000.00 元", "2019-03-01", "阜平县")


# Faulty rows as a workbook


def test_the_workbook_of_faults_has_the_same_columns_and_the_reasons(client, clerk):
    found = checked(realistic(), clerk)
    answer = client.get(address("faults", found))
    assert "attachment" in answer.headers["Content-Disposition"]
    page = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    heads = [above.value or below.value for above, below in zip(page[3], page[4], strict=True)]
    assert (page["A1"].value, heads[1], heads[-1]) == ("2020年社会组织帮扶项目台账", "项目名称", "错误原因")
    assert page.max_row == 4 + 7
    assert page["G5"].value == "康宝县"
    assert page["G5"].fill.start_color.rgb == "FFFDE9E7"
    assert "张家口市康保县" in page["G5"].comment.text
    assert "康宝县" in page.cell(5, len(heads)).value


def test_it_comes_back_mended_as_it_is(client, clerk, tmp_path):
    found = imported(realistic(20), clerk)
    content = b"".join(client.get(address("faults", found)).streaming_content)
    workbook = load_workbook(io.BytesIO(content))
    page = workbook.active
    good = {"B": "试验帮扶项目907号", "D": None, "G": "康保县", "I": 12.5, "K": 12, "L": "2019-03-01", "N": "已完成"}
    for row, (faulty, _column) in enumerate(bad_rows(), 5):
        for letters, value in good.items():
            if value is not None and letters != "B":
                page[f"{letters}{row}"] = value
        page[f"B{row}"] = faulty["project"] or good["B"]
        page[f"D{row}"] = project(901 + row - 5)["code"]
    path = tmp_path / "mended.xlsx"
    workbook.save(path)
    with path.open("rb") as file:
        sent = client.post(reverse("admin:import"), {"upload": file})
    again = work_off(LedgerImport.objects.get(pk=int(sent.url.rstrip("/").rpartition("/")[2])))
    assert again.layout["sheets"][0]["rows"] == 7
    form = page_of(client, again).context["form"]
    client.post(address("columns", again), {name: column["key"] for name, column in form.heads.values()})
    again = work_off(again)
    assert (again.summary["accepted"], again.summary["rejected"]) == (7, 0)
    work_off(confirm_import(ledger=again, by=clerk))
    assert Project.objects.count() == 27


def test_without_faulty_rows_there_is_no_such_workbook(client, clerk):
    assert client.get(address("faults", checked(ledger_of(project(1)), clerk))).status_code == 404

"""The command `import_ledger`: report, exit codes, and that it writes on the second word only."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from projects.ledger.ahead import begin
from projects.models import Project
from registry.core import pinyin, spelling

from .ledger_books import NATURAL, book, project, realistic
from .ledger_files import save_csv, save_xlsx


@pytest.fixture
def read(reference, tmp_path):
    """`read(book, *options)` saves the book (or bytes; None keeps what is there) as a file, runs the command on it and
    gives (output, report)."""
    file, out = tmp_path / "台账.xlsx", tmp_path / "报告.json"

    def run(made, *options):
        if isinstance(made, bytes):
            file.write_bytes(made)
        elif made is not None:
            save_xlsx(made, file)
        said = io.StringIO()
        try:
            call_command("import_ledger", str(file), "--report", str(out), *options, stdout=said)
        finally:
            run.report = json.loads(out.read_text("utf-8"))
        return said.getvalue(), run.report

    return run


def test_without_commit_nothing_is_written_and_the_report_says_all(read):
    said, told = read(realistic())
    assert not Project.objects.exists()
    assert told["file_verdict"] == "import"
    assert told["summary"] == {"accepted": 193, "rejected": 7, "skipped": 0, "unchanged": 0, "differs": 0}
    assert [row["row"] for row in told["rows"] if row["status"] == "reject"] == [15, 35, 55, 75, 95, 115, 135]
    assert "G15" in said
    assert set(told["rows"][0]) >= {"sheet", "row", "status", "errors", "warnings", "values"}


def test_with_commit_the_accepted_rows_are_written_once(read):
    _said, told = read(realistic(), "--commit")
    assert (Project.objects.count(), told["written"]["project"]) == (193, 193)
    _said, told = read(realistic(), "--commit")
    assert (Project.objects.count(), told["summary"]["unchanged"]) == (193, 193)


def test_what_was_begun_before_the_command_makes_no_difference(read, tmp_path, monkeypatch):
    monkeypatch.setattr(pinyin, "spelt", {})
    without = read(realistic())[1]["rows"]
    begin([str(tmp_path / "台账.xlsx"), "--commit"])
    assert read(None, "--commit")[1]["rows"] == without
    found = dict(Project.objects.values_list("name", "pinyin"))
    assert found == {name: pinyin.spelt[name][0] for name in found}
    pinyin.spelt.clear()
    assert found == {name: pinyin.search_keys(name)[0] for name in found}


@pytest.mark.parametrize("arguments", [[], ["--commit", "a.xlsx"], ["no such file.xlsx", "--commit"], ["--help"]])
def test_nothing_is_begun_where_no_file_is_named_first(arguments):
    begin(arguments)
    assert spelling._begun == []


def test_a_refused_file_has_a_report_and_exit_code_1(read):
    with pytest.raises(CommandError) as refused:
        read(b"%PDF-1.4\n")
    assert refused.value.returncode == 1
    assert (read.report["file_verdict"], read.report["code"]) == ("refuse", "PDF")
    assert "PDF" in read.report["message"]
    assert read.report["rows"] == []


def test_the_unit_the_sheet_and_the_campaign_are_options(read):
    made = book([project(1, fund=5)], head=NATURAL | {"fund": "资金", "kind": "物资折价"})
    with pytest.raises(CommandError):
        read(made)
    assert "UNIT_UNKNOWN" in read.report["message"]
    _said, told = read(made, "--unit", "wan", "--sheet", "台账", "--campaign", "rural-revitalisation-2021")
    assert (told["rows"][0]["values"]["fund_yuan"], told["campaign"]) == ("50000.00", "rural-revitalisation-2021")
    for options in (("--sheet", "无此表"), ("--campaign", "none")):
        with pytest.raises(CommandError) as refused:
            read(made, "--unit", "wan", *options)
        assert refused.value.returncode == 1


def test_a_file_that_is_not_there_and_a_wrong_unit_are_wrong_usage(tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("import_ledger", str(tmp_path / "none.xlsx"))
    assert refused.value.returncode == 2
    with pytest.raises(CommandError):
        call_command("import_ledger", str(tmp_path), "--unit", "qian")


def test_books_are_saved_as_the_files_that_people_send(tmp_path):
    made = realistic()
    save_xlsx(made, tmp_path / "a.xlsx")
    save_csv(made, tmp_path / "a.csv")
    page = load_workbook(tmp_path / "a.xlsx").active
    assert (page["A1"].value, page["I3"].value, page["I4"].value) == ("2020年社会组织帮扶项目台账", "帮扶投入", "资金")
    assert {"A1:Q1", "I3:J3", "A3:A4"} <= {str(merged) for merged in page.merged_cells.ranges}
    lines = (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()
    assert lines[3].split(",")[8:10] == ["资金", "物资折价"]

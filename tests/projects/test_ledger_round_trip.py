"""Out and in again: what an exported ledger says when it comes back, and whose rows one brings in."""

from decimal import Decimal

import pytest

from projects.ledger import importing
from projects.ledger.layout import read_layout
from projects.ledger.report import report
from projects.models import Funding, Site
from registry.core.moments import Moment
from registry.core.sheets.grid import NUMBER, Cell, Refused
from tests.factories import (
    make_county_user,
    make_funding,
    make_org_user,
    make_organisation,
    make_result,
)

from .exported_ledgers import DAY, HEAD, UPPER, county, exported, greenhouse, laid, reread, stamp, wan
from .ledger_books import book, project
from .ledger_returns import differing, told, without

pytestmark = pytest.mark.usefixtures("english")


# Reading what was exported


def test_a_ledger_that_comes_back_as_it_went_says_nothing(reference, tmp_path):
    """Inexact money and people, several lines, a village, two schemes, masked numbers and a plan that was kept."""
    one = greenhouse(name="账号6222020200112233445大棚", summary="一\n二，身份证130102199003078515")
    Site.objects.filter(project=one).update(address="骆驼湾村")
    for line, amount in (("pledged", "1234.56"), ("received", "0.01")):
        make_funding(one, amount, state=line, organisation=make_organisation(), qualifier="over", wording="余")
    make_funding(one, "5000.00", state="received", kind="goods", value_basis="declared")
    make_funding(one, "9999.00", state="received", enterprise=None, is_joint=True, voided_at=None)
    make_result(one, 35, unit="户", qualifier="over", wording="多")
    ended = greenhouse(stage="finished", actual_end=DAY(2020, 5, 1), name="水窖项目")
    row = exported(one, project="账号622****************大棚", note="一\n二，身份证130***************")
    row |= {
        "pledged": wan("1234.56", "余"), "received": wan("314999.01", "以上"), "officer": "张*",
        "households": Cell(NUMBER, Decimal(35), '0"多"'),
    }  # fmt: skip
    made = reread(laid([row, exported(ended)], stamp()), tmp_path / "台账.xlsx")
    outcome = report(importing.check(made))
    assert [(row["status"], row["warnings"]) for row in outcome["rows"]] == [("unchanged", [])] * 2


def test_the_moment_above_the_head_is_found(reference):
    (table,) = read_layout(laid([{"number": "A1"}], "48213-5207")).tables
    assert table.moment == Moment(48213, 5207)
    assert read_layout(book([project(1)], line="单位：万元 截至2020-12-31")).tables[0].moment is None


def test_only_the_number_is_required_of_an_exported_ledger(found):
    head = {"number": "项目编号", "project": "项目名称", "status": "状态"}
    rows = [{"number": found.number, "status": "暂停"}]
    (row,) = told(*rows, moment=stamp(), head=head, upper=None)
    assert differing(row) == {"status": ("实施中", "实施中", "暂停")}
    with pytest.raises(Refused) as refused:
        importing.check(laid(rows, head=head, upper=None))
    assert refused.value.code == "COLUMN_MISSING"
    with pytest.raises(Refused) as refused:
        importing.check(laid(rows, stamp(), **without("number")))
    assert "项目编号" in refused.value.message


def test_a_cell_that_is_blank_or_away_says_nothing(found):
    (row,) = told({"number": found.number, "note": " ", "end": "-", "people": "无"}, moment=stamp())
    assert (row["status"], row["errors"]) == ("unchanged", [])


def test_columns_for_reading_are_named_once_and_not_called_unknown(found):
    head = HEAD | {"step1": "签约", "step2": "到账", "own": "领导批示"}
    upper = UPPER | {"step1": "清单事项", "step2": "清单事项"}
    row = exported(found, step1="✓", step2="—", progress="已停工")
    outcome = importing.check(laid([row], stamp(), head=head, upper=upper))
    shown, unknown = (
        next(warning for warning in map(str, outcome.verdicts.warnings) if word in warning)
        for word in ("进展情况", "领导批示")
    )
    assert {"存在问题", "下步措施", "责任单位", "实施组织", "清单事项/签约", "清单事项/到账"} <= set(
        shown.rpartition(": ")[2].rstrip(".").split("、")
    )
    assert "清单事项" not in unknown
    (sheet,) = report(outcome)["sheets"]
    assert (sheet["unknown"], len(sheet["shown"]), sheet["moment"]) == (["领导批示"], 7, stamp())
    assert report(outcome)["rows"][0]["status"] == "unchanged"


def test_columns_that_were_taken_out_change_no_meaning(found):
    make_funding(found, "100.00", state="pledged", organisation=make_organisation())
    row = exported(found, pledged=wan("100.00"), progress="已完成")
    (told_row,) = told(row, moment=stamp(), **without("committed", "status"))
    assert told_row["status"] == "unchanged", "承诺 stays what was pledged, 进展情况 never becomes the status"


def test_a_row_that_names_no_project_is_a_new_one_and_needs_all_that_new_ones_need(found):
    rows = told(exported(found, number=""), exported(found, number="XM-1999-0001"), moment=stamp(), **without("county"))
    for row in rows:
        assert row["status"] == "reject"
        assert [error["field"] for error in row["errors"]] == ["统一社会信用代码", "受援县"]
    by_template = [error["message"] for error in rows[0]["errors"] if "template" in error["message"]]
    assert len(by_template) == 2


def test_a_new_row_is_taken_where_a_person_has_put_in_what_it_lacks(reference):
    row = {"project": "新项目", "org": project(1)["org"], "county": "阜平县", "committed": 5, "status": "已签约"}
    fixes = {"台账!5": {"code": project(1)["code"]}}
    (taken,) = told(row, moment=stamp(), fixes=fixes)
    assert (taken["status"], taken["values"]["committed_yuan"]) == ("accept", "50000.00")


def test_a_number_twice_in_the_file_is_told(found):
    first, second = told(exported(found), exported(found, note="另一行"), moment=stamp())
    assert (first["status"], second["status"]) == ("unchanged", "reject")
    assert second["errors"][0]["code"] == "twice"


@pytest.mark.parametrize(
    ("shown", "qualifier", "wording"),
    [
        ('#,##0.00"余"', "over", "余"), ('"约"#,##0.00', "about", "约"), ('#,##0.00"多"', "over", "多"),
        ('"超过"#,##0.00;-#,##0.00', "over", "超过"), ('#,##0.00"以上"', "at_least", "以上"),
        ('"≈"#,##0.00', "about", "约"), ('#,##0.00"余万元"', "over", "余"), ("#,##0.00", "exact", ""),
        ('#,##0.00"万元"', "exact", ""),
    ],
)  # fmt: skip
def test_the_word_for_precision_is_read_from_the_number_format(found, shown, qualifier, wording):
    row = exported(found, committed=Cell(NUMBER, Decimal("56"), shown), people=Cell(NUMBER, Decimal(90), shown))
    (line,) = read_layout(laid([row], stamp())).tables[0].lines
    outcome = importing.check(laid([row], stamp()))
    money, people = (outcome.verdicts.rows[0].entry[key] for key in ("committed", "people"))
    assert line.cells["committed"].format == shown
    assert (money.value, str(money.qualifier), money.wording) == (Decimal("560000"), qualifier, wording)
    assert (people.value, str(people.qualifier), people.wording) == (Decimal(90), qualifier, wording)


def test_a_nought_where_nothing_is_entered_says_nothing(found):
    row = exported(found, pledged=0, households=0)
    assert told(row, moment=stamp())[0]["status"] == "unchanged"


def test_what_a_person_says_of_a_head_goes_before_what_exports_mean_by_it(found):
    chosen = {"资金（万元）/承诺": "committed", "资金（万元）/签约": ""}
    (row,) = told(exported(found, pledged=81), moment=stamp(), chosen=chosen)
    assert differing(row) == {"committed": ("800000.00", "800000.00", "810000.00")}


def test_a_figure_that_was_inexact_differs_where_it_is_typed_anew_as_an_exact_one(found):
    Funding.objects.filter(state="committed").update(qualifier="about", wording="约")
    (same, exact) = (
        told(exported(found, committed=cell), moment=stamp())[0]
        for cell in (wan("800000", "约"), wan("800000"))
    )  # fmt: skip
    assert same["status"] == "unchanged"
    assert differing(exact) == {"committed": ("约 800000.00", "约 800000.00", "800000.00")}


# Whose rows


def test_the_project_of_somebody_else_is_not_yours_and_nothing_of_it_is_told(found):
    stranger = make_org_user(make_organisation())
    (row,) = told(exported(found, note="甲"), moment=stamp(), by=stranger)
    assert (row["status"], [error["code"] for error in row["errors"]]) == ("reject", ["scope"])
    assert "建设大棚" not in str(row["errors"]) + str(row["warnings"])


@pytest.mark.parametrize("who", ["county", "organisation"])
def test_one_brings_in_the_rows_of_ones_own_projects(found, who):
    by = make_county_user(county()) if who == "county" else make_org_user(found.participations.get().organisation)
    (row,) = told(exported(found, note="甲"), moment=stamp(), by=by)
    assert (row["status"], row["errors"]) == ("differs", [])
    assert [(one["offered"], bool(one["refusal"])) for one in row["differences"]] == [(False, True)]

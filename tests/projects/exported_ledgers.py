"""Ledgers as the register exports them, changed by hand and saved, read again by the real reader."""

import datetime
from decimal import Decimal

from counties.models import Division
from projects.models import Field
from projects.models.stages import Stage
from registry.core.models import Change
from registry.core.sheets.grid import NUMBER, Book, Cell
from registry.core.sheets.reading import read_book
from tests.factories import make_funding, make_organisation, make_project, make_result, make_user

from .ledger_books import sheet
from .ledger_files import save_xlsx

HEAD = {
    "seq": "序号", "number": "项目编号", "project": "项目名称", "org": "实施组织", "county": "受援县", "domain": "领域",
    "pledged": "承诺", "committed": "签约", "received": "到位", "households": "户数", "people": "人次",
    "end": "完成时限", "progress": "进展情况", "problems": "存在问题", "next": "下步措施", "unit": "责任单位",
    "officer": "责任人", "status": "状态", "note": "备注",
}  # fmt: skip
UPPER = {
    **dict.fromkeys(("pledged", "committed", "received"), "资金（万元）"),
    **dict.fromkeys(("households", "people"), "受益"),
}
WORDS = {
    Stage.PLANNED: "谋划储备", Stage.SIGNED: "已签约", Stage.UNDER_WAY: "实施中", Stage.FINISHED: "已完成",
    Stage.SUSPENDED: "暂停",
}  # fmt: skip
DAY = datetime.date
AFTER_ALL = 10**15
"""A number of transactions that is never reached: tests run in one transaction, which is never over."""


def stamp():
    """The moment of now, told by the trail alone."""
    return f"{AFTER_ALL}-{Change.objects.order_by('-pk').values_list('pk', flat=True).first() or 0}"


def wan(yuan, mark=""):
    """An amount as the export writes it: a number in 万元, the word for its precision in the number format."""
    if yuan is None:
        return None
    shown = f'#,##0.00"{mark}"' if mark in ("余", "多", "以上") else f'"{mark}"#,##0.00' if mark else "#,##0.00"
    return Cell(NUMBER, Decimal(yuan) / 10_000, shown)


def exported(project, /, **cells):
    """The row of a project as it is exported, with `cells` as they were changed in it."""
    money = {
        state: sum(line.amount for line in project.funding.standing().of_organisations().in_state(state))
        for state in ("pledged", "committed", "received")
    }
    people = {
        key: sum(result.actual for result in project.results.approved().in_unit(unit))
        for key, unit in (("people", "人次"), ("households", "户"))
    }
    end = project.actual_end if project.stage == Stage.FINISHED else project.planned_end
    row = {
        "number": project.number, "project": project.name, "status": WORDS[project.stage], "end": end,
        "org": "、".join(part.organisation.name for part in project.participations.all()),
        "county": "、".join(site.division.name for site in project.sites.order_by("pk")),
        "domain": "、".join(field.name for field in project.fields.all()), "note": project.summary,
        "officer": project.officer.name if project.officer else "", "progress": "主体完工", "problems": "无",
        "next": "验收", "unit": "县民政局",
    }  # fmt: skip
    row |= {key: wan(amount) for key, amount in money.items() if amount}
    row |= {key: int(figure) for key, figure in people.items() if figure}
    return row | cells


def laid(rows, moment=None, *, head=HEAD, upper=UPPER):
    """A book of exported rows with the lines above them; without a `moment` it is of another origin."""
    line = "填报单位：省民政厅　　单位：万元　　截至2020年12月31日" + (f"　　登记簿时点：{moment}" if moment else "")
    return Book("xlsx", [sheet(rows, head=head, upper=upper, title="社会组织帮扶项目台账", line=line)])


def reread(book, path):
    """The book saved as a workbook and read as an uploaded file is."""
    save_xlsx(book, path)
    return read_book(path)


def county(code="130624"):
    return Division.objects.get(code=code, valid_to=None)


def field(code="education"):
    return Field.objects.get(code=code)


def greenhouse(**details):
    """A project under way with all that a ledger shows of it."""
    lead = details.pop("lead", None) or make_organisation(name="甲乙基金会")
    details = {
        "name": "大棚项目", "stage": "under_way", "actual_start": DAY(2019, 3, 1), "planned_end": DAY(2020, 6, 30),
        "summary": "建设大棚", "officer": make_user("bureau", name="张三"), "county": county(), "field": field(),
    } | details  # fmt: skip
    found = make_project(lead=lead, **details)
    make_funding(found, "800000.00", state="committed", organisation=lead)
    make_funding(found, "300000.00", state="received", organisation=lead)
    make_result(found, 120)
    return found

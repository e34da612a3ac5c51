"""Ledgers as books made in Python, of a known outcome."""

import datetime
from decimal import Decimal

from orgs.credit_code import demo_code
from registry.core.sheets.grid import BOOL, DATE, NUMBER, TEXT, Book, Cell, Merge, Row, Sheet

NATURAL = {
    "seq": "序号", "project": "项目名称", "org": "社会组织名称", "code": "统一社会信用代码", "type": "组织类型",
    "registry": "登记管理机关", "county": "受援县", "domain": "领域", "fund": "资金（万元）",
    "kind": "物资折价（万元）", "people": "受益人次", "start": "开始日期", "end": "结束日期", "status": "状态",
    "contact": "联系人", "phone": "联系电话", "note": "备注",
}  # fmt: skip
FULL = {
    "number": "项目编号", "project": "项目名称", "county_code": "县（市、区）代码", "domain": "领域", "year": "年度",
    "status": "状态", "code": "牵头组织统一社会信用代码", "org": "牵头组织名称",
    "joint": "参与组织统一社会信用代码（分号分隔）", "pledged": "认捐金额（元）", "promised": "承诺金额（元）",
    "received": "到位金额（元）", "people": "受益人次", "start": "开工日期", "end": "完工日期", "note": "备注",
}  # fmt: skip
COUNTIES = ("康保县", "阜平县", "丰宁满族自治县", "平泉市", "尚义县", "张家口市崇礼区", "涞源县", "威县")
FIELDS = ("教育", "健康扶贫", "产业扶贫", "就业", "易地扶贫搬迁", "扶老助残", "救孤济困")
STATUSES = ("已完成", "实施中", "已签约", "对接中")
KINDS = (("社会团体", "association"), ("社会服务机构", "service"), ("基金会", "foundation"))


def project(number, /, **cells):
    """A good row of the natural ledger."""
    org_type, kind = KINDS[number % 3]
    return {
        "seq": number, "project": f"试验帮扶项目{number}号", "org": f"试验组织{number // 2 * 3 + number % 3}号",
        "code": demo_code(number // 2 * 3 + number % 3, kind), "type": org_type, "registry": "河北省民政厅",
        "county": COUNTIES[number % len(COUNTIES)], "domain": FIELDS[number % len(FIELDS)],
        "fund": Decimal(number * 37 % 900 + 10) / 4, "people": number * 13 % 700 + 1,
        "start": datetime.date(2019, number % 12 + 1, 1), "end": f"2020年{number % 12 + 1}月20日",
        "status": STATUSES[number % len(STATUSES)], "contact": "甲某", "phone": f"031100{number:05d}",
    } | cells  # fmt: skip


def full(number, /, **cells):
    """A good row of the full ledger."""
    row = project(number)
    return {
        "number": f"TZ-2020-{number:05d}", "project": row["project"], "county_code": "130723", "domain": row["domain"],
        "year": 2020, "status": "实施中", "code": row["code"], "org": row["org"], "pledged": 300_000,
        "promised": 200_000, "received": 100_000, "people": row["people"], "start": row["start"], "end": "",
    } | cells  # fmt: skip


def bad_rows():
    """Seven rows, each wrong in another way, with the column at fault."""
    return [
        (project(901, county="康宝县"), "受援县"),
        (project(902, fund="八十万"), "资金"),
        (project(903, code="51990000000000000A"), "统一社会信用代码"),
        (project(904, start="3/1/2019"), "开始日期"),
        (project(905, people="12.5"), "受益人次"),
        (project(906, status="天知道"), "状态"),
        (project(907, project=""), "项目名称"),
    ]


def realistic(good=193):
    """A ledger as counties send it: title, unit line, merged two-row head, subtotals, notes, seven bad rows of 200."""
    rows = [project(number) for number in range(1, good + 1)]
    for place, (row, _column) in enumerate(bad_rows()):
        rows.insert(10 + place * 20, row)
    line = "填报单位：试验县民政局　　单位：万元　　截至2020年12月31日"
    return book(rows, title="2020年社会组织帮扶项目台账", line=line,
                head=NATURAL | {"fund": "资金", "kind": "物资折价"}, upper={"fund": "帮扶投入", "kind": "帮扶投入"},
                below=[{"seq": "合　计"}, {}, {"seq": "制表人：甲某", "org": "审核人：乙某"}])  # fmt: skip


def cell(value):
    if isinstance(value, Cell) or value is None:
        return value
    if isinstance(value, bool):
        return Cell(BOOL, value)
    if isinstance(value, int | float | Decimal):
        return Cell(NUMBER, Decimal(str(value)))
    if isinstance(value, datetime.date):
        return Cell(DATE, value, "yyyy-mm-dd")
    return Cell(TEXT, value)


def sheet(rows, *, head=NATURAL, name="台账", title="", line="", upper=None, below=(), merges=(), hidden=(), top=1):
    """A sheet of `rows` (dicts by the keys of `head`). `upper`: {key: word above the head's}, a second row of head;
    `merges`: (key, first row, last row) of `rows` counted from 0; `hidden`: rows counted from 0."""
    keys = list(head)
    made, number, ranges = [], top, []

    def put(cells, is_hidden=False):
        nonlocal number
        held = {place: cell(cells[key]) for place, key in enumerate(keys, 1) if cells.get(key) not in (None, "")}
        if held:
            made.append(Row(number, held, is_hidden))
        number += 1

    for words in filter(None, (title, line)):
        ranges.append(Merge(number, 1, number, len(keys)))
        put({keys[0]: words})
    if upper:
        ranges += _upper(keys, upper, number)
        put({key: upper.get(key, head[key]) for place, key in enumerate(keys) if upper.get(key) is None
             or upper.get(keys[place - 1]) != upper[key]})  # fmt: skip
        put({key: head[key] for key in upper})
    else:
        put(head)
    first = number
    for place, row in enumerate(rows):
        put(row, place in hidden)
    for row in below:
        put(row)
    for key, start, end in merges:
        column = keys.index(key) + 1
        ranges.append(Merge(first + start, column, first + end, column))
    return Sheet(name, made, ranges)


def _upper(keys, upper, number):
    for place, key in enumerate(keys, 1):
        if key not in upper:
            yield Merge(number, place, number + 1, place)
    for word in dict.fromkeys(upper.values()):
        places = [place for place, key in enumerate(keys, 1) if upper.get(key) == word]
        if len(places) > 1:
            yield Merge(number, places[0], number, places[-1])


def book(rows, **layout):
    return Book("xlsx", [sheet(rows, **layout)])

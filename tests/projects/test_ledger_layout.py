"""Which sheets are ledgers, where their heads and rows stand, in which unit their money is. No register is asked."""

from dataclasses import replace

import pytest

from projects.ledger.layout import read_layout
from registry.core.sheets.grid import Book, Cell, Merge, Refused, Row

from .ledger_books import FULL, NATURAL, book, project, sheet

ONE = [project(1)]


def tables(*args, **layout):
    return read_layout(book(*args, **layout)).tables


def refusal(made, **order):
    with pytest.raises(Refused) as refused:
        read_layout(made, **order)
    return refused.value


def without(*keys, **heads):
    return {key: head for key, head in (NATURAL | heads).items() if key not in keys}


# The head


@pytest.mark.parametrize(
    "head",
    [
        "项目名称",
        " 项目 名称 ",
        "项目\n名称",
        "项目名称（全称）",
        "＊项目名称",
        "【项目名称】",
        "项目名称：",
        "项目　名称",
        "项目",
        "帮扶项目名称",
    ],
)
def test_brackets_spaces_line_breaks_and_width_do_not_hide_a_head(head):
    assert tables(ONE, head=NATURAL | {"project": head})[0].head.columns["project"] == 2


@pytest.mark.parametrize(
    ("key", "head"),
    [("org", "帮扶单位"), ("org", "实施组织"), ("code", "社会信用代码"), ("county", "受援县（市、区）"), ("county",
     "县（市、区）"),
     ("fund", "帮扶资金（万元）"), ("fund", "金额(万元)"), ("fund", "资金，万元"), ("people", "受益人数"), ("start",
      "开工时间"),
     ("end", "完成时限"), ("status", "进展情况"), ("type", "社会组织类型"), ("phone", "联系方式")],
)  # fmt: skip
def test_usual_synonyms_are_known(key, head):
    assert key in tables(ONE, head=NATURAL | {key: head})[0].head.columns


@pytest.mark.parametrize("top", [1, 2, 20])
def test_the_head_is_found_in_the_first_twenty_rows(top):
    assert tables(ONE, top=top)[0].head.top == top


def test_a_head_further_down_is_not_looked_for():
    assert refusal(book(ONE, top=21)).code == "NO_HEAD"


def test_title_and_unit_line_above_the_head_are_no_rows():
    (table,) = tables(ONE, title="项目台账", line="单位：万元", head=NATURAL | {"fund": "资金", "kind": "物资折价"})
    assert (table.head.top, [line.number for line in table.lines]) == (3, [4])


def test_two_merged_rows_of_a_head_are_joined():
    upper = {"pledged": "资金（元）", "promised": "资金（元）", "received": "资金（元）"}
    head = FULL | {"pledged": "认捐", "promised": "承诺", "received": "到位"}
    (table,) = tables([{"project": "甲"}], head=head, upper=upper)
    assert (table.head.top, table.head.bottom) == (1, 2)
    assert [table.head.columns[key] for key in ("pledged", "committed", "received")] == [10, 11, 12]
    assert table.units == {"pledged": "元", "committed": "元", "received": "元"}
    assert [line.number for line in table.lines] == [3]


def drawn_down(made, by):
    """The sheet with so many more rows between the upper and the lower words of its head, merged where they were."""
    rows = [made.rows[0], *(replace(row, number=row.number + by) for row in made.rows[1:])]
    merges = [replace(merge, bottom=merge.bottom + by if merge.bottom > 1 else 1) for merge in made.merges]
    return Book("xlsx", [replace(made, rows=rows, merges=merges)])


def test_a_merged_head_takes_three_rows_at_most():
    upper = {"pledged": "资金（元）", "promised": "资金（元）", "received": "资金（元）"}
    head = FULL | {"pledged": "认捐", "promised": "承诺", "received": "到位"}
    made = sheet([{"project": "甲"}], head=head, upper=upper)
    (table,) = read_layout(drawn_down(made, 1)).tables
    assert (table.head.bottom, table.head.columns["received"]) == (3, 12)
    assert refusal(drawn_down(made, 2)).code == "COLUMN_TWICE", "the words below are out of reach"


def test_three_known_words_are_a_head_and_two_are_none():
    assert refusal(book(ONE, head={key: NATURAL[key] for key in ("project", "org", "code")})).code == "COLUMN_MISSING"
    assert refusal(book(ONE, head={key: NATURAL[key] for key in ("project", "org")})).code == "NO_HEAD"


def test_a_column_without_a_head_takes_no_words_from_its_neighbour():
    made = sheet(ONE)
    made.rows[1].cells[len(NATURAL) + 1] = Cell("text", "旁注")
    (table,) = read_layout(Book("csv", [made])).tables
    assert len(table.head.paths) == len(NATURAL)


def test_two_rows_of_a_head_without_merges_are_joined_as_in_csv():
    upper = {"pledged": "资金（元）", "promised": "资金（元）", "received": "资金（元）"}
    head = FULL | {"pledged": "认捐", "promised": "承诺", "received": "到位"}
    made = sheet([{"project": "甲"}], head=head, upper=upper)
    (table,) = read_layout(Book("csv", [type(made)(made.name, made.rows)])).tables
    assert (table.head.bottom, table.head.columns["received"]) == (2, 12)


def test_what_is_promised_beside_a_column_for_the_signing_was_only_pledged():
    head = without("fund", "kind") | {"promised": "资金/承诺（元）", "committed": "资金/签约（元）"}
    (table,) = tables(ONE, head=head)
    assert table.head.columns["pledged"] < table.head.columns["committed"]


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("project", "项目名称"),
        ("org", "社会组织名称"),
        ("code", "统一社会信用代码"),
        ("county", "受援县"),
        ("fund", "资金"),
    ],
)
def test_a_required_column_that_is_missing_is_named(key, word):
    refused = refusal(book(ONE, head=without(key)))
    assert refused.code == "COLUMN_MISSING"
    assert word in refused.message


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("project", "项目名称"),
        ("org", "社会组织名称"),
        ("code", "统一社会信用代码"),
        ("county", "受援县"),
        ("fund", "资金（万元）"),
    ],
)
def test_a_required_column_that_stands_there_twice_is_named(key, word):
    refused = refusal(book(ONE, head=NATURAL | {"again": word}))
    assert refused.code == "COLUMN_TWICE"
    assert word.removesuffix("（万元）") in refused.message


def test_a_column_with_the_usual_word_goes_before_a_synonym_and_the_other_is_told():
    read = read_layout(book(ONE, head={"first": "进展情况"} | NATURAL))
    assert read.tables[0].head.columns["status"] == list(NATURAL).index("status") + 2
    assert any("进展情况" in str(warning) for warning in read.warnings)


def test_unknown_columns_are_told():
    read = read_layout(book(ONE, head=NATURAL | {"x": "下步措施"}))
    assert any("下步措施" in str(warning) for warning in read.warnings)


def test_a_person_may_say_what_a_column_is_or_leave_it_out():
    head = NATURAL | {"org": "谁帮的", "note": "备注2", "kind": "物资折价（万元）"}
    chosen = {"谁帮的": "org", "备注2": "note", "物资折价（万元）": ""}
    found = read_layout(book(ONE, head=head), chosen=chosen).tables[0].head
    assert "org" in found.columns
    assert "note" in found.columns
    assert "kind" not in found.columns
    assert len(found.left_out) == 1


def test_a_sheet_without_any_head_is_refused_with_the_words_that_it_needs():
    refused = refusal(Book("xlsx", [sheet([], head={"a": "会议纪要"})]))
    assert refused.code == "NO_HEAD"
    assert "统一社会信用代码" in refused.message


# The unit of money


@pytest.mark.parametrize(
    ("head", "line", "unit"),
    [("资金（元）", "", "元"), ("资金(万元)", "", "万元"), ("资金（亿元）", "", "亿元"), ("资金\n（人民币万元）", "",
     "万元"),
     ("资金", "单位：万元", "万元"), ("资金", "填报单位：元氏县民政局 单位：万元 截至2021年", "万元"),
     ("资金", "金额单位：人民币元", "元"), ("资金", "（单位：人、万元）", "万元"), ("资金（万元）", "单位：万元",
      "万元"),
     ("资金（万）", "", "万元")],
)  # fmt: skip
def test_the_unit_comes_from_the_head_or_the_line_above(head, line, unit):
    (table,) = tables(ONE, head=without("kind", fund=head), line=line)
    assert table.units == {"fund": unit}


@pytest.mark.parametrize("line", ["", "填报单位：元氏县民政局", "责任单位：万元", "单位：千元", "单位负责人：元某"])
def test_without_a_unit_the_ledger_is_refused(line):
    refused = refusal(book(ONE, head=without("kind", fund="资金"), line=line))
    assert refused.code == "UNIT_UNKNOWN"
    assert "UNIT_UNKNOWN" in refused.message


def test_a_unit_below_the_table_is_none():
    assert refusal(book(ONE, head=NATURAL | {"fund": "资金"}, below=[{"seq": "单位：万元"}])).code == "UNIT_UNKNOWN"


def test_a_unit_may_be_given_where_none_is_stated():
    made = book(ONE, head=without("kind", fund="资金"))
    assert read_layout(made, unit="元").tables[0].units == {"fund": "元"}


@pytest.mark.parametrize(
    ("head", "line", "given"),
    [("资金（元）", "单位：万元", ""), ("资金（元）", "", "万元"), ("资金（元/万元）", "", "")],
)
def test_units_that_are_unlike_are_refused(head, line, given):
    assert refusal(book(ONE, head=without("kind", fund=head), line=line), unit=given).code == "UNIT_CONFLICT"


def test_goods_without_a_unit_are_read_in_that_of_the_money_and_it_is_told():
    read = read_layout(book(ONE, head=NATURAL | {"kind": "物资折价"}))
    assert read.tables[0].units["kind"] == "万元"
    assert any("物资折价" in str(warning) for warning in read.warnings)


# Rows


@pytest.mark.parametrize("word", ["合计", "合　计", " 小 计 ", "总计", "合计：", "合计（万元）", "张家口市小计"])
def test_rows_with_totals_are_no_projects(word):
    (table,) = tables([*ONE, {"seq": word, "fund": 12}])
    assert [(passed.number, passed.kind) for passed in table.passed] == [(3, "total")]
    assert len(table.lines) == 1


def test_a_project_called_like_a_total_is_a_project():
    (table,) = tables([project(1, seq="", project="小计算机捐赠")])
    assert len(table.lines) == 1


@pytest.mark.parametrize(
    "note",
    [
        "制表人：甲某　审核人：乙某",
        "备注：本表由各县填报",
        "注：1.金额含税",
        "填表日期：2021年11月1日",
        "说明：以上数据截至年底",
        "一、张家口市",
        "（二）承德市",
    ],
)
def test_notes_and_headings_are_no_projects(note):
    (table,) = tables([*ONE, {"seq": note}])
    assert [passed.kind for passed in table.passed] == ["note"]


def test_notes_spread_over_the_row_are_no_projects():
    (table,) = tables([*ONE, {"seq": "制表人：甲某", "org": "审核人：乙某", "phone": "日期：2021年"}])
    assert [passed.kind for passed in table.passed] == ["note"]


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u3000", "\u200b", "\ufeff \u3000\u00a0"])
def test_blank_rows_are_no_projects_and_no_errors(blank):
    (table,) = tables([*ONE, {"project": blank, "county": blank}, {"seq": 3}, project(4)])
    assert [passed.kind for passed in table.passed] == ["blank", "blank"]
    assert [line.number for line in table.lines] == [2, 5]


def test_the_head_repeated_on_the_next_page_is_no_project():
    (table,) = tables([*ONE, NATURAL, project(2)])
    assert [passed.kind for passed in table.passed] == ["head"]
    assert len(table.lines) == 2


def test_a_row_with_a_name_only_is_a_project_to_be_faulted():
    assert len(tables([{"project": "只有名称"}])[0].lines) == 1


def test_hidden_rows_count_and_are_told():
    read = read_layout(book([project(1), project(2)], hidden=(1,)))
    assert len(read.tables[0].lines) == 2
    assert any("3" in str(warning) for warning in read.warnings)


def test_a_ledger_without_a_project_is_refused():
    assert refusal(book([])).code == "NO_ROWS"


# Merged cells


def test_text_merged_downward_belongs_to_each_row():
    keys = ("org", "code", "type", "registry", "county", "contact")
    rows = [project(1), project(2) | dict.fromkeys(keys, ""), project(3) | dict.fromkeys(keys, ""), project(4)]
    (table,) = tables(rows, merges=[(key, 0, 2) for key in keys])
    for key in keys:
        assert [line.cells[key].value for line in table.lines] == [rows[0][key]] * 3 + [rows[3][key]]


def test_blank_cells_that_are_not_merged_stay_blank():
    (table,) = tables([project(1), project(2, county="")])
    assert "county" not in table.lines[1].cells


@pytest.mark.parametrize("key", ["fund", "kind", "people"])
def test_a_figure_merged_over_several_rows_belongs_to_none(key):
    (table,) = tables([project(1, **{key: 5}), project(2, **{key: ""}), project(3)], merges=[(key, 0, 1)])
    assert [line.merged for line in table.lines] == [{key}, {key}, set()]


def test_a_project_that_takes_two_rows_of_the_sheet_is_one_row():
    made = sheet([project(1), {}, project(2)], merges=[(key, 0, 1) for key in NATURAL])
    (table,) = read_layout(Book("xlsx", [made])).tables
    assert [(line.number, line.merged) for line in table.lines] == [(2, set()), (4, set())]


def test_a_huge_merge_costs_nothing():
    made = sheet(ONE)
    made.merges.append(Merge(2, 1, 1_048_576, 16_384))
    assert len(read_layout(Book("xlsx", [made])).tables[0].lines) == 1


# Sheets


def test_every_sheet_with_a_head_is_read_and_the_others_are_named():
    made = Book(
        "xlsx", [sheet(ONE, name="一季度"), sheet([], head={"a": "说明"}, name="填表说明"), sheet(ONE, name="二季度")]
    )
    read = read_layout(made)
    assert [table.sheet for table in read.tables] == ["一季度", "二季度"]
    assert any("填表说明" in str(warning) for warning in read.warnings)


def test_a_sheet_whose_head_lacks_a_column_is_left_out_and_named():
    made = Book("xlsx", [sheet(ONE, name="台账"), sheet(ONE, name="汇总", head=without("code"))])
    read = read_layout(made)
    assert [table.sheet for table in read.tables] == ["台账"]
    assert any("汇总" in str(warning) and "统一社会信用代码" in str(warning) for warning in read.warnings)


def test_the_example_of_the_template_is_never_read():
    example = sheet(ONE, name=" 填写示例 ")
    assert [table.sheet for table in read_layout(Book("xlsx", [example, sheet(ONE)])).tables] == ["台账"]
    assert refusal(Book("xlsx", [example])).code == "EXAMPLE"


def test_a_person_may_choose_the_sheet():
    made = Book("xlsx", [sheet(ONE, name="一季度"), sheet(ONE, name="二季度")])
    read = read_layout(made, sheet="二季度")
    assert [table.sheet for table in read.tables] == ["二季度"]
    assert any("一季度" in str(warning) for warning in read.warnings)
    assert refusal(made, sheet="三季度").code == "NO_SHEET"


def test_a_hidden_sheet_is_read_and_told():
    made = sheet(ONE)
    read = read_layout(Book("xlsx", [type(made)("旧", made.rows, made.merges, is_hidden=True)]))
    assert len(read.tables) == 1
    assert any("旧" in str(warning) for warning in read.warnings)


def test_what_the_reader_warned_of_is_passed_on():
    assert read_layout(Book("xlsx", [sheet(ONE)], ["宏已忽略"])).warnings == ["宏已忽略"]


def test_cells_beyond_the_head_do_no_harm():
    made = sheet(ONE)
    made.rows.append(Row(99, {16_000: Cell("text", "远")}))
    (table,) = read_layout(Book("xlsx", [made])).tables
    assert [passed.kind for passed in table.passed] == ["note"]

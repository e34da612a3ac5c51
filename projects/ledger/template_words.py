"""The words of the template: its pages, what each column asks for, its notes and its example."""

from datetime import date

from orgs.credit_code import demo_code
from registry.core.dates import FIRST_YEAR, LAST_YEAR

FILE = "台账填报模板.xlsx"
SHEET = "项目台账"
TITLE = "社会组织帮扶项目台账"
EXAMPLE_TITLE = "填写示例（本页只供参考，导入时不读取）"
UNIT_LINE = "填报单位：　　　　单位：万元　　截至　　　年　月　日"
UNIT = "万元"
"""The unit of the money columns; it stands in their heads too."""

FOOTER = "第 &P 页　共 &N 页"
CHECK = "请核对"
"""The title above what a spreadsheet says of a cell that does not fit."""

_DAYS = f"{FIRST_YEAR}年至{LAST_YEAR}年"
ASKED = {
    "seq": ("No.", "从1起的顺序号，可以不填。", "A number counted from 1; may be left empty."),
    "project": (
        "Project name",
        "项目的全称，不超过200字。同一组织的不同项目不要用同一名称。",
        "The full name, up to 200 characters. Unlike projects of one organisation have unlike names.",
    ),
    "org": (
        "Organisation",
        "社会组织登记证书上的全称，不超过200字。",
        "The full name as on the certificate of registration, up to 200 characters.",
    ),
    "code": (
        "Unified social credit code",
        "登记证书上的18位代码，按文本填写；程序会核对校验位。",
        "The 18 characters on the certificate, as text; the check character is verified.",
    ),
    "type": (
        "Type of organisation",
        "从下拉列表选择，须与代码一致：51社会团体、52社会服务机构、53基金会。不填的按代码认定。",
        "Choose from the list. It must go with the code: 51 association, 52 service institution, 53 foundation. Left "
        "empty, the code decides.",
    ),
    "registry": (
        "Registering authority",
        "登记该组织的民政部门全称，如某某市民政局。可以不填。",
        "The civil affairs department that registered the organisation. May be left empty.",
    ),
    "county": (
        "Recipient county",
        "从下拉列表选择受援县（市、区）。有几个县的，用顿号隔开，资金只计一次。",
        "Choose from the list. Several counties are parted by 、; the money is counted once.",
    ),
    "domain": (
        "Field of help",
        "从下拉列表选择。有几个领域的，主要的写在前面，用顿号隔开。",
        "Choose from the list. Of several fields, parted by 、, the main one stands first.",
    ),
    "fund": (
        "Funds, 10,000 yuan",
        "只填数字，单位万元，可精确到分；没有资金的写“无”，不知道的不填。",
        "A number in units of 10,000 yuan, to the fen. Where there is no money, write 无; leave empty what is unknown.",
    ),
    "kind": (
        "Goods at value, 10,000 yuan",
        "捐赠物资折合的金额，只填数字，单位万元，不含在资金内。",
        "The value of donated goods in units of 10,000 yuan, not contained in the funds.",
    ),
    "people": (
        "Person-times helped",
        "受益的人次，填整数，不带单位。",
        "A whole number without a unit.",
    ),
    "start": (
        "Start",
        f"项目开始的日期，如2026-03-01（{_DAYS}）。",
        f"The day on which the project began, such as 2026-03-01 ({FIRST_YEAR} to {LAST_YEAR}).",
    ),
    "end": (
        "End",
        f"项目结束或计划结束的日期，不早于开始日期（{_DAYS}）。",
        f"The day on which it ended or is to end, not before its start ({FIRST_YEAR} to {LAST_YEAR}).",
    ),
    "status": ("Status", "从下拉列表选择项目目前的状态。", "Choose the present state from the list."),
    "contact": ("Contact", "项目联系人的姓名。不公开。", "The name of the contact. Never published."),
    "phone": (
        "Telephone",
        "联系人的电话，按文本填写。不公开。",
        "The contact's telephone number, as text. Never published.",
    ),
    "note": (
        "Remarks",
        "其他需要说明的情况。不要填写身份证号、银行卡号。",
        "Whatever else should be known. No numbers of identity papers or bank cards.",
    ),
}
"""What each column asks for, in the order of the columns: its English name, a sentence in Chinese and in English."""

HEADS = (
    ("栏目", "必填", "填写要求", "示例"),
    ("Column", "Required", "What stands there", "Example"),
)
YES_NO = (("是", "否"), ("yes", "no"))
NOTES = (
    (
        "填写说明",
        "一、只在“项目台账”页填写，一行一个项目；表头请勿改动。“填写示例”页不会导入。",
        "二、表头带*、浅黄底色的栏目必填，其余有则填写。",
        "三、预置500行；不够时向下复制空行，或分成几份上报。",
        "四、金额、人次是约数的，照实写“约80”“100余”，弹出提示时选“是”；导入后按约数标注。",
        "五、填好后在“导入台账”页面上传。先检查、后写入：有错的行会指出行号、栏目和改法，不会写入。",
    ),
    (
        "How to fill it in",
        "1. Fill in the sheet 项目台账 only, one row for each project, and leave its head as it is. The sheet 填写示例 "
        "is never imported.",
        "2. Columns with * and a light yellow head are required; fill in the others where there is something to say.",
        "3. 500 rows are prepared. For more, copy empty rows downward or send several files.",
        "4. Amounts and numbers known only roughly are written as they are (约80, 100余): answer “yes” when asked. "
        "They are kept as approximate.",
        "5. Upload the file on the import page. It is checked before anything is written: faulty rows are named "
        "by row, column and remedy.",
    ),
)
"""What stands on the page of explanations above its table, in Chinese and in English; the first line is its title."""

EXAMPLES = (
    {
        "seq": 1, "project": "示例小学图书室建设", "org": "示例慈善协会",
        "domain": ("教育", "文化"), "code": demo_code(1, "association"),
        "type": "社会团体", "registry": "示例市民政局", "fund": 50, "kind": 12.5, "people": 860,
        "start": date(2025, 3, 1), "end": date(2025, 11, 30), "status": "已完成", "contact": "甲某",
        "phone": "0000-0000001", "note": "示例：图书3000册，已折价",
    },
    {
        "seq": 2, "project": "示例村食用菌大棚", "org": "示例助农基金会",
        "domain": ("产业",), "code": demo_code(2, "foundation"),
        "type": "基金会", "registry": "示例省民政厅", "fund": 128.36, "people": 245,
        "start": date(2025, 6, 15), "end": date(2027, 6, 14), "status": "实施中", "contact": "甲某",
        "phone": "0000-0000002",
    },
    {
        "seq": 3, "project": "示例乡村医生培训", "org": "示例社会工作服务中心",
        "domain": ("健康", "人才"), "code": demo_code(3, "service"),
        "type": "社会服务机构", "registry": "示例县民政局", "fund": "无", "kind": 3.2, "people": 1200,
        "start": date(2026, 1, 1), "status": "已签约", "contact": "甲某", "phone": "0000-0000003",
        "note": "示例：只有教具，没有资金",
    },
)  # fmt: skip
"""Rows of made-up projects. `domain`: fields of which the first that is in use is shown; the county is one of the
register's."""

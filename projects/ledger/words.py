"""The words of real ledgers, and what the register calls them."""

from orgs.models import Kind
from projects.dataset import words as dataset
from projects.models.stages import Stage

MONEY_WORDS = {"yuan": "元", "wan": "万元", "yi": "亿元"}
"""Units of money by the words of `--unit`; the values are keys of `registry.core.quantity.MONEY_UNITS`."""

HEADS = {
    "seq": "序号 序 行号 no",
    "number": "项目编号 项目编码 项目号 项目代码",
    "project": "项目名称 项目 项目名 帮扶项目 帮扶项目名称 扶贫项目 扶贫项目名称 援助项目 援助项目名称 公益项目名称",
    "org": """
        社会组织名称 社会组织 组织名称 社会组织全称 帮扶单位 帮扶单位名称 帮扶组织 帮扶组织名称 帮扶社会组织
        帮扶社会组织名称 参与社会组织 实施组织 实施组织名称 援助方 援助单位 援助单位名称 援助组织 捐赠单位
        捐赠方 单位名称 牵头组织 牵头组织名称 牵头社会组织 牵头社会组织名称
    """,
    "code": """
        统一社会信用代码 信用代码 社会信用代码 统一信用代码 统一代码 机构代码 组织代码 社会组织统一社会信用代码
        社会组织信用代码 组织统一社会信用代码 统一社会信用代码证号 统一社会信用代码号 牵头组织统一社会信用代码
        牵头组织信用代码 帮扶单位统一社会信用代码
    """,
    "joint": "参与组织统一社会信用代码 参与组织信用代码 联合组织统一社会信用代码",
    "type": "社会组织类型 组织类型 组织类别 社会组织类别 组织性质 单位类型 机构类型 组织种类",
    "registry": "登记管理机关 登记机关 登记管理机关名称 登记部门 登记管理部门 注册机关 登记单位",
    "county": """
        受援县 受援县名称 受援县区 受援县市区 受援地 受援地区 受援单位所在县 受益县 受益县区 受援方 帮扶县
        帮扶县区 帮扶地区 帮扶地 项目所在县 项目所在地 项目实施县 实施县 所在县 所在县区 县 县区 县市区 县名
        受援县市
    """,
    "county_code": "县代码 县区代码 县市区代码 受援县代码 行政区划代码 区划代码 受援县行政区划代码",
    "domain": "领域 帮扶领域 扶贫领域 项目领域 所属领域 帮扶类型 帮扶类别 项目类别 项目类型",
    "year": "年度 年份 项目年度 所属年度",
    "fund": """
        资金 资金额 资金数额 资金数 金额 资金总额 资金规模 项目资金 项目金额 帮扶资金 帮扶金额 扶贫资金 投入资金
        资金投入 投入金额 援助资金 援助金额 捐赠资金 捐赠金额 涉及资金 资金合计 项目总资金
    """,
    "pledged": "认捐金额 认捐 认捐资金 认捐额 认领金额 意向金额 意向资金",
    "promised": "承诺金额 承诺 承诺资金 承诺额",
    "committed": "签约金额 签约 签约资金 签约额 协议金额 协议资金",
    "received": "到位金额 到位 到位资金 到位额 实际到位 实际到位资金 到账金额 到账资金 实到资金",
    "kind": """
        物资折价 物资 物资折款 物资价值 物资折合 物资折价金额 物资折合金额 物资金额 折价 实物折价 实物折款
        捐赠物资折价 物资折价款 折价金额
    """,
    "people": """
        受益人次 受益人数 受益群众 受益群众人次 受益群众人数 受益人口 受益人员 受益 惠及人次 惠及人数 惠及群众
        受益对象人数 受益人次数 人次 人数
    """,
    "households": "受益户数 受益户 惠及户数 户数",
    "start": """
        开始日期 开始时间 开始 启动日期 启动时间 开工日期 开工时间 起始日期 起始时间 项目开始时间 项目开始日期
        项目启动时间 实施开始时间 实施日期
    """,
    "end": """
        结束日期 结束时间 结束 完成日期 完成时间 完工日期 完工时间 竣工日期 竣工时间 截止日期 截止时间 终止日期
        完成时限 项目结束时间 项目结束日期 项目完成时间
    """,
    "status": "状态 项目状态 实施状态 进展 进展情况 项目进展 项目进展情况 实施进展 进度 项目进度 完成情况 实施情况",
    "officer": "责任人 项目责任人 负责人 项目负责人",
    "contact": "联系人 项目联系人 联系人姓名 联系人员",
    "phone": "联系电话 电话 联系方式 手机 手机号 手机号码 电话号码 联系人电话 联系人联系电话 联系人手机",
    "note": "备注 备注说明 说明 其他说明",
}
"""What the columns are called, by their key: the word by which people are told of them first, then usual synonyms."""

STAMP = "登记簿时点"
"""The word above the head of an exported ledger before the moment of the register at which it was read."""

STANDARD = {
    "seq": ("序号", "No."), "number": ("项目编号", "Project number"), "project": ("项目名称", "Project name"),
    "org": ("实施组织", "Organisation at work"), "county": ("受援县", "Recipient county"), "domain": ("领域", "Field"),
    "money": ("资金（万元）", "Funds, 10,000 yuan"), "pledged": ("承诺", "Pledged"), "committed": ("签约", "Committed"),
    "received": ("到位", "Received"), "helped": ("受益", "Benefit"), "households": ("户数", "Households"),
    "people": ("人次", "Person-times"), "end": ("完成时限", "To be done by"), "progress": ("进展情况", "State of work"),
    "problems": ("存在问题", "Problems"), "next": ("下步措施", "Next steps"), "unit": ("责任单位", "Responsible unit"),
    "officer": ("责任人", "Responsible person"), "status": ("状态", "Status"), "note": ("备注", "Remarks"),
    "items": ("清单事项", "Checklist items"), "total": ("合计", "Total"),
}  # fmt: skip
"""The head of the standard ledger, and what stands beside it for readers of English: the reader of ledgers knows it by
the Chinese words."""

CHECKLIST = "清单事项"
"""The upper head of the checklist's columns: their own heads are titles of steps, whatever word they are."""

SHOWN_ONLY = {"进展情况", "存在问题", "下步措施", "责任单位"}
"""Heads of an exported ledger under which stands what the register tells and takes from other pages only."""

# Words of both tables without spaces and width, as they are looked up.
ORG_TYPES = dataset.ORG_TYPES | {
    "社会服务机构(民办非企业单位)": Kind.SERVICE,
    "民办非企业单位(社会服务机构)": Kind.SERVICE,
    "民办非企业": Kind.SERVICE,
    "民非": Kind.SERVICE,
    "社会服务机构/民办非企业单位": Kind.SERVICE,
    "行业协会商会": Kind.ASSOCIATION,
    "行业协会": Kind.ASSOCIATION,
    "商会": Kind.ASSOCIATION,
    "社团": Kind.ASSOCIATION,
    "协会": Kind.ASSOCIATION,
    "学会": Kind.ASSOCIATION,
}
CHAMBERS = {"行业协会商会", "行业协会", "商会"}

STAGES = dataset.STAGES | {
    "已完成": Stage.FINISHED,
    "完成": Stage.FINISHED,
    "完工": Stage.FINISHED,
    "竣工": Stage.FINISHED,
    "已竣工": Stage.FINISHED,
    "实施": Stage.UNDER_WAY,
    "进行中": Stage.UNDER_WAY,
    "正在实施": Stage.UNDER_WAY,
    "在建": Stage.UNDER_WAY,
    "签约": Stage.SIGNED,
    "对接中": Stage.MATCHED,
    "对接": Stage.MATCHED,
    "已对接": Stage.MATCHED,
    "谋划储备": Stage.PLANNED,
    "谋划": Stage.PLANNED,
    "储备": Stage.PLANNED,
    "验收": Stage.ACCEPTED,
    "管护": Stage.AFTERCARE,
    "办结": Stage.CLOSED,
    "已办结": Stage.CLOSED,
    "终止": Stage.TERMINATED,
    "暂停": Stage.SUSPENDED,
    "已暂停": Stage.SUSPENDED,
}

STAGE_WORDS = {
    Stage.PLANNED: "谋划储备",
    Stage.MATCHED: "对接中",
    Stage.SIGNED: "已签约",
    Stage.UNDER_WAY: "实施中",
    Stage.FINISHED: "已完成",
    Stage.ACCEPTED: "已验收",
    Stage.AFTERCARE: "管护",
    Stage.CLOSED: "办结",
    Stage.SUSPENDED: "暂停",
    Stage.TERMINATED: "已终止",
}
"""By which word a ledger and a report know a stage."""

TYPE_WORDS = {Kind.ASSOCIATION: "社会团体", Kind.SERVICE: "社会服务机构", Kind.FOUNDATION: "基金会"}

REASON = "错误原因"
"""The head of the column that the workbook of faulty rows adds: when it comes back, it says nothing."""

EXAMPLE = "填写示例"
"""The sheet of the template that shows how it is filled in, and is never read."""

GUIDE, LISTS = "填写说明", "选项"
"""Sheets of the template that hold no ledger; that they are left out is nothing to be told."""

NOT_STATED = {"", "-", "--", "—", "——", "/", "无", "未说明"}

TOTALS = ("合计", "小计", "总计", "Total")
SUBTOTAL = "小计"

NOTE = (
    r"(?:[*※☆★]|(?:[附备]?注|说明|附注|填表说明|填报说明|备注说明)[0-9一二三四五六七八九十]?[:、.]"
    r"|(?:制表|填表|填报|审核|复核|审批|审定|经办|负责|联系|统计|报送|编制|分管领导|单位负责|主要负责)(?:人|单位|部门|日期|时间)?"
    r"(?:签字|签名|盖章|电话)?(?:\([^)]*\))?[:]|单位[:]|日期[:]|打印时间|数据截至|截至|资料来源|数据来源|以上|以下空白)"
)
"""How notes below a ledger begin, in text without spaces and width."""

SECTION = r"(?:[(][一二三四五六七八九十]{1,3}[)]|[一二三四五六七八九十]{1,3}[、.]).*"
"""A heading within a ledger that stands alone in its row: 一、张家口市."""

LIST_SIGNS = r"[、,;/|\n+&]|(?<!南)和|以及|及|与"
"""What stands between several counties or fields in one cell; 南和 is a county."""

CHARGED = "填报|填表|报送|编制|制表|审核|主管|责任|牵头|实施|援助|受援|帮扶|捐赠|登记|报告|上报"
"""Words before 单位 that make it a body, not a unit of money."""

BUILT = ("construction", {"relocation", "housing"})
"""The fields of help whose projects are built, and the kind of checklist that goes with them."""

INDICATOR = "受益群众"
EXCESS = "台账如此记载"
SOURCE = "台账导入"
IMPORTER = ("ledger", "台账导入")
"""The closed account under which figures stand that a command imported."""

COUNTY_ENDINGS = r"(?:满族蒙古族|满族|蒙古族|回族)?自治县$|[县区市]$"
CITY_ENDING = "市"
SELF_GOVERNED = "自治县"
NEW_AREAS = {"雄安新区": {"130629", "130632", "130638"}}
"""Areas that are no units of GB/T 2260, by the codes of the counties before which they are written like a city."""

"""The words of a data set and what the register calls them."""

from orgs.models import Kind, Origin, RegisteredLevel
from projects.models import Funding, Participation, ProjectStep
from projects.models.stages import Stage

ORG_TYPES = {
    "社会团体": Kind.ASSOCIATION,
    "社会服务机构": Kind.SERVICE,
    "民办非企业单位": Kind.SERVICE,
    "基金会": Kind.FOUNDATION,
}
LEVELS = {
    "国家级": RegisteredLevel.NATIONAL, "全国性": RegisteredLevel.NATIONAL, "national": RegisteredLevel.NATIONAL,
    "省级": RegisteredLevel.PROVINCE, "province": RegisteredLevel.PROVINCE, "provincial": RegisteredLevel.PROVINCE,
    "市级": RegisteredLevel.PREFECTURE, "地市级": RegisteredLevel.PREFECTURE, "prefecture": RegisteredLevel.PREFECTURE,
    "municipal": RegisteredLevel.PREFECTURE, "city": RegisteredLevel.PREFECTURE,
    "县级": RegisteredLevel.COUNTY, "区县级": RegisteredLevel.COUNTY, "区级": RegisteredLevel.COUNTY,
    "county": RegisteredLevel.COUNTY,
}  # fmt: skip
_ELSEWHERE = (
    "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北",
    "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆",
    "香港", "澳门", "台湾",
)  # fmt: skip
_LONG = {"内蒙古": "自治区", "广西": "壮族自治区", "西藏": "自治区", "宁夏": "回族自治区", "新疆": "维吾尔自治区",
         "上海": "市", "重庆": "市", "香港": "特别行政区", "澳门": "特别行政区"}  # fmt: skip
PROVINCES = {
    **dict.fromkeys(("全国", "国家", "民政部", "national"), Origin.NATIONAL),
    **dict.fromkeys(("北京", "北京市", "110000", "beijing"), Origin.BEIJING),
    **dict.fromkeys(("天津", "天津市", "120000", "tianjin"), Origin.TIANJIN),
    **dict.fromkeys(("河北", "河北省", "130000", "hebei"), Origin.HEBEI),
    **{name: Origin.OTHER for short in _ELSEWHERE for name in (short, short + _LONG.get(short, "省"))},
}
STAGES = {
    "已签约": Stage.SIGNED,
    "实施中": Stage.UNDER_WAY,
    "已完工": Stage.FINISHED,
    "已验收": Stage.ACCEPTED,
    "已终止": Stage.TERMINATED,
}
ROLES = {
    "牵头": Participation.Role.LEAD,
    "参与": Participation.Role.JOINT,
    "资助": Participation.Role.FUNDER,
}
FUNDING_STATES = {
    "认捐": Funding.State.PLEDGED,
    "承诺": Funding.State.COMMITTED,
    "到位": Funding.State.RECEIVED,
}
FORMS = {
    "资金": Funding.Kind.CASH,
    "物资折价": Funding.Kind.GOODS,
    "服务折价": Funding.Kind.SERVICE,
}
_STEP = ProjectStep.Status
STEP_STATES = {
    **dict.fromkeys(
        (
            "未开始",
            "待办",
            "进行中",
            "办理中",
            "未完成",
            "超期",
            "逾期",
            "open",
            "todo",
            "pending",
            "in_progress",
            "overdue",
        ),
        _STEP.OPEN,
    ),
    **dict.fromkeys(("已完成", "完成", "待核验", "done", "completed"), _STEP.DONE),
    **dict.fromkeys(("已销号", "已核验", "verified"), _STEP.VERIFIED),
    **dict.fromkeys(("退回", "已退回", "returned"), _STEP.RETURNED),
    **dict.fromkeys(("不适用", "免办", "waived"), _STEP.WAIVED),
}


def as_sql(words, column):
    """A CASE that puts the register's word for a data set's; NULL for a word that is not known."""
    cases = " ".join(f"WHEN '{word}' THEN '{value}'" for word, value in words.items())
    return f"(CASE {column} {cases} END)"

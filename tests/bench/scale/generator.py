"""A made-up register of any size as the six files of `load_dataset`: the same for the same seed, in flat memory.

Every row is written as soon as it is made. What the files add up to comes back, by the rules of the figures, so that
whoever loads them knows what must be found.
"""

import csv
import datetime
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random

from orgs.credit_code import demo_code
from projects.dataset.layout import FILES

PROJECTS, ORGANISATIONS = 5367, 6300
"""Of one province; a scale multiplies them."""

KINDS = (("社会团体", "association"), ("社会服务机构", "service"), ("基金会", "foundation"))
YEARS = (2018, 2019, 2020)
FIELDS = ("教育", "健康", "产业", "就业", "易地搬迁", "扶老助残", "救孤济困", "科技", "消费")
STATUSES = ("已签约", "实施中", "已完工", "已验收", "已终止")
SHARES = (6, 24, 26, 40, 4)
STEPS = (
    "需求确认", "对接洽谈", "签订协议", "资金到账", "到账确认", "启动实施", "中期检查",
    "资金使用公示", "竣工验收", "绩效评价", "公示", "资料归档", "回访",
)  # fmt: skip
PLACES = (
    "燕山", "太行", "滦河", "白洋", "坝上", "冀中", "冀北", "京畿", "海河", "滹沱", "永定", "潮白", "渤海", "长城",
    "清河", "洋河", "桑干", "滏阳", "漳河", "拒马", "唐河", "沙河", "蓟北", "涿水", "幽州", "塞外", "平原", "京津",
)  # fmt: skip
VIRTUES = (
    "仁爱", "同心", "晨曦", "春晖", "厚德", "博爱", "明德", "恒善", "众益", "和润", "思源", "慈航", "青禾", "远航",
    "新芽", "融合", "惠民", "安康", "正和", "乐善", "朝阳", "启明", "育才", "扬帆", "薪火", "甘霖", "桃李", "守望",
)  # fmt: skip
TRADES = (
    "公益", "慈善", "教育", "医药", "农业", "建筑", "青年", "志愿", "女企业家", "电子商务", "环境保护", "养老",
    "文化艺术", "社会工作", "物流", "食品", "旅游", "信息技术", "法律", "体育",
)  # fmt: skip
ENDINGS = {"association": ("协会", "商会", "联合会", "促进会"), "service": ("服务中心", "发展中心", "研究院"),
           "foundation": ("基金会",)}  # fmt: skip
VILLAGES = (
    "大河", "柳树", "石桥", "东沟", "西岭", "南泉", "北庄", "上营", "下井", "黑山", "红土", "白杨", "青龙", "双塔",
    "三合", "五道", "杏园", "枣林", "核桃", "玉带", "龙泉", "凤凰", "马莲", "牛角", "鹿鸣", "云台", "长岭", "平安",
)  # fmt: skip
THINGS = (
    "蔬菜大棚", "饮水安全", "卫生室", "小学图书室", "助学金", "光伏电站", "食用菌种植", "养殖合作社", "危房改造",
    "乡村道路", "义诊送药", "技能培训", "留守儿童之家", "幸福大院", "中草药种植", "电商服务站", "温室草莓", "灌溉机井",
    "文化广场", "太阳能路灯", "爱心厨房", "康复器材", "农机具", "冷链仓库", "羊肚菌基地", "杂粮加工", "手工艺坊",
)  # fmt: skip
DEEDS = ("援建", "帮扶", "捐赠", "建设", "改造提升", "扶持", "推广", "结对帮扶")


@dataclass
class Made:
    """What the files hold. Money in fen; `landed`, `funds` and `people` by the rules of the figures of these names."""

    rows: dict[str, int]
    landed: int = 0
    funds: int = 0
    people: int = 0
    organisations: int = 0
    counties: int = 0


def write_files(folder, *, projects, organisations, counties, seed=1):
    """Write the six files into `folder` (a Path); `counties` are codes. Returns what was `Made`."""
    made = Made(dict.fromkeys((file.name for file in FILES), 0))
    seen = bytearray(organisations), set()
    with ExitStack() as opened:
        writers = {}
        for file in FILES:
            target = opened.enter_context((folder / file.path).open("w", encoding="utf-8", newline=""))
            writers[file.name] = csv.DictWriter(target, [column.name for column in file.columns], lineterminator="\n")
            writers[file.name].writeheader()

        def put(name, /, **cells):
            made.rows[name] += 1
            writers[name].writerow(cells)

        for number in range(organisations):
            _put_organisation(put, Random(f"{seed} organisation {number}"), number)
        for number in range(projects):
            _put_project(put, made, Random(f"{seed} project {number}"), number, organisations, counties, seen)
    made.organisations, made.counties = sum(seen[0]), len(seen[1])
    return made


def code_of(number):
    """The credit code of an organisation of the data set."""
    return demo_code(number, KINDS[number % 3][1])


def project_name(chance):
    return f"{chance.choice(VILLAGES)}{chance.choice('村乡镇庄')}{chance.choice(THINGS)}{chance.choice(DEEDS)}项目"


def _put_organisation(put, chance, number):
    kind, word = KINDS[number % 3]
    name = (chance.choice(PLACES), chance.choice(VIRTUES), chance.choice(TRADES), chance.choice(ENDINGS[word]))
    place = chance.choice(("北京", "天津", "河北", "河北"))
    put(
        "organisations", id=f"o{number}", uscc=code_of(number), name="".join(name), org_type=kind,
        level=chance.choice(("省级", "市级", "县级")), province=place, registered_on="2008-05-06",
    )  # fmt: skip


def _put_project(put, made, chance, number, organisations, counties, seen):
    """A project with its parties, money, results and steps."""
    project, year = f"p{number}", chance.choice(YEARS)
    status, county = chance.choices(STATUSES, SHARES)[0], chance.choice(counties)
    begun = status in STATUSES[1:4] or (status == "已终止" and chance.random() < 0.5)
    start = datetime.date(year, chance.randint(1, 12), chance.randint(1, 28))
    parties = chance.sample(range(organisations), min(organisations, chance.choices((1, 2, 3, 5), (50, 30, 15, 5))[0]))
    fen = chance.randint(20, 999) * chance.randint(20, 999) * 163 + chance.randint(0, 99)
    put(
        "projects", id=project, code=f"SJ-{year}-{number:06d}", name=project_name(chance), county_code=county,
        field=chance.choice(FIELDS), year=year, status=status, amount=yuan(fen), lead_organisation_id=f"o{parties[0]}",
        started_on=start if begun else "", summary="为测量而编造的项目。",
        finished_on=start + datetime.timedelta(days=200) if status in STATUSES[2:4] else "",
    )  # fmt: skip
    for place, party in enumerate(parties):
        role = "牵头" if not place else chance.choice(("参与", "资助"))
        put("project_organisations", id=f"{number}-{place}", project_id=project, organisation_id=f"o{party}", role=role)
    people = _put_outcome(put, chance, number)
    _put_money(put, chance, number, f"o{parties[0]}", fen, start)
    _put_steps(put, chance, number, start, status)
    if begun:
        made.landed, made.funds, made.people = made.landed + 1, made.funds + fen, made.people + people
        seen[1].add(county)
        for party in parties:
            seen[0][party] = 1


def _put_outcome(put, chance, number):
    people = chance.randint(5, 1000) if chance.random() < 0.9 else 0
    put("outcomes", id=number, project_id=f"p{number}", category="受益群众", person_times=people or "", households=30)
    return people


def _put_money(put, chance, number, organisation, fen, start):
    """About three lines. What counts (received, or committed where nothing was received) comes to `fen`."""
    form = chance.choices(("资金", "物资折价", "服务折价"), (70, 25, 5))[0]
    lines = [("认捐", fen + fen // 10), ("承诺", fen)]
    if chance.random() < 0.85:
        part = fen // 3 if chance.random() < 0.2 else 0
        lines += [("到位", part), ("到位", fen - part)] if part else [("到位", fen)]
    for place, (kind, amount) in enumerate(lines):
        put(
            "funding_lines", id=f"{number}-{place}", project_id=f"p{number}", organisation_id=organisation, kind=kind,
            form=form, amount=yuan(amount), occurred_on=start, voucher_no=f"V{number}" if kind == "到位" else "",
        )  # fmt: skip


def _put_steps(put, chance, number, start, status):
    many = 12 + chance.randint(0, 1)
    reached = {"已签约": 3, "实施中": 6, "已终止": 6}.get(status, many)
    for place in range(many):
        due = start + datetime.timedelta(days=30 * place)
        state = "已销号" if place < reached else "已完成" if place == reached and number % 9 == 0 else "未开始"
        put(
            "checklist_items", id=f"{number}-{place}", project_id=f"p{number}", seq=place + 1, title=STEPS[place],
            state=state, due_on=due, done_on="" if state == "未开始" else due,
        )  # fmt: skip


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02d}"

"""A register of the size of the real one, as a data set: 5,367 projects with twelve steps each."""

import csv
import datetime

from tests.projects.dataset_files import calibrated

TITLES = (
    "需求确认", "对接洽谈", "签订协议", "资金到账", "到账确认", "启动实施",
    "中期检查", "资金使用公示", "竣工验收", "绩效评价", "公示", "资料归档",
)  # fmt: skip
PROJECTS = 5367


def write_files(folder, counties, on, projects=PROJECTS):
    """The six files; every project stands at another step of its list, due dates lie around day `on`."""
    calibrated(folder, projects=projects, organisations=6300, counties=counties, fen=218_800_000_000,
               person_times=2_800_000, steps=0)  # fmt: skip
    with (folder / "checklist_items.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(("id", "project_id", "seq", "title", "state", "due_on", "done_on"))
        for number in range(projects):
            reached = number % (len(TITLES) + 1)
            for seq, title in enumerate(TITLES):
                due = on + datetime.timedelta(days=(seq - reached) * 30 + number % 57 - 20)
                state = "已销号" if seq < reached else "已完成" if seq == reached and number % 9 == 0 else "未开始"
                done = due if state != "未开始" else ""
                writer.writerow((f"{number}-{seq}", f"p{number}", seq + 1, title, state, due, done))

"""Made-up data sets as CSV files, of a known outcome."""

import csv
from itertools import cycle

from orgs.credit_code import demo_code
from projects.dataset.layout import FILES

KINDS = (("社会团体", "association"), ("社会服务机构", "service"), ("基金会", "foundation"))
LANDED = ("实施中", "已完工", "已验收", "已终止")


def write(folder, **files):
    """Write the six files; those not named hold their header only. Rows are dicts of columns."""
    for file in FILES:
        with (folder / file.path).open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, [column.name for column in file.columns], lineterminator="\n")
            writer.writeheader()
            writer.writerows(files.get(file.name, ()))


def organisation(number, **cells):
    org_type, kind = KINDS[number % 3]
    return {
        "id": f"o{number}", "uscc": demo_code(number, kind), "name": f"试验组织{number}号", "org_type": org_type,
        "level": "省级", "province": "河北",
    } | cells  # fmt: skip


def project(number, **cells):
    return {
        "id": f"p{number}", "code": f"SJ-2020-{number:05d}", "name": f"试验帮扶项目{number}号", "year": "2020",
        "status": "实施中", "started_on": "2020-03-01", "field": "教育",
    } | cells  # fmt: skip


def line(number, project_id, amount, kind="到位", form="资金", **cells):
    return {"id": number, "project_id": project_id, "kind": kind, "form": form, "amount": amount} | cells


def shares(total, parts):
    """`total` as unequal whole numbers."""
    weights = [7 + number % 11 for number in range(parts)]
    found = [total * weight // sum(weights) for weight in weights]
    found[-1] += total - sum(found)
    return found


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02d}"


def calibrated(folder, *, projects, organisations, counties, fen, person_times, steps=12):
    """A data set of exactly so many landed projects, organisations taking part, person-times, and so much money.

    Beside them it holds what must not count: pledges, committed money where money was received, projects that are
    only signed or ended before their start, with money, people and organisations of their own, and repetitions.
    """
    rows = {"organisations": [organisation(number) for number in range(organisations + 50)], "projects": []}
    for name in ("project_organisations", "funding_lines", "outcomes", "checklist_items"):
        rows[name] = []
    money, people, places = shares(fen, projects), shares(person_times, projects), cycle(counties)
    for number in range(projects):
        lead = f"o{number % organisations}"
        status = LANDED[number % 4]
        rows["projects"].append(
            project(
                number,
                lead_organisation_id=lead,
                status=status,
                county_code=next(places),
                amount=yuan(money[number]),
                year=2018 + number % 3,
                field=("教育", "健康扶贫", "产业", "易地扶贫搬迁")[number % 4],
            )
        )
        _add_parties(rows, number, lead, range(projects + number, organisations, projects))
        _add_money(rows, number, lead, money[number])
        rows["outcomes"].append(
            {
                "id": number,
                "project_id": f"p{number}",
                "category": "受益群众",
                "person_times": people[number],
                "households": 3,
            }
        )
        for seq in range(1, steps + 1):
            state, day = (("已销号", "2020-06-01"), ("已完成", "2020-07-01"), ("未开始", ""))[seq % 3]
            rows["checklist_items"].append(
                {"id": f"{number}-{seq}", "project_id": f"p{number}", "seq": seq, "title": f"事项{seq}", "state": state,
                 "due_on": "2020-05-31", "done_on": day}
            )  # fmt: skip
    _add_noise(rows, projects, organisations)
    write(folder, **rows)


def _add_parties(rows, number, lead, others):
    parties = rows["project_organisations"]
    for other, role in [(lead, "牵头"), (lead, "资助"), *((f"o{other}", "参与") for other in others)]:
        parties.append({"id": len(parties), "project_id": f"p{number}", "organisation_id": other, "role": role})


def _add_money(rows, number, lead, fen):
    """Received in two parts, or only committed; and what must not count beside it."""
    project_id, lines = f"p{number}", rows["funding_lines"]
    lines.append(line(len(lines), project_id, "99999.99", "认捐"))
    if number % 5 == 0:
        lines.append(line(len(lines), project_id, yuan(fen), "承诺", organisation_id=lead))
        return
    lines.append(line(len(lines), project_id, yuan(fen + 12345), "承诺", organisation_id=lead))
    lines.append(line(len(lines), project_id, yuan(fen // 3), organisation_id=lead, voucher_no=f"V{number}"))
    lines.append(line(len(lines), project_id, yuan(fen - fen // 3), form="物资折价"))


def _add_noise(rows, first, organisations):
    for number in range(first, first + 40):
        status, start = (("已签约", "2020-03-01"), ("已终止", ""))[number % 2]
        lead = f"o{organisations + number % 50}"
        rows["projects"].append(
            project(number, status=status, started_on=start, lead_organisation_id=lead, county_code="130102")
        )
        for kind in ("认捐", "承诺", "到位"):
            rows["funding_lines"].append(line(f"n{number}{kind}", f"p{number}", "7000000.00", kind))
        rows["outcomes"].append({"id": f"n{number}", "project_id": f"p{number}", "person_times": 5000})

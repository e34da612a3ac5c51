"""Open data: the files equal the register as the public knows it and say nothing else; a release stays as it was."""

import hashlib
import io
from decimal import Decimal

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from projects.actions.corrections import correct_funding
from projects.models import Funding
from registry.core.jobs import Progress
from registry.core.lifecycle import UnlawfulMove
from registry.core.quantity import Money
from registry.reports.figures import report
from registry.reports.jobs import release_data
from registry.reports.models import DataFile, DataRelease
from registry.reports.open_data.actions import withdraw_release
from registry.reports.open_data.column import without_personal_data
from registry.reports.open_data.files import NAMES, heads_of
from registry.reports.open_data.sets import SETS
from tests.factories import make_project, make_user

from .released import PLANTED, SECRET, content_of, json_of, make_register, make_release, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def register():
    return make_register()


@pytest.fixture
def release(register):
    return make_release(by=None)[0]


def figure(code):
    return report(user=AnonymousUser(), codes=[code]).figures[0].quantity.value


def test_a_release_has_every_file_with_the_digest_of_its_bytes(release):
    assert [file.name for file in release.files.all()] == list(NAMES)
    for file in release.files.all():
        content = content_of(release, file.name)
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (file.sha256, file.size)


@pytest.mark.parametrize("code", ["funds", "mobilised"])
def test_the_lines_counted_in_a_figure_add_up_to_it(release, code):
    counted = [row["amount"] for row in rows_of(release, "funding") if row["counted_in"] == code]
    assert sum(Decimal(amount) for amount in counted if amount) == figure(code) > 0


def test_landed_projects_add_up_to_the_figures_too(release):
    landed = [row for row in rows_of(release, "projects") if row["landed"] == "true"]
    for column, code in (
        ("funds_involved", "funds"),
        ("company_money", "mobilised"),
        ("person_times", "beneficiaries"),
    ):
        assert sum(Decimal(row[column] or 0) for row in landed) == figure(code)
    assert [row["number"] for row in landed] == ["XM-2020-0001"]


def test_a_county_has_the_figures_of_its_own_page(release, register):
    (county,) = rows_of(release, "counties")
    found = report(user=AnonymousUser(), filters={"county": county["code"]}, codes=["projects", "funds"]).figures
    assert [Decimal(county["projects_landed"]), Decimal(county["funds_involved"])] == [
        one.quantity.value for one in found
    ]


def test_what_is_not_stated_is_empty_and_what_is_inexact_says_so(release, register):
    lines = {row["id"]: row for row in rows_of(release, "funding")}
    goods = next(row for row in lines.values() if row["unit"] == "座")
    assert (goods["amount"], goods["amount_precision"], goods["quantity"]) == ("", "", "150")
    over = lines[str(register.received.pk)]
    assert (over["amount"], over["amount_precision"], over["wording"]) == ("560000.00", "over", "余")
    project = rows_of(release, "projects")[0]
    assert (project["received"], project["received_precision"]) == ("560010.10", "at_least")
    assert (project["pledged"], project["persons"]) == ("", "")


def test_files_of_a_set_hold_the_same_cells_under_the_heads_of_the_field_list(release):
    for code, one in SETS.items():
        rows, told = rows_of(release, code), json_of(release, f"{code}.json")["rows"]
        assert list(rows[0]) == list(told[0]) == one.names
        as_text = [[_text(cell) for cell in row.values()] for row in told]
        assert [list(row.values()) for row in rows] == [[_safe(cell) for cell in row] for row in as_text]
        sheet = openpyxl.load_workbook(io.BytesIO(content_of(release, f"{code}.xlsx"))).active
        with override("zh-hans"):
            assert [cell.value for cell in sheet[1]] == heads_of(one)
        cells = [[_number(cell.value) for cell in row] for row in sheet.iter_rows(min_row=2)]
        assert cells == [[_number(cell or None) for cell in row] for row in as_text]
        assert release.sets[code]["rows"] == len(rows) == sheet.max_row - 1


def _text(cell):
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)


def _safe(cell):
    return f"'{cell}" if cell.startswith("=") else cell


def _number(value):
    """Numbers compare by their value, whether the reader gives 1 or 1.0."""
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return value


def test_a_text_that_looks_like_a_formula_is_marked_as_text_and_no_cell_is_one(release):
    assert rows_of(release, "projects")[0]["summary"].startswith("'=SUM")
    sheet = openpyxl.load_workbook(io.BytesIO(content_of(release, "projects.xlsx"))).active
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n", "inlineStr"}


def test_the_package_describes_the_csv_files_by_the_same_list(release):
    package = json_of(release, "datapackage.json")
    assert (package["version"], package["licenses"][0]["name"]) == (release.number, release.licence)
    assert {one["path"] for one in package["resources"]} == set(NAMES) - {"datapackage.json"}
    for one in package["resources"]:
        file = release.files.get(name=one["path"])
        assert (one["hash"], one["bytes"]) == (f"sha256:{file.sha256}", file.size)
    tables = {one["name"]: one["schema"] for one in package["resources"] if "schema" in one}
    assert {code: [each["name"] for each in schema["fields"]] for code, schema in tables.items()} == {
        code: one.names for code, one in SETS.items()
    }
    for code, schema in tables.items():
        keys = [row[schema["primaryKey"]] for row in rows_of(release, code)]
        assert len(keys) == len(set(keys))
        for described in schema["fields"]:
            cells = {row[described["name"]] for row in rows_of(release, code)}
            limits = described.get("constraints", {})
            assert not (limits.get("required") and "" in cells), described["name"]
            assert cells - {""} <= set(limits.get("enum", cells)), described["name"]


def test_no_file_holds_a_draft_an_inner_note_or_personal_data(release):
    for file in release.files.exclude(name__endswith="xlsx"):
        text = content_of(release, file.name).decode("utf-8")
        assert [word for word in (SECRET, "司马长风", "77777777", "888888", *PLANTED) if word in text] == [], file.name
    for code in SETS:
        sheet = openpyxl.load_workbook(io.BytesIO(content_of(release, f"{code}.xlsx"))).active
        text = "\n".join(str(cell.value) for row in sheet for cell in row)
        assert [word for word in (SECRET, *PLANTED) if word in text] == [], code


def test_codes_that_the_public_knows_stay_whole(release, register):
    assert rows_of(release, "organisations")[0]["code"] == register.giver.code
    assert (
        without_personal_data("编号 XM-2020-0001，2020-03-01，560000.00 元")
        == "编号 XM-2020-0001，2020-03-01，560000.00 元"
    )


def test_equal_content_makes_no_new_release_whoever_asks_in_whatever_language(release, register):
    register.landed.note = "x"
    register.landed.caution = "内部另有说明"
    register.landed.save()
    with override("en"):
        again, is_new = make_release(by=make_user("bureau"))
    assert (again, is_new, DataRelease.objects.count()) == (release, False, 1)


def test_the_next_release_tells_what_changed(release, register):
    correct_funding(funding=register.received, by=make_user("bureau"), money=Money(Decimal(550000)))
    Funding.objects.filter(project=register.signed).update(note="更正")
    make_project(number="XM-2020-0009", visibility="published", campaign=register.landed.campaign)
    again, is_new = make_release(by=None, note="更正一笔")
    assert (is_new, again.number, again.note) == (True, f"{release.number}-2", "更正一笔")
    told = {code: [told[name] for name in ("added", "removed", "changed")] for code, told in again.sets.items()}
    assert told["projects"] == [1, 0, 1]
    assert told["needs"] == [0, 0, 0]
    assert told["funding"] == [0, 0, 1]
    assert {code: told["rows"] for code, told in release.sets.items()} == {
        code: told["added"] for code, told in release.sets.items()
    }


def test_a_release_and_its_files_are_changed_and_deleted_by_nobody(release):
    statements = (
        "UPDATE reports_datarelease SET fingerprint = 'x'", "UPDATE reports_datarelease SET as_of = now()",
        "DELETE FROM reports_datarelease", "UPDATE reports_datafile SET name = 'x'", "DELETE FROM reports_datafile",
    )  # fmt: skip
    for statement in statements:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert DataFile.objects.count() == len(NAMES)


def test_only_the_bureau_releases_and_withdraws_and_says_why(release):
    for role in ("partner", "county", "organisation", "auditor", "system_admin"):
        with pytest.raises(PermissionDenied):
            make_release(by=make_user(role))
    with pytest.raises(UnlawfulMove):
        withdraw_release(release=release, by=make_user("bureau"), reason=" ")
    bureau = make_user("bureau")
    withdrawn = withdraw_release(release=release, by=bureau, reason="有误")
    assert (withdrawn.status, withdrawn.withdrawn_by, withdrawn.status_reason) == ("withdrawn", bureau, "有误")
    with pytest.raises(UnlawfulMove):
        withdraw_release(release=release, by=bureau, reason="再次")
    assert make_release(by=bureau)[1], "what was withdrawn can be released again"


def test_the_daily_job_releases_and_says_when_there_is_nothing_new(register):
    progress = Progress()
    first = release_data(progress, by=None, day="2026-11-26")
    assert progress.done == progress.total == 5, "two projects, an organisation, a county, a need"
    second = release_data(Progress(), by=None, day="2026-11-27")
    assert (first["new"], second["new"], first["number"]) == (True, False, second["number"])


def test_a_register_without_anything_published_has_no_file_where_a_standard_wants_an_entry():
    release, _new = make_release(by=None)
    assert "iati.xml" not in {file.name for file in release.files.all()}
    assert "360giving.json" not in {file.name for file in release.files.all()}
    assert rows_of(release, "projects") == []

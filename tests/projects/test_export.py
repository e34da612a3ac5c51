"""The export that PostgreSQL writes says to the letter what the long way says, whatever stands in the cells."""

import tracemalloc
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from projects.export import COLUMNS, HEAD, export_rows
from projects.models import Listed, Project, ProjectField, Site
from projects.models.stages import Stage
from registry.core import written_rows
from registry.core.exports import FORMATS, csv_chunks, download, neutral
from registry.core.text import mask_personal
from tests.factories import (
    make_division,
    make_field,
    make_funding,
    make_org_user,
    make_organisation,
    make_participation,
    make_project,
    make_result,
    make_user,
)
from tests.projects.plain_export import plain_rows

from ..core.test_exports import cells_of

pytestmark = pytest.mark.django_db
HOSTILE = (
    "=1+1", "+86", "-5", "@sum", "＝1", "＋1", "－1", "＠x", "a=b", "他说“好”,", 'say "x"', "甲<乙>&丙", "a;b", "'=1",
    "\\N", "%s %%", "13912345678", "电话139 1234 5678", "１３９１２３４５６７８", "110101199003072316",
    "11010119900307231X", "110101-19900307-2316", "6222 0212 3456 7890 123", "1234567890123456", "2020-00001",
    "99999999999元", "[1]", "\ue000=1",
)  # fmt: skip


def both(form, found):
    """(cells as PostgreSQL wrote them, cells of the long way); of the index they are written as of the register."""
    listed = Listed.objects.filter(pk__in=found.order_by().values("pk")).order_by(*found.query.order_by)
    ways = (export_rows(found, form), export_rows(listed, form), iter(plain_rows(found)))
    files = [download(form, "x", HEAD, rows).getvalue() for rows in ways]
    written, of_index, plain = files if form == "csv" else [cells_of(file) for file in files]
    assert of_index == written
    return written, plain


def everything(order="pk"):
    return Project.objects.visible_to(make_user("bureau")).order_by(order)


def full(name="阜平种植", **overrides):
    """A project with two of everything that may be repeated."""
    project = make_project(name=name, **overrides)
    home = make_division(name="阜平县")
    for unit in (make_division(home=home, level="township"), make_division(home=home, level="township"), home):
        Site.objects.create(project=project, division=unit)
    lead, other = make_organisation(name="甲会"), make_organisation(name=f"乙{name}")
    make_participation(project, organisation=other, role="joint")
    make_participation(project, organisation=lead)
    make_participation(project, organisation=lead, role="funder")
    make_participation(project, organisation=make_organisation(name="丙会"))
    return project


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_hostile_texts_are_written_as_the_long_way_writes_them(form, language):
    for number, text in enumerate(HOSTILE):
        project = make_project(
            name=text, lead=make_organisation(name=f"{text}会"), field=make_field(name=text[:40], name_en="Field"),
            county=make_division(name=text[:40]), number=text.replace(" ", "")[:30] if number % 2 else f"XM-{number}",
        )  # fmt: skip
        make_participation(project, organisation=make_organisation(name=text), role="joint")
    with translation.override(language):
        found, plain = both(form, everything())
    assert found == plain


@pytest.mark.parametrize("form", FORMATS)
def test_money_people_places_and_parties_are_those_of_the_long_way(form):
    own, other = make_field(), make_field(scheme="revitalisation")
    for stage in Stage:
        ended = {"left_stage": "under_way"} if stage in (Stage.SUSPENDED, Stage.TERMINATED) else {}
        project = full(stage=stage, actual_start=date(2019, 3, 1), **ended)
        ProjectField.objects.create(project=project, field=other, scheme=other.scheme)
        ProjectField.objects.create(project=project, field=own, is_primary=True)
    states = ("pledged", "committed", "received")
    for qualifier in ("", "about", "over", "at_least"):
        for state in states:
            project = full()
            make_funding(project, "100.10", state=state, qualifier=qualifier or "exact")
            make_funding(project, "5", state=state, origin="mobilised")
            make_funding(project, None, state="received" if state == "pledged" else state, kind="goods", goods="书")
    for actual in ("3.5", "4", "0.1"):
        project = full()
        make_result(project, actual)
        make_result(project, actual, status="draft", approved_by=None)
        make_result(project, actual, unit="户")
    make_project()
    found, plain = both(form, everything())
    assert len(plain) > 20
    assert found == plain


def test_who_leads_and_pays_besides_is_named_as_leading():
    project = full()
    row = plain_rows(Project.objects.filter(pk=project.pk))[0]
    assert (row[8], row[9]) == ("甲会", "甲会;丙会;乙阜平种植")
    assert both("xlsx", everything())[0][1][8:10] == ["甲会", "甲会;丙会;乙阜平种植"]


def test_plain_rows_come_ready_and_doubtful_ones_as_cells():
    make_project(name="阜平种植", lead=make_organisation(name="甲会"))
    make_project(name="=1")
    plain, doubtful = export_rows(everything(), "csv")
    assert isinstance(plain, str)
    assert isinstance(doubtful, tuple)
    assert len(doubtful) == len(COLUMNS) == len(HEAD)


def test_only_the_row_that_is_doubtful_comes_as_cells_and_at_its_place(monkeypatch):
    monkeypatch.setattr(written_rows, "AT_A_TIME", 5)
    monkeypatch.setattr(written_rows, "AT_A_LOOK", 3)
    names = [f"第{number}期" for number in range(17)]
    names[4] = names[13] = "甲,乙"
    for name in names:
        make_project(name=name)
    rows = list(export_rows(everything(), "csv"))
    assert [place for place, row in enumerate(rows) if isinstance(row, tuple)] == [4, 13]
    found, plain = both("csv", everything())
    assert found == plain


def test_a_code_of_digits_alone_is_hidden_in_a_line_that_is_ready():
    code = "519900000001742461"
    make_project(lead=make_organisation(name="甲会", code=code))
    (row,) = export_rows(everything(), "csv")
    assert isinstance(row, str)
    assert mask_personal(code) in row
    assert code not in row
    found, plain = both("csv", everything())
    assert found == plain


@pytest.mark.parametrize("text", [text for text in HOSTILE if neutral(text) != text or mask_personal(text) != text])
def test_what_is_changed_in_a_file_is_never_taken_for_plain(text):
    assert not written_rows.is_plain(["阜平种植", text, "甲会"])


def test_words_as_they_are_in_most_rows_are_plain():
    assert written_rows.is_plain(["SJ-2020-053669", "献县（第二期）", "", "甲会;乙会", "a - b 12"])


def test_a_file_that_nobody_reads_on_leaves_the_session_in_order(monkeypatch):
    monkeypatch.setattr(written_rows, "AT_A_TIME", 1)
    for _each in range(3):
        make_project()
    rows = export_rows(everything(), "csv")
    next(rows)
    rows.close()
    transaction.set_rollback(False)  # of the test's own transaction, in which the file's was the inner one
    assert Project.objects.count() == 3


def test_an_organisation_finds_in_the_file_what_it_finds_in_the_list():
    mine = make_organisation()
    make_project(lead=mine, name="自家的")
    make_project(lead=make_organisation(), name="别家的")
    user = make_org_user(mine)
    found = Project.objects.visible_to(user)
    assert "自家的" in "".join(export_rows(found, "csv"))
    assert "别家的" not in "".join(export_rows(found, "csv"))
    assert list(export_rows(Project.objects.none(), "csv")) == []


def test_a_file_of_many_rows_asks_as_often_as_one_of_few():
    def statements():
        with CaptureQueriesContext(connection) as asked:
            list(export_rows(Project.objects.order_by("pk"), "csv"))
        return len(asked)

    full()
    few = statements()
    for _each in range(4):
        full()
    assert statements() == few <= 4  # a transaction, one setting, the rows


def test_memory_stays_flat_however_many_rows_there_are(monkeypatch):
    monkeypatch.setattr(written_rows, "AT_A_TIME", 10)
    for _each in range(60):
        make_project(name="长" * 190)

    def peak(found):
        rows = export_rows(found, "csv")
        tracemalloc.start()
        for _row in rows:
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    keys = list(everything().values_list("pk", flat=True))
    peak(everything())
    assert peak(everything()) < 1.5 * peak(everything().filter(pk__in=keys[:20]))


def test_a_session_that_is_lost_breaks_the_transfer_off(monkeypatch):
    monkeypatch.setattr(written_rows, "AT_A_TIME", 1)
    monkeypatch.setattr("registry.core.exports.ROWS_A_CHUNK", 1)
    for _each in range(3):
        make_project()
    chunks = download("csv", "x", HEAD, export_rows(everything(), "csv")).streaming_content
    next(chunks)
    next(chunks)
    connection.connection.cancel()
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute("SELECT 1/0")
    with pytest.raises(DatabaseError):
        list(chunks)


def test_the_long_way_is_still_taken_for_other_lists():
    assert b"".join(csv_chunks(["a"], [("=1",), "ready\r\n"])).decode() == "\ufeffa\r\n'=1\r\nready\r\n"

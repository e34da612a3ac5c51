"""Circulars drawn up, worded, checked, issued, corrected: numbers stay the register's, and what is issued stays."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from projects.models import Circular, CircularPart, Commendation, Difficulty, Funding, Project
from registry.core.blobs import bytes_of
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change
from registry.core.trail import acting
from registry.core.undo import undo_batch, why_not_undone
from registry.reports.circulars.actions import (
    correct_circular,
    digest_of,
    draft_circular,
    move_circular,
    recount_circular,
    word_circular,
)
from registry.reports.circulars.checking import check_figures
from registry.reports.figures import figures
from tests.factories import (
    make_campaign,
    make_designation,
    make_difficulty,
    make_funding,
    make_organisation,
    make_project,
    make_result,
    make_statement,
    make_step,
    make_user,
)

from .circulars import checked, drawn_up, figures_of, issued, reworded, said_of, text_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def register():
    """Two landed projects in two counties, with money, a late item, a difficulty; returned as the first project."""
    lead = make_organisation()
    for sum_of_money in ("8000000", "720000"):
        county = make_designation().division
        project = make_project(lead=lead, county=county, stage="under_way")
        make_funding(project, sum_of_money, organisation=lead, occurred_on=datetime.date(2021, 6, 1))
        make_result(project, 500)
        make_step(project, due_on=datetime.date(2021, 1, 31), title=f"拨付{sum_of_money}")
    make_difficulty(project, wanted_by=datetime.date(2021, 1, 1))
    return Project.objects.order_by("pk").first()


def county_of(project):
    return project.sites.get().division


def unchanged(circular):
    """What is to stay of an issued circular: its row, its figures, its bytes."""
    circular.refresh_from_db()
    rows = list(circular.figures.values("code", "value", "shown", "rule", "row_ids").order_by("code"))
    return circular.text, circular.digest, rows, bytes_of(circular.docx), bytes_of(circular.xlsx)


# Drawn up


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("progress", ["general", "ranking", "overdue", "requirements"]),
        ("quarterly", ["general", "period", "ranking", "difficulties", "requirements"]),
        ("praise", ["general", "praise", "cases", "requirements"]),
    ],
)
def test_each_kind_begins_with_its_paragraphs_and_knows_the_others(register, kind, parts):
    circular = drawn_up(kind)
    assert [part.kind for part in circular.parts.filter(is_included=True)] == parts
    assert {part.kind for part in circular.parts.all()} == set(CircularPart.Kind.values)
    assert (circular.status, circular.figures.count() > 0) == ("draft", True)


def test_the_figures_are_those_of_the_report_at_the_same_instant(register):
    circular = drawn_up()
    make_funding(register, "1000000", is_joint=True)
    make_project(stage="under_way")
    Funding.objects.filter(amount=720000).update(amount=1)
    stored = by_code(recount_circular(circular=circular, by=make_user("bureau")))
    codes = ("organisations", "projects", "funds", "counties", "beneficiaries", "mobilised")
    told = figures(user=make_user("bureau"), codes=codes, campaign=circular.campaign, as_of=circular.as_of)
    assert {one.code: one.quantity.value for one in told} == {code: stored[code].value for code in codes}
    assert (stored["funds"].value, stored["projects"].value) == (8720000, 2)


def by_code(circular):
    return {figure.code: figure for figure in circular.figures.all()}


def test_counties_are_ranked_by_what_they_received_and_the_first_ten_are_named(register):
    for number in range(1, 11):
        project = make_project(county=make_designation().division, stage="under_way")
        make_funding(project, f"{number}00")
    lines = drawn_up().parts.get(kind="ranking").text.splitlines()
    assert len(lines) == 11
    first, second = (county_of(project) for project in Project.objects.order_by("pk")[:2])
    assert lines[1] == f"1.{first.name}，{{{{figure:received-county-{first.code}}}}}；"
    assert lines[2] == f"2.{second.name}，{{{{figure:received-county-{second.code}}}}}；"


def test_overdue_items_stand_the_longest_overdue_first_and_done_ones_not_at_all(register):
    make_step(register, due_on=datetime.date(2020, 1, 31), title="最久")
    make_step(register, due_on=datetime.date(2019, 1, 31), title="已报", status="done", done_by=make_user(),
              done_at=timezone.now())  # fmt: skip
    make_step(register, due_on=datetime.date(2199, 1, 31), title="未到期")
    circular = drawn_up()
    text = circular.parts.get(kind="overdue").text
    assert [name for name in ("最久", "已报", "未到期") if name in text] == ["最久"]
    assert "最久" in text.splitlines()[1]
    assert (figures_of(circular)["overdue_steps"], figures_of(circular)["overdue_projects"]) == ("3项", "2个")


def test_money_and_praise_belong_to_the_period_of_their_day(register):
    make_funding(register, "999", organisation=make_organisation(), occurred_on=datetime.date(2020, 12, 31))
    make_funding(register, "998", organisation=make_organisation())
    for day, title in (("2021-05-01", "期内表扬"), ("2020-05-01", "期外表扬")):
        Commendation.objects.create(
            campaign=register.campaign, kind="praise", level="province", title=title, status="granted",
            organisation=make_organisation(),
            granted_by=make_user(), granted_at=timezone.make_aware(datetime.datetime.fromisoformat(day)),
        )  # fmt: skip
    circular = drawn_up("quarterly", period_from=datetime.date(2021, 1, 1))
    circular = reworded(circular, praise="")
    assert figures_of(circular)["received_in_period"] == "872万元"
    assert figures_of(circular)["praised"] == "1项"
    text = circular.parts.get(kind="praise").text
    assert [title for title in ("期内表扬", "期外表扬") if title in text] == ["期内表扬"]


def test_work_of_other_campaigns_is_in_no_figure(register):
    other = make_campaign()
    project = make_project(campaign=other, stage="under_way", county=county_of(register))
    make_funding(project, "5000000")
    make_step(project, due_on=datetime.date(2021, 1, 31))
    make_difficulty(project)
    circular = reworded(drawn_up(), difficulties="")
    shown = figures_of(circular)
    assert (shown["received"], shown["overdue_steps"], shown["difficulties_open"]) == ("872万元", "2项", "1件")
    assert shown[f"received-county-{county_of(register).code}"] == "800万元"


def test_a_circular_is_written_in_the_language_of_the_site_whoever_draws_it_up(register, client):
    client.cookies["django_language"] = "en"
    client.get("/")
    circular = drawn_up()
    assert circular.title.startswith("关于“试验行动”")
    assert "据台账统计" in circular.parts.get(kind="general").text
    assert figures_of(circular)["funds"] == "872万元"
    client.cookies["django_language"] = "zh-hans"
    client.get("/")


def test_the_future_cannot_be_drawn_up(register):
    with pytest.raises(ValidationError, match="尚未到来"):
        drawn_up(as_of=timezone.now() + datetime.timedelta(hours=1))
    with pytest.raises(ValidationError):
        drawn_up(period_from=datetime.date(2022, 1, 1))
    assert not Circular.objects.exists()


@pytest.mark.parametrize("role", ["auditor", "county", "organisation", "partner"])
def test_nobody_else_writes_circulars(register, role):
    stranger, circular = make_user(role), drawn_up()
    deeds = [
        lambda: drawn_up(by=stranger),
        lambda: word_circular(circular=circular, by=stranger, parts=said_of(circular)),
        lambda: recount_circular(circular=circular, by=stranger),
        lambda: correct_circular(circular=circular, by=stranger, explanation="x"),
        lambda: move_circular(circular=circular, to="checked", by=stranger),
    ]
    for deed in deeds:
        with pytest.raises((PermissionDenied, Circular.DoesNotExist)):  # who may not know of a draft finds none
            deed()
    assert Circular.objects.get().status == "draft"


# Worded


def test_a_mark_that_is_put_in_is_counted_and_one_that_is_taken_out_goes(register):
    make_statement(code="funds_involved", campaign=register.campaign, value=2188000000, unit="元", qualifier="about",
                   wording="约")  # fmt: skip
    circular = reworded(drawn_up(), general="涉及{{figure:funds}}；据报道{{quoted:funds_involved}}。")
    shown = figures_of(circular)
    assert (shown["funds"], shown["quoted-funds_involved"]) == ("872万元", "约21.88亿元")
    assert "projects" not in shown
    assert [figure.is_quoted for figure in circular.figures.filter(code__startswith="quoted-")] == [True]


@pytest.mark.parametrize(
    ("mark", "named"),
    [
        ("{{figure:fund}}", "fund"), ("{{figure:funds-village-1}}", "funds-village-1"),
        ("{{figure:funding-0}}", "funding-0"),
        ("{{quoted:rumour}}", "quoted-rumour"), ("{{figure:funds}", "{{figure:funds}"), ("{{1234}}", "{{1234}}"),
        ("{{figure:funds-county-999999}}", "funds-county-999999"), ("{{figure:parties-0}}", "parties-0"),
    ],
)  # fmt: skip
def test_unknown_and_broken_marks_are_refused_by_name_and_nothing_is_changed(register, mark, named):
    circular = drawn_up()
    before = said_of(circular)
    with pytest.raises(ValidationError) as refusal:
        reworded(circular, general=f"先写{mark}。")
    assert named in " ".join(refusal.value.messages)
    assert said_of(Circular.objects.get(pk=circular.pk)) == before


def test_numbers_of_rows_of_another_campaign_are_unknown(register):
    line = make_funding(make_project(campaign=make_campaign()), "100")
    with pytest.raises(ValidationError, match=f"funding-{line.pk}"):
        reworded(drawn_up(), general=f"{{{{figure:funding-{line.pk}}}}}")


def test_a_paragraph_drawn_up_anew_loses_its_words_and_one_left_out_keeps_them(register):
    circular = reworded(drawn_up(), general="手写", requirements="留着")
    said = said_of(circular)
    said["general"]["anew"] = True
    said["requirements"]["is_included"] = False
    circular = word_circular(circular=circular, by=make_user("bureau"), parts=said)
    assert circular.parts.get(kind="general").text.startswith("据台账统计")
    assert circular.parts.get(kind="requirements").text == "留着"
    circular = issued(circular)
    assert "留着" not in circular.text


def test_whoever_wrote_last_is_the_drafter_and_may_not_check(register):
    first, second = make_user("bureau"), make_user("bureau")
    circular = reworded(drawn_up(by=first), by=second, general="改写")
    assert circular.drafted_by == second
    with pytest.raises((UnlawfulMove, PermissionDenied, ValidationError)):
        move_circular(circular=circular, to="checked", by=second)
    assert move_circular(circular=circular, to="checked", by=first).status == "checked"


@pytest.mark.parametrize("status", ["checked", "issued"])
def test_only_a_draft_is_written_on(register, status):
    circular = checked(drawn_up()) if status == "checked" else issued()
    clerk = make_user("bureau")
    for deed in (lambda: reworded(circular, general="x"), lambda: recount_circular(circular=circular, by=clerk)):
        with pytest.raises(ValidationError, match="只有草稿"):
            deed()


# Checked and issued


def test_figures_that_agree_are_told_by_their_number(register):
    circular = drawn_up()
    make_funding(register, "1000000")
    check = check_figures(circular)
    assert (check.agrees, check.agreeing, check.differences) == (True, check.total, [])
    assert check.total == circular.figures.count() > 8


def test_a_figure_that_differs_is_named_with_both_values(register):
    circular = drawn_up()
    circular.figures.filter(code="funds").update(value=1, shown="1元")
    check = check_figures(circular)
    assert (check.agrees, check.total - check.agreeing) == (False, 1)
    assert check.differences == ["涉及资金：通报为 1元，台账为 872万元。"]


def test_the_same_number_of_other_rows_does_not_agree(register):
    circular = drawn_up()
    circular.figures.filter(code="funds").update(row_ids=[1])
    assert "所计明细与通报不同" in " ".join(check_figures(circular).differences)


def test_a_circular_whose_figures_differ_is_neither_checked_nor_issued(register):
    wrong, later = drawn_up(), checked(drawn_up())
    for circular, to in ((wrong, "checked"), (later, "issued")):
        circular.figures.filter(code="funds").update(value=1)
        with pytest.raises(ValidationError, match="涉及资金"):
            move_circular(circular=circular, to=to, by=make_user("bureau"))
    assert set(Circular.objects.values_list("status", flat=True)) == {"draft", "checked"}


def test_what_is_issued_says_its_figures_in_text_and_document_and_stays_as_it_is(register):
    circular = issued()
    frozen = unchanged(circular)
    assert "涉及资金872万元" in circular.text
    assert "{{" not in circular.text
    assert any("涉及资金872万元" in line for line in text_in(circular.docx))
    assert "草稿" not in "".join(text_in(circular.docx))
    make_funding(register, "1000000", is_joint=True)
    Funding.objects.filter(amount=720000).update(amount=1)
    Difficulty.objects.all().delete()
    assert unchanged(circular) == frozen


def test_the_digest_covers_text_figures_and_files(register):
    circular = issued()
    stored = list(circular.figures.all())
    assert circular.digest == digest_of(circular, stored)
    stored[0].row_ids = [0]
    assert circular.digest != digest_of(circular, stored)
    circular.text += "。"
    assert circular.digest != digest_of(circular, list(circular.figures.all()))


# Corrected


def test_a_correction_is_a_new_draft_with_the_figures_of_now(register):
    old = issued()
    frozen = unchanged(old)
    make_funding(register, "1280000", organisation=make_organisation())
    new = correct_circular(circular=old, by=make_user("bureau"), explanation="漏计一笔到位资金")
    assert (new.corrects, new.status, new.number, new.explanation) == (old, "draft", "", "漏计一笔到位资金")
    assert new.title == f"更正：{old.title}"
    assert (figures_of(new)["funds"], figures_of(old)["funds"]) == ("1000万元", "872万元")
    assert said_of(new)["general"]["text"] == said_of(old)["general"]["text"]
    assert unchanged(old) == frozen


def test_a_correction_is_explained_and_corrects_what_was_issued(register):
    draft, old = drawn_up(), issued()
    with pytest.raises(ValidationError, match="请说明更正的内容和原因"):
        correct_circular(circular=old, by=make_user("bureau"), explanation=" ")
    with pytest.raises(ValidationError, match="只有已印发的通报"):
        correct_circular(circular=draft, by=make_user("bureau"), explanation="有误")


# What an issued circular counts is not undone


def written_in(batch):
    with acting(by=make_user("bureau"), action="test.write", batch=batch):
        project = make_project(stage="under_way", county=make_designation().division)
        make_funding(project, "100")
    return project


def test_a_batch_whose_rows_an_issued_circular_counts_is_not_undone(register):
    written_in("counted")
    circular = issued()
    reason = str(why_not_undone("counted"))
    assert circular.number in reason
    assert circular.title in reason
    with pytest.raises(ValidationError, match=circular.number):
        undo_batch("counted", by=make_user("bureau"), action="ledger.undo", reason="导错了")


@pytest.mark.parametrize("state", ["draft", "checked"])
def test_a_circular_that_is_not_issued_holds_nothing(register, state):
    written_in("b")
    circular = drawn_up()
    if state == "checked":
        checked(circular)
    assert why_not_undone("b") is None


def test_a_batch_that_changed_counted_rows_after_the_instant_is_undone_all_the_same(register):
    circular = drawn_up()
    with acting(by=make_user("bureau"), action="test.write", batch="later"):
        register.name = "改名"
        register.save()
    issued(circular)
    assert why_not_undone("later") is None


def test_what_a_batch_wrote_after_the_instant_of_a_circular_is_no_figure_of_it(register):
    circular = drawn_up()
    written_in("later")
    issued(circular)
    assert why_not_undone("later") is None


def test_the_trail_tells_who_drew_it_up_worded_checked_issued_and_corrected(register):
    drafter = make_user("bureau")
    circular = issued(reworded(drawn_up(by=drafter), by=drafter, general="改写"))
    correct_circular(circular=circular, by=drafter, explanation="有误")
    actions = set(Change.objects.filter(action__startswith="circular.").values_list("action", flat=True))
    assert actions == {
        "circular.draft", "circular.word", "circular.checked", "circular.issued", "circular.correct"
    }  # fmt: skip
    assert draft_circular.__doc__

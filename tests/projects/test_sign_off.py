"""The life of a step: its record from the trail, who hears of a return, what it waits for, and the two persons."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from projects.actions import checklists
from projects.models import LampRule, ProjectStep
from projects.rounds import acts_of, latest_act, rounds_of
from registry.core import notices
from registry.core.dates import today
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change, Notice
from registry.core.trail import acting
from tests.counting import queries_of
from tests.desk import page
from tests.factories import (
    make_county_user,
    make_division,
    make_org_user,
    make_organisation,
    make_project,
    make_step,
    make_user,
)
from tests.projects.test_checklists import attach

pytestmark = pytest.mark.django_db


@pytest.fixture
def doer(client):
    user = make_user("bureau", name="张经办")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def checker():
    return make_user("bureau", name="李核验")


def run(step, *moves):
    """Make the moves (what, by, words) one after the other; returns the step."""
    for what, by, words in moves:
        word = "note" if what in ("complete", "verify") else "reason"
        step = getattr(checklists, f"{what}_step")(step=step, by=by, **{word: words})
    return ProjectStep.objects.get(pk=step.pk)


def told(act):
    return act and (act.status, act.who, act.words)


# The record


def test_every_round_stays_with_who_and_why_however_often_a_step_comes_back(client, doer, checker):
    step = run(
        make_step(make_project()),
        ("complete", doer, "第一次"), ("return", checker, "照片不清"),
        ("complete", doer, "已补照片"), ("verify", checker, "资料齐全"), ("reopen", checker, "问题反弹"),
        ("complete", checker, "整改完毕"), ("verify", doer, ""), ("reopen", doer, "再次反弹"),
        ("waive", checker, "不再实施"), ("reopen", checker, "恢复实施"),
    )  # fmt: skip
    assert [(told(one.applied), told(one.decided), told(one.reopened)) for one in rounds_of(step)] == [
        (("done", "张经办", "第一次"), ("returned", "李核验", "照片不清"), None),
        (("done", "张经办", "已补照片"), ("verified", "李核验", "资料齐全"), ("open", "李核验", "问题反弹")),
        (("done", "李核验", "整改完毕"), ("verified", "张经办", ""), ("open", "张经办", "再次反弹")),
        (None, ("waived", "李核验", "不再实施"), ("open", "李核验", "恢复实施")),
    ]
    text = client.get(page(step)).content.decode()
    words = ["第一次", "照片不清", "已补照片", "资料齐全", "问题反弹", "整改完毕", "再次反弹", "不再实施", "恢复实施"]
    assert [word for word in words if word not in text] == []


def test_the_note_of_applying_is_shown_while_it_waits_and_stays_after_the_decision(client, doer, checker):
    step = run(make_step(make_project()), ("complete", doer, "照片三张已上传"))
    client.force_login(checker)
    for address in (reverse("admin:verify"), reverse("admin:verify-step", args=(step.pk,)), page(step)):
        assert "照片三张已上传" in client.get(address).content.decode()
    run(step, ("verify", checker, ""))
    assert "照片三张已上传" in client.get(page(step)).content.decode()


def test_an_edit_is_no_move_and_a_move_from_outside_has_no_name(doer, checker):
    step = run(make_step(make_project()), ("complete", doer, ""), ("return", checker, "缺页"))
    with acting(by=doer, action="desk.projectstep.change"):
        ProjectStep.objects.filter(pk=step.pk).update(note="进展", due_on=today())
    assert len(acts_of(step)) == 2
    ProjectStep.objects.filter(pk=step.pk).update(status="open")
    assert latest_act(step).by is None


def test_a_step_that_was_loaded_as_signed_off_has_its_round_too(doer, checker):
    at = datetime.datetime(2021, 11, 1, 1, 0, tzinfo=datetime.UTC)
    signed = {"done_by": doer, "done_at": at, "verified_by": checker, "verified_at": at}
    step = make_step(make_project(), status="verified", **signed)
    [one] = rounds_of(step)
    assert (told(one.decided), one.decided.at) == (("verified", "李核验", ""), at)
    with translation.override("en"):
        assert str(latest_act(step)) == "李核验 signed it off on 1 November 2021 09:00."
    assert rounds_of(make_step(make_project())) == []


def test_the_page_of_a_step_costs_the_same_however_many_rounds_it_has(client, doer, checker):
    step = make_step(make_project(), evidence=["photo"])
    attach("photo", step=step)
    moves = (("complete", doer, "做完"), ("return", checker, "不清"))
    run(step, *moves)
    one = queries_of(client, page(step))
    run(step, *moves, *moves)
    assert queries_of(client, page(step)) == one <= 25


# Coming back


def test_a_returned_step_is_told_to_who_applied_and_to_who_answers_for_it(doer, checker):
    answers = make_user("bureau")
    step = make_step(make_project(name="敬老院改造"), title="竣工验收", responsible=answers)
    run(step, ("complete", doer, ""), ("return", checker, "缺验收单"))
    sent = Notice.objects.filter(kind="returned")
    assert {(one.recipient, one.sender, one.url) for one in sent} == {
        (doer, checker, page(step)), (answers, checker, page(step)),
    }  # fmt: skip
    with translation.override("en"):
        title, lines = notices.in_words(sent.first())
    assert title == "Returned: step “竣工验收”"
    assert [str(line) for line in lines] == ["Project: 敬老院改造", "From: 李核验", "Reason: 缺验收单"]


def test_a_message_never_leads_to_a_page_that_its_reader_may_not_open(client, checker):
    county = make_division()
    officer = make_county_user(county)
    step = make_step(make_project(county=county), side="county")
    run(step, ("complete", officer, ""), ("return", checker, "缺页"))
    client.force_login(officer)
    assert client.get(Notice.objects.get(recipient=officer).url).status_code == 200


def test_nobody_hears_of_what_he_returned_himself(doer, checker):
    run(make_step(make_project(), responsible=checker), ("complete", doer, ""), ("return", checker, "缺页"))
    assert [one.recipient for one in Notice.objects.all()] == [doer]


def test_a_return_that_is_refused_sends_nothing(doer):
    step = run(make_step(make_project()), ("complete", doer, ""))
    for by, reason in ((doer, "自己退回"), (make_user("bureau"), " ")):
        with pytest.raises(UnlawfulMove):
            checklists.return_step(step=step, by=by, reason=reason)
    assert not Notice.objects.exists()


def to_dos(client):
    [queue] = [one for one in client.get("/desk/").context["queues"] if one.title == "My steps"]
    return [(line.title, line.about) for line in queue.lines]


def test_a_returned_step_stands_first_among_the_to_dos_of_who_applied_with_the_reason(client, doer, checker):
    project = make_project(name="敬老院改造")
    make_step(project, title="超期事项", responsible=doer, due_on=today() - datetime.timedelta(days=9))
    nobodys, colleagues = make_step(project, title="无责任人"), make_step(project, title="同事的", responsible=checker)
    for step in (nobodys, colleagues):
        run(step, ("complete", doer, ""), ("return", make_user("bureau"), "缺页"))
    shown = [(title, "敬老院改造 · returned: 缺页") for title in ("无责任人", "同事的")]
    assert to_dos(client) == [*shown, ("超期事项", "敬老院改造")]
    assert client.get(page(ProjectStep, "changelist"), {"mine": "to_do"}).context["cl"].result_count == 3
    client.force_login(checker)
    assert to_dos(client) == shown[1:]
    assert ProjectStep.objects.get(pk=nobodys.pk).responsible == doer
    assert ProjectStep.objects.get(pk=colleagues.pk).responsible == checker


def test_only_the_last_who_applied_has_it_to_do(client, doer, checker):
    third = make_user("bureau")
    step = make_step(make_project(), responsible=make_user("bureau"))
    run(step, ("complete", doer, ""), ("return", checker, "缺页"), ("complete", third, ""), ("return", checker, "仍缺"))
    assert to_dos(client) == []
    client.force_login(third)
    assert len(to_dos(client)) == 1


# What stands before a step


def test_missing_evidence_is_named_by_kind_with_the_way_to_upload_it(client, doer):
    step = make_step(make_project(), evidence=["acceptance", "photo"])
    attach("photo", step=step)
    text = client.get(page(step)).content.decode()
    assert "Upload: acceptance sheet" in text
    assert "Upload: photo" not in text
    address = f"/desk/projects/document/add/?step={step.pk}&kind=acceptance"
    assert address.replace("&", "&amp;") in text
    assert client.get(address).context["adminform"].form["kind"].value() == "acceptance"
    assert client.get(f"{address}x\x00").status_code == 400
    attach("acceptance", step=step)
    assert "Upload:" not in client.get(page(step)).content.decode()


def test_who_uploads_nothing_is_told_what_is_missing_without_a_button(client, doer):
    step = make_step(make_project(), evidence=["acceptance"])
    client.force_login(make_user("auditor"))
    text = client.get(page(step)).content.decode()
    assert "acceptance sheet" in text
    assert "Upload" not in text


def test_a_step_that_waits_for_another_says_so_and_shows_a_dash_until_it_is_nearly_late(client, doer, checker):
    project = make_project()
    first = make_step(project, title="签订协议")
    step = make_step(project, title="资金到账", depends_on=first, due_on=today() + datetime.timedelta(days=30))
    waits = "Cannot start yet: waits for “签订协议”."
    dash = '<span class="lamp-shape" aria-hidden="true"></span>not yet'
    for address in (page(step), page(project), page(ProjectStep, "changelist")):
        text = client.get(address).content.decode()
        assert waits in strip_tags(text)  # on its own page the other step is a link
        assert dash in text
    ProjectStep.objects.filter(pk=step.pk).update(due_on=today() - datetime.timedelta(days=3))
    text = client.get(page(step)).content.decode()
    assert waits in strip_tags(text)
    assert dash not in text
    assert "3 days late" in text
    run(first, ("complete", doer, ""), ("verify", checker, ""))
    assert waits not in strip_tags(client.get(page(step)).content.decode())


def test_a_settled_step_waits_for_nothing(doer):
    project = make_project()
    step = make_step(project, depends_on=make_step(project))
    assert checklists.waive_step(step=step, by=doer, reason="不涉及").waits_for is None


# Two persons, by every door


def verify_by_interface(client, step):
    headers = {"If-Match": f'"{step.version}"'}
    return client.post(f"/api/v1/steps/{step.pk}/verify/", {}, content_type="application/json", headers=headers)


def test_the_doer_never_signs_off_by_queue_record_interface_or_database(client, doer, checker):
    step = run(make_step(make_project()), ("complete", doer, ""))
    decision = {"decision": "pass", "version": step.version}
    answers = (
        client.post(reverse("admin:verify-step", args=(step.pk,)), decision),
        client.post(reverse("admin:verify-pass"), {"step": f"{step.pk}-{step.version}", "confirm": "1"}),
        client.post(page(step, "move", "verified")),
        verify_by_interface(client, step),
    )
    assert [answer.status_code for answer in answers] == [409] * 4
    assert all("second person" in answer.content.decode() for answer in answers)
    own = "status = 'verified', verified_by_id = done_by_id, verified_at = now()"
    with pytest.raises(IntegrityError, match="step_two_persons"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_projectstep SET {own} WHERE id = {step.pk}")
    step.refresh_from_db()
    assert (step.status, step.verified_by) == ("done", None)
    assert run(step, ("verify", checker, "")).verified_by == checker


def test_an_organisation_signs_nothing_off_however_it_asks(client):
    organisation = make_organisation()
    member, other = make_org_user(organisation), make_org_user(organisation)
    step = run(make_step(make_project(lead=organisation), side="organisation"), ("complete", member, ""))
    client.force_login(other)
    answers = (
        client.post(reverse("admin:verify-step", args=(step.pk,)), {"decision": "pass", "version": step.version}),
        client.post(page(step, "move", "verified")),
        verify_by_interface(client, step),
    )
    assert [answer.status_code for answer in answers] == [403] * 3
    step.refresh_from_db()
    assert step.status == "done"


def test_dates_raise_flags_and_move_nothing(client, doer, checker):
    long_ago, project = today() - datetime.timedelta(days=400), make_project()
    steps = [make_step(project, due_on=long_ago, responsible=doer) for _number in range(4)]
    run(steps[1], ("complete", doer, ""))
    run(steps[2], ("complete", doer, ""), ("return", checker, "缺页"))
    run(steps[3], ("waive", doer, "不涉及"))
    before = Change.objects.filter(table_name=ProjectStep._meta.db_table).count()
    client.force_login(checker)
    for address in ("/desk/", reverse("admin:verify"), page(project), *map(page, steps), "/api/v1/steps/?lamp=overdue"):
        assert client.get(address).status_code == 200
    standing = list(ProjectStep.objects.filter(project=project).order_by("pk"))
    assert [step.status for step in standing] == ["open", "done", "returned", "waived"]
    assert [step.lamp(today(), LampRule()) for step in standing] == ["overdue", "waiting", "overdue", "waived"]
    assert Change.objects.filter(table_name=ProjectStep._meta.db_table).count() == before


def test_who_comes_too_late_on_the_record_s_own_page_is_told_who_was_first(client, doer, checker):
    step = run(make_step(make_project()), ("complete", doer, ""), ("verify", checker, ""))
    client.force_login(make_user("bureau"))
    answer = client.post(page(step, "move", "verified"))
    assert answer.status_code == 409
    assert "Last changed by 李核验 on" in answer.content.decode()

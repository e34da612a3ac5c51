"""Buttons: every row of every table of lawful moves is one, for those whose role allows it, and there is no other."""

from datetime import date

import pytest
from django.contrib import admin
from django.utils import timezone

from orgs.models import Membership, Organisation
from projects.models import (
    Circular,
    Commendation,
    Difficulty,
    Event,
    MonthlyReport,
    Need,
    Objection,
    Pledge,
    Project,
    ProjectStep,
    Result,
    StandardReason,
    Story,
)
from registry.core.lifecycle import Staged
from registry.core.models import Change
from registry.reports.models import DataRelease, PersonRequest
from tests.desk import page
from tests.factories import (
    make_campaign,
    make_difficulty,
    make_event,
    make_funding,
    make_membership,
    make_need,
    make_organisation,
    make_pledge,
    make_project,
    make_report,
    make_result,
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_commendation():
    fields = {"campaign": make_campaign(), "kind": "praise", "level": "province", "title": "表扬"}
    return Commendation.objects.create(**fields, organisation=make_organisation())


def make_objection():
    commendation = make_commendation()
    Commendation.objects.filter(pk=commendation.pk).update(status="notice", notice_from="2021-10-01")
    return Objection.objects.create(commendation=commendation, text="与事实不符")


def make_story():
    """Published before, so that it may stand in every state; of a published project."""
    project = make_project(visibility="published")
    return Story.objects.create(project=project, name="故事", text="文字", first_published_at=timezone.now())


def make_circular():
    fields = {"campaign": make_campaign(), "kind": "progress", "title": "通报", "as_of": timezone.now()}
    return Circular.objects.create(**fields, period_from="2021-01-01", period_until="2021-10-31")


def make_data_release():
    return DataRelease.objects.create(
        number="2021-11-01", as_of=timezone.now(), fingerprint="0" * 64, licence="CC BY 4.0"
    )


def make_person_request():
    return PersonRequest.objects.create(
        kind="erasure", name="王五", words="请删除", received_on=date(2021, 11, 1), username=make_user().username
    )


MAKE = {
    DataRelease: make_data_release,
    PersonRequest: make_person_request,
    Project: make_project,
    ProjectStep: lambda: make_step(make_project()),
    Result: lambda: make_result(make_project(), status="draft"),
    MonthlyReport: lambda: make_report(make_project()),
    Need: lambda: make_need(status="draft"),
    Pledge: lambda: make_pledge(need=make_need()),
    Difficulty: lambda: make_difficulty(make_project()),
    Event: make_event,
    Organisation: lambda: make_organisation(status="applied"),
    Membership: lambda: make_membership(
        make_user(), make_organisation(), status="applied", approved_by=None, approved_at=None
    ),
    Commendation: make_commendation,
    Objection: make_objection,
    Story: make_story,
    Circular: make_circular,
}
SIGNED = {  # who must have done what for a record to stand in a state at all
    (Result, "submitted"): "submitted",
    (Result, "approved"): "submitted approved",
    (MonthlyReport, "submitted"): "submitted",
    (MonthlyReport, "approved"): "submitted approved",
    (ProjectStep, "done"): "done",
    (ProjectStep, "verified"): "done verified",
    (ProjectStep, "waived"): "waived",
    (Need, "submitted"): "submitted",
    **dict.fromkeys(((Need, state) for state in (*Need.PUBLIC, "expired")), "submitted published"),
    (Pledge, "accepted"): "submitted accepted",
    **dict.fromkeys(((Pledge, state) for state in ("confirmed", "signed", "carried")), "submitted accepted confirmed"),
    (Difficulty, "closed"): "raiser_agreed bureau_agreed",
    (Membership, "approved"): "approved",
    **dict.fromkeys(((Story, state) for state in ("checked", "published", "withdrawn")), "checked published"),
    (Circular, "checked"): "checked",
    (PersonRequest, "proposed"): "proposed",
    **dict.fromkeys(((PersonRequest, state) for state in ("answered", "erased", "refused")), "answered"),
}


def standing_in(model, state):
    """A record in `state`, by way of other persons than the one who will move it."""
    record = MAKE[model]()
    fields = {model.status_field: state, "status_reason": "before"}
    for prefix in SIGNED.get((model, state), "").split():
        fields |= {f"{prefix}_by": make_user(), f"{prefix}_at": timezone.now()}
    if model is Project and state in ("suspended", "terminated"):
        fields["left_stage"] = "under_way"
    if state == "escalated":
        fields["event"] = make_event()
    model.objects.filter(pk=record.pk).update(**fields)
    return model.objects.get(pk=record.pk)


STAGED = [model for model in admin.site._registry if issubclass(model, Staged)]
LAWFUL = [
    pytest.param(model, move, id=f"{model._meta.model_name}-{move.source}-{move.target}")
    for model in STAGED
    for move in model.lifecycle.moves
    if not move.automatic
]


def answers(model, move):
    """What the page of a move asks for besides the reason."""
    asks_meeting = model is Difficulty and move.target == "escalated"
    return {"event": make_event().pk} if asks_meeting else {}


def refused(model, move):
    """An organisation's draft of a pledge is nobody else's to know of."""
    return 404 if (model, move.source) == (Pledge, "draft") else 403


@pytest.fixture
def bureau(client):
    user = make_user("bureau")
    client.force_login(user)
    return user


def test_every_kind_of_record_that_moves_is_on_the_desk():
    assert set(STAGED) == set(MAKE)


@pytest.mark.parametrize(("model", "move"), LAWFUL)
def test_every_lawful_move_is_a_button_for_whom_the_table_names_and_for_nobody_else(client, bureau, model, move):
    record = standing_in(model, move.source)
    if model is Project and move.source == "suspended" and move.target != "terminated":
        Project.objects.filter(pk=record.pk).update(left_stage=move.target)
    allowed = bureau.has_perm(move.permission)
    assert (page(record, "move", move.target) in client.get(page(record, "change")).content.decode()) == allowed
    asked = client.get(page(record, "move", move.target))
    if not allowed:
        refusal = refused(model, move)
        assert (asked.status_code, client.post(page(record, "move", move.target)).status_code) == (refusal, refusal)
        return
    assert asked.status_code == 200
    missing = asked.context["deed"].missing
    answer = client.post(page(record, "move", move.target), {"reason": "good reason", **answers(model, move)})
    record.refresh_from_db()
    if missing:
        assert (answer.status_code, record.state) == (409, move.source)
        assert all(str(remedy) in answer.content.decode() for remedy in missing)
        return
    assert (answer.status_code, record.state, record.status_reason) == (302, move.target, "good reason")
    assert answer.url == page(record, "change")
    latest = Change.objects.filter(table_name=model._meta.db_table, row_pk=str(record.pk)).latest("id")
    assert (latest.actor_id, latest.reason) == (bureau.pk, "good reason")
    assert latest.action == f"{model._meta.model_name}.{move.target}"


@pytest.mark.parametrize(("model", "move"), [case for case in LAWFUL if case.values[1].reason])
def test_a_move_that_needs_a_reason_does_nothing_without_one(client, bureau, model, move):
    record = standing_in(model, move.source)
    answer = client.post(page(record, "move", move.target), {"reason": "  "})
    record.refresh_from_db()
    assert answer.status_code == (400 if bureau.has_perm(move.permission) else refused(model, move))
    assert record.state == move.source


UNLAWFUL = [
    pytest.param(model, source, target, id=f"{model._meta.model_name}-{source}-{target}")
    for model in STAGED
    for source, target in [(model.lifecycle.moves[0].source, model.lifecycle.moves[-1].target)]
    if model.lifecycle.find(source, target) is None
]


@pytest.mark.parametrize(("model", "source", "target"), UNLAWFUL)
def test_a_move_that_is_not_in_the_table_is_refused_in_words(client, bureau, model, source, target):
    record = standing_in(model, source)
    for answer in (
        client.get(page(record, "move", target)),
        client.post(page(record, "move", target), {"reason": "x"}),
    ):
        assert answer.status_code == 409
        assert str(record.state_label(target)) in answer.content.decode()
    record.refresh_from_db()
    assert record.state == source


def test_a_second_click_changes_nothing_and_says_so(client, bureau):
    project = standing_in(Project, "under_way")
    assert client.post(page(project, "move", "suspended"), {"reason": "水灾"}).status_code == 302
    assert client.post(page(project, "move", "suspended"), {"reason": "水灾"}).status_code == 409
    assert Change.objects.filter(action="project.suspended").count() == 1


def test_a_state_that_does_not_exist_is_no_page(client, bureau):
    project = make_project()
    assert client.get(page(project, "move", "nowhere")).status_code == 404
    assert client.get(page(project, "deed", "nothing")).status_code == 404


def test_a_look_at_the_page_moves_nothing(client, bureau):
    project = standing_in(Project, "under_way")
    client.get(page(project, "move", "suspended"), {"reason": "x"})
    assert client.put(page(project, "move", "suspended")).status_code == 405
    project.refresh_from_db()
    assert project.stage == "under_way"


def test_who_did_a_step_is_not_offered_its_sign_off_and_is_refused_it(client, bureau):
    step = standing_in(ProjectStep, "done")
    ProjectStep.objects.filter(pk=step.pk).update(done_by=bureau)
    assert page(step, "move", "verified") not in client.get(page(step, "change")).content.decode()
    assert client.get(page(step, "move", "verified")).context["deed"].missing
    assert client.post(page(step, "move", "verified")).status_code == 409
    step.refresh_from_db()
    assert (step.status, step.verified_by) == ("done", None)


def test_a_step_without_its_evidence_names_what_is_missing(client, bureau):
    client.cookies["django_language"] = "en"
    step = make_step(make_project(), evidence=["acceptance"])
    answer = client.post(page(step, "move", "done"))
    assert answer.status_code == 409
    assert "acceptance sheet" in answer.content.decode()


def test_standard_reasons_are_offered_where_something_is_returned(client, bureau):
    StandardReason.objects.create(use="return_step", text="佐证材料不全")
    step = standing_in(ProjectStep, "done")
    assert '<option value="佐证材料不全">' in client.get(page(step, "move", "returned")).content.decode()


def test_a_pledge_beyond_the_gap_is_refused_under_the_eyes_of_the_officer(client, bureau):
    need = make_need(amount="1000000.00")
    first, second = make_pledge(need=need, amount="700000.00"), make_pledge(need=need, amount="700000.00")
    assert client.post(page(first, "move", "accepted")).status_code == 302
    assert client.post(page(second, "move", "accepted")).status_code == 409
    need.refresh_from_db()
    second.refresh_from_db()
    assert (need.status, second.status) == ("partly_met", "submitted")


def test_a_funding_line_is_confirmed_and_voided_on_pages_of_their_own(client, bureau):
    line = make_funding(make_project())
    assert client.post(page(line, "deed", "confirm")).status_code == 302
    assert client.post(page(line, "deed", "confirm")).status_code == 409
    assert client.post(page(line, "deed", "void"), {"reason": ""}).status_code == 400
    assert client.post(page(line, "deed", "void"), {"reason": "重复"}).status_code == 302
    line.refresh_from_db()
    assert (line.confirmed_by, line.voided_by, line.void_reason) == (bureau, bureau, "重复")
    assert page(line, "deed", "void") not in client.get(page(line, "change")).content.decode()


def test_a_difficulty_is_closed_when_both_sides_have_said_so(client, bureau):
    difficulty = standing_in(Difficulty, "answered")
    assert client.post(page(difficulty, "deed", "agree")).status_code == 302
    difficulty.refresh_from_db()
    assert (difficulty.status, difficulty.bureau_agreed_by) == ("answered", bureau)
    assert page(difficulty, "deed", "agree") not in client.get(page(difficulty, "change")).content.decode()

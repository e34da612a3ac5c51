"""Many items at once: what stands against each is told before; then all of it is done, under one batch, or nothing."""

import datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from projects.actions.bulk import CURRENT, BulkRefused, preview, run_bulk
from projects.actions.chasing import chase_step
from projects.actions.checklists import move_due_date, reassign_step
from projects.board.work import bulk_work, done_in_words, for_the_queue
from projects.models import Chase, Project, ProjectStep
from registry.core.dates import today
from registry.core.jobs import Progress, enqueue, run_next
from registry.core.models import Change, Notice
from registry.core.session_roles import role_of, role_taken
from tests.factories import (
    make_authority,
    make_county_user,
    make_division,
    make_org_user,
    make_organisation,
    make_participation,
    make_posting,
    make_project,
    make_step,
    make_user,
)

from .test_checklists import attach, make_in

pytestmark = pytest.mark.django_db
TITLE = "竣工验收"
BULK = "/desk/board/bulk/"


def day(offset):
    return today() + datetime.timedelta(days=offset)


@pytest.fixture
def verifier():
    return make_user("bureau", name="李建国")


def waiting(**overrides):
    """An item that waits for its sign-off, evidence attached."""
    return make_in("done", depends_on=None, **{"title": TITLE} | overrides)


def refused(step, deed, by, item=TITLE):
    """What the preview says against the deed."""
    [line] = preview(projects=[step.project], item=item, deed=deed, by=by)
    return " ".join(line.refusals)


def items(*steps):
    return [(step.pk, ProjectStep.objects.get(pk=step.pk).version) for step in steps]


def statuses(*steps):
    return [ProjectStep.objects.get(pk=step.pk).status for step in steps]


def locked_project():
    """A step of a project that was carried on; the phase is locked last, since it takes no more changes then."""
    step = waiting()
    user = make_user()
    Project.objects.filter(pk=step.project_id).update(phase="locked", phase_by=user, phase_at="2021-01-01T00:00Z")
    return ProjectStep.objects.get(pk=step.pk)


class TestThePreview:
    def test_nothing_stands_against_what_waits_for_a_second_person(self, verifier):
        assert refused(waiting(), "verify", verifier) == ""

    def test_missing_evidence_is_named(self, verifier):
        step = waiting(evidence=["photo", "receipt"])
        assert refused(step, "verify", verifier) == "缺少：收据"
        step = make_in("open", title=TITLE, evidence=["photo", "receipt"], depends_on=None)
        assert refused(step, "verify", verifier) == "尚未申请销号。 缺少：收据"
        assert "缺少：收据" in refused(step, "complete", verifier)

    def test_nobody_signs_off_what_he_did_himself(self):
        step = waiting()
        doer = step.done_by
        doer.groups.set(make_user("bureau").groups.all())
        assert "另一人" in refused(step, "verify", type(doer).objects.get(pk=doer.pk))

    @pytest.mark.parametrize(
        ("status", "deed", "words"),
        [
            ("open", "verify", "尚未申请销号"),
            ("verified", "verify", "已销号"),
            ("waived", "complete", "不适用"),
            ("done", "complete", "已申请销号"),
            ("done", "chase", "已无待办"),
            ("verified", "chase", "已无待办"),
            ("verified", "reschedule", "已办结"),
            ("waived", "reassign", "已办结"),
        ],
    )
    def test_a_state_that_does_not_fit_is_told(self, verifier, status, deed, words):
        assert refused(make_in(status, title=TITLE, depends_on=None), deed, verifier) != ""
        if words != "不适用":
            assert words in refused(make_in(status, title=TITLE, depends_on=None), deed, verifier)

    def test_a_chase_that_would_reach_nobody_but_oneself_is_told_before(self, verifier):
        own = make_step(make_project(), title=TITLE, side="county", responsible=verifier)
        mine = make_step(make_project(officer=verifier), title=TITLE, side="bureau")
        nobody = make_step(make_project(), title=TITLE, side="bureau")
        told = {refused(step, "chase", verifier) for step in (own, mine)}
        assert told == {"除您本人外无人负责此事项：请先指定其他责任人。"}
        assert "均未指定责任人" in refused(nobody, "chase", verifier)
        other = make_step(make_project(officer=make_user("bureau")), title=TITLE, side="bureau")
        assert refused(other, "chase", verifier) == ""

    def test_whom_a_chase_reaches_is_known_before_and_why_nobody(self, verifier, django_assert_max_num_queries):
        county, organisation = make_division(), make_organisation()
        theirs, member = make_county_user(county), make_org_user(organisation)
        gone = make_county_user(county, is_active=False, name="张离任")
        deserted = make_county_user(make_division(), is_active=False, name="李离任")
        steps = [
            make_step(make_project(county=county), title=TITLE, side="county"),
            make_step(make_project(county=county), title=TITLE, side="county", responsible=gone),
            make_step(make_project(lead=organisation), title=TITLE, side="organisation"),
            make_step(make_project(county=make_division()), title=TITLE, side="county"),
            make_step(make_project(lead=make_organisation()), title=TITLE, side="organisation", responsible=deserted),
        ]
        with django_assert_max_num_queries(20):
            lines = preview(projects=[step.project for step in steps], item=TITLE, deed="chase", by=verifier)
        assert [line.step.reached for line in lines] == [[theirs], [theirs], [member], [], []]
        assert [bool(line.refusals) for line in lines] == [False, False, False, True, True]
        assert "县" in lines[3].refusals[0]
        assert "李离任" in lines[4].refusals[0]

    def test_a_partner_bureau_is_told_the_same_whatever_it_may_read_of_others(self):
        """Who speaks for an organisation a partner bureau does not find; its chases reach them all the same."""
        beijing = make_division(code="110000", name="北京市", level="province")
        partner = make_user("partner")
        make_posting(partner, beijing)
        lead, other = make_organisation(authority=make_authority(division=beijing)), make_organisation()
        project = make_project(lead=lead)
        make_participation(project, organisation=other, role="joint")
        member = make_org_user(other)
        make_step(project, title=TITLE, side="organisation")
        with role_taken(*role_of(partner)):
            [line] = preview(projects=[project], item=TITLE, deed="chase", by=partner)
        assert member in line.step.reached

    def test_what_cannot_start_yet_is_not_applied_for(self, verifier):
        step = make_in("open", title=TITLE, depends_on=make_in("open", depends_on=None))
        assert "前" in refused(step, "complete", verifier)

    def test_a_project_that_was_carried_on_stays_as_it_was(self, verifier):
        for deed in ("verify", "complete", "chase", "reschedule", "reassign"):
            assert "转入下一阶段" in refused(locked_project(), deed, verifier)

    def test_a_project_without_the_item_is_told_so(self, verifier):
        assert refused(waiting(), "verify", verifier, item="别的事项") == "清单中无此事项"
        [line] = preview(projects=[make_project()], item=CURRENT, deed="verify", by=verifier)
        assert (line.step, bool(line.refusals)) == (None, True)

    def test_the_current_item_is_the_first_that_is_not_settled(self, verifier):
        project = make_project()
        make_in("verified", project=project, depends_on=None)
        current = waiting(project=project)
        make_step(project)
        [line] = preview(projects=[project], item=CURRENT, deed="verify", by=verifier)
        assert (line.step, line.refusals) == (current, ())

    def test_of_two_items_of_one_title_the_first_open_one_is_meant(self, verifier):
        project = make_project()
        make_in("verified", project=project, title=TITLE, depends_on=None)
        first, _second = waiting(project=project), waiting(project=project)
        [line] = preview(projects=[project], item=TITLE, deed="verify", by=verifier)
        assert line.step == first

    @pytest.mark.parametrize("deed", ["verify", "complete", "chase", "reschedule", "reassign"])
    def test_those_without_the_right_are_told_before_anything(self, deed):
        for run in (
            lambda by: preview(projects=[], item=CURRENT, deed=deed, by=by),
            lambda by: run_bulk(deed=deed, items=[], by=by),
        ):
            with pytest.raises(PermissionDenied):
                run(make_user("auditor"))


class TestDoingIt:
    def test_all_are_signed_off_with_a_trail_entry_each_under_one_batch(self, verifier):
        steps = [waiting() for _ in range(3)]
        assert run_bulk(deed="verify", items=items(*steps), by=verifier, batch="b7", details={"note": "集中验收"}) == 3
        assert statuses(*steps) == ["verified"] * 3
        changes = Change.objects.filter(table_name="projects_projectstep", batch_id="b7")
        assert {(change.action, change.actor_id, change.reason) for change in changes} == {
            ("projectstep.verified", verifier.pk, "集中验收")
        }
        assert sorted(change.row_pk for change in changes) == sorted(str(step.pk) for step in steps)

    @pytest.mark.parametrize("spoil", ["state", "version", "stranger", "evidence"])
    def test_one_new_refusal_undoes_everything(self, verifier, spoil):
        good, bad = waiting(), waiting()
        seen = items(good, bad)
        if spoil == "state":
            ProjectStep.objects.filter(pk=bad.pk).update(status="returned", done_by=None, done_at=None)
        elif spoil == "version":
            ProjectStep.objects.filter(pk=bad.pk).update(note="改动")
        elif spoil == "evidence":
            bad.documents.all().delete()
        else:
            seen[1] = (10**12, 1)
        with pytest.raises(BulkRefused) as refusal:
            run_bulk(deed="verify", items=seen, by=verifier)
        assert refusal.value.refusals.keys() == {seen[1][0]}
        assert statuses(good) == ["done"]

    def test_every_refusal_is_told_not_only_the_first(self, verifier):
        steps = [make_in("open", depends_on=None) for _ in range(25)]
        with pytest.raises(BulkRefused) as refusal:
            run_bulk(deed="verify", items=items(*steps), by=verifier)
        assert len(refusal.value.refusals) == 25
        assert refusal.value.messages[-1] == "另有 5 项。"

    def test_a_partner_bureau_reaches_its_own_only(self):
        beijing = make_division(code="110000", name="北京市", level="province")
        partner = make_user("partner")
        make_posting(partner, beijing)
        lead = make_organisation(authority=make_authority(division=beijing))
        ours, theirs = waiting(project=make_project(lead=lead)), waiting()
        with pytest.raises(BulkRefused):
            run_bulk(deed="verify", items=items(ours, theirs), by=partner)
        assert run_bulk(deed="verify", items=items(ours), by=partner) == 1
        assert statuses(ours, theirs) == ["verified", "done"]

    def test_due_dates_move_and_persons_change(self, verifier):
        step, officer = make_step(make_project(), due_on=day(-5)), make_user("bureau")
        run_bulk(deed="reschedule", items=items(step), by=verifier, details={"due_on": day(9), "reason": "冬季停工"})
        run_bulk(deed="reassign", items=items(step), by=verifier, details={"responsible": officer})
        step.refresh_from_db()
        assert (step.due_on, step.responsible) == (day(9), officer)
        actions = Change.objects.filter(row_pk=str(step.pk), table_name="projects_projectstep").exclude(action="")
        assert list(actions.order_by("pk").values_list("action", "reason")) == [
            ("step.reschedule", "冬季停工"), ("step.reassign", ""),
        ]  # fmt: skip

    def test_who_can_be_reached_is_chased_and_nobody_when_one_cannot(self, verifier):
        reached = make_step(make_project(), responsible=make_user("bureau"))
        silent = make_step(make_project(), side="county")
        with pytest.raises(BulkRefused) as refusal:
            run_bulk(deed="chase", items=items(reached, silent), by=verifier, details={"words": "请尽快"})
        assert refusal.value.refusals.keys() == {silent.pk}
        assert (Chase.objects.count(), Notice.objects.count()) == (0, 0)
        run_bulk(deed="chase", items=items(reached), by=verifier, details={"words": "请尽快"})
        assert Chase.objects.get().step == reached
        assert Notice.objects.get().recipient == reached.responsible


class TestTheSingleActions:
    def test_a_due_date_moves_only_with_a_reason_on_an_open_step_and_by_those_who_may(self, verifier):
        step = make_step(make_project(), due_on=day(1))
        with pytest.raises(ValidationError, match="原因"):
            move_due_date(step=step, due_on=day(2), by=verifier, reason=" ")
        with pytest.raises(ValidationError, match="已经是"):
            move_due_date(step=step, due_on=day(1), by=verifier, reason="x")
        with pytest.raises(ValidationError, match="重新打开"):
            move_due_date(step=make_in("verified", depends_on=None), due_on=day(2), by=verifier, reason="x")
        with pytest.raises(ValidationError, match="转入下一阶段"):
            move_due_date(step=locked_project(), due_on=day(2), by=verifier, reason="x")
        with pytest.raises(PermissionDenied):
            move_due_date(step=step, due_on=day(2), by=make_user("auditor"), reason="x")
        with pytest.raises(ObjectDoesNotExist):
            move_due_date(step=step, due_on=day(2), by=make_user("partner"), reason="x")

    def test_a_step_goes_to_those_who_can_answer_for_its_project(self, verifier):
        county = make_division()
        step = make_step(make_project(county=county), responsible=verifier)
        theirs = make_county_user(county)
        assert reassign_step(step=step, responsible=theirs, by=verifier).responsible == theirs
        for other, words in ((make_county_user(make_division()), "不能负责"), (theirs, "已经是")):
            with pytest.raises(ValidationError, match=words):
                reassign_step(step=step, responsible=other, by=verifier)
        with pytest.raises(PermissionDenied):
            reassign_step(step=step, responsible=verifier, by=theirs)

    def test_a_chase_reaches_the_side_that_answers_where_nobody_is_named(self, verifier):
        county = make_division()
        theirs = make_county_user(county)
        chase = chase_step(step=make_step(make_project(county=county), side="county"), by=verifier, words="请上传")
        assert [notice.recipient for notice in chase.notices.all()] == [theirs]
        with pytest.raises(PermissionDenied):
            chase_step(step=chase.step, by=theirs)


@pytest.mark.django_db(transaction=True)
class TestTheJob:
    def ask(self, steps, by, deed="verify", details=None):
        return enqueue(
            bulk_work, by=by, total=len(steps), deed=deed, items=items(*steps), details=for_the_queue(details or {}),
            url="/desk/board/",
        )  # fmt: skip

    def test_two_hundred_are_signed_off_in_one_transaction_with_progress(self, verifier, monkeypatch):
        told, step = [], Progress.step
        monkeypatch.setattr("registry.core.jobs.TELL_EVERY", 60)  # this test's job is seen by no other connection
        monkeypatch.setattr(Progress, "step", lambda self, number=1: [step(self, number), told.append(self.done)])
        project, doer = make_project(), make_user()
        rows = [
            ProjectStep(
                project=project, position=n, stage="finished", title=TITLE, side="bureau", status="done", done_by=doer,
                done_at="2021-01-01T00:00Z",
            )
            for n in range(1, 201)
        ]  # fmt: skip
        steps = ProjectStep.objects.bulk_create(rows)
        asked = self.ask(steps, verifier)
        done = run_next()
        assert (done.state, done.done, done.total, done.error) == ("done", 200, 200, "")
        assert done.result == {"words": "批量销号：已办理 200 项。", "url": f"/desk/board/done/{asked.batch}/"}
        assert set(ProjectStep.objects.values_list("status", flat=True)) == {"verified"}
        changes = Change.objects.filter(batch_id=asked.batch, table_name="projects_projectstep")
        assert changes.count() == 200
        assert len(set(changes.values_list("transaction", flat=True))) == 1
        assert told == list(range(1, 201))

    def test_one_refusal_leaves_all_as_they_were_and_is_named(self, verifier):
        steps = [waiting() for _ in range(3)]
        self.ask(steps, verifier)
        ProjectStep.objects.filter(pk=steps[2].pk).update(note="改动")
        done = run_next()
        assert done.state == "failed"
        assert str(steps[2].project) in done.error
        assert statuses(*steps) == ["done"] * 3

    def test_days_and_persons_go_through_the_queue(self, verifier):
        step, officer = make_step(make_project()), make_user("bureau")
        self.ask([step], verifier, "reschedule", {"due_on": day(9), "reason": "停工"})
        assert run_next().state == "done"
        self.ask([step], verifier, "reassign", {"responsible": officer, "reason": ""})
        assert run_next().state == "done"
        step.refresh_from_db()
        assert (step.due_on, step.responsible) == (day(9), officer)


def test_what_was_done_is_said_with_its_number():
    assert done_in_words("chase", 3) == "批量催办：已办理 3 项。"


def test_the_evidence_of_an_item_is_what_hangs_on_it(verifier):
    step = make_in("open", title=TITLE, evidence=["receipt"], depends_on=None)
    attach("receipt", step=step)
    assert refused(SimpleNamespace(project=step.project), "complete", verifier) == ""

"""What was done to many items at once is looked at afterwards, and taken back from the pages while nobody went on."""

import datetime
import re

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.urls import reverse

from projects.actions.bulk import run_bulk, undo_bulk
from projects.actions.checklists import return_step
from projects.models import ProjectStep
from registry.core.models import Change
from tests.factories import make_county_user, make_division, make_project, make_step, make_user

from .test_bulk import BULK, TITLE, day, items, statuses, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def verifier():
    return make_user("bureau", name="李建国")


def page_of(batch="b7"):
    return reverse("admin:board-done", args=(batch,))


def done(deed, *steps, by, batch="b7", **details):
    run_bulk(deed=deed, items=items(*steps), by=by, batch=batch, details=details)


def test_sign_offs_are_taken_back_whole_and_both_stay_in_the_history(verifier):
    steps = [waiting(), waiting()]
    done("verify", *steps, by=verifier)
    assert undo_bulk(batch="b7", by=verifier, reason="选错了") == 2
    assert statuses(*steps) == ["done", "done"]
    undone = Change.objects.filter(undoes="b7", table_name="projects_projectstep")
    assert {(one.action, one.actor_id, one.reason) for one in undone} == {("bulk.undo", verifier.pk, "选错了")}
    assert undone.count() == 2
    with pytest.raises(ValidationError, match="李建国"):
        undo_bulk(batch="b7", by=verifier, reason="再来一次")


def test_days_and_persons_come_back(verifier):
    step = make_step(make_project(), due_on=day(1), responsible=verifier)
    done("reschedule", step, by=verifier, batch="b1", due_on=day(9), reason="停工")
    undo_bulk(batch="b1", by=verifier, reason="日期错了")
    done("reassign", step, by=verifier, batch="b2", responsible=make_user("bureau"))
    undo_bulk(batch="b2", by=verifier, reason="人错了")
    step.refresh_from_db()
    assert (step.due_on, step.responsible) == (day(1), verifier)


def test_who_has_to_do_an_item_after_all_is_told(verifier):
    answers = make_user("bureau")
    step = make_step(make_project(), responsible=answers, evidence=[])
    done("complete", step, by=verifier)
    undo_bulk(batch="b7", by=verifier, reason="还没做完")
    assert statuses(step) == ["open"]
    assert answers.notices.get().facts["what"] == "step_reopened"
    assert not verifier.notices.exists()


def test_what_somebody_has_gone_on_from_is_not_taken_back(verifier):
    steps = [make_step(make_project(), evidence=[]) for _ in range(2)]
    done("complete", *steps, by=verifier)
    return_step(step=ProjectStep.objects.get(pk=steps[0].pk), by=make_user("bureau", name="王芳"), reason="补材料")
    with pytest.raises(ValidationError, match="王芳"):
        undo_bulk(batch="b7", by=verifier, reason="选错了")
    assert statuses(*steps) == ["returned", "done"]


def test_messages_that_were_sent_are_not_taken_back(verifier):
    county = make_division()
    make_county_user(county)
    step = make_step(make_project(county=county), side="county")
    done("chase", step, by=verifier, words="请尽快")
    with pytest.raises(ValidationError, match="消息"):
        undo_bulk(batch="b7", by=verifier, reason="选错了")
    assert step.chases.count() == 1


def test_it_takes_the_right_the_whole_batch_in_scope_and_a_reason(verifier):
    step = waiting()
    done("verify", step, by=verifier)
    with pytest.raises(PermissionDenied):
        undo_bulk(batch="b7", by=make_user("auditor"), reason="x")
    with pytest.raises(ObjectDoesNotExist):
        undo_bulk(batch="b7", by=make_user("partner"), reason="x")
    with pytest.raises(ValidationError, match="原因"):
        undo_bulk(batch="b7", by=verifier, reason=" ")
    assert statuses(step) == ["verified"]
    assert undo_bulk(batch="b7", by=make_user("bureau"), reason="同事选错了") == 1


def test_another_batch_is_none_of_many_items(verifier):
    make_project()
    for batch in ("nothing", Change.objects.exclude(batch_id="").values_list("batch_id", flat=True).first() or "x"):
        with pytest.raises(ObjectDoesNotExist):
            undo_bulk(batch=batch, by=verifier, reason="x")


class TestThePage:
    @pytest.fixture
    def signed_in(self, client, verifier):
        client.force_login(verifier)
        return client

    def test_the_board_leads_to_it_and_it_is_undone_there(self, signed_in):
        steps = [waiting(), waiting()]
        data = {"deed": "verify", "item": TITLE, "project": [step.project_id for step in steps], "back": "lamp=waiting"}
        seen = [f"{key}:{version}" for key, version in items(*steps)]
        answer = signed_in.post(BULK, data | {"step": seen, "confirm": "1"}, follow=True)
        address = re.search(r'href="(/desk/board/done/[^"]+)"', answer.content.decode())[1]
        page = signed_in.get(address).content.decode()
        assert all(str(step.project) in page for step in steps)
        assert "已申请销号 → 已销号" in page
        assert signed_in.post(address, {"reason": ""}).status_code == 400
        answer = signed_in.post(address, {"reason": "选错了"}, follow=True)
        assert "已撤销 2 项" in answer.content.decode()
        assert "李建国" in answer.content.decode()
        assert "/desk/board/?lamp=waiting" in answer.content.decode()
        assert statuses(*steps) == ["done", "done"]

    def test_what_stands_in_the_way_is_told_before_and_refused(self, signed_in, verifier):
        step = waiting()
        done("verify", step, by=verifier)
        ProjectStep.objects.filter(pk=step.pk).update(note="改动")
        page = signed_in.get(page_of()).content.decode()
        assert "不能撤销" in page
        assert 'name="reason"' not in page
        assert signed_in.post(page_of(), {"reason": "选错了"}).status_code == 409
        assert statuses(step) == ["verified"]

    def test_several_of_the_queue_lead_to_it_too(self, signed_in):
        steps = [waiting(), waiting()]
        picks = [f"{key}-{version}" for key, version in items(*steps)]
        answer = signed_in.post(reverse("admin:verify-pass"), {"step": picks, "confirm": "1"}, follow=True)
        address = re.search(r'href="(/desk/board/done/[^"]+)"', answer.content.decode())[1]
        assert signed_in.post(address, {"reason": "选错了"}).status_code == 302
        assert statuses(*steps) == ["done", "done"]

    def test_a_chase_is_looked_at_and_not_offered_to_be_undone(self, signed_in):
        county = make_division()
        make_county_user(county)
        step = make_step(make_project(county=county), title=TITLE, side="county")
        data = {"deed": "chase", "item": TITLE, "project": [step.project_id], "confirm": "1"}
        data["step"] = [f"{key}:{version}" for key, version in items(step)]
        text = signed_in.post(BULK, data, follow=True).content.decode()
        address = re.search(r'href="(/desk/board/done/[^"]+)">([^<]+)', text)
        assert "撤销" not in address[2]
        assert 'name="reason"' not in signed_in.get(address[1]).content.decode()

    def test_the_page_of_the_batch_leads_to_it(self, signed_in, verifier):
        done("verify", waiting(), by=verifier)
        assert page_of() in signed_in.get(reverse("batch", args=("b7",))).content.decode()

    def test_readers_look_and_undo_nothing(self, client, verifier):
        done("verify", waiting(), by=verifier)
        client.force_login(make_user("auditor"))
        answer = client.get(page_of())
        assert answer.status_code == 200
        assert 'name="reason"' not in answer.content.decode()
        assert client.post(page_of(), {"reason": "x"}).status_code == 403

    def test_after_a_day_it_is_too_late(self, signed_in, verifier, monkeypatch):
        done("verify", waiting(), by=verifier)
        monkeypatch.setattr("registry.core.undo.UNDO_WITHIN", datetime.timedelta(0))
        assert "不能撤销" in signed_in.get(page_of()).content.decode()

"""The pages of many items at once: what is chosen is looked at, confirmed and done, or refused in words."""

import datetime
import re

import pytest
from django.urls import NoReverseMatch, reverse

from projects.models import ProjectStep
from registry.core.models import Change, Job
from tests.factories import make_project, make_step, make_user

from .test_bulk import BULK, TITLE, day, statuses, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def verifier():
    return make_user("bureau", name="李建国")


class TestThePage:
    @pytest.fixture
    def send(self, client, verifier):
        client.force_login(verifier)

        def post(*steps, deed="verify", item=TITLE, **more):
            data = {"deed": deed, "item": item, "project": [step.project_id for step in steps], "back": "lamp=waiting"}
            return client.post(BULK, data | more)

        return post

    @staticmethod
    def confirmation(answer):
        """What the page would send when it is confirmed."""
        page = answer.content.decode()
        return {"step": re.findall(r'name="step" value="([^"]*)"', page), "confirm": "1"}

    def test_nothing_happens_before_the_confirmation(self, send):
        good, bad = waiting(), waiting(evidence=["receipt"])
        answer = send(good, bad)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert statuses(good, bad) == ["done", "done"]
        assert re.search(r"<strong>不能销号</strong>: 缺少：收据", page)
        assert "可办理 1 个" in page
        assert "批量销号：1 项" in page
        assert self.confirmation(answer)["step"] == [f"{good.pk}:{good.version}"]

    def test_then_the_possible_ones_are_done_and_the_board_stands_as_before(self, send):
        good, bad = waiting(), waiting(evidence=["receipt"])
        answer = send(good, bad, **self.confirmation(send(good, bad)))
        assert answer.url == "/desk/board/?lamp=waiting"
        assert statuses(good, bad) == ["verified", "done"]
        assert len(set(Change.objects.filter(action="projectstep.verified").values_list("batch_id", flat=True))) == 1

    def test_a_stale_confirmation_is_told_item_by_item_and_writes_nothing(self, send):
        steps = [waiting(), waiting()]
        seen = self.confirmation(send(*steps))
        ProjectStep.objects.filter(pk=steps[1].pk).update(note="改动")
        answer = send(*steps, **seen)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "查看之后该事项已有变动" in page
        assert statuses(*steps) == ["done", "done"]
        assert len(self.confirmation(answer)["step"]) == 1
        assert send(*steps, **self.confirmation(answer)).status_code == 302
        assert statuses(*steps) == ["verified", "done"]

    def test_a_due_date_is_asked_for_with_its_reason(self, send):
        step = make_step(make_project(), title=TITLE, due_on=day(1))
        seen = self.confirmation(send(step, deed="reschedule"))
        for typed in ({}, {"due_on": "2027年1月5日"}, {"due_on": "昨天", "reason": "x"}):
            assert send(step, deed="reschedule", **seen, **typed).status_code == 400
        assert send(step, deed="reschedule", **seen, due_on="2027年1月5日", reason="冬季停工").status_code == 302
        step.refresh_from_db()
        assert step.due_on == datetime.date(2027, 1, 5)

    def test_correcting_the_form_does_not_pass_over_what_others_changed_meanwhile(self, send):
        step = make_step(make_project(), title=TITLE, due_on=day(1))
        seen = self.confirmation(send(step, deed="reschedule"))
        ProjectStep.objects.filter(pk=step.pk).update(due_on=day(9))
        again = send(step, deed="reschedule", **seen)
        assert again.status_code == 400
        typed = {"due_on": "2027年1月5日", "reason": "冬季停工"}
        assert send(step, deed="reschedule", **self.confirmation(again), **typed).status_code == 409
        step.refresh_from_db()
        assert step.due_on == day(9)

    def test_only_officers_are_offered_to_many(self, send):
        step, stranger, officer = make_step(make_project(), title=TITLE), make_user("county"), make_user("bureau")
        seen = self.confirmation(send(step, deed="reassign"))
        assert send(step, deed="reassign", **seen, responsible=stranger.pk).status_code == 400
        assert send(step, deed="reassign", **seen, responsible=officer.pk).status_code == 302

    def test_without_a_project_one_is_sent_back(self, send, client):
        assert send().url == "/desk/board/?lamp=waiting"
        assert "请至少选择一个项目" in client.get("/desk/board/").content.decode()

    def test_without_an_item_that_can_be_done_nothing_is(self, send):
        step = make_step(make_project(), title=TITLE)
        assert "批量销号：" not in send(step).content.decode()
        assert send(step, confirm="1").status_code == 302
        assert statuses(step) == ["open"]

    @pytest.mark.parametrize(
        "sent",
        [
            {"deed": "explode"}, {"project": ["x"]}, {"project": ["9" * 30]}, {"project": ["1"] * 501},
            {"confirm": "1", "step": ["1"]}, {"confirm": "1", "step": ["1:x"]},
            {"confirm": "1", "step": ["1:1", "1:1"]}, {"confirm": "1", "step": ["a:b:c"]},
        ],
    )  # fmt: skip
    def test_rubbish_is_answered_400(self, send, sent):
        assert send(waiting(), **sent).status_code == 400

    def test_a_foreign_project_is_as_one_that_does_not_exist(self, client):
        client.force_login(make_user("partner"))
        for key in (waiting().project_id, 10**12):
            assert client.post(BULK, {"deed": "verify", "project": key}).status_code == 404

    @pytest.mark.parametrize(("role", "status"), [("auditor", 403), ("county", 403), ("system_admin", 403)])
    def test_others_are_refused(self, client, role, status):
        client.force_login(make_user(role))
        assert client.post(BULK, {"deed": "verify", "project": waiting().project_id}).status_code == status

    def test_the_page_only_answers_posts(self, client, verifier):
        client.force_login(verifier)
        assert client.get(BULK).status_code == 405

    def test_more_than_twenty_become_a_job(self, send, monkeypatch):
        steps = [waiting() for _ in range(21)]
        try:
            reverse("job", args=("00000000-0000-0000-0000-000000000000",))
        except NoReverseMatch:
            monkeypatch.setattr("projects.admin.board_bulk.reverse", lambda name, args: f"/jobs/{args[0]}/")
        answer = send(*steps, **self.confirmation(send(*steps)))
        work = Job.objects.get()
        assert str(work.key) in answer.url
        assert (work.kind, work.total, work.parameters["deed"]) == ("bulk-steps", 21, "verify")
        assert work.parameters["url"] == "/desk/board/?lamp=waiting"
        assert statuses(*steps) == ["done"] * 21

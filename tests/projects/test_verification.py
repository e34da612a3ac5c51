"""The sign-off queue: what waits within one's scope, oldest first; passed, returned, or found decided by another."""

import datetime
import threading
import time
from functools import partial

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from projects.actions import checklists
from projects.models import ProjectStep, StandardReason
from registry.core.models import Change, Notice
from tests.core.test_actions import at_once
from tests.counting import queries_of
from tests.factories import (
    make_authority,
    make_campaign,
    make_division,
    make_field,
    make_organisation,
    make_posting,
    make_project,
    make_step,
    make_user,
)
from tests.projects.test_checklists import attach
from tests.races import sessions_that_wait

QUEUE = reverse("admin:verify")
TOGETHER = reverse("admin:verify-pass")
START = datetime.datetime(2026, 3, 2, 1, 0, tzinfo=datetime.UTC)


@pytest.fixture
def checker(client):
    user = make_user("bureau", name="李核验")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def waiting(title="竣工验收", day=0, by=None, project=None, **fields):
    """A step that somebody applied for, so many days after the first."""
    fields = {"done_by": by or make_user("bureau"), "done_at": START + datetime.timedelta(days=day)} | fields
    return make_step(project or make_project(), title=title, status="done", **fields)


def alone(step, query=""):
    return reverse("admin:verify-step", args=(step.pk,)) + query


def titles(answer):
    return [row.step.title for row in answer.context["rows"]]


def decide(client, step, decision="pass", query="", **typed):
    return client.post(alone(step, query), {"decision": decision, "version": step.version, **typed})


def stands(step):
    return ProjectStep.objects.get(pk=step.pk).status


@pytest.mark.django_db
class TestTheQueue:
    def test_the_oldest_application_comes_first_and_nothing_else_is_in_it(self, client, checker):
        for title, day in (("second", 2), ("first", 1), ("third", 3)):
            waiting(title, day)
        make_step(make_project(), title="open")
        assert titles(client.get(QUEUE)) == ["first", "second", "third"]

    def test_one_s_own_applications_stand_apart_without_buttons(self, client, checker):
        mine, hers = waiting("mine", by=checker), waiting("hers")
        answer = client.get(QUEUE)
        assert titles(answer) == ["hers"]
        assert [row.step.title for row in answer.context["own"]] == ["mine"]
        text = answer.content.decode()
        assert alone(hers) in text
        assert alone(mine) not in text
        alone_text = client.get(alone(mine)).content.decode()
        assert "waits for another person" in alone_text
        assert 'name="decision"' not in alone_text

    def test_a_row_shows_who_when_until_when_with_which_evidence_and_note(self, client, checker):
        project = make_project(name="敬老院改造", county=make_division(name="康保县"))
        due = START.date() - datetime.timedelta(days=3)
        step = waiting(by=make_user("bureau", name="张经办"), project=project, due_on=due, status_reason="已三方到场")
        document = attach("acceptance", step=step)
        text = client.get(QUEUE).content.decode()
        for words in ("竣工验收", "敬老院改造", "康保县", "张经办", "2026-03-02 09:00", "2026-02-27", "已三方到场"):
            assert words in text
        assert "applied for 3 days late" in text
        assert "acceptance sheet" in text
        assert reverse("document", args=(document.pk,)) in text
        assert "awaiting sign-off" in text

    def test_it_is_narrowed_by_place_field_side_applicant_campaign_and_words(self, client, checker):
        county, field, campaign = make_division(), make_field(), make_campaign()
        applicant = make_user("bureau")
        project = make_project(county=county, field=field, campaign=campaign, name="大棚")
        waiting("found", project=project, by=applicant, title_en="Acceptance")
        waiting("other", project=make_project(campaign=make_campaign()), side="county")
        questions = (
            {"county": county.code}, {"field": field.code}, {"side": "bureau"}, {"applicant": applicant.pk},
            {"campaign": campaign.code}, {"search": "found"}, {"search": "dapeng"},
            {"search": "acceptance"},
        )  # fmt: skip
        for question in questions:
            assert titles(client.get(QUEUE, question)) == ["found"], question
        answer = client.get(QUEUE, {"search": "nowhere"})
        assert titles(answer) == []
        assert "Nothing matches these filters" in answer.content.decode()

    @pytest.mark.parametrize(
        "query",
        ["secret=1", "county=999999", "side=moon", "applicant=0", "applicant=x", "page=0", "side=county&side=bureau"],
    )
    def test_a_question_that_it_does_not_know_is_answered_400_in_words(self, client, checker, query):
        waiting()
        answer = client.get(f"{QUEUE}?{query}")
        assert answer.status_code == 400
        assert query.split("=")[0] in answer.content.decode()
        assert titles(answer) == []

    def test_it_has_pages(self, client, checker):
        project = make_project()
        for number in range(3):
            waiting(f"no. {number}", number, project=project)
        assert titles(client.get(QUEUE, {"page_size": 2, "page": 2})) == ["no. 2"]
        assert client.get(QUEUE, {"page": 9}).status_code == 404

    def test_one_row_and_three_take_the_same_queries(self, client, checker):
        def add():
            step = waiting(project=make_project(county=make_division(), lead=make_organisation()), evidence=["photo"])
            attach("photo", step=step)
            waiting(by=checker)
            return step

        step = add()
        add()
        one = queries_of(client, QUEUE), queries_of(client, alone(step))
        add(), add()
        assert (queries_of(client, QUEUE), queries_of(client, alone(step))) == one
        assert max(one) <= 25

    def test_an_empty_queue_says_so(self, client, checker):
        assert "No step waits for a second person" in client.get(QUEUE).content.decode()

    def test_the_workbench_leads_here(self, client, checker):
        step = waiting()
        [queue] = [one for one in client.get("/desk/").context["queues"] if one.title == "Waiting for my sign-off"]
        assert (queue.url, [line.url for line in queue.lines]) == (QUEUE, [alone(step)])


@pytest.mark.django_db
class TestWhoMayDecide:
    @pytest.mark.parametrize("role", ["auditor", "system_admin", "county", "organisation"])
    def test_those_who_sign_nothing_off_see_no_queue_and_decide_nothing(self, client, role):
        step = waiting()
        client.force_login(make_user(role))
        answers = [
            client.get(QUEUE), client.get(alone(step)), decide(client, step),
            decide(client, step, "return", reason="x"),
            client.post(TOGETHER, {"step": f"{step.pk}-{step.version}", "confirm": "1"}),
        ]  # fmt: skip
        assert [answer.status_code for answer in answers] == [403] * 5
        assert stands(step) == "done"

    def test_a_partner_bureau_finds_and_decides_its_own_only(self, client):
        division = make_division(code="110000", level="province")
        partner = make_user("partner")
        make_posting(partner, division)
        client.force_login(partner)
        own = make_project(lead=make_organisation(authority=make_authority(division=division)))
        ours, theirs = waiting("ours", project=own), waiting("theirs", by=make_user("bureau", name="不该看到的人"))
        answer = client.get(QUEUE)
        assert titles(answer) == ["ours"]
        assert "不该看到的人" not in answer.content.decode()
        assert client.get(QUEUE, {"applicant": theirs.done_by_id}).status_code == 400
        assert client.get(alone(theirs)).status_code == 404
        assert decide(client, theirs).status_code == 404
        picks = [f"{step.pk}-{step.version}" for step in (ours, theirs)]
        assert client.post(TOGETHER, {"step": picks, "confirm": "1"}).status_code == 404
        assert (stands(ours), stands(theirs)) == ("done", "done")
        assert decide(client, ours).status_code == 302
        assert stands(ours) == "verified"

    def test_a_step_that_does_not_exist_is_not_found(self, client, checker):
        for key in (10**6, 10**18, 10**25):
            assert client.get(f"{QUEUE}{key}/").status_code == 404


@pytest.mark.django_db
class TestDeciding:
    def test_a_pass_signs_off_and_brings_up_the_next_under_the_same_filters(self, client, checker):
        first, other, last = waiting(day=0), waiting(day=1, side="county"), waiting(day=2)
        answer = decide(client, first, query="?side=bureau", reason="资料齐全")
        assert (answer.status_code, answer.url) == (302, alone(last, "?side=bureau"))
        step = ProjectStep.objects.get(pk=first.pk)
        assert (step.status, step.verified_by, step.status_reason) == ("verified", checker, "资料齐全")
        assert decide(client, last, query="?side=bureau").url == f"{QUEUE}?side=bureau"
        assert stands(other) == "done"

    def test_after_the_last_of_the_queue_the_ones_passed_over_come_up(self, client, checker):
        first, last = waiting(day=0), waiting(day=1)
        assert decide(client, last).url == alone(first)

    def test_from_the_list_one_comes_back_to_the_list_with_a_link_to_the_next(self, client, checker):
        first, second = waiting(day=0), waiting(day=1)
        answer = client.post(
            alone(first, "?page=2"), {"decision": "pass", "version": first.version, "then": "queue"}, follow=True
        )
        assert answer.redirect_chain == [(QUEUE, 302)]
        text = answer.content.decode()
        assert f'<a href="{alone(second)}">Next in the queue</a>' in text

    def test_a_return_needs_a_reason_and_keeps_what_was_typed(self, client, checker):
        StandardReason.objects.create(use="return_step", text="佐证材料不全")
        step = waiting()
        assert '<option value="佐证材料不全">' in client.get(alone(step)).content.decode()
        for nothing in ({}, {"reason": " \t"}):
            answer = decide(client, step, "return", **nothing)
            assert (answer.status_code, stands(step)) == (400, "done")
            assert "needs a reason" in answer.content.decode()
        long = decide(client, step, "return", reason="长" * 301)
        assert long.status_code == 400
        assert "长" * 301 in long.content.decode()
        assert decide(client, step, "return", reason="佐证材料不全").status_code == 302
        assert stands(step) == "returned"
        assert Notice.objects.get().recipient_id == step.done_by_id

    @pytest.mark.parametrize(
        "typed",
        [
            {"decision": "waive"}, {"decision": ""}, {"version": ""}, {"version": "x"}, {"version": "9" * 30},
            {"decision": "return", "reason": "a\x00b"}, {"then": "away"},
        ],
    )  # fmt: skip
    def test_what_cannot_be_read_is_answered_400_and_decides_nothing(self, client, checker, typed):
        step = waiting()
        answer = client.post(alone(step), {"decision": "pass", "version": step.version} | typed)
        assert (answer.status_code, stands(step)) == (400, "done")

    def test_a_step_that_was_changed_since_it_was_seen_is_not_decided_on(self, client, checker):
        step = waiting()
        checklists.return_step(step=step, by=make_user("bureau"), reason="缺页")
        checklists.complete_step(step=step, by=step.done_by, note="已补")
        answer = decide(client, step)
        assert (answer.status_code, stands(step)) == (409, "done")
        text = answer.content.decode()
        assert "was changed after you opened it" in text
        assert "已补" in text
        assert 'name="decision"' in text

    @pytest.mark.parametrize(("what", "words"), [("verify", "signed it off on"), ("return", "returned it on")])
    def test_who_comes_too_late_is_told_who_was_first_and_when(self, client, checker, what, words):
        step, following, words = waiting(day=0), waiting(day=1), f"王先到 {words}"
        first = make_user("bureau", name="王先到")
        {"verify": checklists.verify_step, "return": checklists.return_step}[what](
            step=step, by=first, **({"reason": "缺页"} if what == "return" else {})
        )
        answer = decide(client, step)
        text = answer.content.decode()
        assert answer.status_code == 409
        assert words in text
        assert "Nothing was changed" in text
        assert alone(following) in text
        assert 'name="decision"' not in text
        assert words in client.get(alone(step)).content.decode()

    def test_a_bad_question_leads_back_to_the_queue_which_explains_it(self, client, checker):
        answer = client.get(alone(waiting(), "?secret=1"), follow=True)
        assert answer.status_code == 400
        assert "secret" in answer.content.decode()

    def test_only_a_post_decides(self, client, checker):
        step = waiting()
        assert client.get(alone(step), {"decision": "pass", "version": 1}, follow=True).status_code == 400
        assert client.put(alone(step)).status_code == 405
        assert client.get(TOGETHER).status_code == 405
        assert client.post(QUEUE).status_code == 405
        assert stands(step) == "done"


@pytest.mark.django_db
class TestTogether:
    def post(self, client, *steps, **typed):
        return client.post(TOGETHER, {"step": [f"{step.pk}-{step.version}" for step in steps], **typed})

    def test_a_few_are_shown_first_and_then_signed_off_under_one_batch(self, client, checker):
        steps = [waiting(f"no. {number}", number) for number in range(3)]
        asked = self.post(client, *steps)
        assert (asked.status_code, titles(asked)) == (200, ["no. 0", "no. 1", "no. 2"])
        assert {stands(step) for step in steps} == {"done"}
        done = self.post(client, *steps, confirm="1", reason="一并核验")
        assert (done.status_code, done.url) == (302, QUEUE)
        assert {stands(step) for step in steps} == {"verified"}
        changes = Change.objects.filter(action="projectstep.verified", actor_id=checker.pk)
        assert changes.count() == 3
        assert {change.reason for change in changes} == {"一并核验"}
        [batch] = {change.batch_id for change in changes}
        assert batch

    def test_those_that_cannot_be_are_named_and_left_out(self, client, checker):
        good, mine, late = waiting("good"), waiting("mine", by=checker), waiting("late")
        checklists.verify_step(step=late, by=make_user("bureau", name="王先到"))
        answer = self.post(client, good, mine, late)
        assert titles(answer) == ["good"]
        why = {row.step.title: words for row, words in answer.context["excluded"]}
        assert why["mine"] == "You applied for it yourself: it waits for another person."
        assert why["late"].startswith("王先到 signed it off on")

    def test_if_one_of_them_is_decided_meanwhile_none_is_signed_off(self, client, checker):
        first, second = waiting("first"), waiting("second")
        checklists.return_step(step=second, by=make_user("bureau", name="王先到"), reason="缺页")
        answer = self.post(client, first, second, confirm="1")
        assert (answer.status_code, stands(first), stands(second)) == (409, "done", "returned")
        text = answer.content.decode()
        assert "Nothing was changed" in text
        assert "王先到 returned it on" in text

    def test_a_note_that_is_too_long_signs_nothing_off(self, client, checker):
        step = waiting()
        assert self.post(client, step, confirm="1", reason="长" * 301).status_code == 400
        assert stands(step) == "done"

    def test_nothing_and_too_many_are_answered_in_words(self, client, checker):
        for picks in ([], ["1-1"] * 51):
            answer = client.post(TOGETHER, {"step": picks}, follow=True)
            assert answer.redirect_chain == [(QUEUE, 302)]
            assert "Tick between 1 and 50 steps" in answer.content.decode()

    @pytest.mark.parametrize("pick", ["x", "1", "-1", "1-x", f"{10**17}-1", "1-1-1", "１-1", "\x00"])
    def test_a_pick_that_names_no_step_is_not_found(self, client, checker, pick):
        assert client.post(TOGETHER, {"step": pick}).status_code == 404

    def test_the_list_asks_with_the_versions_that_it_showed(self, client, checker):
        step = waiting()
        assert f'name="step" value="{step.pk}-{step.version}" form="together"' in client.get(QUEUE).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_the_same_moment_one_wins_and_the_other_is_told_by_whom():
    """Both stand before the same lock before either decides."""
    step = waiting(by=make_user("bureau", name="张经办"))
    officers = [make_user("bureau", name=name) for name in ("甲核验", "乙核验")]
    clients = []
    for officer in officers:
        clients.append(Client())
        clients[-1].force_login(officer)
        clients[-1].cookies["django_language"] = "en"

    held = threading.Event()

    def hold_until_both_wait():
        with transaction.atomic():
            ProjectStep.objects.select_for_update().get(pk=step.pk)
            held.set()
            for _attempt in range(500):
                if sessions_that_wait() >= len(clients):
                    return True
                time.sleep(0.01)
        return False

    def decided_by(client):
        held.wait(10)
        return decide(client, step)

    both_waited, *answers = at_once(hold_until_both_wait, *(partial(decided_by, client) for client in clients))
    assert both_waited
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    winner = ProjectStep.objects.get(pk=step.pk).verified_by
    [loser] = [answer for answer in answers if answer.status_code == 409]
    assert f"{winner.name} signed it off on" in loser.content.decode()
    assert Change.objects.filter(action="projectstep.verified").count() == 1

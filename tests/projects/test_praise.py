"""Praise and awards: a nomination with a dossier, a second person's review, a public notice to which anybody may
object, and no grant while an objection is open."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from projects.actions.recognition import file_objection
from projects.models import Commendation, Objection
from registry.core.actions import move
from registry.core.dates import today
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change, Notice
from tests.counting import queries_of
from tests.desk import page
from tests.factories import (
    make_campaign,
    make_commendation,
    make_county_user,
    make_division,
    make_org_user,
    make_organisation,
    make_project,
    make_user,
)
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db
PRAISE = reverse("praise")
DAY = datetime.timedelta(days=1)


def make_notice(days=5, **overrides):
    """A commendation in public notice since yesterday, for so many more days, today counted."""
    fields = {"notice_from": today() - DAY, "notice_until": today() + (days - 1) * DAY}
    return make_commendation("notice", **fields | overrides)


def make_objection(status="received", **overrides):
    fields = {
        "commendation": overrides.pop("commendation", None) or make_notice(),
        "text": "与事实不符",
        "status": status,
    }
    if status != "received":
        fields |= {"answered_by": make_user(), "answered_at": timezone.now(), "status_reason": "经查属实"}
    return Objection.objects.create(**fields | overrides)


def address(commendation):
    return reverse("commendation", args=(commendation.pk,))


class TestTheTableOfObjections(LifecycleRules):
    model = Objection

    def make_in(self, state, towards=""):
        return make_objection(state)


@pytest.mark.parametrize(
    ("status", "columns", "constraint"),
    [
        ("received", "status = 'dismissed'", "objection_answered_in_words"),
        ("dismissed", "status_reason = ''", "objection_answered_in_words"),
        ("dismissed", "answered_at = NULL", "objection_answered"),
        ("dismissed", "status = 'lost'", "status_check"),
    ],
)
def test_the_database_refuses_an_objection_that_makes_no_sense(status, columns, constraint):
    make_objection(status)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_objection SET {columns}")


class TestNomination:
    @pytest.mark.parametrize("kind", Commendation.Kind.values)
    def test_it_goes_from_the_proposal_to_the_grant_by_two_persons(self, client, kind):
        proposer, reviewer = make_user("bureau"), make_user("bureau")
        client.force_login(proposer)
        fields = {"title": "2021年度表扬", "campaign": make_campaign().pk, "kind": kind, "level": "province"}
        fields |= {"organisation": make_organisation().pk, "notice_from": today(), "notice_until": today() + 5 * DAY}
        assert client.post(page(Commendation, "add"), fields).status_code == 302
        found = Commendation.objects.get()
        assert (found.status, found.proposed_by) == ("proposed", proposer)
        with pytest.raises(UnlawfulMove, match="另一人"):
            move(found, to="reviewed", by=proposer)
        move(found, to="reviewed", by=reviewer)
        move(found, to="notice", by=reviewer)
        with pytest.raises(UnlawfulMove, match="公示期尚未结束"):
            move(found, to="granted", by=reviewer)
        end_notice(found)
        assert move(found, to="granted", by=reviewer).granted_by == reviewer

    def test_what_the_public_was_shown_is_not_edited(self, client):
        client.force_login(make_user("bureau"))
        notice = make_notice()
        client.post(page(notice), {"title": "另一个", "seen_version": notice.version})
        notice.refresh_from_db()
        assert notice.title == "通报表扬"

    def test_whoever_decides_finds_it_on_the_workbench_but_not_one_s_own(self, client):
        own = make_user("bureau")
        make_commendation(proposed_by=own, proposed_at=timezone.now(), title="自己的")
        make_commendation(proposed_by=make_user(), proposed_at=timezone.now(), title="他人的")
        make_commendation("notice", title="期满的")
        make_notice(title="公示中")
        objection = make_objection()
        client.force_login(own)
        client.cookies["django_language"] = "en"
        queues = {one.title: [line.title for line in one.lines] for one in client.get("/desk/").context["queues"]}
        assert queues["Praise and awards to decide on"] == ["他人的", "期满的"]
        assert queues["Objections to answer"] == [objection.receipt]


def end_notice(commendation):
    dates = {"notice_from": today() - 9 * DAY, "notice_until": today() - DAY}
    Commendation.objects.filter(pk=commendation.pk).update(**dates)


class TestGrant:
    def test_it_waits_until_every_objection_is_answered(self):
        objection, user = make_objection(), make_user("bureau")
        end_notice(objection.commendation)
        with pytest.raises(UnlawfulMove, match="异议"):
            move(objection.commendation, to="granted", by=user)
        move(objection, to="dismissed", by=user, reason="经核实，材料属实。")
        assert move(objection.commendation, to="granted", by=user).status == "granted"

    def test_an_objection_that_is_right_leaves_the_refusal_only(self):
        objection, user = make_objection(), make_user("bureau")
        end_notice(objection.commendation)
        move(objection, to="upheld", by=user, reason="资金未到位。")
        with pytest.raises(UnlawfulMove, match="异议"):
            move(objection.commendation, to="granted", by=user)
        assert move(objection.commendation, to="refused", by=user, reason="异议成立").status == "refused"


class TestThePublicNotice:
    def test_it_says_how_many_days_are_left(self, client):
        client.cookies["django_language"] = "en"
        notice = make_notice(days=3)
        assert client.get(address(notice)).context["days"] == 3
        assert "3 days left" in client.get(address(notice)).content.decode()

    @pytest.mark.parametrize("shift", [-30, 30])
    def test_before_its_first_and_after_its_last_day_nothing_is_taken(self, client, shift):
        first = today() + shift * DAY
        notice = make_notice(notice_from=first, notice_until=first + 5 * DAY)
        assert client.get(address(notice)).context["form"] is None
        assert client.post(address(notice), {"text": "反对"}).status_code == 400
        assert not Objection.objects.exists()

    def test_one_that_begins_later_says_from_when_objections_are_taken(self, client):
        later = make_commendation("notice", notice_from=today() + DAY, notice_until=today() + 9 * DAY)
        client.cookies["django_language"] = "en"
        for answer in (client.get(address(later)), client.post(address(later), {"text": "反对"})):
            assert "The public notice begins on" in answer.content.decode()
            assert "any more" not in answer.content.decode()
        assert "not begun yet" in client.get(PRAISE).content.decode()

    def test_only_notices_and_grants_are_public(self, client):
        shown = {make_notice().pk, make_commendation("granted").pk}
        hidden = [make_commendation(status) for status in ("proposed", "reviewed", "refused")]
        assert {one.pk for one, *_days in client.get(PRAISE).context["rows"]} == shown
        assert [client.get(address(one)).status_code for one in hidden] == [404] * 3

    def test_the_list_costs_the_same_for_one_and_for_three(self, client):
        make_notice()
        first = queries_of(client, PRAISE)
        make_notice(organisation=None, project=make_project())
        make_notice()
        assert queries_of(client, PRAISE) == first

    def test_the_list_is_taken_away_as_a_file(self, client):
        make_notice(title="公示一")
        assert "公示一" in client.get(f"{PRAISE}?format=csv").getvalue().decode("utf-8-sig")

    def test_notices_that_run_and_those_that_are_over_are_found_apart(self, client):
        first, last, over = make_notice(1), make_notice(5), make_notice(0)
        later = make_commendation("notice", notice_from=today() + DAY, notice_until=today() + 9 * DAY)
        shown = {
            question: {one.pk for one, *_days in client.get(f"{PRAISE}?notice={question}").context["rows"]}
            for question in ("running", "over", "")
        }
        assert shown == {
            "running": {first.pk, last.pk}, "over": {over.pk}, "": {first.pk, last.pk, over.pk, later.pk},
        }  # fmt: skip

    def test_an_unknown_question_is_refused(self, client):
        assert client.get(f"{PRAISE}?colour=red").status_code == 400


class TestAnObjection:
    TYPED = {"text": "该组织的资金没有到位。", "name": "王小明", "contact": "13912345678"}

    def test_it_is_answered_by_a_receipt_number(self, client):
        answer = client.post(address(make_notice()), self.TYPED, follow=True)
        filed = Objection.objects.get()
        assert re.fullmatch("YJ(-[2-9A-HJ-NP-Z]{4}){3}", filed.receipt)
        assert filed.receipt in answer.content.decode()
        assert (filed.text, filed.name, filed.contact) == tuple(self.TYPED.values())

    def test_what_a_program_sends_is_asked_for_again_and_a_person_only_presses_once_more(self, client):
        notice = make_notice()
        answer = client.post(address(notice), {**self.TYPED, "website": "https://spam.example/"})
        again = {name: answer.context["form"][name].value() for name in ("text", "name", "contact", "website")}
        assert (answer.status_code, Objection.objects.count()) == (400, 0)
        assert "再提交一次" in answer.content.decode()
        assert again == {**self.TYPED, "website": ""}
        assert client.post(address(notice), again).status_code == 302

    def test_the_bureau_is_told_and_nobody_else(self, client):
        clerk = make_user("bureau")
        make_org_user(make_organisation())
        client.post(address(make_notice()), self.TYPED)
        (notice,) = Notice.objects.all()
        assert (notice.recipient, notice.url) == (clerk, page(Objection.objects.get()))
        assert "王小明" not in str(notice.facts)

    @pytest.mark.parametrize("typed", [{"text": ""}, {"text": " "}, {"text": "x" * 3001}, {"text": "a\x00b"}])
    def test_one_that_says_nothing_is_told_so(self, client, typed):
        assert client.post(address(make_notice()), typed).status_code == 400
        assert not Objection.objects.exists()

    def test_the_public_reads_the_answer_and_never_what_was_said_or_by_whom(self, client):
        notice = make_notice()
        client.post(address(notice), self.TYPED)
        filed = Objection.objects.get()
        move(filed, to="dismissed", by=make_user("bureau"), reason="经核实，凭证齐全。")
        pages = [address(notice), PRAISE, f"{reverse('objection')}?receipt={filed.receipt.lower()}"]
        texts = [client.get(one).content.decode() for one in pages]
        assert ["经核实，凭证齐全。" in text for text in texts] == [True, False, True]
        assert not any(secret in text for text in texts for secret in self.TYPED.values())

    def test_an_objection_is_called_received_as_words_are_and_not_as_money_is(self, client):
        filed = make_objection()
        with override("zh-hans"):
            assert "待答复" in filed.get_status_display()
            assert str(Objection._meta.get_field("name").verbose_name) == "姓名"

    def test_who_answers_reads_that_the_public_will_read_it(self, client):
        client.force_login(make_user("bureau"))
        filed = make_objection()
        answering = page(filed, "move", "dismissed")
        assert "公众可在公示页看到答复" in client.get(answering).content.decode()
        assert client.post(answering, {"seen_version": filed.version, "reason": " "}).status_code == 400
        assert client.post(answering, {"seen_version": filed.version, "reason": "凭证齐全。"}).status_code == 302
        filed.refresh_from_db()
        assert (filed.status, filed.answer) == ("dismissed", "凭证齐全。")

    def test_a_receipt_leads_to_its_notice_as_long_as_that_is_public(self, client):
        filed = make_objection()
        receipt = f"{reverse('objection')}?receipt={filed.receipt}"
        link = f'href="{address(filed.commendation)}"'
        assert link in client.get(receipt).content.decode()
        move(filed, to="upheld", by=make_user("bureau"), reason="经查属实。")
        Commendation.objects.update(status="refused")
        answer = client.get(receipt)
        assert (answer.status_code, link in answer.content.decode()) == (200, False)
        for words in ("经查属实。", "提名未通过"):
            assert words in answer.content.decode()

    def test_when_the_notice_is_over_the_page_says_so_and_names_the_hotline(self, client, settings):
        settings.SITE_HOTLINE = "0311-00000000"
        page = client.get(address(make_notice(0))).content.decode()
        assert "此处不再受理异议" in page
        assert '<form method="post" class="card-box' not in page
        assert page.count("0311-00000000") == 2, "on the page and in its footer"

    def test_a_wrong_receipt_number_finds_nothing(self, client):
        make_objection()
        for receipt in ("YJ-2222-2222-2222", "", "%00", "' OR 1=1"):
            answer = client.get(f"{reverse('objection')}?receipt={receipt}")
            assert answer.context["objection"] is None

    def test_one_sender_is_slowed_down_and_others_are_not(self, client):
        notice = make_notice()
        answers = [client.post(address(notice), self.TYPED).status_code for _time in range(4)]
        assert answers == [302, 302, 302, 400]
        assert client.post(address(notice), self.TYPED, REMOTE_ADDR="192.0.2.7").status_code == 302
        assert client.get(address(notice)).status_code == 200

    def test_an_hour_later_the_sender_may_again_but_not_without_end(self):
        notice, hour = make_notice(), datetime.timedelta(hours=1, minutes=1)
        for number in range(10):
            file_objection(commendation=notice, text=f"第{number}条", sender="one", by=None)
            Objection.objects.update(received_at=timezone.now() - hour)
        with pytest.raises(ValidationError, match="稍后"):
            file_objection(commendation=notice, text="第11条", sender="one", by=None)

    def test_behind_a_proxy_that_is_believed_the_sender_is_who_the_proxy_saw(self, client, settings):
        settings.TRUSTED_PROXY = True
        notice = make_notice()
        for last in ("192.0.2.1", "192.0.2.2"):
            client.post(address(notice), self.TYPED, headers={"X-Forwarded-For": f"198.51.100.9, {last}"})
        assert len(set(Objection.objects.values_list("sender", flat=True))) == 2

    def test_no_address_is_kept_and_the_mark_is_not_in_the_trail(self, client):
        client.post(address(make_notice()), self.TYPED, REMOTE_ADDR="192.0.2.7")
        filed = Objection.objects.get()
        kept = str([Change.objects.filter(table_name="projects_objection").values(), vars(filed)])
        assert "192.0.2.7" not in kept
        trail = Change.objects.get(table_name="projects_objection").after
        assert "sender" not in trail
        assert filed.sender

    def test_the_nominee_and_the_county_never_read_it(self):
        organisation, county = make_organisation(), make_division()
        make_objection(commendation=make_notice(organisation=organisation))
        for user in (make_org_user(organisation), make_county_user(county), make_user("partner")):
            assert not Objection.objects.within_scope_of(user).exists()
        assert Objection.objects.within_scope_of(make_user("auditor")).exists()

    def test_an_auditor_reads_who_objected_masked(self, client):
        objection = make_objection(name="王小明", contact="13912345678")
        client.force_login(make_user("auditor"))
        text = client.get(page(objection)).content.decode()
        assert "139****5678" in text
        assert "13912345678" not in text
        assert "王小明" not in text

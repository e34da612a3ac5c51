"""The pages on which a county writes down what it lacks: checked, submitted, corrected, extended."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from projects.actions.matching import move_need
from projects.actions.needs import save_need
from projects.models import Document, Field, Need, NeedItem
from registry.core.dates import today
from tests.counting import queries_of
from tests.factories import (
    make_county_user,
    make_division,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_user,
)

from .sent import PNG
from .written_needs import BEDS, LATER, MONEY, address, draft, form_of, items_of, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


# Whom the pages are for


def test_strangers_sign_in_organisations_are_told_and_another_county_s_need_is_unknown(client, county):
    need = draft(county)
    addresses = [reverse("my-needs"), reverse("my-need-new")]
    addresses += [address(need, name) for name in ("my-need", "my-need-edit", "my-need-check")]
    for url in addresses:
        assert client.get(url).url == f"/accounts/login/?next={url}"
    client.force_login(make_org_user(make_organisation()))
    for url in addresses:
        assert client.get(url).status_code == client.post(url).status_code == 403
    client.force_login(make_county_user(make_division()))
    for url in addresses[2:]:
        assert client.get(url).status_code == 404
        assert client.post(url, {"act": "withdrawn", "reason": "无", "seen_version": need.version}).status_code == 404
    assert need.name not in client.get(reverse("my-needs")).content.decode()
    need.refresh_from_db()
    assert need.status == "draft"


@pytest.mark.parametrize("url", ["/my/needs/%00/", "/my/needs/XQ-1/", "/my/needs/%00/edit/", "/my/needs/x/check/"])
def test_rubbish_in_addresses_is_answered_as_unknown(client, user, url):
    assert client.get(url).status_code == 404


# The form, without any script


def test_a_new_need_is_typed_as_people_write_and_kept_with_its_photos(client, user, facts):
    photo = SimpleUploadedFile("炉子.png", PNG)
    answer = client.post(reverse("my-need-new"), typed(facts["field"], photos=photo))
    need = Need.objects.get()
    assert answer.url == address(need)
    assert (need.name, need.status, need.expires_on, need.why) == ("教室取暖", "draft", LATER, "冬季停课\n三所小学")
    assert items_of(need) == [("money", "", 720000, ""), ("goods", "床", 50, "张")]
    assert [(file.kind, file.need) for file in Document.objects.all()] == [("photo", need)]
    page = client.get(answer.url).content.decode()
    for words in ("72 万元", "50张", "炉子.png", "0313-7000000"):
        assert words.replace(" ", "") in page.replace(" ", "")


def test_the_form_offers_a_few_empty_lines_and_more_by_a_button_that_loses_nothing(client, user, facts):
    answer = client.get(reverse("my-need-new"))
    assert answer.context["entry"].lines.total_form_count() == 3
    data = typed(facts["field"], act="lines", name="", **{"item-1-measure": "几张"})
    more = client.post(reverse("my-need-new"), data)
    assert (more.status_code, Need.objects.count()) == (200, 0)
    again = form_of(more)
    assert again["item-TOTAL_FORMS"] == "6"
    for name in ("field", "why", "expires_on", "item-0-measure", "item-1-measure", "item-1-kind", "contact_phone"):
        assert again[name] == data[name], name
    assert "error-summary" not in more.content.decode()


def test_no_more_than_twenty_lines_are_offered(client, user, facts):
    more = client.post(reverse("my-need-new"), typed(facts["field"], act="lines", **{"item-TOTAL_FORMS": "20"}))
    assert form_of(more)["item-TOTAL_FORMS"] == "20"
    assert 'value="lines"' not in more.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "名称"),
        ({"item-0-measure": "约72万"}, "准确"),
        ({"item-0-measure": "0"}, "大于零"),
        ({"item-1-measure": "50"}, "单位"),
        ({"item-1-measure": ""}, "数量"),
        ({"item-1-what": ""}, "是什么"),
        ({"expires_on": "2021-11-01"}, "已过"),
        ({"field": "no-such"}, "领域"),
        ({"item-TOTAL_FORMS": "x"}, ""),
        ({"urgency": "never"}, ""),
    ],
)
def test_what_cannot_be_read_is_named_beside_its_field_and_nothing_is_kept(client, user, facts, changes, words):
    answer = client.post(reverse("my-need-new"), typed(facts["field"], **changes))
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Need.objects.exists()


def test_another_county_cannot_be_chosen(client, user, facts):
    answer = client.post(reverse("my-need-new"), typed(facts["field"], county=str(make_division().pk)))
    assert (answer.status_code, Need.objects.count()) == (400, 0)


def test_a_draft_opens_as_it_was_left_and_is_gone_on_with(client, user, facts):
    need = save_need(by=user, items=[MONEY, BEDS], **facts)
    url = address(need, "my-need-edit")
    data = form_of(client.get(url))
    assert (data["item-0-measure"], data["item-1-measure"], data["field"]) == ("300.00", "50张", facts["field"].code)
    data |= {"item-0-measure": "1.5万", "item-1-what": "", "item-1-measure": "", "place": "土城子镇"}
    assert client.post(url, data).url == address(need)
    need.refresh_from_db()
    assert (items_of(need), need.place) == ([("money", "", 15000, "")], "土城子镇")


def test_what_somebody_else_has_changed_meanwhile_is_shown_beside_what_was_typed(client, user, facts):
    need = save_need(by=user, items=[MONEY], **facts)
    url = address(need, "my-need-edit")
    data = form_of(client.get(url), place="我的")
    save_need(by=user, need=need, items=[BEDS], place="别人的", **facts)
    answer = client.post(url, data | {"urgency": "pressing"})
    assert answer.status_code == 409
    rows = {label: (now, new) for label, now, new in answer.context["conflict"]}
    assert list(rows.values()) == [("别人的", "我的"), ("一般", "较急"), ("床 50 张", "资金 300 元")]
    need.refresh_from_db()
    assert need.place == "别人的"
    assert client.post(url, form_of(answer)).status_code == 302
    need.refresh_from_db()
    assert (need.place, items_of(need)) == ("我的", [("money", "", 300, "")])


def test_a_photo_that_is_none_does_not_cost_the_draft(client, user, facts):
    answer = client.post(
        reverse("my-need-new"), typed(facts["field"], photos=SimpleUploadedFile("坏.png", b"<script>")), follow=True
    )
    assert (Need.objects.count(), Document.objects.count()) == (1, 0)
    assert "坏.png" in answer.content.decode()


# Checked and submitted


def test_the_answers_are_checked_before_they_are_submitted(client, user, facts):
    answer = client.post(reverse("my-need-new"), typed(facts["field"], act="check"))
    need = Need.objects.get()
    assert answer.url == address(need, "my-need-check")
    page = client.get(answer.url).content.decode()
    for words in ("教室取暖", "土城子镇", "50 张", "#id_why"):
        assert words in page
    assert client.post(answer.url, {"seen_version": need.version}).url == address(need)
    need.refresh_from_db()
    assert (need.status, need.submitted_by) == ("submitted", user)
    assert client.get(address(need, "my-need-edit")).url == address(need)
    assert client.get(address(need, "my-need-check")).url == address(need)


def test_a_need_that_wants_nothing_is_not_submitted(client, user, county):
    need = draft(county, amount=None)
    url = address(need, "my-need-check")
    assert "尚不能提交" in client.get(url).content.decode()
    assert client.post(url, {"seen_version": need.version}).status_code == 409
    need.refresh_from_db()
    assert need.status == "draft"


@pytest.mark.parametrize("version", ["", "0", "x", "99", "٣", "99999999999"])
def test_only_the_version_that_was_seen_is_submitted_or_moved(client, user, county, version):
    need, published = draft(county), make_need(county=county)
    assert client.post(address(need, "my-need-check"), {"seen_version": version}).status_code == 409
    moved = {"act": "withdrawn", "reason": "已解决", "seen_version": version}
    assert client.post(address(published), moved).status_code == 409
    assert set(Need.objects.values_list("status", flat=True)) == {"draft", "published"}


def test_a_returned_need_says_why_and_goes_back_corrected(client, user, county):
    need = move_need(need=draft(county), to="submitted", by=user)
    need = move_need(need=need, to="returned", by=make_user("bureau"), reason="请写明受益人数")
    for url in (reverse("my-needs"), reverse("my"), address(need), address(need, "my-need-edit")):
        assert "请写明受益人数" in client.get(url).content.decode(), url
    data = form_of(client.get(address(need, "my-need-edit")), why="两百名学生", act="check")
    assert client.post(address(need, "my-need-edit"), data).status_code == 302
    need.refresh_from_db()
    client.post(address(need, "my-need-check"), {"seen_version": need.version})
    need.refresh_from_db()
    assert (need.status, need.why) == ("submitted", "两百名学生")


# What is done about it since


def test_withdrawing_needs_a_reason(client, user, county):
    need = make_need(county=county)
    data = {"act": "withdrawn", "reason": " ", "seen_version": need.version}
    assert client.post(address(need), data).status_code == 409
    assert client.post(address(need), data | {"reason": "已自行解决"}).url == address(need)
    need.refresh_from_db()
    assert (need.status, need.status_reason) == ("withdrawn", "已自行解决")


def test_a_need_with_promises_is_not_withdrawn(client, user, county):
    need = make_need(county=county)
    make_pledge(need=need, amount="1", status="accepted")
    answer = client.post(address(need), {"act": "withdrawn", "reason": "无", "seen_version": need.version})
    assert answer.status_code == 409
    assert "已有认领被接受" in answer.content.decode()


@pytest.mark.parametrize("act", ["published", "submitted", "met", "nonsense", ""])
def test_moves_that_are_not_the_county_s_are_not_made(client, user, county, act):
    need = make_need(county=county, status="draft")
    answer = client.post(address(need), {"act": act, "reason": "试", "seen_version": need.version})
    assert answer.status_code in (404, 409)
    need.refresh_from_db()
    assert need.status == "draft"


def test_an_open_need_is_extended_let_expire_and_renewed(client, user, county):
    need = make_need(county=county, expires_on=today() - datetime.timedelta(days=3))
    assert "已逾期" in client.get(reverse("my-needs")).content.decode()
    data = {"act": "extend", "expires_on": f"{LATER:%Y.%m.%d}", "reason": "仍有缺口", "seen_version": need.version}
    assert client.post(address(need), data | {"reason": ""}).status_code == 400
    assert client.post(address(need), data | {"seen_version": 0}).status_code == 409
    assert client.post(address(need), data).status_code == 302
    need.refresh_from_db()
    assert need.expires_on == LATER
    client.post(address(need), {"act": "expired", "reason": "无人认领", "seen_version": need.version})
    need.refresh_from_db()
    assert need.status == "expired"
    page = client.get(address(need))
    assert "重新提交" in page.content.decode()
    data = {"act": "renew", "expires_on": "", "seen_version": need.version}
    assert client.post(address(need), data).status_code == 302
    need.refresh_from_db()
    assert (need.status, need.expires_on) == ("submitted", None)


def test_the_list_shows_each_state_with_its_gap_in_money_and_quantity(client, user, county):
    need = make_need(county=county, amount="3000000", status="partly_met")
    NeedItem.objects.create(need=need, kind="goods", what="床", quantity=50, unit="张")
    make_pledge(need=need, amount="1800000", status="accepted")
    draft(county)
    answer = client.get(reverse("my-needs"))
    assert [(status, total) for status, _label, total, _rows in answer.context["groups"]] == [
        ("draft", 1), ("partly_met", 1),
    ]  # fmt: skip
    page = answer.content.decode()
    for words in ("60.0%", "120", "50", "<rect"):
        assert words in page


def test_pledges_are_shown_from_the_bureau_s_acceptance_on(client, user, county):
    need = make_need(county=county)
    make_pledge(need=need, amount="1", status="submitted", organisation=make_organisation(name="未受理基金会"))
    make_pledge(need=need, amount="1", status="accepted", organisation=make_organisation(name="已受理基金会"))
    page = client.get(address(need)).content.decode()
    assert "已受理基金会" in page
    assert "未受理基金会" not in page


def test_the_first_page_names_needs_that_were_returned_or_are_past_their_day(client, user, county):
    draft(county, name="退回的", status="returned", status_reason="缺章")
    make_need(county=county, name="过期的", expires_on=today() - datetime.timedelta(days=1))
    make_need(county=county, name="没过期的", expires_on=today())
    make_need(name="别县的", status="returned")
    queues = {queue.slug: [task.title for task in queue.tasks] for queue in client.get("/my/").context["queues"]}
    assert queues["needs"] == ["退回的", "过期的"]


@pytest.mark.parametrize("name", ["my-needs", "my"])
def test_a_page_takes_as_many_queries_with_one_need_as_with_three(client, user, county, name):
    counts = []
    for number in (1, 2):
        for _each in range(number):
            for status in ("draft", "returned"):
                draft(county, status=status)
            need = make_need(county=county, expires_on=today() - datetime.timedelta(days=1))
            make_pledge(need=need, amount="1", status="accepted")
        counts.append(queries_of(client, reverse(name)))
    assert counts[0] == counts[1]


def test_one_need_takes_as_many_queries_with_one_line_as_with_three(client, user, county):
    need, counts = draft(county, amount=None), []
    for number in (1, 2):
        for each in range(number):
            NeedItem.objects.create(need=need, kind="goods", what=f"床{number}{each}", quantity=5, unit="张")
            make_pledge(need=need, amount=None, status="accepted")
        counts.append([queries_of(client, address(need, f"my-need{page}")) for page in ("", "-edit", "-check")])
    assert counts[0] == counts[1]


def test_retired_fields_are_not_offered(client, user, facts):
    Field.objects.filter(pk=facts["field"].pk).update(is_active=False)
    assert client.post(reverse("my-need-new"), typed(facts["field"])).status_code == 400

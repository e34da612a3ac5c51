"""An organisation pledges in three steps, freely or towards a need, and by its member companies."""

import re

import pytest
from django.urls import reverse

from projects.actions.pledging import save_pledge
from projects.models import NeedItem, Pledge
from tests.factories import (
    make_designation,
    make_division,
    make_field,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
)

from .steps import NEW, start, steps, towards, typed, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


# The three steps


def test_a_pledge_is_made_in_three_steps_and_kept_after_each(client, member, need, giver):
    answer = start(client, need)
    pledge = Pledge.objects.get()
    what, when, check = steps(pledge)
    assert (answer.url, pledge.status, pledge.money.value, pledge.organisation) == (when, "draft", 720000, giver)
    page = client.get(when)
    assert page.context["terms"].own["contact_name"].value() == "王明"
    data = typed(page, deliver_by="2027年3月1日", text="分两期", **{"part-TOTAL_FORMS": "2"})
    data |= {
        "part-0-due_on": "2026-12-31",
        "part-0-amount": "４０％",
        "part-1-due_on": "2027-03-01",
        "part-1-amount": "60%",
    }
    assert client.post(when, data).url == check
    pledge.refresh_from_db()
    assert [(str(part.due_on), str(part.amount)) for part in pledge.instalments.all()] == [
        ("2026-12-31", "288000.00"), ("2027-03-01", "432000.00"),
    ]  # fmt: skip
    assert (pledge.contact_phone, pledge.text, str(pledge.deliver_by)) == ("13900001111", "分两期", "2027-03-01")
    page = client.get(check)
    text = page.content.decode()
    for words in ("720,000.00 元", "288,000.00 元", "王明", "分两期", "县方确认前可以撤回"):
        assert words in text
    assert text.count(f'href="{when}') >= 4
    assert client.post(check, typed(page, read="on")).url == reverse("my-pledge", args=(pledge.number,))
    pledge.refresh_from_db()
    assert (pledge.status, pledge.submitted_by) == ("submitted", member)
    assert client.get(what).url == client.get(check).url == reverse("my-pledge", args=(pledge.number,))


@pytest.mark.parametrize("words", ["72万", "７２万", "720,000", "720000.00元", "柒拾贰万元整", "0.0072亿"])
def test_a_sum_is_read_as_people_write_it_and_echoed_with_its_share_of_the_gap(client, member, need, words):
    start(client, need, words, act="save")
    pledge = Pledge.objects.get()
    assert pledge.money.value == 720000
    page = client.get(steps(pledge)[0]).content.decode()
    assert re.search(r"= 720,000\.00 元（缺口的 24\.0%）</output>", page)


@pytest.mark.parametrize("words", ["约72万", "72", "-5", "0", "七块", "72万美元", "1.005", "1e9", "99999999999亿"])
def test_what_is_no_exact_sum_is_refused_and_nothing_is_written(client, member, need, words):
    answer = start(client, need, words)
    assert (answer.status_code == 400) == (words != "72")
    assert Pledge.objects.exists() == (words == "72")


def test_nothing_offered_is_told(client, member, need):
    answer = start(client, need, "")
    assert answer.status_code == 400
    assert "请填写认领内容" in answer.content.decode()


def test_the_items_are_those_that_the_need_wants_and_goods_take_their_unit(client, member):
    need = make_need(amount=None)
    beds = NeedItem.objects.create(need=need, kind="goods", what="床", quantity=5, unit="张")
    page = client.get(towards(need))
    assert "床 (张)" in page.content.decode()
    data = typed(page, **{f"wanted-{beds.pk}-much": "２", f"wanted-{beds.pk}-declared": "900"})
    client.post(towards(need), data)
    item = Pledge.objects.get().items.get()
    assert (item.kind, item.what, item.quantity, item.unit, item.need_item, item.declared) == (
        "goods", "床", 2, "张", beds, 900,
    )  # fmt: skip
    for wrong in ("2套", "约2", "0"):
        answer = client.post(towards(need), data | {f"wanted-{beds.pk}-much": wrong, "once": ""})
        assert answer.status_code == 400, wrong


def test_what_is_met_already_is_not_asked_for(client, member, need):
    NeedItem.objects.create(need=need, kind="goods", what="床", quantity=5, unit="张")
    make_pledge(need=need, amount="3000000", status="accepted")
    assert wanted(need) not in client.get(towards(need)).content.decode()


def test_more_than_the_gap_warns_at_the_first_step_and_the_last_and_is_not_submitted(client, member, need):
    make_pledge(need=need, amount="2280000", status="accepted")
    answer = start(client, need, "720000.01")
    pledge = Pledge.objects.get(status="draft")
    what, when, check = steps(pledge)
    assert answer.url == what
    page = client.get(what)
    assert "目前缺口为" in page.content.decode()
    assert "720,000.00 元" in page.content.decode()
    assert client.post(what, typed(page)).url == when
    page = client.get(check)
    assert "目前缺口为" in page.content.decode()
    answer = client.post(check, typed(page, read="on"))
    assert answer.status_code == 409
    assert "720,000.00 元" in answer.content.decode()
    pledge.refresh_from_db()
    assert (pledge.status, str(pledge.money.value)) == ("draft", "720000.01")
    client.post(what, typed(client.get(what), **{wanted(need): "72万"}))
    assert client.post(check, typed(client.get(check), read="on")).status_code == 302


def test_the_notice_is_ticked_first(client, member, need):
    start(client, need)
    check = steps(Pledge.objects.get())[2]
    answer = client.post(check, typed(client.get(check)))
    assert answer.status_code == 400
    assert Pledge.objects.get().status == "draft"


@pytest.mark.parametrize("parts", [("40%", "50%"), ("10万", "62.000001万")])
def test_instalments_that_do_not_come_to_the_sum_are_told_and_not_submitted(client, member, need, parts):
    start(client, need)
    _what, when, check = steps(Pledge.objects.get())
    data = typed(
        client.get(when), **{"part-TOTAL_FORMS": "2", "part-0-due_on": "2026-12-31", "part-1-due_on": "2027-01-31"}
    )
    client.post(when, data | {"part-0-amount": parts[0], "part-1-amount": parts[1]})
    page = client.get(check)
    assert "各期金额之和" in page.content.decode()
    assert client.post(check, typed(page, read="on")).status_code == 409


def test_thirds_come_to_the_whole_to_the_fen(client, member, need):
    start(client, need, "100.01元")
    when = steps(Pledge.objects.get())[1]
    data = typed(client.get(when), **{"part-TOTAL_FORMS": "3"})
    for number, share in enumerate(("33.33%", "33.33%", "33.34%")):
        data |= {f"part-{number}-due_on": f"2027-0{number + 1}-01", f"part-{number}-amount": share}
    client.post(when, data)
    assert [str(part.amount) for part in Pledge.objects.get().instalments.all()] == ["33.33", "33.33", "33.35"]


@pytest.mark.parametrize(
    "changes",
    [
        {"part-0-due_on": "2026-12-31"}, {"part-0-amount": "5"}, {"part-0-due_on": "31.12.", "part-0-amount": "5"},
        {"part-0-due_on": "2026-12-31", "part-0-amount": "140%"}, {"contact_name": ""}, {"contact_phone": ""},
        {"deliver_by": "明年"}, {"text": "\x00"}, {"seen_version": "x"}, {"part-TOTAL_FORMS": "x"},
        {"part-TOTAL_FORMS": "2", "part-0-due_on": "2026-12-31", "part-0-amount": "5", "part-1-due_on": "20261231",
         "part-1-amount": "6"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_at_the_second_step_is_named(client, member, need, changes):
    start(client, need)
    when = steps(Pledge.objects.get())[1]
    answer = client.post(when, typed(client.get(when), **changes))
    assert answer.status_code == 400
    assert list(answer.context["terms"].faults)
    assert not Pledge.objects.get().instalments.exists()


def test_a_double_click_makes_one_pledge_and_another_visit_another(client, member, need):
    data = typed(client.get(towards(need)), **{wanted(need): "72万"})
    assert client.post(towards(need), data).url == client.post(towards(need), data).url
    assert Pledge.objects.count() == 1
    start(client, need)
    assert Pledge.objects.count() == 2


def test_a_draft_saved_by_somebody_else_meanwhile_is_not_overwritten(client, member, need, giver):
    start(client, need)
    pledge = Pledge.objects.get()
    pages = [(step, typed(client.get(step), read="on")) for step in steps(pledge)]
    save_pledge(by=member, organisation=giver, need=need, pledge=pledge, text="同事写的")
    for step, data in pages:
        assert client.post(step, data).status_code == 409, step
    pledge.refresh_from_db()
    assert (pledge.text, pledge.status) == ("同事写的", "draft")


# Free pledges and member companies


@pytest.fixture
def county():
    for name in ("康保县", "康乐县"):
        county = make_designation(make_division(name=name)).division
    return county


def free(client, **changes):
    field = make_field()
    data = typed(client.get(NEW), field=str(field.pk), **{"line-0-towards": "money", "line-0-much": "5万"})
    return client.post(NEW, data | changes)


@pytest.mark.parametrize("words", ["康乐县", "康乐", "kangle", "ＫＡＮＧＬＥ", "klx"])
def test_a_free_pledge_finds_its_county_by_name_pinyin_and_initials(client, member, need, county, words):
    assert free(client, county=words).status_code == 302
    pledge = Pledge.objects.get()
    assert (pledge.county, pledge.need, pledge.money.value) == (county, None, 50000)


@pytest.mark.parametrize(("words", "told"), [("康", "康保县"), ("月球县", "月球县"), ("", "county")])
def test_a_county_that_is_not_clear_is_asked_for(client, member, need, county, words, told):
    answer = free(client, county=words)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not Pledge.objects.exists()


def test_a_free_pledge_offers_goods_with_their_unit(client, member, need, county):
    line = {"line-0-towards": "goods", "line-0-what": "棉被", "line-0-much": "200床", "line-0-declared": "2万"}
    free(client, county="康乐县", **line)
    item = Pledge.objects.get().items.get()
    assert (item.kind, item.what, item.quantity, item.unit, item.declared) == ("goods", "棉被", 200, "床", 20000)
    page = client.get(steps(Pledge.objects.get())[0])
    assert page.context["offer"].lines.forms[0]["much"].value() == "200床"


@pytest.mark.parametrize(
    "line",
    [
        {"line-0-towards": "goods", "line-0-what": "", "line-0-much": "200床"},
        {"line-0-towards": "goods", "line-0-what": "棉被", "line-0-much": "200"},
        {"line-0-towards": "goods", "line-0-what": "棉被", "line-0-much": "约200床"},
        {"line-0-towards": "goods", "line-0-what": "棉被", "line-0-much": ""},
        {"line-0-towards": "money", "line-0-much": "0"},
        {"line-0-towards": "money", "line-0-much": "5万", "line-0-declared": "5"},
        {"line-0-towards": "moon", "line-0-much": "5万"},
    ],
)
def test_a_line_that_makes_no_sense_is_named(client, member, need, county, line):
    answer = free(client, county="康乐县", **line)
    assert answer.status_code == 400
    assert list(answer.context["offer"].faults)
    assert not Pledge.objects.exists()


def test_what_member_companies_give_is_shown_apart_and_only_to_associations(client, member, need):
    assert "line-0-company" not in client.get(towards(need)).content.decode()
    client.force_login(make_org_user(make_organisation(name="河北省某商会", kind="association")))
    line = {"line-0-company": "燕赵食品公司", "line-0-towards": str(need.items.get().pk), "line-0-much": "30万"}
    start(client, need, "10万", **line)
    pledge = Pledge.objects.get()
    page = client.get(steps(pledge)[2])
    content = page.context["content"]
    assert (content.own_money.value, content.mobilised_money.value) == (100000, 300000)
    assert "燕赵食品公司" in page.content.decode()
    offer = client.get(steps(pledge)[0]).context["offer"]
    assert (offer.wanted[0]["much"].value(), offer.lines.forms[0]["company"].value()) == (100000, "燕赵食品公司")

"""Circulars on the desk: composed around locked figures, checked and issued by three persons."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from projects.models import Circular
from registry.reports.circulars.actions import correct_circular
from tests.desk import filled, page
from tests.factories import make_funding, make_organisation, make_user
from tests.reports.circulars import checked, drawn_up, figures_of, issued, reworded

from .composing import body, composing, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_a_new_circular_is_drawn_up_and_its_paragraphs_are_opened(client, bureau, register):
    answer = client.get(page(Circular, "add"))
    now = timezone.localtime()
    answer = client.post(page(Circular, "add"), filled(
        answer, kind="progress", campaign=register.campaign.pk, period_from="2018-03-01", period_until="2021-10-31",
        as_of_0=now.strftime("%Y-%m-%d"), as_of_1=now.strftime("%H:%M:%S"), addressee="各市民政局",
    ))  # fmt: skip
    circular = Circular.objects.get()
    assert (answer.status_code, answer.url) == (302, composing(circular))
    assert circular.title == "关于“试验行动”进展情况的通报"
    assert (circular.drafted_by, circular.parts.count()) == (bureau, 8)


def test_an_instant_that_lies_ahead_is_refused_in_the_form(client, bureau, register):
    answer = client.get(page(Circular, "add"))
    answer = client.post(page(Circular, "add"), filled(
        answer, kind="progress", campaign=register.campaign.pk, period_from="2018-03-01", period_until="2021-10-31",
        as_of_0="2199-01-01", as_of_1="00:00",
    ))  # fmt: skip
    assert "尚未到来" in body(answer, 400)
    assert not Circular.objects.exists()


def test_the_preview_shows_figures_as_links_and_words_as_words(client, bureau):
    circular = drawn_up()
    text = body(client.get(composing(circular)))
    link = reverse("circular-figure", args=(circular.pk, "funds"))
    assert re.search(rf'<a class="figure-mark" href="{link}"[^>]*>872万元</a>', text)
    assert "字体以 Word/WPS 打开为准" in text
    assert '<p class="paper-draft">草稿</p>' in text


def test_the_paper_is_chinese_whatever_the_reader_reads(client, bureau):
    client.cookies["django_language"] = "en"
    text = body(client.get(composing(drawn_up())))
    client.cookies["django_language"] = "zh-hans"
    assert "Check figures" in text
    assert "附件：数字、各县情况及超期事项一览表" in text
    assert "抄送：北京市民政局，天津市民政局。" in text


def test_paragraphs_are_worded_chosen_and_put_in_order(client, bureau):
    circular = drawn_up()
    answer = client.get(composing(circular))
    answer = client.post(composing(circular), sent(answer, **{
        "general-text": "涉及{{figure:funds}}。", "general-position": "90", "overdue-is_included": None,
        "difficulties-is_included": "on",
    }))  # fmt: skip
    assert answer.url == f"{composing(circular)}?check=1"
    text = body(client.get(answer.url))
    kinds = [part.kind for part in circular.parts.filter(is_included=True)]
    assert kinds == ["ranking", "requirements", "difficulties", "general"]
    assert "数字 5/5 一致" in text
    assert "projects" not in figures_of(circular)


def test_what_somebody_else_saved_meanwhile_is_shown_beside_and_may_be_overwritten_knowingly(client, bureau):
    circular = drawn_up()
    answer = client.get(composing(circular))
    reworded(circular, general="别人写的")
    again = client.post(composing(circular), sent(answer, **{"general-text": "我写的"}))
    text = body(again, 409)
    assert circular.parts.get(kind="general").text == "别人写的"
    ((record, rows),) = again.context["conflicts"]
    assert (record, [row[1:] for row in rows]) == (circular, [("别人写的", "我写的")])
    assert "再次保存" in text
    seen = again.context["form"]["seen_version"].value()
    assert client.post(composing(circular), sent(again, seen_version=seen)).status_code == 302
    assert circular.parts.get(kind="general").text == "我写的"


def test_a_field_that_is_wrong_is_named(client, bureau):
    circular = drawn_up()
    answer = client.get(composing(circular))
    again = client.post(composing(circular), sent(answer, **{"general-position": ""}))
    assert "顺序: 该字段是必填项" in body(again, 400)


def test_broken_and_unknown_marks_are_named_and_what_was_typed_stays(client, bureau):
    circular = drawn_up()
    answer = client.get(composing(circular))
    for wrong, named in (("{{figure:fund}}", "fund"), ("{{funds}}", "{{funds}}")):
        again = client.post(composing(circular), sent(answer, **{"general-text": f"写了很久{wrong}"}))
        text = body(again, 400)
        assert named in "".join(again.context["faults"])
        assert "未作任何更改" in text
        assert f"写了很久{wrong}" in text
    assert "写了很久" not in circular.parts.get(kind="general").text


def test_numbers_typed_by_hand_are_pointed_out(client, bureau):
    circular = reworded(drawn_up(), general="涉及{{figure:funds}}，另有37项。")
    text = body(client.get(f"{composing(circular)}?check=1"))
    assert '<span class="typed-number">37项</span>' in text


def test_the_check_names_what_differs(client, bureau):
    circular = drawn_up()
    total = circular.figures.count()
    circular.figures.filter(code="funds").update(value=1, shown="1元")
    text = body(client.get(f"{composing(circular)}?check=1"))
    assert f"数字 {total - 1}/{total} 一致" in text
    assert "涉及资金：通报为 1元，台账为 872万元。" in text


def test_another_instant_counts_the_figures_again(client, bureau, register):
    circular = drawn_up()
    make_funding(register, "1280000", organisation=make_organisation())
    answer = client.get(page(circular))
    now = timezone.localtime()
    changes = {"as_of_0": now.strftime("%Y-%m-%d"), "as_of_1": now.strftime("%H:%M:%S.%f")}
    answer = client.post(page(circular), filled(answer, **changes))
    assert answer.status_code == 302
    assert figures_of(circular)["funds"] == "1000万元"


def test_the_instant_stays_to_the_microsecond_when_the_head_is_changed(client, bureau, register):
    old = issued()
    make_funding(register, "1280000", organisation=make_organisation())
    new = correct_circular(circular=old, by=bureau, explanation="漏计一笔")
    answer = client.get(page(new))
    shown = dict(re.findall(r'name="(as_of_\d)" value="([^"]*)"', body(answer)))
    answer = client.post(page(new), filled(answer, number="冀民函〔2021〕99号", **shown))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    changed = Circular.objects.get(pk=new.pk)
    assert (changed.number, changed.as_of) == ("冀民函〔2021〕99号", new.as_of)
    assert figures_of(changed)["funds"] == "1000万元"


@pytest.mark.parametrize("state", ["checked", "issued"])
def test_what_is_no_draft_has_no_form_and_takes_no_words(client, bureau, state):
    circular = checked(drawn_up()) if state == "checked" else issued()
    answer = client.get(composing(circular))
    assert 'name="general-text"' not in body(answer)
    assert answer.context["form"] is None
    assert client.post(composing(circular), {"general-text": "x"}).status_code == 403


def test_an_auditor_reads_everything_and_writes_nothing(client, register):
    circular = drawn_up()
    client.force_login(make_user("auditor"))
    assert 'type="submit" class="btn btn-primary"' not in body(client.get(composing(circular)))
    body(client.get(f"{composing(circular)}?check=1"))
    before = Circular.objects.get().version
    assert client.post(composing(circular), {"general-text": "x"}).status_code == 403
    assert client.get(page(Circular, "add")).status_code == 403
    assert client.post(page(circular), {"title": "x"}).status_code == 403
    assert Circular.objects.get().version == before


@pytest.mark.parametrize("role", ["county", "organisation"])
def test_others_do_not_get_to_the_composing_page(client, register, role):
    circular = drawn_up()
    client.force_login(make_user(role))
    assert client.get(composing(circular)).status_code in (302, 403, 404)
    assert client.get(reverse("circular", args=(circular.pk,))).status_code == 404


def test_the_buttons_check_and_issue_by_three_persons(client, bureau):
    circular = drawn_up(by=bureau)
    for user, to, status in ((bureau, "checked", "draft"), (make_user("bureau"), "checked", "checked"),
                             (make_user("bureau"), "issued", "issued")):  # fmt: skip
        client.force_login(user)
        client.post(page(circular, "move", to), {"reason": ""})
        circular.refresh_from_db()
        assert circular.status == status
    assert circular.digest in body(client.get(page(circular)))


def test_a_circular_whose_figures_differ_is_refused_with_their_names(client, bureau):
    circular = drawn_up()
    circular.figures.filter(code="funds").update(value=1, shown="1元")
    text = body(client.post(page(circular, "move", "checked"), {"reason": ""}), 409)
    assert "台账为 872万元" in text
    assert Circular.objects.get().status == "draft"


def test_a_correction_is_drawn_up_by_a_button_that_asks_for_its_explanation(client, bureau):
    old = issued()
    address = page(old, "deed", "correct")
    client.post(address, {"explanation": ""})
    assert Circular.objects.count() == 1
    client.post(address, {"explanation": "漏计一笔"})
    assert Circular.objects.exclude(pk=old.pk).get().explanation == "漏计一笔"
    assert old.number in body(client.get(page(Circular, "changelist")))

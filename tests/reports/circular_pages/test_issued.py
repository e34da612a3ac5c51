"""Circulars as everybody reads them once issued, and as files that never change."""

import io
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from projects.models import Circular, Funding
from registry.core.blobs import bytes_of
from registry.reports.circulars.actions import correct_circular
from registry.reports.circulars.checking import check_figures
from tests.counting import queries_of
from tests.factories import make_campaign, make_funding, make_project, make_user
from tests.publishing import publish_what_is_marked
from tests.reports.circulars import drawn_up, figures_of, issued, opened, reworded

from .composing import body, composing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_an_issued_circular_is_shown_with_its_text_figures_rules_files_and_digest(client, register):
    circular = issued()
    text = body(client.get(reverse("circular", args=(circular.pk,))))
    for figure in circular.figures.all():
        assert figure.rule.split("“")[0][:20] in text
        assert reverse("circular-figure", args=(circular.pk, figure.code)) in text
    for form in ("docx", "xlsx"):
        assert reverse("circular-file", args=(circular.pk, form)) in text
    assert circular.digest in text
    assert "草稿" not in text


def test_a_circular_is_found_by_its_number(client, register):
    circular, draft = issued(), drawn_up()
    answer = client.get(reverse("circular-numbered", args=(circular.number,)))
    assert (answer.status_code, answer.url) == (302, reverse("circular", args=(circular.pk,)))
    assert client.get(reverse("circular-numbered", args=(draft.number,))).status_code == 404


def test_a_circular_downloaded_again_is_the_same_to_the_byte_after_the_data_changed(client, register):
    circular = issued()
    addresses = [reverse("circular-file", args=(circular.pk, form)) for form in ("docx", "xlsx")]
    before = [client.get(address).getvalue() for address in addresses]
    assert before == [bytes_of(Circular.objects.get().docx), bytes_of(Circular.objects.get().xlsx)]
    Funding.objects.update(amount=1)
    make_funding(register, "5")
    register.name = "改名"
    register.save()
    assert [client.get(address).getvalue() for address in addresses] == before
    assert any("涉及资金872万元" in line.text for line in opened(before[0]).paragraphs)
    assert load_workbook(io.BytesIO(before[1])).sheetnames[0] == "通报数字"


def test_a_draft_s_files_say_draft_and_are_for_those_who_read_everything(client, register):
    circular = drawn_up()
    address = reverse("circular-file", args=(circular.pk, "docx"))
    assert client.get(address).status_code == 404
    client.force_login(make_user("auditor"))
    document = opened(client.get(address).getvalue())
    assert document.sections[0].header.paragraphs[0].text == "草稿"
    assert client.get(reverse("circular-file", args=(circular.pk, "pdf"))).status_code == 404


def test_a_draft_with_a_figure_that_was_not_counted_gives_no_document_but_says_why(client, bureau):
    circular = drawn_up()
    circular.figures.filter(code="funds").delete()
    text = body(client.get(reverse("circular-file", args=(circular.pk, "docx"))), 409)
    assert "“funds”尚未计算" in text


def test_old_and_new_are_shown_beside_each_other_with_the_explanation(client, register):
    old = issued()
    new = correct_circular(circular=old, by=make_user("bureau"), explanation="漏计一笔到位资金")
    address = reverse("circular", args=(old.pk,))
    assert "漏计一笔" not in body(client.get(address))
    Circular.objects.filter(pk=new.pk).update(number="冀民函〔2021〕99号")
    issued(Circular.objects.get(pk=new.pk))
    assert "漏计一笔到位资金" in body(client.get(address))
    assert "漏计一笔到位资金" in body(client.get(reverse("circular", args=(new.pk,))))
    listed = body(client.get(reverse("circulars")))
    assert "已由以下通报更正" in listed
    assert "更正以下通报" in listed
    assert old.text == Circular.objects.get(pk=old.pk).text


def test_a_figure_opens_its_rows_as_they_were_at_the_instant(client, register):
    publish_what_is_marked()
    circular = issued()
    Funding.objects.update(amount=1)
    text = body(client.get(reverse("circular-figure", args=(circular.pk, "funds"))))
    assert "872" in text
    assert register.name in text
    history = reverse("admin:projects_project_history", args=(register.pk,))
    assert history not in text
    client.force_login(make_user("auditor"))
    assert history in body(client.get(reverse("circular-figure", args=(circular.pk, "funds"))))
    assert client.get(reverse("circular-figure", args=(circular.pk, "nothing"))).status_code == 404


def test_rows_of_work_in_progress_stay_with_those_who_run_it(client, register):
    circular = issued()
    address = reverse("circular-figure", args=(circular.pk, "overdue_steps"))
    assert "拨付首批资金" not in body(client.get(address))
    client.force_login(make_user("auditor"))
    text = body(client.get(address))
    assert "拨付首批资金" in text
    assert re.search(r"/project/\d+/history/", text)


def test_rows_of_unpublished_projects_are_counted_and_not_shown(client, register):
    hidden = make_project(stage="under_way", name="未公开项目", campaign=register.campaign)
    publish_what_is_marked()
    circular = issued()
    assert figures_of(circular)["projects"] == "2个"
    answer = client.get(reverse("circular-figure", args=(circular.pk, "projects")))
    assert hidden.name not in body(answer)
    assert "共 2 条明细，您可查看 1 条" in body(answer)


def test_identity_numbers_are_refused_in_wording_head_and_explanation(register):
    number, draft = "130102199003071234", drawn_up()
    for deed in (
        lambda: reworded(draft, requirements=f"身份证{number}"),
        lambda: drawn_up(title=f"关于{number}的通报"),
        lambda: correct_circular(circular=issued(), by=make_user("bureau"), explanation=f"误写{number}"),
    ):
        with pytest.raises(ValidationError, match="身份证号"):
            deed()


def test_what_was_issued_with_an_identity_number_before_shows_it_masked(client, register):
    circular = drawn_up()
    circular.parts.filter(kind="requirements").update(text="身份证130102199003071234")
    text = body(client.get(reverse("circular", args=(issued(circular).pk,))))
    assert "130102199003071234" not in text


def test_more_figures_and_paragraphs_cost_no_more_questions(client, bureau, register):
    few = issued(reworded(drawn_up(), general="{{figure:funds}}", ranking="x", overdue="x", requirements="x"))
    many = issued(drawn_up())
    assert few.figures.count() < many.figures.count()
    addresses = [reverse("circular", args=(one.pk,)) for one in (few, many)]
    assert queries_of(client, addresses[0]) == queries_of(client, addresses[1])
    addresses = [composing(one) for one in (few, many)]
    assert queries_of(client, addresses[0]) == queries_of(client, addresses[1])


def test_the_interface_gives_an_issued_circular_with_its_files(client, register):
    circular = issued()
    told = client.get(f"/api/v1/circulars/{circular.pk}/").json()
    assert told["digest"] == circular.digest
    assert told["files"] == {form: reverse("circular-file", args=(circular.pk, form)) for form in ("docx", "xlsx")}
    assert client.post(f"/api/v1/circulars/{circular.pk}/", {}).status_code in (401, 403, 405)


def test_a_check_reads_the_register_of_its_campaign_and_instant(register):
    circular = drawn_up(campaign=make_campaign(name="空的行动"))
    assert figures_of(circular)["projects"] == "0个"
    assert check_figures(circular).agrees

"""The desk on a phone and in words: rows as cards, counts without noughts, and what is for somebody else to do."""

import re

import pytest
from django.urls import reverse

from projects.models import MonthlyReport, Need, Project, Result
from tests.desk import page
from tests.factories import make_project, make_report, make_result, make_user
from tests.reports.circulars import drawn_up

pytestmark = pytest.mark.django_db
CELL = re.compile(r"<td(?! class=\"action-checkbox\")[^>]*>")


def body(answer):
    return answer.content.decode()


def test_each_cell_of_a_list_says_the_name_of_its_column(client, bureau):
    make_project(name="甲<b>乙")
    rows = body(client.get(page(Project, "changelist"))).split("<tbody>")[1].split("</tbody>")[0]
    cells = CELL.findall(rows)
    assert len(cells) > 5
    assert all(re.match(r"<td data-label=\"[^\"<]+\"", cell) for cell in cells)
    assert "甲&lt;b&gt;乙" in rows


def test_a_filter_in_use_is_told_where_the_filters_are_closed(client, bureau):
    make_project()
    tag = '<span class="tag">in use</span>'
    assert tag not in body(client.get(page(Project, "changelist")))
    assert tag in body(client.get(page(Project, "changelist"), {"stage__exact": "planned"}))
    assert tag in body(client.get(reverse("projects"), {"year": "2020"}))


def test_counts_are_shown_without_noughts_that_nobody_wrote(client, bureau):
    draft, judged = (make_result(make_project(), status=status, actual="799") for status in ("draft", "submitted"))
    assert 'value="799"' in body(client.get(page(draft)))
    text = body(client.get(page(judged)))
    assert "799.0" not in text
    assert ">799<" in text
    assert Result.objects.get(pk=judged.pk).actual == 799


def test_what_is_empty_is_never_shown_as_none(client, bureau):
    report = make_report(make_project(), status="submitted")
    assert MonthlyReport.objects.get(pk=report.pk).is_unchanged is False
    assert ">None<" not in body(client.get(page(report)))


def test_the_way_out_of_a_page_that_is_only_read_is_not_called_closing(client, bureau):
    assert ">Back to the list</a>" in body(client.get(page(make_result(make_project(), status="submitted"))))


def test_a_step_for_a_second_person_is_told_to_the_first(client, bureau):
    circular = drawn_up(by=bureau)
    said = "“Record the check” takes a second person: you made the step before it."
    assert said in body(client.get(page(circular)))
    client.force_login(make_user("bureau"))
    client.cookies["django_language"] = "en"
    assert said not in body(client.get(page(circular)))


def test_a_new_record_is_headed_as_its_way_there_is(client, bureau):
    text = body(client.get(page(Need, "add")))
    assert "<h1>Add need</h1>" in text
    client.cookies["django_language"] = "zh-hans"
    assert "<h1>新增需求</h1>" in body(client.get(page(Need, "add")))

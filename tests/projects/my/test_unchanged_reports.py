"""Late months and projects of which there is nothing new: handed in by one button."""

import pytest
from django.urls import reverse

from projects.models import MonthlyReport
from projects.months import ended_months
from registry.core.dates import today
from tests.counting import queries_of
from tests.factories import make_result

from .sent import BEFORE, LAST, address, make_running, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_the_list_shows_late_months_in_shape_and_word_and_offers_the_shortest_way(client, user, project):
    told(project, user)
    answer = client.get(reverse("my-reports"))
    row = next(owed for owed, _lamp in answer.context["rows"] if owed.month == LAST)
    assert row.may_be_unchanged
    text = answer.content.decode()
    assert f'value="{project.pk}.{LAST:%Y-%m}"' in text
    assert "lamp--overdue" in text
    assert "超期" in text


def test_of_many_owed_reports_the_first_are_shown_and_all_are_counted(client, user, project, monkeypatch):
    whole = client.get(reverse("my-reports")).context
    assert len(whole["rows"]) == whole["owed"] > 1
    monkeypatch.setattr("projects.my.reports.MOST", 1)
    answer = client.get(reverse("my-reports"))
    assert [owed.month for owed, _lamp in answer.context["rows"]] == [whole["rows"][0][0].month]
    assert (answer.context["owed"], answer.context["late"]) == (whole["owed"], whole["late"])
    assert "仅显示前 1 项" in answer.content.decode()


def test_unchanged_projects_take_one_confirmation_for_all_of_them(client, user, project, county):
    other = make_running(county=county)
    chosen = {"chosen": [f"{one.pk}.{LAST:%Y-%m}" for one in (project, other)]}
    for one in (project, other):
        told(one, user)
    asked = client.get(reverse("my-unchanged"), chosen)
    assert [(row[0], row[2].month, row[3].progress) for row in asked.context["rows"]] == [
        (one, BEFORE, 40) for one in (project, other)
    ]
    assert MonthlyReport.objects.filter(month=LAST).count() == 0
    assert client.post(reverse("my-unchanged"), chosen).url == reverse("my-reports")
    assert set(MonthlyReport.objects.filter(month=LAST).values_list("status", "is_unchanged")) == {("submitted", True)}
    assert MonthlyReport.objects.filter(month=LAST).count() == 2


def test_several_late_months_of_one_project_are_handed_in_in_their_order(client, user, project):
    months = ended_months(today(), 3)
    told(project, user, month=months[2])
    chosen = {"chosen": [f"{project.pk}.{month:%Y-%m}" for month in months[:2]]}
    client.post(reverse("my-unchanged"), chosen)
    assert MonthlyReport.objects.filter(status="submitted", progress=40).count() == 3


def test_one_that_cannot_be_unchanged_hands_in_none_of_them(client, user, project, county):
    told(project, user)
    chosen = {"chosen": [f"{one.pk}.{LAST:%Y-%m}" for one in (project, make_running(county=county))]}
    answer = client.post(reverse("my-unchanged"), chosen, follow=True)
    assert "首次月报" in answer.content.decode()
    assert MonthlyReport.objects.count() == 1
    assert client.get(reverse("my-unchanged")).url == reverse("my-reports")


def test_the_form_hands_in_unchanged_by_one_button(client, user, project):
    assert not client.get(address(project)).context["may_repeat"]
    told(project, user)
    assert client.get(address(project)).context["may_repeat"]
    assert client.post(address(project), {"act": "unchanged"}).url == reverse("my-reports")
    assert MonthlyReport.objects.get(month=LAST).is_unchanged
    assert client.post(address(project), {"act": "unchanged"}).status_code in (302, 409)


def test_asking_once_for_many_takes_as_many_queries_as_for_one(client, user, county):
    counts = []
    for number in (1, 3):
        projects = [make_running(county=county) for _each in range(number)]
        for project in projects:
            make_result(project)
            told(project, user)
        chosen = "&".join(f"chosen={project.pk}.{LAST:%Y-%m}" for project in projects)
        counts.append(queries_of(client, f"{reverse('my-unchanged')}?{chosen}"))
    assert counts[0] == counts[1]

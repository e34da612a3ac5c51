"""Publishing on the desk's pages."""

from decimal import Decimal

import pytest
from django.urls import reverse

from projects.models import Project
from projects.publishing.contents import standing_of
from tests.counting import queries_of
from tests.factories import make_project, make_user

from .published import publish

pytestmark = [pytest.mark.django_db, pytest.mark.plain]


def test_the_page_shows_checks_entry_and_versions_and_publishes(project, bureau, client):
    client.force_login(bureau)
    address = reverse("admin:projects_project_publication", args=(project.pk,))
    page = client.get(address).content.decode()
    assert "publish-notice" in page
    assert "蔬菜大棚" in page
    assert client.post(address, {"do": "publish"}).status_code == 400
    assert client.post(address, {"do": "publish", "publish-notice": "已张贴"}).status_code == 302
    assert standing_of(project).acknowledged == [{"code": "notice", "words": "已张贴"}]
    project.funding.update(amount=Decimal("730000.00"))
    page = client.get(address).content.decode()
    assert "730,000.00 元" in page
    answers = {"do": "publish", "publish-notice": "已张贴"}
    assert client.post(address, answers).status_code == 400
    assert client.post(address, answers | {"publish-note": "补记"}).status_code == 302
    assert client.post(address, {"do": "withdraw"}).status_code == 400
    assert client.post(address, {"do": "withdraw", "withdraw-reason": "有误"}).status_code == 302
    assert standing_of(project) is None


def test_the_page_offers_no_button_where_personal_data_is_found(project, bureau, client):
    Project.objects.filter(pk=project.pk).update(summary="联系人 13912345678")
    client.force_login(bureau)
    address = reverse("admin:projects_project_publication", args=(project.pk,))
    page = client.get(address).content.decode()
    assert "139…" in page
    assert 'value="publish"' not in page
    assert client.post(address, {"do": "publish", "publish-notice": "已张贴"}).status_code == 400
    assert standing_of(project) is None


def test_readers_see_the_page_and_may_do_nothing(project, client):
    client.force_login(make_user("auditor"))
    address = reverse("admin:projects_project_publication", args=(project.pk,))
    page = client.get(address).content.decode()
    assert 'value="publish"' not in page
    assert client.post(address, {"do": "publish", "publish-notice": "已张贴"}).status_code == 403


def test_what_has_changed_is_listed_filtered_and_published_on_one_page(project, bureau, client):
    other = make_project(name="没变的")
    for one in (project, other):
        publish(one, bureau)
    Project.objects.filter(pk=project.pk).update(summary="修订")
    client.force_login(bureau)
    listed = client.get("/desk/projects/project/?publication=changed").content.decode()
    assert project.number in listed
    assert other.number not in listed
    address = reverse("admin:projects_project_publish_changes")
    page = client.get(address).content.decode()
    assert project.number in page
    assert other.number not in page
    assert client.post(address, {"projects": [project.pk], "note": ""}).status_code == 400
    assert client.post(address, {"projects": [other.pk], "note": "季度更新"}).status_code == 400
    assert client.post(address, {"projects": [project.pk], "note": "季度更新"}).status_code == 302
    assert standing_of(project).note == "季度更新"
    client.force_login(make_user("partner"))
    assert client.get(address).status_code == 403


def test_one_version_and_three_cost_the_same_number_of_questions_but_for_their_names(project, bureau, client):
    publish(project, bureau)
    Project.objects.filter(pk=project.pk).update(summary="第二版")
    publish(project, bureau, note="更正")
    two = queries_of(client, project.get_absolute_url())
    for number in range(3, 6):
        Project.objects.filter(pk=project.pk).update(summary=f"第{number}版")
        publish(project, bureau, note="更正")
    assert queries_of(client, project.get_absolute_url()) == two

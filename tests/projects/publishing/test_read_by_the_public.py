"""What the public reads of publications: nothing before, each version as it stood, and what was withdrawn."""

import datetime
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from projects.actions.publishing import withdraw_project
from projects.models import Project
from projects.publishing.contents import content_of
from projects.publishing.differences import differences
from projects.publishing.versions import versions_of
from tests.factories import make_funding, make_result

from .published import publish

pytestmark = [pytest.mark.django_db, pytest.mark.plain]


# What the public reads

DOORS = (
    "/projects/?search={name}", "/projects/?search={name}&format=csv", "/projects/{number}/", "/counties/130881/",
    "/api/v1/projects/?search={name}", "/api/v1/projects/facets/", "/api/v1/projects/export/?format=csv",
    "/api/v1/projects/{pk}/", "/api/v1/figures/", "/",
)  # fmt: skip


def told(client, address, project):
    answer = client.get(address.format(name="蔬菜大棚", number=project.number, pk=project.pk))
    body = answer.getvalue() if answer.streaming else answer.content
    return answer.status_code, body.decode("utf-8-sig")


@pytest.mark.parametrize("address", DOORS)
def test_a_change_is_nobody_s_before_it_is_published(project, bureau, client, address):
    publish(project, bureau)
    before = _steady(told(client, address, project))
    project.funding.update(amount=Decimal("9990000.00"))
    Project.objects.filter(pk=project.pk).update(name="改名的项目", year=2019, stage="closed", summary="新写的话")
    project.sites.update(address="新地点")
    make_result(project, 12345)
    make_funding(project, "5550000.00")
    assert _steady(told(client, address, project)) == before
    publish(project, bureau, note="按核实结果更正")
    assert _steady(told(client, address, project)) != before


def _steady(answer):
    """Without what differs from one visit to the next."""
    status, body = answer
    body = re.sub(r'"as_of":"[^"]*"', "", body)
    return status, "\n".join(line for line in body.splitlines() if "csrf" not in line)


def test_the_public_asks_for_the_past_of_publications(project, bureau, client):
    def funds(instant):
        answer = client.get("/api/v1/figures/", {"as_of": instant.isoformat()}).json()
        return next(one for one in answer["figures"] if one["code"] == "funds")["value"]

    before = timezone.now()
    publish(project, bureau)
    first = timezone.now()
    project.funding.update(amount=Decimal("9990000.00"))
    changed = timezone.now()
    publish(project, bureau, note="更正")
    assert [Decimal(str(funds(at) or 0)) for at in (before, first, changed, timezone.now())] == [
        0, 720_000, 720_000, 9_990_000,
    ]  # fmt: skip


def test_the_note_stands_beside_the_entry_with_what_changed(project, bureau, client):
    publish(project, bureau)
    project.funding.update(amount=Decimal("730000.00"))
    publish(project, bureau, note="补记一笔到账款")
    page = client.get(project.get_absolute_url()).content.decode()
    assert "补记一笔到账款" in page
    assert "720,000.00 元" in page
    assert "730,000.00 元" in page
    assert reverse("project-version", args=(project.number, 1)) in page


def test_an_earlier_version_is_read_as_it_stood_and_says_so(project, bureau, client):
    publish(project, bureau)
    Project.objects.filter(pk=project.pk).update(summary="后来写的话")
    publish(project, bureau, note="补充")
    for user in (None, bureau):
        if user:
            client.force_login(user)
        answer = client.get(reverse("project-version", args=(project.number, 1)))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "蔬菜大棚" in page
        assert "试验基金会" in page
        assert "后来写的话" not in page
    assert client.get(reverse("project-version", args=(project.number, 3))).status_code == 404
    assert client.get(reverse("project-version", args=("XM-1", 1))).status_code == 404


def test_what_was_withdrawn_is_gone_and_says_when_and_why(project, bureau, client):
    publish(project, bureau)
    withdraw_project(project=project, by=bureau, reason="受益人信息有误")
    for address in (project.get_absolute_url(), reverse("project-version", args=(project.number, 1))):
        answer = client.get(address)
        assert answer.status_code == 410
        page = answer.content.decode()
        assert "受益人信息有误" in page
        assert "蔬菜大棚" not in page
    assert client.get(f"/api/v1/projects/{project.pk}/").status_code == 404
    assert "蔬菜大棚" not in client.get("/projects/").content.decode()
    assert client.get("/projects/XM-1/").status_code == 404


def test_versions_before_a_withdrawal_stay_closed_after_a_new_publication(project, bureau, client):
    Project.objects.filter(pk=project.pk).update(summary="不该公开的话")
    publish(project, bureau)
    withdraw_project(project=project, by=bureau, reason="有误")
    Project.objects.filter(pk=project.pk).update(summary="")
    publish(project, bureau, note="已更正")
    assert client.get(reverse("project-version", args=(project.number, 1))).status_code == 404
    page = client.get(project.get_absolute_url()).content.decode()
    assert "不该公开的话" not in page
    assert [version.publication.serial for version in versions_of(project)] == [3]


def test_the_interface_tells_the_day_and_the_notes(project, bureau, client):
    publish(project, bureau)
    project.funding.update(amount=Decimal("730000.00"))
    publish(project, bureau, note="补记")
    told = client.get(f"/api/v1/projects/{project.pk}/").json()
    assert [(one["serial"], one["note"], one["is_current"]) for one in told["versions"]] == [
        (2, "补记", True), (1, "", False),
    ]  # fmt: skip
    assert told["published_at"] == told["versions"][0]["published_at"]
    (change,) = told["versions"][0]["changes"]
    assert (change["before"], change["after"]) == ("720,000.00 元", "730,000.00 元")


def test_differences_tell_fields_rows_and_names(project):
    before = content_of(project)
    Project.objects.filter(pk=project.pk).update(planned_start=datetime.date(2020, 3, 1), stage="closed")
    project.results.all().delete()
    make_funding(project, "5.00")
    with override("en"):
        found = {one.label: (one.before, one.after) for one in differences(before, content_of(project))}
    assert found["project · planned start"] == ("", "2020-03-01")
    assert found["project · stage"] == ("under way", "closed")
    assert found["result"][1] == ""
    assert "CNY 5.00" in found["funding line"][1]
    assert differences(before, before) == []

"""Other systems hear of what the register's own actions did: of each once, by public fields, and what follows stays."""

import datetime
import json

import pytest
from django.utils import timezone

from projects.actions.signing import sign_pledges, take_back_signing
from projects.models import Project
from registry.core.models import Delivery, HookEvent, Subscription
from registry.core.trail import acting
from tests.factories import make_designation, make_need, make_organisation, make_pledge, make_project, make_user
from tests.reports.circulars import checked, drawn_up, issued

pytestmark = pytest.mark.django_db
ALL = [event for event in HookEvent.values if event != "test"]


@pytest.fixture(autouse=True)
def subscription():
    return Subscription.objects.create(system="省级平台", address="https://hooks.example/", events=ALL)


def told():
    return [json.loads(delivery.body) for delivery in Delivery.objects.order_by("id")]


def signed(by):
    pledge = make_pledge(
        need=make_need(name="大棚节水改造"), organisation=make_organisation(), status="confirmed",
        confirmed_by=make_user(), confirmed_at=timezone.now(),
    )  # fmt: skip
    [project] = sign_pledges(pledges=[pledge], by=by, signed_on=datetime.date(2021, 4, 2))
    return pledge, project


def test_a_signing_is_told_once_with_where_the_project_stands(client):
    _pledge, project = signed(make_user("bureau"))
    [one] = told()
    assert (one["event"], one["data"]) == ("project.signed", {"id": project.pk})
    assert one["url"] == f"/api/v1/projects/{project.pk}/"
    assert client.get(one["url"]).status_code == 404  # not published
    client.force_login(make_user("bureau"))
    assert client.get(one["url"]).json()["number"] == project.number


def test_a_signing_that_is_taken_back_stays_told_and_its_log_is_in_nobody_s_way():
    by = make_user("bureau")
    pledge, project = signed(by)
    with acting(by=None, action="webhook.deliver"):
        Delivery.objects.update(attempts=1)
    take_back_signing(pledge=pledge, by=by, reason="签错了")
    assert not Project.objects.filter(pk=project.pk).exists()
    assert len(told()) == 1


def test_an_issued_circular_is_told_and_a_checked_one_is_not(client):
    make_project(stage="under_way", county=make_designation().division)
    draft = drawn_up()
    assert checked(draft)
    assert told() == []
    circular = issued(drawn_up())
    [one] = told()
    assert (one["event"], one["data"]["number"], one["data"]["title"]) == (
        "circular.issued", circular.number, circular.title,
    )  # fmt: skip
    assert client.get(one["url"]).json()["id"] == circular.pk

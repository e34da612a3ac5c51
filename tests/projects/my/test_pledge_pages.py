"""Where a pledge stands, its receipt and agreements, the list, and nothing of what is another's."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from projects.actions.documents import attach_document
from projects.actions.matching import move_pledge
from projects.actions.pledging import save_pledge
from projects.models import NeedItem, Pledge
from registry.core.dates import today
from tests.counting import queries_of
from tests.factories import (
    make_agreement,
    make_county_user,
    make_division,
    make_field,
    make_membership,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_project,
    make_user,
)

from .sent import PNG
from .steps import LIST, NEW, steps, towards, typed, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


# The page of a pledge, its receipt, its agreements


def test_the_page_tells_where_it_stands_and_its_receipt_prints_the_sum_in_capitals(client, member, need, giver):
    pledge = make_pledge(need=need, organisation=giver, submitted_by=member, submitted_at=timezone.now())
    Pledge.objects.filter(pk=pledge.pk).update(answer_by=datetime.date(2026, 12, 1))
    page = client.get(reverse("my-pledge", args=(pledge.number,)))
    assert [(bool(stop.at), stop.is_now) for stop in page.context["course"]] == [
        (True, True), (False, False), (False, False), (False, False), (False, False),
    ]  # fmt: skip
    assert "2026年12月1日" in page.content.decode()
    text = client.get(reverse("my-pledge-receipt", args=(pledge.number,))).content.decode()
    for words in ("柒拾贰万元整", "53130000MJ0000000Y", pledge.number, "2026年12月1日"):
        assert words in text


def test_a_draft_has_no_receipt(client, member, need, giver):
    pledge = make_pledge(need=need, organisation=giver, status="draft")
    assert client.get(reverse("my-pledge-receipt", args=(pledge.number,))).status_code == 404


def test_the_county_s_contact_is_shown_once_it_has_confirmed(client, member, need, giver):
    pledge = make_pledge(need=need, organisation=giver, status="accepted")
    url = reverse("my-pledge", args=(pledge.number,))
    assert "13811112222" not in client.get(url).content.decode()
    move_pledge(pledge=pledge, to="confirmed", by=make_county_user(need.county))
    assert "13811112222" in client.get(url).content.decode()


def test_a_pledge_is_withdrawn_with_a_reason_until_the_county_has_confirmed(client, member, need, giver):
    pledge = make_pledge(need=need, organisation=giver, status="accepted")
    url = reverse("my-pledge", args=(pledge.number,))
    page = client.get(url)
    assert client.post(url, typed(page, act="withdraw")).status_code == 409
    assert client.post(url, typed(page, act="withdraw", reason="资金未落实", seen_version="99")).status_code == 409
    assert client.post(url, typed(page, act="withdraw", reason="资金未落实")).url == url
    pledge.refresh_from_db()
    assert (pledge.status, pledge.status_reason) == ("withdrawn", "资金未落实")
    other = make_pledge(need=need, organisation=giver, status="accepted")
    move_pledge(pledge=other, to="confirmed", by=make_county_user(need.county))
    url = reverse("my-pledge", args=(other.number,))
    page = client.get(url)
    assert not page.context["may_withdraw"]
    assert client.post(url, typed(page, act="withdraw", reason="不想给了")).status_code == 403


def scan():
    return SimpleUploadedFile("协议.png", PNG, "image/png")


def test_the_signed_scan_goes_to_the_agreement_and_not_before_the_county_has_confirmed(client, member, need, giver):
    pledge = make_pledge(need=need, organisation=giver, status="accepted")
    url = reverse("my-pledge", args=(pledge.number,))
    assert client.post(url, {"act": "upload", "files": scan()}).status_code == 403
    move_pledge(pledge=pledge, to="confirmed", by=make_county_user(need.county))
    assert client.post(url, {"act": "upload"}).status_code == 400
    assert client.post(url, {"act": "upload", "files": scan()}).url == url
    agreement = make_agreement(pledge=pledge)
    client.post(url, {"act": "upload", "files": scan()})
    assert [(one.kind, one.uploaded_by) for one in (*pledge.documents.all(), *agreement.documents.all())] == [
        ("agreement", member)
    ] * 2
    assert client.get(url).content.decode().count("/documents/") == 2


def test_a_carried_pledge_leads_to_its_project(client, member, need, giver):
    project = make_project(lead=giver)
    confirmed = {"confirmed_by": make_user(), "confirmed_at": timezone.now()}
    pledge = make_pledge(need=need, organisation=giver, status="carried", project=project, **confirmed)
    text = client.get(reverse("my-pledge", args=(pledge.number,))).content.decode()
    assert reverse("my-project", args=(project.number,)) in text


# The list and the first page


def test_the_list_is_cut_by_state_and_searched(client, member, need, giver):
    make_pledge(need=need, organisation=giver, status="draft")
    accepted = make_pledge(need=make_need(name="敬老院取暖"), organisation=giver, status="accepted")
    page = client.get(LIST)
    assert [(chip["count"], chip["current"]) for chip in page.context["states"]] == [(1, False), (1, False)]
    for query in ("?status=accepted", "?search=敬老院", "?search=jly", f"?search={accepted.number}"):
        assert list(client.get(LIST + query).context["listing"].page) == [accepted], query
    free = make_pledge(county=make_division(name="平泉市"), field=make_field(), organisation=giver)
    assert list(client.get(LIST + "?search=pqs").context["listing"].page) == [free]
    assert client.get(LIST + "?colour=red").status_code == 400
    assert client.get(LIST + "?organisation=1").status_code == 400


def test_the_first_page_tells_what_was_answered_lately(client, member, need, giver):
    confirmed = {"confirmed_by": make_user(), "confirmed_at": timezone.now()}
    news = make_pledge(need=need, organisation=giver, status="confirmed", **confirmed)
    make_pledge(
        need=need, organisation=giver, status="declined", status_at=timezone.now() - datetime.timedelta(days=40)
    )
    make_pledge(need=need, organisation=giver, status="submitted")
    make_pledge(need=need, status="declined")
    queues = {queue.slug: [task.title for task in queue.tasks] for queue in client.get("/my/").context["queues"]}
    assert queues == {"pledges": [news.number]}


def test_pages_take_as_many_queries_with_one_pledge_as_with_three(client, member, need, giver):
    pledge, counts = make_pledge(need=need, organisation=giver, status="draft"), []
    for _round in range(2):
        for _each in range(1 if not counts else 2):
            make_pledge(need=make_need(), organisation=giver, status="submitted")
            make_pledge(county=make_division(), field=make_field(), organisation=giver, status="declined")
            wish = NeedItem.objects.create(
                need=need, kind="goods", what=f"床{len(counts)}{_each}", quantity=5, unit="张"
            )
            pledge.items.create(kind="goods", what="床", quantity=1, unit="张", need_item=wish)
            pledge.instalments.create(due_on=today() + datetime.timedelta(days=10 * len(counts) + _each), amount=5)
        pages = [LIST, "/my/", *steps(pledge), reverse("my-pledge", args=(pledge.number,)), towards(need)]
        counts.append([queries_of(client, page) for page in pages])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 30


# Another's


def test_another_s_draft_is_unknown_at_every_address(client, member, need, giver):
    mine = save_pledge(by=member, organisation=giver, need=need, text="机密承诺", items=[])
    own = make_organisation()
    stranger = make_org_user(own)
    make_pledge(need=need, organisation=own, status="draft")
    scanned = attach_document(owner=mine, upload=scan(), by=member, kind="agreement")
    addresses = [*steps(mine), *(reverse(f"my-{name}", args=(mine.number,)) for name in ("pledge", "pledge-receipt"))]
    received = reverse("my-received-pledge", args=(mine.number,))
    county = make_county_user(need.county)
    for person, hidden in ((stranger, addresses), (county, [received])):
        client.force_login(person)
        for url in hidden:
            assert client.get(url).status_code == 404, url
            assert client.post(url, {"act": "confirm", "seen_version": "1"}).status_code in (404, 405), url
        assert client.get(reverse("document", args=(scanned.pk,))).status_code == 404
        assert client.get(f"/api/v1/pledges/{mine.pk}/").status_code == 404
        assert client.get(f"/api/v1/pledges/?search={mine.number}").json()["count"] == 0
        assert mine.number not in client.get("/my/").content.decode()
    client.force_login(stranger)
    assert not client.get(LIST, {"search": mine.number}).context["listing"].page.object_list
    client.force_login(make_user("bureau"))
    for url in (
        reverse("admin:projects_pledge_change", args=(mine.pk,)),
        reverse("admin:projects_pledge_history", args=(mine.pk,)),
    ):
        assert client.get(url).status_code == 404
    assert "机密承诺" not in client.get(reverse("admin:projects_pledge_changelist")).content.decode()
    mine.refresh_from_db()
    assert mine.status == "draft"


def test_nobody_pledges_with_another_s_organisation_or_need(client, member, need):
    other, hidden = make_organisation(), make_need(status="draft", name="机密需求")
    page = client.get(towards(need))
    answer = client.post(towards(need), typed(page, **{wanted(need): "5万", "organisation": str(other.pk)}))
    assert answer.status_code == 400
    assert client.get(towards(hidden)).status_code == client.get(f"{NEW}?need=%00").status_code == 404
    assert not Pledge.objects.exists()


def test_those_who_make_no_pledges_are_told(client, need):
    client.force_login(make_county_user(need.county))
    for url in (LIST, NEW):
        assert client.get(url).status_code == 403
    applied = make_user("organisation")
    make_membership(applied, make_organisation(), status="applied", approved_by=None, approved_at=None)
    client.force_login(applied)
    assert [client.get(url).status_code for url in (LIST, NEW)] == [200, 403]


def test_a_need_that_is_over_leads_back_to_the_list(client, member):
    assert client.get(towards(make_need(status="met"))).url == LIST

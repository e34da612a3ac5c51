"""The county's own decision about what the bureau has accepted for it: a second person, what was seen, and a reason."""

import datetime

import pytest
from django.urls import reverse

from projects.actions.matching import move_pledge
from projects.models import Pledge, StandardReason
from tests.counting import queries_of
from tests.factories import (
    make_county_user,
    make_division,
    make_field,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_posting,
    make_user,
)

pytestmark = pytest.mark.django_db

LIST = "/my/received/"


@pytest.fixture
def county():
    return make_division(name="阜平县")


@pytest.fixture
def user(client, county):
    user = make_county_user(county)
    client.force_login(user)
    return user


@pytest.fixture
def need(county):
    return make_need(county=county, name="节水改造")


@pytest.fixture
def pledge(need):
    return make_pledge(need=need, status="accepted", contact_name="王明", contact_phone="13900001111")


def page_of(pledge):
    return reverse("my-received-pledge", args=(pledge.number,))


def decide(client, pledge, act, **more):
    seen = client.get(page_of(pledge)).context["pledge"].version
    return client.post(page_of(pledge), {"act": act, "seen_version": str(seen)} | more)


def test_the_list_holds_what_the_bureau_has_accepted_for_the_county_and_nothing_else(
    client, user, need, pledge, county
):
    free = make_pledge(county=county, field=make_field(), status="accepted")
    for other in ({"need": need, "status": "draft"}, {"need": need}, {"need": make_need(), "status": "accepted"}):
        make_pledge(**other)
    page = client.get(LIST)
    assert set(page.context["waiting"]) == {pledge, free}
    assert list(page.context["answered"]) == []


def test_the_first_page_shows_what_waits_for_the_county(client, user, pledge, need):
    make_pledge(need=need)
    queues = {queue.slug: [task.title for task in queue.tasks] for queue in client.get("/my/").context["queues"]}
    assert queues == {"received": [pledge.organisation.name]}


def test_the_county_confirms_and_then_knows_whom_to_ring(client, user, pledge):
    assert "13900001111" not in client.get(page_of(pledge)).content.decode()
    assert decide(client, pledge, "confirm").url == LIST
    pledge.refresh_from_db()
    assert (pledge.status, pledge.confirmed_by) == ("confirmed", user)
    assert pledge.accepted_at < pledge.confirmed_at
    assert "13900001111" in client.get(page_of(pledge)).content.decode()
    assert decide(client, pledge, "confirm").status_code == 409


def test_the_county_declines_with_a_standard_reason_and_the_gap_opens_again(client, user, pledge, need):
    StandardReason.objects.create(use="decline_pledge", text="物资规格与需求不符", text_en="Goods do not fit")
    move_pledge(pledge=make_pledge(need=need, amount="5"), to="accepted", by=make_user("bureau"))
    assert "物资规格与需求不符" in client.get(page_of(pledge)).content.decode()
    answer = decide(client, pledge, "decline", reason=" ")
    assert answer.status_code == 409
    assert "原因" in answer.content.decode()
    decide(client, pledge, "decline", reason="物资规格与需求不符")
    pledge.refresh_from_db()
    assert (pledge.status, pledge.status_reason, pledge.confirmed_by) == ("declined", "物资规格与需求不符", None)
    assert need.gaps()[0].unmet.value == need.gaps()[0].wanted.value - 5
    assert list(client.get(LIST).context["answered"]) == [pledge]


def test_a_decision_is_made_on_the_pledge_as_it_was_seen(client, user, pledge):
    seen = client.get(page_of(pledge)).context["pledge"].version
    Pledge.objects.filter(pk=pledge.pk).update(text="改了")
    for act in ("confirm", "decline"):
        answer = client.post(page_of(pledge), {"act": act, "seen_version": str(seen), "reason": "不合"})
        assert answer.status_code == 409
    for broken in ({"act": "confirm"}, {"act": "fly", "seen_version": "2"}, {"act": "confirm", "seen_version": "x"}):
        assert client.post(page_of(pledge), broken).status_code == 400
    pledge.refresh_from_db()
    assert pledge.status == "accepted"


def test_whoever_accepted_for_the_bureau_does_not_confirm_for_the_county(client, county, need):
    both = make_user("bureau", "county")
    make_posting(both, county)
    pledge = move_pledge(pledge=make_pledge(need=need), to="accepted", by=both)
    client.force_login(both)
    page = client.get(page_of(pledge))
    assert not page.context["may_confirm"]
    assert "须由另一人" in page.content.decode()
    assert decide(client, pledge, "confirm").status_code == 409
    pledge.refresh_from_db()
    assert (pledge.status, pledge.confirmed_by) == ("accepted", None)


def test_another_county_and_the_giver_find_nothing_here(client, pledge):
    client.force_login(make_county_user(make_division()))
    assert client.get(page_of(pledge)).status_code == 404
    assert client.post(page_of(pledge), {"act": "confirm", "seen_version": "1"}).status_code == 404
    assert pledge.number not in client.get(LIST).content.decode()
    client.force_login(make_org_user(pledge.organisation))
    assert client.get(page_of(pledge)).status_code == client.get(LIST).status_code == 403
    pledge.refresh_from_db()
    assert pledge.status == "accepted"


def test_one_who_serves_a_county_and_an_organisation_decides_for_the_county_alone(client, county):
    user = make_user("county", "organisation")
    make_posting(user, county)
    own = make_organisation()
    user.memberships.create(
        organisation=own, status="approved", approved_by=user, approved_at=datetime.datetime.now(datetime.UTC)
    )
    elsewhere = make_pledge(need=make_need(), organisation=own, status="accepted")
    client.force_login(user)
    assert client.get(page_of(elsewhere)).status_code == 404


@pytest.mark.parametrize("number", ["%00", "CN-0", "x" * 300])
def test_rubbish_in_addresses_is_answered_as_unknown(client, user, number):
    assert client.get(f"{LIST}{number}/").status_code == 404


def test_what_is_past_its_day_is_marked(client, user, pledge):
    Pledge.objects.filter(pk=pledge.pk).update(answer_by=datetime.date(2020, 1, 1))
    assert "lamp--overdue" in client.get(LIST).content.decode()


def test_pages_take_as_many_queries_with_one_pledge_as_with_three(client, user, need, pledge, county):
    counts = []
    for _round in range(2):
        for _each in range(1 if not counts else 2):
            make_pledge(need=need, status="accepted", amount="5")
            make_pledge(
                county=county, field=make_field(), status="declined", accepted_by=user, accepted_at=pledge.accepted_at
            )
            pledge.items.create(kind="goods", what="床", quantity=1, unit="张")
        counts.append([queries_of(client, page) for page in (LIST, "/my/", page_of(pledge))])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 30

"""Pledges moved through the interface: by whom, once for each key, never over a version that was not seen."""

import pytest

from projects.models import Pledge
from registry.core.models import Change
from tests.factories import make_county_user, make_need, make_org_user, make_organisation, make_pledge, make_user
from tests.projects.api_pledges import KEY, PLEDGES, create, drafted, post, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return make_organisation(kind="association")


@pytest.fixture
def need():
    return make_need(amount="3000000.00")


@pytest.fixture
def giver(client, organisation):
    user = make_org_user(organisation)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


# Moving


def test_a_pledge_goes_its_whole_way_by_two_decisions_of_two_persons(client, giver, organisation, need):
    bureau, county = signed_in(make_user("bureau")), signed_in(make_county_user(need.county))
    pledge = drafted(client, organisation, need)
    for who, verb, status in ((client, "submit", "submitted"), (bureau, "accept", "accepted"),
                              (county, "confirm", "confirmed")):  # fmt: skip
        answer = post(who, pledge, verb)
        assert (answer.status_code, answer.json()["status"]) == (200, status), answer.content.decode()
        assert answer.headers["ETag"] == f'"{Pledge.objects.get(pk=pledge.pk).version}"'
    need.refresh_from_db()
    pledge.refresh_from_db()
    assert need.status == "partly_met"
    assert len({pledge.submitted_by, pledge.accepted_by, pledge.confirmed_by}) == 3
    actions = Change.objects.filter(table_name=Pledge._meta.db_table).order_by("id").values_list("action", flat=True)
    assert [name for name in dict.fromkeys(actions) if name != "pledge.save"] == [
        "pledge.submitted", "pledge.accepted", "pledge.confirmed",
    ]  # fmt: skip


def test_acceptance_beyond_the_gap_is_a_conflict_that_names_the_gap(client, giver, organisation, need):
    first, second = (drafted(client, organisation, need, amount="2000000.00", submit=True) for _each in range(2))
    bureau = signed_in(make_user("bureau"))
    assert post(bureau, first, "accept").status_code == 200
    answer = post(bureau, second, "accept")
    assert (answer.status_code, "the gap is now CNY 1,000,000.00" in answer.json()["detail"]) == (409, True)
    second.refresh_from_db()
    assert second.status == "submitted"


def test_withdrawing_and_declining_need_a_reason(client, giver, organisation, need):
    bureau = signed_in(make_user("bureau"))
    one, other = (drafted(client, organisation, need, submit=True) for _each in range(2))
    for who, pledge, verb, status in ((client, one, "withdraw", "withdrawn"), (bureau, other, "decline", "declined")):
        for nothing in ({}, {"reason": "  "}):
            assert post(who, pledge, verb, nothing).status_code == 400
        answer = post(who, pledge, verb, {"reason": "预算调整"})
        assert (answer.json()["status"], answer.json()["status_reason"]) == (status, "预算调整")


def test_a_repeated_move_with_its_key_is_answered_again_and_made_once(client, giver, organisation, need):
    pledge = drafted(client, organisation, need)
    seen = pledge.version
    first, second = (post(client, pledge, "submit", version=seen, key=KEY) for _each in range(2))
    assert (first.status_code, second.status_code, second.json()) == (200, 200, first.json())
    assert post(client, pledge, "submit", version=seen).status_code == 412


def test_a_move_without_the_version_or_with_an_old_one_is_not_made(client, giver, organisation, need):
    pledge = drafted(client, organisation, need)
    path = f"{PLEDGES}{pledge.pk}/submit/"
    assert client.post(path, {}, content_type="application/json").status_code == 428
    assert post(client, pledge, "submit", version=pledge.version + 1).status_code == 412
    pledge.refresh_from_db()
    assert pledge.status == "draft"


def test_the_same_person_does_not_make_both_decisions(client, giver, organisation, need):
    both = make_user("bureau", "county")
    make_county_user(need.county).postings.update(user=both)
    pledge, decider = drafted(client, organisation, need, submit=True), signed_in(both)
    assert post(decider, pledge, "accept").status_code == 200
    answer = post(decider, pledge, "confirm")
    assert (answer.status_code, "second person" in answer.json()["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        ("giver", ("accept", "confirm", "decline")),
        ("county", ("submit", "withdraw", "accept")),
        ("bureau", ("submit", "withdraw", "confirm")),
        ("auditor", ("submit", "withdraw", "accept", "decline", "confirm")),
    ],
)
def test_who_lacks_the_permission_is_refused(client, giver, organisation, need, role, verbs):
    people = {
        "giver": lambda: giver, "county": lambda: make_county_user(need.county), "bureau": lambda: make_user("bureau"),
        "auditor": lambda: make_user("auditor"),
    }  # fmt: skip
    pledge = make_pledge(need=need, organisation=organisation, status="accepted")
    someone = signed_in(people[role]())
    for verb in verbs:
        assert post(someone, pledge, verb, {"reason": "x"}).status_code == 403, verb
    pledge.refresh_from_db()
    assert pledge.status == "accepted"


@pytest.mark.parametrize("role", ["bureau", "county", "auditor", None])
def test_only_organisations_make_pledges(client, organisation, need, role):
    if role:
        client.force_login(make_user(role))
    assert create(client, organisation, need).status_code == (403 if role else 401)
    assert not Pledge.objects.exists()


# Contacts


def test_the_county_learns_the_contact_only_when_both_have_agreed(client, giver, organisation, need):
    pledge = drafted(client, organisation, need, contact_name="王丽", contact_phone="13900005678", submit=True)
    bureau, county = signed_in(make_user("bureau")), signed_in(make_county_user(need.county))
    post(bureau, pledge, "accept")
    assert "13900005678" not in county.get(f"{PLEDGES}{pledge.pk}/").content.decode()
    post(county, pledge, "confirm")
    assert county.get(f"{PLEDGES}{pledge.pk}/").json()["contact"]["contact_phone"] == "13900005678"
    assert signed_in(make_user("auditor")).get(f"{PLEDGES}{pledge.pk}/").json()["contact"] == {
        "contact_name": "王*", "contact_phone": "139****5678",
    }  # fmt: skip

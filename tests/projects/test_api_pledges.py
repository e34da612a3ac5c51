"""Pledges written through the interface: the same rules as on the pages, once for each key, never over a
version that was not seen, and nothing of what belongs to others."""

import pytest
from django.test import Client

from projects.models import Need, NeedItem, Pledge, PledgeItem
from registry.core.models import Once, User
from tests.factories import (
    make_campaign,
    make_county_user,
    make_division,
    make_field,
    make_membership,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_user,
)
from tests.projects.api_pledges import KEY, PLEDGES, create, drafted, patch, post
from tests.projects.writing import send

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


# Making


def test_a_draft_towards_a_need_takes_kind_county_and_field_from_it(client, giver, organisation, need):
    parts = [{"due_on": "2027-03-31", "amount": "360000.00"}, {"due_on": "2027-09-30", "amount": "360000"}]
    answer = create(client, organisation, need, instalments=parts, deliver_by="2027-12-31", text="分两期")
    told = answer.json()
    assert answer.status_code == 201
    assert (answer.headers["Location"], answer.headers["ETag"]) == (f"{PLEDGES}{told['id']}/", f'"{told["version"]}"')
    assert (told["status"], told["need"], told["county"]) == ("draft", need.pk, need.county.code)
    assert (told["field"], told["deliver_by"], told["text"]) == (need.field.code, "2027-12-31", "分两期")
    [item] = told["items"]
    assert (item["kind"], item["measure"]["value"], item["need_item"]) == ("money", "720000.00", need.items.get().pk)
    assert told["instalments"] == [
        {"due_on": "2027-03-31", "amount": "360000.00"}, {"due_on": "2027-09-30", "amount": "360000.00"},
    ]  # fmt: skip
    assert told["moves"] == ["submit", "withdraw"]


def test_a_free_pledge_names_county_and_field_and_a_companys_part_is_mobilised(client, giver, organisation):
    county, field = make_division(), make_field()
    make_campaign(code="now")
    answer = send(client, "post", PLEDGES, {
        "organisation": organisation.pk, "county": county.code, "field": field.code, "campaign": "now",
        "items": [
            {"kind": "goods", "what": "课桌椅", "quantity": "200", "unit": "套", "declared": "60000.00"},
            {"kind": "money", "amount": "50000.00", "company": "某某公司"},
        ],
    })  # fmt: skip
    told = answer.json()
    assert (answer.status_code, told["need"], told["county"], told["field"]) == (201, None, county.code, field.code)
    goods, money = told["items"]
    assert (goods["measure"]["unit"], goods["declared"], goods["company"]) == ("套", "60000.00", None)
    assert (money["origin"], money["company"]) == ("mobilised", "某某公司")


def test_handed_in_at_once_is_one_step_and_beyond_the_gap_leaves_not_even_a_draft(client, giver, organisation, need):
    assert create(client, organisation, need, submit=True).json()["status"] == "submitted"
    answer = create(client, organisation, need, amount="3000000.01", submit=True)
    assert answer.status_code == 409
    assert "the gap is now CNY 3,000,000.00" in answer.json()["detail"]
    assert (Pledge.objects.count(), Once.objects.count()) == (1, 1)


def test_a_need_that_is_met_is_refused_with_its_gap(client, giver, organisation, need):
    Need.objects.filter(pk=need.pk).update(status="met")
    make_pledge(need=need, amount="3000000", status="accepted")
    answer = create(client, organisation, need, submit=True)
    assert answer.status_code == 409
    assert "The gap is now: money CNY 0.00" in answer.json()["detail"]


def test_the_same_key_makes_one_pledge_and_gives_the_same_answer(client, giver, organisation, need):
    first, second = (create(client, organisation, need, key=KEY) for _each in range(2))
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Pledge.objects.count() == 1
    assert create(client, organisation, need, amount="1.00", key=KEY).status_code == 422


def test_without_a_key_nothing_is_made(client, giver, organisation, need):
    answer = create(client, organisation, need, key="")
    assert (answer.status_code, "Idempotency-Key" in answer.json()["detail"]) == (400, True)
    assert not Pledge.objects.exists()


@pytest.mark.parametrize(
    ("changed", "wanting"),
    [
        ({"items": [{"kind": "money", "amount": 720000.5}]}, "items"),
        ({"items": [{"kind": "money", "amount": True}]}, "items"),
        ({"items": [{"kind": "money", "amount": "0"}]}, "items"),
        ({"items": [{"kind": "money", "amount": "-1"}]}, "items"),
        ({"items": [{"kind": "money", "amount": "NaN"}]}, "items"),
        ({"items": [{"kind": "money", "amount": "1.001"}]}, "items"),
        ({"items": [{"kind": "money", "amount": "72万"}]}, "items"),
        ({"items": [{"amount": "1"}]}, "items"),
        ({"items": [{"kind": "money", "amount": "1", "status": "accepted"}]}, "items"),
        ({"items": [{"need_item": 10**9, "amount": "1"}]}, "items"),
        ({"items": [{"need_item": 10**30, "amount": "1"}]}, "items"),
        ({"items": ["x"]}, "items"),
        ({"items": [{"kind": "money", "amount": "1"}] * 51}, "items"),
        ({"items": None}, "items"),
        ({"instalments": [{"due_on": "2027-02-30", "amount": "1"}]}, "instalments"),
        ({"instalments": [{"amount": "1"}]}, "instalments"),
        ({"organisation": "x"}, "organisation"),
        ({"organisation": 10**30}, "organisation"),
        ({"county": "999999"}, "county"),
        ({"county": "\x00"}, "county"),
        ({"field": "nothing"}, "field"),
        ({"campaign": "nothing"}, "campaign"),
        ({"text": "a\x00b"}, "text"),
        ({"contact_name": "\ud800"}, "contact_name"),
        ({"status": "accepted"}, "status"),
        ({"accepted_by": 1}, "accepted_by"),
        ({"number": "CN-1"}, "number"),
        ({"submit": "perhaps"}, "submit"),
    ],
)
def test_a_body_that_is_wanting_is_answered_400_and_makes_nothing(
    client, giver, organisation, need, changed, wanting
):  # fmt: skip
    answer = create(client, organisation, need, instead=changed)
    assert answer.status_code == 400, answer.content.decode()
    assert list(answer.json()["errors"]) == [wanting]
    assert wanting in answer.json()["detail"]
    assert (Pledge.objects.count(), Once.objects.count()) == (0, 0)


@pytest.mark.parametrize("told", ["[]", "7", '"x"', "null", "{", "\x00"])
def test_a_body_that_is_no_object_is_answered_400(client, giver, told):
    assert send(client, "post", PLEDGES, told).status_code == 400


@pytest.mark.parametrize(
    "item", [{"kind": "money"}, {"kind": "goods", "what": "桌", "quantity": "1"}, {"kind": "goods"}]
)
def test_an_item_without_its_measure_is_answered_400(client, giver, organisation, item):
    told = {"organisation": organisation.pk, "county": make_division().code, "items": [item]}
    make_campaign()
    answer = send(client, "post", PLEDGES, told)
    assert (answer.status_code, answer.json()["errors"].keys() != set()) == (400, True)
    assert not Pledge.objects.exists()


# Changing a draft


def test_what_a_patch_leaves_out_stays_and_what_it_names_is_replaced(client, giver, organisation, need):
    parts = [{"due_on": "2027-03-31", "amount": "720000.00"}]
    pledge = drafted(client, organisation, need, instalments=parts, contact_name="王丽")
    answer = patch(client, pledge, {"text": "改了"})
    assert (answer.status_code, answer.json()["text"], answer.json()["need"]) == (200, "改了", need.pk)
    assert answer.headers["ETag"] == f'"{Pledge.objects.get(pk=pledge.pk).version}"'
    assert (len(answer.json()["items"]), len(answer.json()["instalments"])) == (1, 1)
    assert answer.json()["contact"]["contact_name"] == "王丽"
    items = [{"need_item": need.items.get().pk, "amount": "10.00"}]
    answer = patch(client, pledge, {"items": items, "instalments": []})
    assert [item["measure"]["value"] for item in answer.json()["items"]] == ["10.00"]
    assert answer.json()["instalments"] == []


def test_a_draft_can_be_turned_to_a_county_instead_of_the_need(client, giver, organisation, need):
    pledge, county, field = drafted(client, organisation, need), make_division(), make_field()
    items = [{"kind": "money", "amount": "5.00"}]
    answer = patch(client, pledge, {"county": county.code, "field": field.code, "items": items})
    assert (answer.status_code, answer.json()["need"], answer.json()["county"]) == (200, None, county.code)


def test_a_draft_is_not_written_over_what_was_not_seen(client, giver, organisation, need):
    pledge = drafted(client, organisation, need)
    assert send(client, "patch", f"{PLEDGES}{pledge.pk}/", {"text": "a"}).status_code == 428
    assert patch(client, pledge, {"text": "b"}, version=pledge.version + 1).status_code == 412
    pledge.refresh_from_db()
    assert pledge.text == ""


def test_what_was_handed_in_is_not_changed_any_more(client, giver, organisation, need):
    pledge = drafted(client, organisation, need, submit=True)
    answer = patch(client, pledge, {"text": "晚了"})
    assert (answer.status_code, "withdraw it" in answer.json()["detail"]) == (409, True)


# Strangers


@pytest.fixture
def theirs(need):
    """A draft of another organisation, whose people have the same things as ours."""
    organisation = make_organisation()
    make_org_user(organisation)
    return make_pledge(need=need, organisation=organisation, status="draft", text="别人的草稿")


def test_another_organisations_draft_is_as_unknown_as_one_that_does_not_exist(client, giver, theirs):
    missing = client.get(f"{PLEDGES}{10**9}/")
    for answer in (
        client.get(f"{PLEDGES}{theirs.pk}/"), patch(client, theirs, {"text": "x"}),
        *(post(client, theirs, verb, {"reason": "x"}) for verb in ("submit", "withdraw")),
    ):  # fmt: skip
        assert (answer.status_code, answer.content) == (404, missing.content)
    theirs.refresh_from_db()
    assert (theirs.status, theirs.text) == ("draft", "别人的草稿")
    assert client.get(PLEDGES).json()["count"] == 0
    assert client.get(PLEDGES, {"search": theirs.number}).json()["count"] == 0


@pytest.mark.parametrize("role", ["bureau", "county"])
def test_a_draft_is_unknown_to_those_who_will_decide(client, theirs, role):
    client.force_login(make_county_user(theirs.need.county) if role == "county" else make_user("bureau"))
    assert client.get(f"{PLEDGES}{theirs.pk}/").status_code == 404
    for verb in ("accept", "decline", "confirm"):
        assert post(client, theirs, verb, {"reason": "x"}).status_code == 404


def test_a_body_cannot_name_a_need_that_the_account_does_not_see(client, giver, organisation, need):
    hidden = make_need(status="draft")
    missing = create(client, organisation, need, instead={"need": 10**9})
    answer = create(client, organisation, hidden)
    assert (answer.status_code, answer.content) == (missing.status_code, missing.content)
    assert answer.status_code == 404
    stolen = create(client, organisation, need, items=[{"need_item": hidden.items.get().pk, "amount": "1"}])
    unknown = create(client, organisation, need, items=[{"need_item": 10**9, "amount": "1"}])
    assert (stolen.status_code, stolen.content) == (unknown.status_code, unknown.content)
    assert not PledgeItem.objects.exists()


def test_a_body_cannot_pledge_for_another_organisation_or_move_a_draft_there(client, giver, organisation, need):
    other, applied = make_organisation(), make_organisation(status="applied")
    assert create(client, other, need).status_code == 403
    missing = create(client, organisation, need, instead={"organisation": 10**9})
    assert (create(client, applied, need).status_code, missing.status_code) == (404, 404)
    pledge = drafted(client, organisation, need)
    assert patch(client, pledge, {"organisation": other.pk}).status_code == 403
    pledge.refresh_from_db()
    assert pledge.organisation == organisation


def test_a_membership_that_has_ended_opens_nothing(client, giver, organisation, need):
    pledge = drafted(client, organisation, need)
    giver.memberships.update(status="ended")
    make_membership(User.objects.get(pk=giver.pk), make_organisation())
    assert client.get(f"{PLEDGES}{pledge.pk}/").status_code == 404
    assert create(client, organisation, need).status_code == 403


# The cost, and the rest


def test_one_pledge_and_three_cost_the_same_number_of_questions(
    client, giver, organisation, need, django_assert_max_num_queries
):  # fmt: skip
    NeedItem.objects.create(need=need, kind="goods", what="桌", quantity=5, unit="张")
    pledge = drafted(client, organisation, need)

    def cost(path):
        with django_assert_max_num_queries(60) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    one = cost(PLEDGES), cost(f"{PLEDGES}{pledge.pk}/")
    for _each in range(2):
        drafted(client, organisation, need)
    assert (cost(PLEDGES), cost(f"{PLEDGES}{pledge.pk}/")) == one


def test_nothing_is_replaced_or_deleted_and_the_token_of_the_site_is_asked_for(client, giver, organisation, need):
    pledge = drafted(client, organisation, need)
    for method in ("put", "delete"):
        assert getattr(client, method)(f"{PLEDGES}{pledge.pk}/", {}, content_type="application/json").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(giver)
    assert create(strict, organisation, need).status_code == 403

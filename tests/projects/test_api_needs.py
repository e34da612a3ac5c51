"""Needs written and moved through the interface, by the same rules as on the pages of counties and at the desk."""

import datetime

import pytest
from django.test import Client

from projects.models import Need
from registry.core.dates import today
from tests.factories import (
    make_campaign,
    make_county_user,
    make_division,
    make_field,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_user,
)
from tests.projects.writing import send

pytestmark = pytest.mark.django_db
NEEDS = "/api/v1/needs/"
KEY = "11111111-2222-3333"


@pytest.fixture
def county():
    return make_division()


@pytest.fixture
def clerk(client, county):
    make_campaign(code="now")
    user = make_county_user(county)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def signed_in(user):
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def body(county, **more):
    goods = {"kind": "goods", "what": "滴灌设备", "quantity": "20", "unit": "套"}
    items = [{"kind": "money", "amount": "3000000.00"}, goods]
    fields = {"county": county.code, "name": "大棚改造", "campaign": "now", "items": items}
    return fields | {"field": more.pop("field", None) or make_field().code} | more


def create(client, county, key=None, instead=None, **more):
    return send(client, "post", NEEDS, body(county, **more) | (instead or {}), key=key)


def drafted(client, county, **more):
    answer = create(client, county, **more)
    assert answer.status_code == 201, answer.content.decode()
    return Need.objects.get(pk=answer.json()["id"])


def post(client, need, verb, told=None, version=None):
    seen = Need.objects.get(pk=need.pk).version if version is None else version
    return send(client, "post", f"{NEEDS}{need.pk}/{verb}/", told, version=seen)


def patch(client, need, told, version=None):
    seen = Need.objects.get(pk=need.pk).version if version is None else version
    return send(client, "patch", f"{NEEDS}{need.pk}/", told, version=seen)


def test_a_county_writes_a_draft_and_the_answer_holds_the_need(client, clerk, county):
    answer = create(client, county, why="三个村\n缺水", urgency="urgent", expires_on="2027-06-30", contact_name="李科")
    told = answer.json()
    assert (answer.status_code, told["status"], told["county"]) == (201, "draft", county.code)
    assert (answer.headers["Location"], answer.headers["ETag"]) == (f"{NEEDS}{told['id']}/", f'"{told["version"]}"')
    assert (told["why"], told["urgency"], told["expires_on"]) == ("三个村\n缺水", "urgent", "2027-06-30")
    assert told["contact"]["contact_name"] == "李科"
    assert [(item["kind"], item["unmet"]["value"], item["unit"]) for item in told["items"]] == [
        ("money", "3000000.00", ""), ("goods", "20", "套"),
    ]  # fmt: skip
    assert told["moves"] == ["submit", "withdraw"]


def test_the_same_key_makes_one_need(client, clerk, county):
    field = make_field().code
    first, second = (create(client, county, key=KEY, field=field) for _each in range(2))
    assert (second.status_code, second.json()) == (201, first.json())
    assert Need.objects.count() == 1
    assert create(client, county, key="").status_code == 400


def test_handed_in_at_once_without_anything_wanted_is_refused_and_leaves_no_draft(client, clerk, county):
    assert create(client, county, submit=True).json()["status"] == "submitted"
    answer = create(client, county, items=[], submit=True)
    assert (answer.status_code, "Say what is wanted" in answer.json()["detail"]) == (409, True)
    assert Need.objects.count() == 1


def test_what_a_patch_leaves_out_stays(client, clerk, county):
    need = drafted(client, county, why="缺水")
    answer = patch(client, need, {"name": "大棚二期"})
    assert (answer.status_code, answer.json()["name"], answer.json()["why"]) == (200, "大棚二期", "缺水")
    assert len(answer.json()["items"]) == 2
    assert answer.headers["ETag"] == f'"{Need.objects.get(pk=need.pk).version}"'
    answer = patch(client, need, {"items": [{"kind": "money", "amount": "5.00"}]})
    assert [item["wanted"]["value"] for item in answer.json()["items"]] == ["5.00"]


def test_a_draft_is_not_written_over_what_was_not_seen_nor_after_it_was_handed_in(client, clerk, county):
    need = drafted(client, county)
    assert send(client, "patch", f"{NEEDS}{need.pk}/", {"name": "a"}).status_code == 428
    assert patch(client, need, {"name": "a"}, version=99).status_code == 412
    post(client, need, "submit")
    assert patch(client, need, {"name": "a"}).status_code == 409
    need.refresh_from_db()
    assert need.name == "大棚改造"


def test_a_need_goes_its_whole_way(client, clerk, county):
    soon, later = (str(today() + datetime.timedelta(days=days)) for days in (90, 270))
    bureau, need = signed_in(make_user("bureau")), drafted(client, county, expires_on=soon)
    way = (
        (client, "submit", {}, "submitted"), (bureau, "return", {"reason": "补充户数"}, "returned"),
        (client, "submit", {}, "submitted"), (bureau, "publish", {}, "published"),
        (client, "expire", {"reason": "过期"}, "expired"), (client, "renew", {"expires_on": later}, "submitted"),
        (bureau, "publish", {}, "published"), (client, "withdraw", {"reason": "已解决"}, "withdrawn"),
    )  # fmt: skip
    for who, verb, told, status in way:
        answer = post(who, need, verb, told)
        assert (answer.status_code, answer.json()["status"]) == (200, status), answer.content.decode()
    need.refresh_from_db()
    assert (str(need.expires_on), need.status_reason) == (later, "已解决")


def test_the_moves_that_are_told_are_those_that_are_open(client, clerk, county):
    need, bureau = drafted(client, county), signed_in(make_user("bureau"))
    post(client, need, "submit")
    assert client.get(f"{NEEDS}{need.pk}/").json()["moves"] == ["withdraw"]
    assert bureau.get(f"{NEEDS}{need.pk}/").json()["moves"] == ["publish", "return"]
    post(bureau, need, "publish")
    post(client, need, "expire", {"reason": "过期"})
    assert client.get(f"{NEEDS}{need.pk}/").json()["moves"] == ["renew"]


def test_accepted_pledges_stand_in_the_way_of_withdrawing(client, clerk, county):
    need = make_need(county=county)
    make_pledge(need=need, status="accepted")
    answer = post(client, need, "withdraw", {"reason": "x"})
    assert (answer.status_code, "settle them first" in answer.json()["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("verb", "told", "wanting"),
    [
        ("withdraw", {}, "reason"), ("expire", {"reason": " "}, "reason"), ("submit", {"reason": "x"}, "reason"),
        ("renew", {}, "expires_on"), ("renew", {"expires_on": "soon"}, "expires_on"),
    ],
)  # fmt: skip
def test_a_move_asks_for_what_it_needs(client, clerk, county, verb, told, wanting):
    answer = post(client, make_need(county=county), verb, told)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [wanting])


@pytest.mark.parametrize(
    ("changed", "wanting"),
    [
        ({"county": "130000"}, "county"), ({"name": ""}, "name"), ({"name": "a\x00"}, "name"), ({"items": 7}, "items"),
        ({"items": [{"kind": "gold"}]}, "items"), ({"items": [{"kind": "money", "amount": 1.5}]}, "items"),
        ({"urgency": "very"}, "urgency"), ({"status": "published"}, "status"), ({"published_by": 1}, "published_by"),
    ],
)  # fmt: skip
def test_a_body_that_is_wanting_is_answered_400_and_makes_nothing(client, clerk, county, changed, wanting):
    answer = create(client, county, instead=changed)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [wanting])
    assert not Need.objects.exists()


# Who may, and strangers


def test_a_county_writes_for_itself_alone(client, clerk, county):
    assert create(client, make_division()).status_code == 403
    need = drafted(client, county)
    assert patch(client, need, {"county": make_division().code}).status_code == 403
    need.refresh_from_db()
    assert need.county == county


def test_another_countys_draft_is_as_unknown_as_one_that_does_not_exist(client, clerk):
    theirs = make_need(status="draft")
    missing = client.get(f"{NEEDS}{10**9}/")
    for answer in (
        client.get(f"{NEEDS}{theirs.pk}/"), patch(client, theirs, {"name": "x"}),
        *(post(client, theirs, verb, {"reason": "x"}) for verb in ("submit", "withdraw", "expire")),
    ):  # fmt: skip
        assert (answer.status_code, answer.content) == (404, missing.content)
    theirs.refresh_from_db()
    assert (theirs.status, theirs.name) == ("draft", "大棚改造")


def test_another_countys_published_need_is_read_and_not_moved(client, clerk):
    theirs = make_need()
    assert client.get(f"{NEEDS}{theirs.pk}/").json()["moves"] == []
    for verb in ("withdraw", "expire"):
        assert post(client, theirs, verb, {"reason": "x"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.status == "published"


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        ("organisation", ("submit", "publish", "return", "withdraw", "renew", "expire")),
        ("auditor", ("submit", "publish", "return", "withdraw", "renew", "expire")),
        ("county", ("publish", "return")),
        ("bureau", ("submit", "withdraw", "renew", "expire")),
        (None, ("submit", "publish")),
    ],
)
def test_who_lacks_the_permission_is_refused(client, county, role, verbs):
    need = make_need(county=county)
    people = {
        "organisation": lambda: make_org_user(make_organisation()), "county": lambda: make_county_user(county),
    }  # fmt: skip
    if role:
        client.force_login(people.get(role, lambda: make_user(role))())
    refused = 403 if role else 401
    for verb in verbs:
        assert post(client, need, verb, {"reason": "x"}).status_code == refused
    if role != "county" and role != "bureau":
        assert send(client, "post", NEEDS, body(county)).status_code == refused


def test_the_person_who_handed_it_in_does_not_publish_it(client, county):
    make_campaign(code="now")
    both = make_county_user(county)
    both.groups.add(*make_user("bureau").groups.all())
    client.force_login(both)
    client.cookies["django_language"] = "en"
    need = drafted(client, county, submit=True)
    answer = post(client, need, "publish")
    assert (answer.status_code, "second person" in answer.json()["detail"]) == (409, True)

"""Signing up, step by step and without any script: what is asked, what is told, and what strangers cannot learn."""

import datetime
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from orgs.credit_code import demo_code
from orgs.models import Membership, Organisation
from registry.core.models import Attempt, Session, User
from tests.factories import (
    make_authority,
    make_division,
    make_membership,
    make_organisation,
    make_user,
)
from tests.pages import same_words

pytestmark = pytest.mark.django_db
START = "/accounts/signup/"
ORGANISATION, ACCOUNT, CHECK, DONE = (f"{START}{step}/" for step in ("organisation", "account", "check", "done"))
CODE = demo_code(1)
FACTS = {"name": "试验商会", "address": "某市某路1号", "legal_representative": "赵四"}
PERSON = {"username": "wang.li", "name": "王丽", "phone": "0311-8800001"}
PASSWORD = "green-field-48"
PERSON_AND_PASSWORD = PERSON | {"password": PASSWORD, "again": PASSWORD}


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


def go(client, code=CODE, facts=FACTS, person=PERSON_AND_PASSWORD):
    """Fill in the steps up to the last one."""
    assert client.post(START, {"code": code}).url == ORGANISATION
    assert client.post(ORGANISATION, facts).url == ACCOUNT
    assert client.post(ACCOUNT, person).url == CHECK
    return client.get(CHECK)


def send(client):
    return client.post(CHECK, {"agreed": "on"})


def errors_of(answer, field):
    return answer.context["form"].errors.get(field, [])


# The way through


def test_the_steps_lead_to_an_application_and_the_last_page_shows_everything_first(client):
    page = go(client).content.decode()
    for shown in (CODE, "试验商会", "某市某路1号", "赵四", "wang.li", "王丽", "0311-8800001"):
        assert shown in page
    assert PASSWORD not in page
    assert not User.objects.exists()
    assert send(client).url == DONE
    membership = Membership.objects.get()
    assert (membership.user.username, membership.organisation.name) == ("wang.li", "试验商会")
    assert (membership.status, membership.organisation.status) == ("applied", "applied")
    assert membership.user.check_password(PASSWORD)
    assert client.get(DONE).status_code == 200


def test_the_code_fills_in_kind_level_and_registering_authority(client):
    division = make_division(code="990000", level="province")
    make_authority(name="本地民政厅", division=division)
    client.post(START, {"code": f" {CODE[:8].lower()} {CODE[8:]}"})
    page = client.get(ORGANISATION)
    for shown in ("social association", "provincial", "本地民政厅"):
        assert shown in page.content.decode()
    assert "kind" not in page.context["form"].fields


def test_an_authority_that_the_register_does_not_know_is_told(client):
    client.post(START, {"code": CODE})
    assert "not in the register's list" in unescape(client.get(ORGANISATION).content.decode())


def test_a_code_that_leaves_the_kind_open_has_it_asked(client):
    code = "59" + CODE[2:17]
    code += check_character(code)
    client.post(START, {"code": code})
    assert errors_of(client.post(ORGANISATION, FACTS), "kind")
    assert client.post(ORGANISATION, FACTS | {"kind": "service", "is_chamber": "on"}).status_code == 400
    assert client.post(ORGANISATION, FACTS | {"kind": "service"}).url == ACCOUNT
    client.post(ACCOUNT, PERSON_AND_PASSWORD)
    send(client)
    assert Organisation.objects.get().kind == "service"


def check_character(body):
    return next(c for c in "0123456789ABCDEFGHJKLMNPQRTUWXY" if is_right(body + c))


def is_right(code):
    weights = [3**power % 31 for power in range(17)]
    values = ["0123456789ABCDEFGHJKLMNPQRTUWXY".index(c) for c in code]
    return values[17] == (31 - sum(a * b for a, b in zip(values, weights, strict=False)) % 31) % 31


def test_where_no_contact_is_named_it_is_the_applicant(client):
    go(client)
    send(client)
    organisation = Organisation.objects.get()
    assert (organisation.contact_name, organisation.contact_phone) == (PERSON["name"], PERSON["phone"])


def test_a_contact_that_is_named_stays(client):
    go(client, facts=FACTS | {"contact_name": "秘书处", "contact_phone": "0311-8800002"})
    send(client)
    assert Organisation.objects.get().contact_name == "秘书处"


def test_answers_can_be_changed_and_are_kept_meanwhile(client):
    go(client)
    assert client.get(ORGANISATION).context["form"].initial["name"] == "试验商会"
    assert client.get(ACCOUNT).context["form"].initial["username"] == "wang.li"
    assert client.post(ORGANISATION, FACTS | {"name": "改名商会"}).url == CHECK
    assert "改名商会" in client.get(CHECK).content.decode()


def test_another_code_asks_for_the_organisation_anew(client):
    go(client)
    client.post(START, {"code": demo_code(2, "foundation")})
    assert client.get(CHECK).url == ORGANISATION


@pytest.mark.parametrize("step", [ORGANISATION, ACCOUNT, CHECK])
def test_no_step_is_passed_over(client, step):
    assert client.get(step).url == client.post(step, {}).url == START
    client.post(START, {"code": CODE})
    assert client.get(step).status_code == 200 if step == ORGANISATION else client.get(step).url == ORGANISATION


def test_the_session_holds_no_password_and_nothing_at_all_in_the_end(client):
    go(client)
    kept = Session.objects.get().get_decoded()["signup"]
    assert PASSWORD not in str(kept)
    send(client)
    assert "signup" not in Session.objects.get().get_decoded()


# What is refused


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (CODE[:17] + ("0" if CODE[17] != "0" else "1"), "check character"),
        (CODE[:16], "18 characters"),
        ("91350100M000100Y43", "51, 52, 53 or 59"),
        ("", ""),
        ("\u202e" + CODE, "U+202E"),
    ],
)
def test_a_wrong_code_names_the_problem(client, code, words):
    answer = client.post(START, {"code": code})
    assert answer.status_code == 400
    assert errors_of(answer, "code")
    assert words in unescape(answer.content.decode())


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"password": "12345678", "again": "12345678"}, "password"),
        ({"password": "wang.li1", "again": "wang.li1"}, "password"),
        ({"again": "something else"}, "again"),
        ({"phone": "call me"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"name": "王\x00丽"}, "name"),
        ({"username": "王 丽"}, "username"),
        ({"username": ""}, "username"),
    ],
)
def test_an_account_that_will_not_do_is_refused_beside_its_field(client, changed, field):
    client.post(START, {"code": CODE})
    client.post(ORGANISATION, FACTS)
    answer = client.post(ACCOUNT, PERSON_AND_PASSWORD | changed)
    assert answer.status_code == 400
    assert errors_of(answer, field)


def test_without_the_tick_nothing_is_sent(client):
    go(client)
    assert errors_of(client.post(CHECK, {}), "agreed")
    assert not User.objects.exists()


def test_a_user_name_taken_meanwhile_is_told_at_the_end_and_nothing_is_written(client):
    go(client)
    make_user(username="WANG.LI")
    answer = send(client)
    assert answer.status_code == 400
    assert answer.context["form"].non_field_errors()
    assert (User.objects.count(), Organisation.objects.count()) == (1, 0)


# What strangers cannot learn


def test_a_taken_user_name_is_told_like_a_reserved_one(client):
    make_user(username="zhang.san")
    client.post(START, {"code": CODE})
    client.post(ORGANISATION, FACTS)
    told = [
        list(errors_of(client.post(ACCOUNT, PERSON_AND_PASSWORD | {"username": name}), "username"))
        for name in ("zhang.san", "ZHANG.SAN", "admin")
    ]
    assert told[0] == told[1] == told[2] != []


def test_of_a_registered_organisation_its_public_name_is_told_and_nothing_more(client):
    organisation = make_organisation(
        code=demo_code(3, "foundation"), name="试验基金会", address="秘密路9号", contact_name="内部人", note="内部"
    )
    make_membership(make_user(name="老会员"), organisation)
    client.post(START, {"code": organisation.code})
    page = client.get(ORGANISATION).content.decode()
    assert "试验基金会" in page
    assert [word in page for word in ("秘密路9号", "内部人", "内部", "老会员", 'name="name"')] == [False] * 5
    assert client.post(ORGANISATION, {}).url == ACCOUNT
    client.post(ACCOUNT, PERSON_AND_PASSWORD)
    send(client)
    assert Membership.objects.get(user__username="wang.li").organisation == organisation
    assert Organisation.objects.get().name == "试验基金会"


def test_an_application_of_somebody_else_cannot_be_seen_by_its_code(client):
    client.post(START, {"code": CODE})
    unknown = client.get(ORGANISATION)
    make_organisation(code=CODE, kind="association", name="别人申请中", status="applied")
    assert "别人申请中" not in client.get(ORGANISATION).content.decode()
    assert same_words(client.get(ORGANISATION)) == same_words(unknown)


def test_an_organisation_that_is_no_more_is_told_at_the_code(client):
    organisation = make_organisation(code=demo_code(3, "foundation"), status="deregistered")
    assert "nobody can speak for it" in errors_of(client.post(START, {"code": organisation.code}), "code")[0]


# Programs, and too many


def test_a_program_that_fills_in_everything_is_thanked_and_nothing_is_kept(client):
    assert client.post(START, {"code": CODE, "website": "http://x"}).url == DONE
    assert "signup" not in client.session
    go(client)
    assert client.post(CHECK, {"agreed": "on", "website": "x"}).url == DONE
    assert not User.objects.exists()


def test_from_one_address_only_so_many_steps_are_answered_in_an_hour(client):
    now = timezone.now()
    Attempt.objects.bulk_create(Attempt(what="signup-step", address="127.0.0.1", at=now) for _each in range(60))
    answer = client.post(START, {"code": CODE})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert client.post(START, {"code": CODE}, REMOTE_ADDR="192.0.2.7").status_code == 302
    Attempt.objects.update(at=now - datetime.timedelta(minutes=61))
    assert client.post(START, {"code": CODE}).status_code == 302


def test_from_one_address_only_so_many_applications_come_in_a_day_and_what_was_entered_is_kept(client):
    go(client)
    Attempt.objects.bulk_create(Attempt(what="signup", address="127.0.0.1") for _each in range(10))
    assert send(client).status_code == 429
    assert not User.objects.exists()
    Attempt.objects.filter(what="signup").update(at=timezone.now() - datetime.timedelta(hours=25))
    assert send(client).url == DONE


# Afterwards


def test_who_has_applied_signs_in_to_a_page_that_says_what_it_waits_for(client):
    go(client)
    send(client)
    answer = client.post(reverse("login"), {"username": "wang.li", "password": PASSWORD})
    assert answer.url == reverse("waiting")
    page = client.get(answer.url).content.decode()
    assert "waits for an answer" in page
    assert "试验商会" in page
    assert client.get("/my/").url == reverse("waiting")
    assert client.get(START).url == reverse("waiting")
    assert client.get("/desk/").status_code == 403


def test_a_refusal_is_shown_with_its_reason(client):
    user = make_user()
    make_membership(
        user, make_organisation(), status="ended", status_reason="查无此证", approved_by=None, approved_at=None
    )
    client.force_login(user)
    page = client.get(reverse("waiting")).content.decode()
    assert "查无此证" in page
    assert "waits for an answer" not in page


@pytest.mark.parametrize(("role", "home"), [("bureau", "/desk/"), ("county", "/my/"), ("organisation", "/my/")])
def test_who_has_work_does_not_wait(client, role, home):
    client.force_login(make_user(role))
    assert client.get(reverse("waiting")).url == home


def test_a_stranger_signs_in_before_waiting_and_an_account_without_anything_is_told_so(client):
    assert client.get(reverse("waiting")).url.startswith("/accounts/login/")
    client.force_login(make_user())
    assert "no role yet" in client.get(reverse("waiting")).content.decode()

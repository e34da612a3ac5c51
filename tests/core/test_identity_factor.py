"""The second factor: nobody whose role asks for one comes in without it, and no code works twice."""

import datetime

import pyotp
import pytest
from cryptography.fernet import InvalidToken
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from registry.accounts import WAY
from registry.core.models import Change, Factor, Notice, RecoveryCode, SignIn
from registry.core.notices import in_words
from registry.core.roles import Role
from registry.core.second_factor import (
    accepts,
    matching_step,
    new_secret,
    opened,
    reset_factor,
    set_up,
    spend_recovery_code,
)
from tests.factories import PASSWORD, make_factor, make_user
from tests.signing_in import LOGIN, code_of, is_in, later, try_password

pytestmark = pytest.mark.django_db

CODE, SET_UP = "/accounts/login/code/", "/accounts/login/factor/"
ASKED = [role for role in Role if role != Role.ORGANISATION]
MINUTE = datetime.timedelta(minutes=1)


def offered(client, place=WAY):
    """The secret that a session offers to be set up."""
    kept = client.session[place]
    return opened(kept["offered"] if isinstance(kept, dict) else kept)


# Who is asked


@pytest.mark.parametrize("role", ASKED)
def test_a_role_that_asks_for_it_comes_in_only_after_setting_it_up(client, role):
    user = make_user(role)
    assert try_password(client, user.username).url == SET_UP
    assert not is_in(client)
    assert client.get("/desk/").status_code == 302
    assert client.get("/my/").status_code == 302
    assert client.post("/api/v1/needs/", {}, "application/json").status_code in (401, 403)
    page = client.get(SET_UP)
    assert "<svg" in page.content.decode()
    assert "style=" not in page.content.decode().split("<svg")[1].split("</svg>")[0]
    assert client.post(SET_UP, {"code": "000000"}).status_code == 400
    assert not is_in(client)
    codes = client.post(SET_UP, {"code": code_of(offered(client))})
    assert is_in(client)
    assert len(codes.context["codes"]) == 10
    assert "no-store" in codes.headers["Cache-Control"]


def test_organisations_and_applicants_come_in_by_the_password_alone(client):
    for user in (make_user("organisation"), make_user()):
        assert try_password(Client(), user.username).url in ("/my/", "/")


def test_an_organisation_that_has_switched_it_on_is_asked_too(client):
    user = make_user("organisation")
    secret = make_factor(user)
    assert try_password(client, user.username).url == CODE
    assert not is_in(client)
    assert client.post(CODE, {"code": code_of(secret)}).url == "/my/"
    assert is_in(client)


def test_which_roles_are_asked_is_a_setting(client, settings):
    settings.SECOND_FACTOR = frozenset({"organisation"})
    assert try_password(client, make_user("organisation").username).url == SET_UP
    assert try_password(Client(), make_user("bureau").username).url == "/desk/"


def test_demo_accounts_come_in_by_the_password_alone_where_the_setting_says_so(client, settings):
    user = make_user("bureau", is_demo=True)
    assert try_password(client, user.username).url == "/desk/"
    settings.DEMO_SIGN_IN = False
    assert try_password(Client(), user.username).url == SET_UP


def test_who_has_one_cannot_pass_by_it_by_setting_up_another(client):
    user = make_user("bureau")
    secret = make_factor(user)
    try_password(client, user.username)
    assert client.get(SET_UP).url == CODE
    assert client.post(SET_UP, {"code": "123456"}).url == CODE
    assert opened(Factor.objects.get().secret) == secret
    assert not is_in(client)


@pytest.mark.parametrize("page", [CODE, SET_UP, "/accounts/login/password/"])
def test_without_a_password_there_is_no_later_step(client, page):
    assert client.get(page).url == LOGIN
    assert client.post(page, {"code": "123456"}).url == LOGIN


def test_the_way_ends_after_ten_minutes(client):
    user = make_user("bureau")
    secret = make_factor(user)
    try_password(client, user.username)
    with later(11 * MINUTE):
        assert client.post(CODE, {"code": code_of(secret)}).url == LOGIN
    assert not is_in(client)


def test_the_way_ends_when_the_account_is_closed_or_its_password_changed(client):
    user = make_user("bureau")
    secret = make_factor(user)
    try_password(client, user.username)
    user.set_password("another-horse-8")
    user.save()
    assert client.post(CODE, {"code": code_of(secret)}).url == LOGIN
    try_password(client, user.username, "another-horse-8")
    user.is_active = False
    user.save()
    assert client.post(CODE, {"code": code_of(secret)}).url == LOGIN
    assert not is_in(client)


# Codes


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step_and_no_more(steps, right):
    secret, now = new_secret(), 1_700_000_010
    code = pyotp.TOTP(secret).at(now + 30 * steps)
    assert (matching_step(secret, code, now=now) is not None) is right


def test_a_code_never_works_twice_nor_an_earlier_one_after_it():
    user = make_user("bureau")
    secret = make_factor(user)
    assert accepts(user, code_of(secret))
    assert not accepts(user, code_of(secret))
    assert not accepts(user, code_of(secret, -1))
    assert accepts(user, code_of(secret, 1))


def test_the_code_that_set_it_up_does_not_sign_in_as_well():
    user, secret = make_user("bureau"), new_secret()
    set_up(secret=secret, code=code_of(secret), by=user)
    assert not accepts(user, code_of(secret))


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "\0\0\0\0\0\0", "1" * 20])
def test_what_is_no_code_is_refused_in_words(client, code):
    user = make_user("bureau")
    make_factor(user)
    try_password(client, user.username)
    assert client.post(CODE, {"code": code}).status_code == 400
    assert not is_in(client)


def test_five_wrong_codes_lock_for_15_minutes_also_the_right_one(client):
    user = make_user("bureau")
    secret = make_factor(user)
    try_password(client, user.username)
    for _each in range(5):
        answer = client.post(CODE, {"code": "000000"})
    assert "15" in answer.context["form"].non_field_errors()[0]
    assert client.post(CODE, {"code": code_of(secret)}).status_code == 400
    assert not is_in(client)
    with later(16 * MINUTE):
        try_password(client, user.username)
        assert client.post(CODE, {"code": code_of(secret)}).status_code == 302


def test_four_wrong_codes_lock_nobody(client):
    user = make_user("bureau")
    secret = make_factor(user)
    try_password(client, user.username)
    for _each in range(4):
        client.post(CODE, {"code": "000000"})
    assert client.post(CODE, {"code": code_of(secret)}).status_code == 302
    assert is_in(client)


# Recovery codes


def test_a_recovery_code_lets_in_once(client):
    user, secret = make_user("bureau"), new_secret()
    codes = set_up(secret=secret, code=code_of(secret), by=user)
    try_password(client, user.username)
    assert client.post(CODE, {"code": codes[3].upper()}).url == "/desk/"
    again = Client()
    try_password(again, user.username)
    assert again.post(CODE, {"code": codes[3]}).status_code == 400
    assert RecoveryCode.objects.filter(user=user, used_at=None).count() == 9
    assert SignIn.objects.filter(what="recovery", user=user).count() == 1


def test_only_digests_of_recovery_codes_are_kept_and_another_s_do_not_work():
    user, other, secret = make_user("bureau"), make_user("bureau"), new_secret()
    codes = set_up(secret=secret, code=code_of(secret), by=user)
    kept = str(
        [*RecoveryCode.objects.values_list("digest", flat=True), *Change.objects.values_list("after", flat=True)]
    )
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    assert not spend_recovery_code(code=codes[0], by=other)
    assert spend_recovery_code(code=codes[0], by=user)


# The secret


def test_the_secret_stands_encrypted_in_the_database_and_not_in_the_trail():
    user, secret = make_user("bureau"), new_secret()
    set_up(secret=secret, code=code_of(secret), by=user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM core_factor t UNION ALL SELECT t::text FROM core_change t")
        assert secret not in str(cursor.fetchall())
    assert opened(Factor.objects.get().secret) == secret


def test_a_new_key_of_the_site_reads_the_old_secrets_and_writes_them_anew(settings):
    user = make_user("bureau")
    secret = make_factor(user)
    before = Factor.objects.get()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the site"
    assert accepts(user, code_of(secret))
    after = Factor.objects.get()
    assert after.key != before.key
    settings.SECRET_KEY_FALLBACKS = []
    assert opened(after.secret) == secret
    with pytest.raises(InvalidToken):
        opened(before.secret)


# One's own page, and the administrator's


def test_one_s_own_second_factor_is_set_up_with_the_password_asked_again(client):
    user = make_user("organisation")
    client.force_login(user)
    page = reverse("own-factor")
    client.get(page)
    code = code_of(offered(client, "factor_offer"))
    wrong = client.post(page, {"do": "set-up", "code": code, "present": "wrong"})
    assert wrong.status_code == 400
    assert not Factor.objects.exists()
    right = client.post(page, {"do": "set-up", "code": code, "present": PASSWORD})
    assert len(right.context["codes"]) == 10
    assert Factor.objects.get().user == user
    assert is_in(client)


def test_recovery_codes_are_renewed_with_the_password_and_the_old_ones_are_void(client):
    user, secret = make_user("organisation"), new_secret()
    old = set_up(secret=secret, code=code_of(secret), by=user)
    client.force_login(user)
    assert client.post(reverse("own-factor"), {"do": "codes", "present": "wrong"}).status_code == 400
    new = client.post(reverse("own-factor"), {"do": "codes", "present": PASSWORD}).context["codes"]
    assert not spend_recovery_code(code=old[0], by=user)
    assert spend_recovery_code(code=new[0], by=user)


def test_an_organisation_takes_it_off_and_a_role_that_asks_for_it_does_not(client):
    for role, left in (("organisation", 0), ("county", 1)):
        user = make_user(role)
        make_factor(user)
        client.force_login(user)
        client.post(reverse("own-factor"), {"do": "off", "present": PASSWORD})
        assert Factor.objects.filter(user=user).count() == left


def test_the_system_administrator_takes_it_off_with_a_reason_and_the_person_is_told(client):
    user, by = make_user("bureau"), make_user("system_admin")
    make_factor(user)
    theirs = Client()
    theirs.force_login(user)
    client.force_login(by)
    page = reverse("admin:core_user_deed", args=(user.pk, "factor"))
    assert client.post(page, {"reason": ""}).status_code == 400
    assert client.post(page, {"reason": "手机遗失"}).status_code == 302
    assert not Factor.objects.exists()
    assert theirs.get("/desk/").status_code == 302, "the sessions end"
    _title, lines = in_words(Notice.objects.get(recipient=user))
    assert "手机遗失" in str([str(line) for line in lines])
    change = Change.objects.get(table_name="core_factor", operation="D")
    assert (change.actor_id, change.action, change.reason) == (by.pk, "factor.reset", "手机遗失")
    assert try_password(Client(), user.username).url == SET_UP


def test_nobody_takes_off_the_own_one_or_without_the_right():
    by = make_user("system_admin")
    make_factor(by)
    with pytest.raises(ValidationError):
        reset_factor(user=by, by=by, reason="x")
    for role in ("security_admin", "audit_admin", "bureau"):
        with pytest.raises(PermissionDenied):
            reset_factor(user=by, by=make_user(role), reason="x")
    assert Factor.objects.exists()

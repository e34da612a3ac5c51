"""Passwords: their rules on both sides, how old they grow, the step that nobody passes by, and the link by e-mail."""

import datetime
import re

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from registry.core.accounts import set_password
from registry.core.channels import deliver_next
from registry.core.models import Change, FormerPassword, Job, Outgoing, User
from registry.core.passwords import change_own_password, must_choose
from registry.core.resets import reset_password, send_link
from registry.core.roles import Role
from registry.environment import ROLES, numbers_from_text, roles_from_text
from registry.jobs import send_links
from tests.factories import PASSWORD, make_factor, make_membership, make_organisation, make_user
from tests.signing_in import code_of, is_in, later, try_password

pytestmark = pytest.mark.django_db

DAY, MINUTE = datetime.timedelta(days=1), datetime.timedelta(minutes=1)
NEW = "Another-horse-8"
LAST_STEP = "/accounts/login/password/"


def is_good(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError:
        return False
    return True


# Rules


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("Abcdef-89", False), ("Abcdefg-89", True),  # nine signs, ten
        ("abcdefghijk9", False), ("abcdefghijK9", True),  # two kinds, three
        ("ABCDEFGHI-9", True), ("abcdefghi-密", False), ("abcdefghi-9密", True),
        ("Password123", False), ("Qwerty12345", False), ("1234567890", False), ("", False),
    ],
)  # fmt: skip
def test_a_password_is_long_mixed_and_not_common(password, good):
    assert is_good(password) is good


@pytest.mark.parametrize("password", ["wang.xiaoli-9A", "Wang.Xiaoli1!", "王小丽王小丽-Aa9", "13800001234-Aa"])
def test_a_password_is_not_like_its_owner(password):
    user = make_user(username="wang.xiaoli", name="王小丽王小丽", phone="13800001234")
    assert not is_good(password, user)
    assert is_good(password, make_user())


@pytest.mark.parametrize("password", ["试验慈善基金会-Aa9", "Shiyancishanjijinhui9!", "xx-SYCSJJH-99xx"])
def test_a_password_is_not_like_the_organisation_of_its_owner(password):
    user = make_user("organisation")
    make_membership(user, make_organisation(name="试验慈善基金会"))
    assert not is_good(password, user)
    assert is_good(password, make_user("organisation"))


def test_the_last_five_passwords_do_not_come_back_and_the_sixth_does():
    user = make_user()
    for number in range(1, 6):
        assert not is_good(PASSWORD, User.objects.get(pk=user.pk)), number
        change_own_password(password=f"Brave-mule-no-{number}", by=user)
    user = User.objects.get(pk=user.pk)
    assert not is_good("Brave-mule-no-1", user)
    assert not is_good("Brave-mule-no-5", user)
    assert is_good(PASSWORD, user)
    assert FormerPassword.objects.filter(user=user).count() == 5


def test_rules_are_settings(monkeypatch):
    monkeypatch.setenv("PASSWORDS", "12,0,0,0")
    given = {"length": 10, "mixed": 1, "days": 90, "former": 5}
    assert numbers_from_text("PASSWORDS", **given) == {"length": 12, "mixed": 0, "days": 0, "former": 0}
    for wrong in ("12", "12,0,0,x", "12,0,0,-1", "1,2,3,4,5"):
        monkeypatch.setenv("PASSWORDS", wrong)
        with pytest.raises(ImproperlyConfigured):
            numbers_from_text("PASSWORDS", **given)


def test_roles_that_need_a_second_factor_are_a_setting():
    assert set(ROLES) == set(Role)
    assert roles_from_text("") == set(Role) - {"organisation"}
    assert roles_from_text("bureau, auditor") == {"bureau", "auditor"}
    assert roles_from_text("none") == set()
    with pytest.raises(ImproperlyConfigured):
        roles_from_text("burau")


def test_the_rules_are_told_in_words_where_a_password_is_chosen(client):
    client.cookies["django_language"] = "en"
    client.force_login(make_user("organisation"))
    page = client.get(reverse("own-password")).content.decode()
    for words in ("at least 10 characters", "Mix at least three", "name of your organisation", "last 5 passwords"):
        assert words in page


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "密码太短：至少需要 10 个字符。"), ("en", "it needs 10 signs.")]
)
def test_a_password_that_is_too_short_is_told_so_in_both_languages(language, said):
    with override(language), pytest.raises(ValidationError) as refused:
        validate_password("aB3-")
    assert any(said in message for message in refused.value.messages)


# Age


@pytest.mark.parametrize(("days", "must"), [(89, False), (91, True)])
def test_a_password_grows_old_after_ninety_days(days, must):
    user = make_user("organisation")
    with later(days * DAY):
        assert bool(must_choose(user)) is must


def test_age_can_be_switched_off_and_demo_accounts_have_none(settings):
    demo, other = make_user(is_demo=True), make_user()
    with later(400 * DAY):
        assert not must_choose(demo)
        assert must_choose(other)
        settings.PASSWORDS = settings.PASSWORDS | {"days": 0}
        assert not must_choose(other)


def test_an_old_password_lets_nobody_in_before_a_new_one_is_chosen(client):
    user = make_user("organisation")
    User.objects.filter(pk=user.pk).update(password_at=user.password_at - 91 * DAY)
    assert try_password(client, user.username, next="/my/people/").url == LAST_STEP
    assert not is_in(client)
    assert client.get("/my/").status_code == 302
    for wrong in ({"password": PASSWORD, "again": PASSWORD}, {"password": NEW, "again": "x"}, {"password": "x"}):
        assert client.post(LAST_STEP, wrong).status_code == 400
        assert not is_in(client)
    assert client.post(LAST_STEP, {"password": NEW, "again": NEW}).url == "/my/people/"
    assert is_in(client)
    assert try_password(Client(), user.username, NEW).url == "/my/"


def test_a_password_that_an_administrator_has_set_is_replaced_by_its_owner(client):
    user, by = make_user("organisation"), make_user("system_admin")
    set_password(user=user, password=NEW, by=by)
    assert try_password(client, user.username, NEW).url == LAST_STEP
    assert client.post(LAST_STEP, {"password": NEW, "again": NEW}).status_code == 400, "not the administrator's"
    own = "Own-quiet-goose-4"
    assert client.post(LAST_STEP, {"password": own, "again": own}).url == "/my/"
    assert not User.objects.get(pk=user.pk).must_change


def test_a_new_account_of_the_desk_chooses_its_own_password_first(client):
    client.force_login(make_user("system_admin"))
    form = {"username": "zhang", "name": "张某", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(reverse("admin:core_user_add"), form).status_code == 302
    assert User.objects.get(username="zhang").must_change


def test_the_second_factor_comes_before_the_new_password(client):
    user = make_user("bureau")
    secret = make_factor(user)
    User.objects.filter(pk=user.pk).update(must_change=True)
    try_password(client, user.username)
    assert client.get(LAST_STEP).url == "/accounts/login/code/"
    assert client.post(LAST_STEP, {"password": NEW, "again": NEW}).url == "/accounts/login/code/"
    assert client.post("/accounts/login/code/", {"code": code_of(secret)}).url == LAST_STEP
    assert not is_in(client)
    assert client.post(LAST_STEP, {"password": NEW, "again": NEW}).url == "/desk/"


# One's own


def test_one_s_own_password_is_changed_with_the_old_one_and_others_are_signed_out(client):
    user, other = make_user("organisation"), Client()
    try_password(client, user.username)
    try_password(other, user.username)
    page = reverse("own-password")
    assert client.post(page, {"present": "wrong", "password": NEW, "again": NEW}).status_code == 400
    assert client.post(page, {"present": PASSWORD, "password": NEW, "again": NEW}).status_code == 302
    assert client.get(page).status_code == 200
    assert other.get(page).status_code == 302
    change = Change.objects.filter(table_name="core_user", row_pk=str(user.pk), action="account.own_password").get()
    assert change.actor_id == user.pk
    assert set(change.before) == {"password_at"}


def test_guessing_the_old_password_from_an_open_session_is_counted(client):
    user = make_user("organisation")
    client.force_login(user)
    for _each in range(5):
        client.post(reverse("own-password"), {"present": "wrong", "password": NEW, "again": NEW})
    answer = client.post(reverse("own-password"), {"present": PASSWORD, "password": NEW, "again": NEW})
    assert answer.status_code == 400
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_auditors_change_their_own_password_too(client):
    user = make_user("auditor")
    client.force_login(user)
    data = {"present": PASSWORD, "password": NEW, "again": NEW}
    assert client.post(reverse("own-password"), data).status_code == 302
    assert User.objects.get(pk=user.pk).check_password(NEW)


def test_the_desk_s_own_page_of_passwords_leads_to_the_one_page(client):
    client.force_login(make_user("bureau"))
    assert client.get("/desk/password_change/").url == reverse("own-password")


# By e-mail


@pytest.fixture
def link(settings):
    """Asks for a new password and gives the path that the mail leads to."""
    settings.EMAIL_HOST, settings.SITE_URL = "mail.example", "https://registry.example"

    def asked(user):
        send_link(user=user, by=None)
        mail.outbox.clear()
        assert deliver_next().state == Outgoing.State.SENT
        return re.search(r"https://registry\.example(/accounts/password/reset/\S+)", mail.outbox[0].body)[1]

    return asked


def go(client, path, password=NEW):
    assert client.get(path).url == "/accounts/password/reset/new/"
    return client.post("/accounts/password/reset/new/", {"password": password, "again": password})


def test_the_worker_mails_a_link_to_known_addresses_alone(client):
    user = make_user(email="known@example.org")
    for at in ("Known@example.org", "no@example.org"):
        client.post(reverse("password-reset"), {"email": at})
    for job in Job.objects.filter(kind="reset"):
        send_links(None, by=None, **job.parameters)
    assert Outgoing.objects.get().notice.recipient == user
    assert list(Outgoing.objects.values_list("address", "channel")) == [("known@example.org", "email")]


def test_the_link_lets_choose_a_new_password_once_within_half_an_hour(client, link):
    user = make_user(email="a@example.org")
    path = link(user)
    assert go(client, path).url == "/accounts/login/"
    assert User.objects.get(pk=user.pk).check_password(NEW)
    assert go(Client(), path, "Third-horse-9").status_code == 410
    assert User.objects.get(pk=user.pk).check_password(NEW)


@pytest.mark.parametrize(("minutes", "status"), [(29, 302), (31, 410)])
def test_the_link_holds_for_half_an_hour(client, link, minutes, status, monkeypatch):
    path = link(make_user(email="a@example.org"))
    later_on = timezone.localtime().replace(tzinfo=None) + minutes * MINUTE  # as Django reads the clock there
    generator = "django.contrib.auth.tokens.PasswordResetTokenGenerator._now"
    monkeypatch.setattr(generator, lambda self: later_on)
    assert go(client, path).status_code == status


def test_the_link_stands_in_neither_outbox_nor_trail_nor_messages(link):
    token = link(make_user(email="a@example.org")).rstrip("/").rsplit("/", 1)[1]
    with connection.cursor() as cursor:
        for table in ("core_outgoing", "core_change", "core_notice", "core_job"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            assert token not in str(cursor.fetchall())


@pytest.mark.parametrize("path", ["x/y", "MQ/abc-def", "%00/x", "OTk5OTk5OTk5OTk5OTk5OTk5OTk/x"])
def test_a_made_up_link_opens_nothing(client, path):
    client.get(f"/accounts/password/reset/{path}/")
    assert client.get("/accounts/password/reset/new/").status_code == 410


def test_a_link_opens_no_closed_account(client, link):
    user = make_user(email="a@example.org")
    path = link(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert go(client, path).status_code == 410


def test_a_link_that_was_used_meanwhile_changes_nothing(link):
    user = make_user(email="a@example.org")
    token = link(user).rstrip("/").rsplit("/", 1)[1]
    reset_password(token=token, password=NEW, by=user)
    with pytest.raises(ValidationError):
        reset_password(token=token, password="Third-horse-9", by=user)
    assert User.objects.get(pk=user.pk).check_password(NEW)


def test_a_new_password_by_e_mail_does_not_stand_in_for_the_second_factor(client, link):
    user = make_user("bureau", email="a@example.org")
    make_factor(user)
    go(client, link(user))
    assert try_password(client, user.username, NEW).url == "/accounts/login/code/"
    assert not is_in(client)


def test_from_one_address_only_so_many_new_passwords_are_asked_for(client):
    for number in range(20):
        assert client.post(reverse("password-reset"), {"email": f"a{number}@example.org"}).status_code == 302
    answer = client.post(reverse("password-reset"), {"email": "a@example.org"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")


def test_one_account_is_not_flooded_with_mails(client):
    user = make_user(email="a@example.org")
    for _each in range(7):
        client.post(reverse("password-reset"), {"email": "a@example.org"})
    asked = [job.parameters["users"] for job in Job.objects.filter(kind="reset")]
    assert (asked.count([user.pk]), asked.count([])) == (5, 2)

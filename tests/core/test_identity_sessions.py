"""Sessions: they end by themselves, by their owner, by an administrator, and with the account that they are of."""

import datetime

import pytest
from django.conf import settings as of_the_site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.core.accounts import assign_roles, close_account, set_password, take_role
from registry.core.models import Session, SignIn, User, UserRole
from registry.core.sessions import browser_in_words, row_key
from registry.core.trail import acting
from tests.counting import queries_of
from tests.factories import make_org_user, make_organisation, make_user
from tests.signing_in import is_in, later, try_password

pytestmark = pytest.mark.django_db

MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)
PAGE = "/notices/"


def is_let_in(client):
    return client.get(PAGE).status_code == 200


@pytest.fixture
def user():
    return make_user("bureau", is_demo=True)


@pytest.fixture
def signed_in(client, user):
    try_password(client, user.username)
    return client


# How long


@pytest.mark.parametrize(
    ("role", "minutes", "let_in"),
    [("bureau", 14, True), ("bureau", 15, False), ("county", 15, False), ("auditor", 15, False),
     ("organisation", 29, True), ("organisation", 30, False)],
)  # fmt: skip
def test_a_session_that_is_not_used_ends(client, role, minutes, let_in):
    try_password(client, make_user(role, is_demo=True).username)
    with later(minutes * MINUTE):
        assert is_let_in(client) is let_in


def test_each_use_keeps_a_session_and_the_longest_time_ends_it_all_the_same(signed_in, settings):
    assert (settings.SESSIONS["staff"], settings.SESSIONS["hours"]) == (15, 12)
    settings.SESSIONS = settings.SESSIONS | {"hours": 1}
    for ten in (1, 2, 3, 4, 5):
        with later(ten * 10 * MINUTE):
            assert is_let_in(signed_in), ten
    with later(59 * MINUTE):
        assert is_let_in(signed_in)
    with later(HOUR):
        assert not is_let_in(signed_in)


def test_a_use_is_written_down_at_most_once_a_minute(signed_in):
    before = Session.objects.get().used_at
    is_let_in(signed_in)
    assert Session.objects.get().used_at == before
    with later(MINUTE):
        is_let_in(signed_in)
    assert Session.objects.get().used_at > before


def test_those_who_only_read_keep_their_session_too(client):
    try_password(client, make_user("auditor", is_demo=True).username)
    for ten in (1, 2, 3):
        with later(ten * 10 * MINUTE):
            assert client.get("/desk/").status_code == 200


def test_the_bounds_are_settings(client, user, settings):
    settings.SESSIONS = {"staff": 5, "others": 5, "hours": 1}
    try_password(client, user.username)
    with later(4 * MINUTE):
        assert is_let_in(client)
    with later(10 * MINUTE):
        assert not is_let_in(client)


# What is kept


def test_signing_in_gives_a_new_key_and_the_table_holds_no_key_at_all(client, user):
    client.get("/accounts/signup/")
    client.post("/accounts/signup/", {"code": "x"})
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies[of_the_site.SESSION_COOKIE_NAME] = planted = session.session_key
    try_password(client, user.username)
    key = client.cookies[of_the_site.SESSION_COOKIE_NAME].value
    assert key != planted
    assert not Session.objects.filter(pk__in=(key, planted, row_key(planted))).exists()
    row = Session.objects.get(pk=row_key(key))
    assert (row.user, row.address) == (user, "127.0.0.1")


def test_the_digest_in_the_table_opens_nothing(signed_in):
    thief = Client()
    thief.cookies[of_the_site.SESSION_COOKIE_NAME] = Session.objects.get().pk
    assert not is_let_in(thief)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/90.0.4430.85 Safari/537.36", "Chrome 90 · Windows"),
        ("Mozilla/5.0 (Macintosh; Mac OS X 14) AppleWebKit/605 Version/17.1 Safari/605", "Safari 17 · macOS"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge 120 · Windows"),
        ("Mozilla/5.0 (Linux; Android 13) Chrome/100 Mobile MicroMessenger/8.0.40", "WeChat 8 · Android"),
        ("curl/8.0", ""), ("", ""), ("Chrome/" + "9" * 500, "Chrome 9999"),
    ],
)  # fmt: skip
def test_a_browser_is_told_in_a_few_words(told, words):
    assert browser_in_words(told) == words


# Ended


def test_signing_out_ends_the_session_on_the_server(signed_in):
    key = signed_in.cookies[of_the_site.SESSION_COOKIE_NAME].value
    signed_in.post(reverse("logout"))
    assert not Session.objects.filter(user__isnull=False).exists()
    thief = Client()
    thief.cookies[of_the_site.SESSION_COOKIE_NAME] = key
    assert not is_let_in(thief)


@pytest.mark.parametrize("what", ["close", "password", "roles given", "roles taken"])
def test_sessions_end_at_once_with_the_account_its_password_or_its_roles(signed_in, user, what):
    keeper, giver = make_user("system_admin"), make_user("security_admin")
    assert is_let_in(signed_in)
    {
        "close": lambda: close_account(user=user, by=keeper, reason="离岗"),
        "password": lambda: set_password(user=user, password="another-horse-8", by=keeper),
        "roles given": lambda: assign_roles(user=user, roles=["bureau", "partner"], by=giver),
        "roles taken": lambda: assign_roles(user=user, roles=[], by=giver),
    }[what]()
    assert not Session.objects.filter(user=user).exists()
    assert not is_let_in(signed_in)
    assert SignIn.objects.get(what="ended").number == 1


def test_roles_that_stay_end_nothing(signed_in, user):
    assign_roles(user=user, roles=["bureau"], by=make_user("security_admin"))
    assert is_let_in(signed_in)


def test_a_role_that_goes_with_a_membership_ends_the_sessions():
    user, client = make_org_user(make_organisation()), Client()
    try_password(client, user.username)
    with acting(by=None, action="test"):
        take_role(user=user, role="organisation")
    assert not is_let_in(client)


def test_the_owner_sees_all_sessions_ends_one_and_then_all_others(signed_in, user):
    others = [Client(), Client(), Client()]
    for other in others:
        try_password(other, user.username)
    page = signed_in.get(reverse("own-sessions"))
    assert len(page.context["rows"]) == 4
    one = row_key(others[0].cookies[of_the_site.SESSION_COOKIE_NAME].value)
    signed_in.post(reverse("own-sessions"), {"session": one})
    assert [is_let_in(other) for other in others] == [False, True, True]
    signed_in.post(reverse("own-sessions"), {"session": "others"})
    assert [is_let_in(other) for other in others] == [False, False, False]
    assert is_let_in(signed_in)


def test_nobody_ends_the_session_of_another_or_sees_it(signed_in):
    other, theirs = make_user("bureau", is_demo=True), Client()
    try_password(theirs, other.username)
    key = row_key(theirs.cookies[of_the_site.SESSION_COOKIE_NAME].value)
    assert key not in signed_in.get(reverse("own-sessions")).content.decode()
    signed_in.post(reverse("own-sessions"), {"session": key})
    assert is_let_in(theirs)


def test_the_system_administrator_ends_the_sessions_that_are_ticked(signed_in, user, client):
    second, by = Client(), make_user("system_admin")
    try_password(second, user.username)
    desk = Client()
    desk.force_login(by)
    page = reverse("admin:core_user_deed", args=(user.pk, "sessions"))
    keys = [key for key, _words in desk.get(page).context["form"].fields["sessions"].choices]
    assert len(keys) == 2
    gone = row_key(second.cookies[of_the_site.SESSION_COOKIE_NAME].value)
    assert desk.post(page, {"sessions": [gone]}).status_code == 302
    assert (is_let_in(second), is_let_in(signed_in)) == (False, True)
    assert SignIn.objects.get(what="ended").by == by


@pytest.mark.parametrize("role", ["security_admin", "audit_admin"])
def test_no_other_administrator_ends_sessions_or_sees_them(signed_in, user, role):
    desk = Client()
    desk.force_login(make_user(role))
    page = reverse("admin:core_user_deed", args=(user.pk, "sessions"))
    assert desk.post(page, {"sessions": [Session.objects.filter(user=user).get().pk]}).status_code == 403
    assert "127.0.0.1" not in desk.get(reverse("admin:core_user_change", args=(user.pk,))).content.decode()
    assert is_let_in(signed_in)


def test_the_list_of_sessions_asks_as_much_however_many_there_are(signed_in, user):
    one = queries_of(signed_in, reverse("own-sessions"))
    for _each in range(3):
        try_password(Client(), user.username)
    assert queries_of(signed_in, reverse("own-sessions")) == one


# After the end


FORM = {"title": "缺水 <b>", "text": "第一行\n第二行", "password": "x", "csrfmiddlewaretoken": "y"}


def test_what_was_typed_while_the_session_ran_out_is_kept_for_its_owner_and_sent_again(client):
    client.cookies[of_the_site.LANGUAGE_COOKIE_NAME] = "en"
    user = make_org_user(make_organisation())
    try_password(client, user.username)
    with later(31 * MINUTE):
        answer = client.post("/my/difficulties/new/?side=1", FORM)
        assert answer.url.startswith("/accounts/login/")
        assert "What you had typed is kept for you" in client.get(answer.url).content.decode()
        back = try_password(client, user.username, next="/my/")
        assert back.url == reverse("typed")
        page = client.get(back.url).content.decode()
    assert 'action="/my/difficulties/new/?side=1"' in page
    assert 'name="title" value="缺水 &lt;b&gt;"' in page
    assert 'name="password"' not in page


def test_nobody_else_gets_what_was_typed(client, user):
    owner = make_org_user(make_organisation())
    try_password(client, owner.username)
    with later(31 * MINUTE):
        client.post("/my/difficulties/new/", FORM)
        assert try_password(client, user.username).url == "/desk/"
        assert client.get(reverse("typed")).url == "/"
        assert "缺水" not in str(dict(client.session))


def test_the_page_of_signing_in_says_that_the_session_has_ended(client, user, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    try_password(client, user.username)
    with later(16 * MINUTE):
        answer = client.get("/desk/", follow=True)
    assert "You were signed out" in answer.content.decode()
    assert "You were signed out" not in Client().get("/desk/", follow=True).content.decode()


def test_a_stranger_who_was_never_in_keeps_nothing(client):
    client.post("/my/difficulties/new/", FORM)
    assert not is_in(client)
    assert not Session.objects.exists()


# Who asks


def test_who_asks_is_known_by_one_question(signed_in):
    is_let_in(signed_in)
    with CaptureQueriesContext(connection) as asked:
        is_let_in(signed_in)
    own = (
        'FROM "core_session"',
        'FROM "core_user" WHERE "core_user"."id"',
        'FROM "auth_group" INNER JOIN "core_userrole"',
    )
    assert [start for one in asked for start in own if start in one["sql"]] == [own[0]]


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!"}])
def test_what_is_changed_past_the_application_ends_a_session_all_the_same(signed_in, user, change):
    assert is_let_in(signed_in)
    User.objects.filter(pk=user.pk).update(**change)
    assert Session.objects.filter(user=user).exists()
    assert not is_let_in(signed_in)


def test_roles_are_those_of_the_moment(signed_in, user):
    assert signed_in.get("/desk/").status_code == 200
    UserRole.objects.filter(user=user).delete()
    assert signed_in.get("/desk/").status_code == 403

"""Three administrators apart, in code and in the database; accounts that nobody uses; sign-ins read by one of them."""

import datetime
import io

import openpyxl
import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registry.core.accounts import RESERVED, close_unused
from registry.core.models import Change, SignIn, User, UserRole
from registry.core.roles import ADMINISTRATORS, Role
from registry.core.sign_ins import forget_old, note
from tests.counting import queries_of
from tests.factories import make_user
from tests.signing_in import later, try_password

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
LIST = "/desk/core/signin/"


def give_past_everything(user, role):
    """A role by raw SQL, checked as at the commit."""
    group = Group.objects.get(name=role)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_userrole (user_id, group_id) VALUES (%s, %s)", [user.pk, group.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize("administrator", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("other", sorted(Role))
def test_the_database_refuses_a_second_role_beside_an_administrator_s(administrator, other):
    if administrator == other:
        return
    for first, second in ((administrator, other), (other, administrator)):
        user = make_user(first)
        with pytest.raises(IntegrityError, match="holds this one role"):
            give_past_everything(user, second)
        assert set(User.objects.get(pk=user.pk).roles) == {first}


def test_the_database_refuses_a_role_that_is_changed_into_an_administrator_s():
    user = make_user("bureau", "partner")
    group = Group.objects.get(name="audit_admin")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="holds this one role"), transaction.atomic():
            UserRole.objects.filter(user=user, group__name="partner").update(group=group)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_business_roles_may_be_joined():
    user = make_user("bureau")
    give_past_everything(user, "partner")
    assert set(User.objects.get(pk=user.pk).roles) == {"bureau", "partner"}


def test_nobody_is_a_superuser_not_even_by_raw_sql():
    user = make_user("system_admin")
    with pytest.raises(IntegrityError, match="user_never_superuser"), transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_superuser=True)


def test_no_account_is_called_admin_as_it_is_delivered():
    assert {"admin", "root", "administrator"} <= RESERVED
    assert not User.objects.filter(username__in=RESERVED).exists()


# Accounts that nobody uses


def make_unused(**overrides):
    user = make_user(**overrides)
    User.objects.filter(pk=user.pk).update(date_joined=timezone.now() - 100 * DAY)
    return user


def test_an_account_is_unused_after_ninety_days_without_a_sign_in():
    fresh, never, long_ago, lately = make_user(), make_unused(), make_unused(), make_unused()
    User.objects.filter(pk=long_ago.pk).update(last_login=timezone.now() - 91 * DAY)
    User.objects.filter(pk=lately.pk).update(last_login=timezone.now() - 89 * DAY)
    closed = make_unused(is_active=False)
    assert set(User.objects.unused()) == {never, long_ago}
    assert {fresh, lately, closed}.isdisjoint(User.objects.unused())


def test_the_system_administrator_closes_those_that_are_ticked_with_a_reason(client):
    first, second, third = make_unused(), make_unused(), make_unused()
    by = make_user("system_admin")
    client.force_login(by)
    page = reverse("admin:unused-accounts")
    shown = client.get(page).content.decode()
    assert all(user.username in shown for user in (first, second, third))
    assert client.post(page, {"users": [first.pk], "reason": ""}).status_code == 400
    assert client.post(page, {"users": [], "reason": "离岗"}).status_code == 400
    assert client.post(page, {"users": [first.pk, second.pk], "reason": "离岗"}).status_code == 302
    assert set(User.objects.filter(is_active=False)) == {first, second}
    assert set(Change.objects.filter(action="account.close").values_list("reason", flat=True)) == {"离岗"}


def test_accounts_that_are_used_are_not_closed_that_way(client):
    used, unused = make_user("bureau"), make_unused()
    client.force_login(make_user("system_admin"))
    assert client.post(reverse("admin:unused-accounts"), {"users": [used.pk], "reason": "x"}).status_code == 400
    with pytest.raises(ValidationError):
        close_unused(users=[unused, used], by=make_user("system_admin"), reason="x")
    assert not User.objects.filter(is_active=False).exists()


@pytest.mark.parametrize("role", ["security_admin", "audit_admin", "bureau", "auditor"])
def test_no_other_role_closes_unused_accounts(client, role):
    user = make_unused()
    client.force_login(make_user(role))
    assert client.get(reverse("admin:unused-accounts")).status_code == 403
    assert client.post(reverse("admin:unused-accounts"), {"users": [user.pk], "reason": "x"}).status_code == 403
    assert User.objects.get(pk=user.pk).is_active


def test_unused_accounts_are_listed_by_as_many_queries_however_many_there_are(client):
    client.force_login(make_user("system_admin"))
    make_unused()
    one = queries_of(client, reverse("admin:unused-accounts"))
    for _each in range(2):
        make_unused()
    assert queries_of(client, reverse("admin:unused-accounts")) == one


# Sign-ins


@pytest.fixture
def signed_in(client):
    client.force_login(make_user("audit_admin"))
    return client


def test_the_audit_administrator_reads_finds_and_takes_away_the_sign_ins(signed_in):
    user = make_user("organisation", name="韩梅")
    answer = try_password(Client(REMOTE_ADDR="10.9.8.7"), user.username, "wrong")
    try_password(Client(), "nobody", "wrong")
    page = signed_in.get(LIST).content.decode()
    assert "韩梅" in page
    assert "10.9.8.7" in page
    for word in ("韩梅", user.username, "10.9.8.7", answer.headers["X-Request-ID"]):
        assert signed_in.get(LIST, {"q": word}).context["cl"].result_count == 1, word
    assert signed_in.get(LIST, {"what__exact": "wrong"}).context["cl"].result_count == 2
    assert signed_in.get(LIST, {"what__exact": "in"}).context["cl"].result_count == 0
    file = signed_in.get(reverse("admin:core_signin_export"), {"format": "xlsx"})
    cells = [cell.value for row in openpyxl.load_workbook(io.BytesIO(file.getvalue())).active for cell in row]
    assert "10.9.8.7" in cells


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "bureau", "partner", "auditor", "county"])
def test_nobody_else_reads_the_sign_ins_but_the_own_ones(client, role):
    other = make_user("organisation", name="韩梅")
    try_password(Client(REMOTE_ADDR="10.9.8.7"), other.username)
    user = make_user(role)
    client.force_login(user)
    assert client.get(LIST).status_code == 403
    assert client.get(reverse("admin:core_signin_export"), {"format": "csv"}).status_code == 403
    assert "10.9.8.7" not in client.get("/accounts/").content.decode()
    note(SignIn.What.IN, user=user)
    assert list(SignIn.objects.visible_to(user)) == list(SignIn.objects.filter(user=user)) != []


def test_sign_ins_are_listed_by_as_many_queries_however_many_there_are(signed_in):
    note(SignIn.What.IN, user=make_user())
    one = queries_of(signed_in, LIST)
    for _each in range(2):
        note(SignIn.What.IN, user=make_user(), by=make_user())
    assert queries_of(signed_in, LIST) == one


@pytest.mark.parametrize("way", ["update", "delete", "truncate"])
def test_a_sign_in_is_not_changed_or_removed_also_by_raw_sql(way):
    note(SignIn.What.WRONG)
    row = SignIn.objects.get()
    sql = {
        "update": "UPDATE core_signin SET what = 'in'", "delete": "DELETE FROM core_signin",
        "truncate": "TRUNCATE core_signin",
    }[way]  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert SignIn.objects.get().what == row.what


@pytest.mark.parametrize(("days", "goes"), [(179, False), (181, True)])
def test_the_database_keeps_a_sign_in_for_180_days_and_lets_it_go_then(days, goes):
    SignIn.objects.create(what="in", at=timezone.now() - days * DAY)
    if goes:
        assert SignIn.objects.all().delete()[0] == 1
        return
    with pytest.raises(DatabaseError), transaction.atomic():
        SignIn.objects.all().delete()


def test_the_sweep_takes_sign_ins_after_a_year_as_it_is_delivered(settings):
    assert settings.SIGN_INS_DAYS == 365
    for days in (364, 366):
        SignIn.objects.create(what="in", at=timezone.now() - days * DAY)
    assert forget_old() == 1


# Tokens


def test_wrong_tokens_are_counted_by_address_and_a_true_one_is_never_refused_for_them(client, settings):
    settings.LOCKS = settings.LOCKS | {"address": 3}
    wrong = {"headers": {"Authorization": f"Bearer bangfu_aaaaaaaa_{'x' * 43}"}}
    answers = [client.get("/api/v1/projects/", **wrong).status_code for _each in range(5)]
    assert answers == [401, 401, 401, 429, 429]
    assert int(client.get("/api/v1/projects/", **wrong).headers["Retry-After"]) in range(1, 901)
    assert client.get("/api/v1/projects/", REMOTE_ADDR="10.0.0.9", **wrong).status_code == 401
    assert SignIn.objects.filter(what="token").count() == 7
    with later(datetime.timedelta(minutes=16)):
        assert client.get("/api/v1/projects/", **wrong).status_code == 401

"""Accounts: three administrators who cannot take each other's place, and no account that is deleted."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import override

from registry.core import accounts
from registry.core.accounts import (
    assign_roles,
    close_account,
    give_role,
    new_account,
    open_account,
    set_password,
    take_role,
)
from registry.core.models import Change, User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def roles_of(user):
    return set(User.objects.get(pk=user.pk).roles)


def test_the_security_administrator_gives_and_takes_roles_and_the_trail_says_so():
    by, user = make_user("security_admin"), make_user("county")
    assign_roles(user=user, roles=["bureau", "partner"], by=by, reason="new post")
    assert roles_of(user) == {"bureau", "partner"}
    changes = Change.objects.filter(table_name="core_userrole", action="account.roles").order_by("id")
    assert [(change.operation, change.actor_id, change.reason) for change in changes] == [
        ("D", by.pk, "new post"), ("I", by.pk, "new post"), ("I", by.pk, "new post"),
    ]  # fmt: skip


def test_roles_that_stay_are_not_written_again():
    by, user = make_user("security_admin"), make_user("bureau")
    assign_roles(user=user, roles=["bureau"], by=by)
    assert not Change.objects.filter(action="account.roles").exists()


@pytest.mark.parametrize(
    "roles",
    [
        ["system_admin", "security_admin"],
        ["security_admin", "audit_admin"],
        ["system_admin", "bureau"],
        ["audit_admin", "auditor"],
        ["king"],
    ],
)
def test_roles_that_one_person_may_not_join_are_refused(roles):
    user = make_user("county")
    with pytest.raises(ValidationError):
        assign_roles(user=user, roles=roles, by=make_user("security_admin"))
    assert roles_of(user) == {"county"}


def test_nobody_changes_the_own_roles():
    by = make_user("security_admin")
    with pytest.raises(ValidationError):
        assign_roles(user=by, roles=["bureau"], by=by)
    assert roles_of(by) == {"security_admin"}


@pytest.mark.parametrize("role", ["system_admin", "audit_admin", "bureau", "auditor", "county"])
def test_nobody_else_gives_roles(role):
    user = make_user()
    with pytest.raises(PermissionDenied):
        assign_roles(user=user, roles=["bureau"], by=make_user(role))
    assert roles_of(user) == set()


def test_an_account_is_closed_with_a_reason_and_opened_again():
    by, user = make_user("system_admin"), make_user("bureau")
    with pytest.raises(ValidationError):
        close_account(user=user, by=by, reason=" ")
    assert close_account(user=user, by=by, reason="left").is_active is False
    assert open_account(user=user, by=by).is_active is True
    assert roles_of(user) == {"bureau"}


@pytest.mark.parametrize("role", ["security_admin", "audit_admin", "bureau"])
def test_only_the_system_administrator_keeps_accounts(role):
    by, user = make_user(role), make_user()
    with pytest.raises(PermissionDenied):
        close_account(user=user, by=by, reason="x")
    with pytest.raises(PermissionDenied):
        set_password(user=user, password="other-horse-8", by=by)


def test_nobody_closes_the_own_account():
    by = make_user("system_admin")
    with pytest.raises(ValidationError):
        close_account(user=by, by=by, reason="x")


def test_a_weak_password_is_refused_and_a_good_one_never_reaches_the_trail():
    by, user = make_user("system_admin"), make_user()
    with pytest.raises(ValidationError):
        set_password(user=user, password="123", by=by)
    set_password(user=user, password="other-horse-8", by=by)
    user.refresh_from_db()
    assert user.check_password("other-horse-8")
    assert not user.check_password(PASSWORD)
    trail = [*Change.objects.values_list("before", flat=True), *Change.objects.values_list("after", flat=True)]
    assert user.password not in str(trail)


def test_an_account_that_is_opened_again_is_open_in_the_register():
    by, user = make_user("system_admin"), make_user("county", is_active=False)
    open_account(user=user, by=by)
    assert User.objects.get(pk=user.pk).is_active


def test_a_role_that_follows_from_a_decision_comes_once_and_goes_alone():
    user = make_user("county")
    for _twice in range(2):
        give_role(user=user, role="organisation")
        assert roles_of(user) == {"county", "organisation"}
    take_role(user=user, role="organisation")
    assert roles_of(user) == {"county"}
    take_role(user=user, role="organisation")
    assert roles_of(user) == {"county"}


def test_no_role_follows_that_the_person_may_not_hold():
    user = make_user("system_admin")
    with pytest.raises(ValidationError):
        give_role(user=user, role="organisation")
    assert roles_of(user) == {"system_admin"}


@pytest.mark.parametrize("name", ["admin", "ROOT", "bureau"])
def test_a_reserved_user_name_is_refused_in_the_words_of_a_taken_one(name):
    taken = make_user("county")
    told = []
    for username in (name, taken.username, taken.username.upper()):
        with pytest.raises(ValidationError) as refusal:
            new_account(username=username, password="x", name="made up")
        told.append(refusal.value.message_dict)
    assert told[0] == told[1] == told[2]


def test_of_two_who_choose_one_user_name_at_once_one_is_told(monkeypatch):
    monkeypatch.setattr(accounts, "check_username", lambda username: None)  # both have looked before either wrote
    new_account(username="chosen", password="x", name="made up", phone="13900000001")
    with pytest.raises(ValidationError):
        new_account(username="chosen", password="x", name="made up")
    assert [user.phone for user in User.objects.filter(username="chosen")] == ["13900000001"]
    with pytest.raises(ValidationError):
        new_account(username="another", password="x", name="")


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_one_administrator_s_role_alone_is_given(role):
    user = make_user()
    assign_roles(user=user, roles=[role], by=make_user("security_admin"))
    assert roles_of(user) == {role}


def test_two_administrators_roles_are_refused_in_words_of_their_own():
    by, user = make_user("security_admin"), make_user()
    with override("en"), pytest.raises(ValidationError, match="two administrators"):
        assign_roles(user=user, roles=["system_admin", "audit_admin"], by=by)
    with override("en"), pytest.raises(ValidationError, match="sees no business data"):
        assign_roles(user=user, roles=["system_admin", "bureau"], by=by)


def test_an_action_gives_back_the_account():
    by, user = make_user("system_admin"), make_user("county")
    assert set_password(user=user, password="other-horse-8", by=by) == user
    made = new_account(username="made.up", password="x", name="made up")
    assert User.objects.get(username="made.up") == made

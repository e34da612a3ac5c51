"""The table of roles: what a manager reads is what the database grants."""

import io

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command

from registry import roles
from registry.core.models import User
from registry.core.roles import ADMINISTRATORS, DESK_ROLES, READS_EVERYTHING, Role
from registry.roles import GRANTS, Grant
from tests.factories import make_user

BY_ROLE = {grant.role: set(grant.permissions) for grant in GRANTS}
WRITES = ("add_", "change_", "delete_", "move_")


def granted():
    names = ("name", "permissions__content_type__app_label", "permissions__codename")
    held = {}
    for group, app, codename in Group.objects.values_list(*names):
        held.setdefault(group, set()).add(f"{app}.{codename}")
    return held


def load(*options):
    out = io.StringIO()
    call_command("load_roles", *options, stdout=out)
    return out.getvalue()


def verbs(role):
    return {permission.split(".")[1].split("_")[0] for permission in BY_ROLE[role]}


def test_every_role_stands_in_the_table_once_and_says_what_it_is_for():
    assert [grant.role for grant in GRANTS] == list(Role)
    assert all(str(grant.sentence).endswith(("。", ".")) for grant in GRANTS)


@pytest.fixture
def no_groups(db):
    Group.objects.all().delete()


def test_the_table_is_poured_into_groups_and_pouring_again_changes_nothing(no_groups):
    load()
    assert granted() == {role.value: permissions for role, permissions in BY_ROLE.items()}
    load()
    assert granted() == {role.value: permissions for role, permissions in BY_ROLE.items()}


@pytest.mark.django_db
def test_a_right_given_by_hand_is_taken_back():
    load()
    right = Permission.objects.get(codename="add_project", content_type__app_label="projects")
    Group.objects.get(name=Role.AUDITOR).permissions.add(right)
    load()
    assert granted()[Role.AUDITOR] == BY_ROLE[Role.AUDITOR]


def test_a_permission_that_does_not_exist_is_refused_by_name_and_nothing_is_granted(no_groups, monkeypatch):
    wrong = Grant(Role.COUNTY, "…", actions=("projects.fly_project",))
    monkeypatch.setattr("registry.management.commands.load_roles.GRANTS", (*GRANTS[:2], wrong))
    with pytest.raises(CommandError, match=r"county.*projects\.fly_project"):
        load()
    assert granted() == {}


def test_the_table_can_be_printed_without_touching_the_groups(no_groups):
    text = load("--list")
    assert all(role.value in text for role in Role)
    assert granted() == {}


def test_the_auditor_only_reads():
    assert verbs(Role.AUDITOR) == {"view"}


def test_nobody_removes_what_is_registered():
    removable = {p for permissions in BY_ROLE.values() for p in permissions if p.split(".")[1].startswith("delete_")}
    registered = {f"{m.split('.')[0]}.delete_{m.split('.')[1]}" for m in (*roles.REGISTERED, *roles.RECOGNITION)}
    assert removable & registered == set()


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_no_administrator_writes_business_data(role):
    business = {p for p in BY_ROLE[role] if p.split(".")[0] in {"projects"}}
    assert business == set()


def test_the_three_administrators_are_apart():
    """Accounts, roles and the trail: what one of them writes no other does."""
    writes = {
        role: {p for p in BY_ROLE[role] if not p.split(".")[1].startswith("view_")} for role in sorted(ADMINISTRATORS)
    }
    assert writes[Role.AUDIT_ADMIN] == set()
    assert writes[Role.SECURITY_ADMIN] == {"core.assign_role", "core.assign_token"}
    assert "core.assign_role" not in writes[Role.SYSTEM_ADMIN]
    assert "core.add_user" in writes[Role.SYSTEM_ADMIN]
    assert "core.view_change" in BY_ROLE[Role.AUDIT_ADMIN]
    assert "core.view_change" not in BY_ROLE[Role.SYSTEM_ADMIN] | BY_ROLE[Role.SECURITY_ADMIN]


def test_deciding_a_pledge_takes_two_roles():
    assert [role for role in Role if "projects.accept_pledge" in BY_ROLE[role]] == [Role.BUREAU]
    assert [role for role in Role if "projects.confirm_pledge" in BY_ROLE[role]] == [Role.COUNTY]


def test_only_those_who_work_at_the_desk_are_let_in():
    assert {Role.BUREAU, Role.PARTNER, Role.AUDITOR, *ADMINISTRATORS} == DESK_ROLES


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_an_account_does_what_its_role_may_and_nothing_else(role):
    user = make_user(role)
    assert user.get_all_permissions() == BY_ROLE[role]
    assert user.is_staff == (role in DESK_ROLES)
    assert user.reads_everything == (role in READS_EVERYTHING)
    assert user.is_bureau == (role == Role.BUREAU)


@pytest.mark.django_db
def test_what_an_account_may_is_asked_by_one_question_and_is_what_django_finds_by_two(django_assert_num_queries):
    user = make_user(Role.COUNTY, Role.ORGANISATION)
    user.user_permissions.add(Permission.objects.get(codename="assign_role"))
    backend, again = ModelBackend(), User.objects.get(pk=user.pk)
    with django_assert_num_queries(1):
        assert again.has_perm("core.assign_role")
        assert not again.has_perm("core.add_user")
    assert again.get_all_permissions() == backend.get_user_permissions(user) | backend.get_group_permissions(user)


@pytest.mark.django_db
def test_a_disabled_account_may_nothing():
    user = make_user(Role.BUREAU, is_active=False)
    assert user.get_all_permissions() == set()
    assert not user.is_staff
    assert not user.reads_everything

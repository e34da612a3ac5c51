"""Accounts at the desk: opened by one administrator, given roles by another, read by a third."""

import pytest
from django.urls import reverse

from counties.models import Posting
from registry.core.models import Change, User
from tests.factories import PASSWORD, make_division, make_organisation, make_user

pytestmark = pytest.mark.django_db


def page(view, *args):
    return reverse(f"admin:core_user_{view}", args=args)


@pytest.fixture
def as_role(client):
    def signed_in(role):
        user = make_user(role)
        client.force_login(user)
        return user

    return signed_in


def test_the_system_administrator_opens_an_account_that_can_sign_in_but_do_nothing(client, as_role):
    by = as_role("system_admin")
    form = {"username": "zhang", "name": "张某", "phone": "", "email": "", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(page("add"), form).status_code == 302
    made = User.objects.get(username="zhang")
    assert made.check_password(PASSWORD)
    assert made.roles == frozenset()
    change = Change.objects.get(table_name="core_user", row_pk=str(made.pk))
    assert (change.actor_id, change.action) == (by.pk, "desk.user.add")


def test_a_weak_first_password_is_refused_with_the_form_kept(client, as_role):
    as_role("system_admin")
    answer = client.post(page("add"), {"username": "zhang", "name": "张某", "password1": "1", "password2": "1"})
    assert answer.status_code == 200
    assert "张某" in answer.content.decode()
    assert not User.objects.filter(username="zhang").exists()


def test_no_page_shows_a_password_or_its_hash(client, as_role):
    as_role("system_admin")
    other = make_user("bureau")
    for address in (page("changelist"), page("change", other.pk)):
        text = client.get(address).content.decode()
        assert "pbkdf2" not in text
        assert other.password not in text


def test_an_account_cannot_be_made_superuser_or_given_rights_by_the_form(client, as_role):
    as_role("system_admin")
    other = make_user("county")
    form = {"username": other.username, "name": "新名", "phone": "", "email": "", "seen_version": other.version}
    form |= {"is_superuser": "on", "is_staff": "on", "groups": "1", "user_permissions": "1", "is_active": ""}
    assert client.post(page("change", other.pk), form).status_code == 302
    other = User.objects.get(pk=other.pk)
    assert (other.name, other.is_superuser, other.is_active, set(other.roles)) == ("新名", False, True, {"county"})
    assert not other.user_permissions.exists()


def test_the_security_administrator_gives_a_role_on_its_page(client, as_role):
    as_role("security_admin")
    other = make_user("county")
    shown = client.get(page("deed", other.pk, "roles"))
    assert shown.context["form"].initial == {"seen_version": other.version}
    assert shown.context["form"]["roles"].initial == ["county"]
    assert client.post(page("deed", other.pk, "roles"), {"roles": ["bureau"], "reason": "转岗"}).status_code == 302
    assert User.objects.get(pk=other.pk).roles == {"bureau"}


def test_two_administrators_roles_are_refused_on_the_page(client, as_role):
    as_role("security_admin")
    other = make_user("county")
    answer = client.post(page("deed", other.pk, "roles"), {"roles": ["system_admin", "audit_admin"]})
    assert answer.status_code == 400
    assert answer.context["form"].errors["roles"]
    assert User.objects.get(pk=other.pk).roles == {"county"}


def test_the_own_roles_are_not_offered_and_not_changed(client, as_role):
    by = as_role("security_admin")
    assert "/do/roles/" not in client.get(page("change", by.pk)).content.decode()
    assert client.post(page("deed", by.pk, "roles"), {"roles": ["bureau"]}).status_code == 409
    assert User.objects.get(pk=by.pk).roles == {"security_admin"}


@pytest.mark.parametrize(
    ("role", "deed"),
    [
        ("system_admin", "roles"), ("audit_admin", "roles"), ("audit_admin", "close"), ("security_admin", "close"),
        ("security_admin", "password"), ("audit_admin", "password"),
    ],
)  # fmt: skip
def test_no_administrator_does_the_work_of_another(client, as_role, role, deed):
    as_role(role)
    other = make_user("county")
    data = {"roles": ["bureau"], "reason": "x", "password": "other-horse-8"}
    assert client.get(page("deed", other.pk, deed)).status_code == 403
    assert client.post(page("deed", other.pk, deed), data).status_code == 403
    after = User.objects.get(pk=other.pk)
    assert (set(after.roles), after.is_active, after.password) == ({"county"}, True, other.password)


def test_a_closed_account_is_shut_out_and_never_deleted(client, as_role):
    as_role("system_admin")
    other = make_user("bureau")
    assert client.post(page("deed", other.pk, "close"), {"reason": ""}).status_code == 400
    assert client.post(page("deed", other.pk, "close"), {"reason": "离岗"}).status_code == 302
    assert not client.login(username=other.username, password=PASSWORD)
    assert client.post(page("delete", other.pk), {"post": "yes"}).status_code in (302, 403)
    assert User.objects.filter(pk=other.pk).exists()


def test_the_system_administrator_posts_an_officer_and_enters_a_membership(client, as_role):
    as_role("system_admin")
    county, division, organisation = make_user("county"), make_division(), make_organisation()
    form = {"user": county.pk, "division": division.pk, "duty": "", "starts_on": "2021年11月1日", "ends_on": ""}
    assert client.post(reverse("admin:counties_posting_add"), form).status_code == 302
    assert Posting.objects.get(user=county).starts_on.isoformat() == "2021-11-01"
    member = make_user("organisation")
    address = reverse("admin:orgs_membership_add")
    assert client.post(address, {"user": member.pk, "organisation": organisation.pk}).status_code == 302
    assert member.memberships.get().status == "applied"


def test_the_system_administrator_sees_no_contacts_of_organisations(client, as_role):
    as_role("system_admin")
    organisation = make_organisation(contact_phone="13900005678")
    text = client.get(reverse("admin:orgs_organisation_change", args=(organisation.pk,))).content.decode()
    assert "13900005678" not in text
    assert client.get(reverse("admin:orgs_organisation_history", args=(organisation.pk,))).status_code == 403


def test_the_audit_administrator_reads_the_history_of_an_account(client, as_role):
    as_role("audit_admin")
    other = make_user("county")
    assert client.get(page("history", other.pk)).status_code == 200
    assert client.post(page("change", other.pk), {"name": "x"}).status_code == 403

"""Who speaks for an organisation: applied for by strangers, decided by the bureau or by who speaks for it already."""

import threading

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse

from orgs.credit_code import demo_code
from orgs.joining import apply, decide_membership
from orgs.models import Membership, Organisation
from registry.core.actions import Stale
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change, Notice, User, UserRole
from registry.core.notices import in_words
from registry.core.roles import Role
from tests.factories import make_authority, make_division, make_membership, make_org_user, make_organisation, make_user

pytestmark = pytest.mark.django_db


def code_of(serial, kind="association"):
    return demo_code(serial, kind)


def application(code=None, username="wang.li", facts=None, **account):
    told = {"username": username, "password": make_password("right-horse-7"), "name": "王丽", "phone": "0311-8800001"}
    facts = {"name": "试验商会", "contact_name": "王丽", "contact_phone": "0311-8800001"} if facts is None else facts
    return apply(code=code or code_of(1), account=told | account, facts=facts)


def applied_to(organisation, **account):
    """Somebody who wants to speak for an organisation that is registered."""
    account = {"username": f"applicant{User.objects.count()}"} | account
    return application(organisation.code, facts={}, **account)


def registered(serial=7, **overrides):
    return make_organisation(code=code_of(serial, "foundation"), **overrides)


def told(person):
    return [in_words(notice)[0] for notice in person.notices.order_by("pk")]


# Applying


def test_an_application_brings_an_account_without_a_role_an_applied_organisation_and_a_membership():
    membership = application()
    assert membership.status == Membership.Status.APPLIED
    organisation, user = membership.organisation, membership.user
    assert (organisation.status, organisation.code, organisation.kind) == ("applied", code_of(1), "association")
    assert (organisation.contact_name, organisation.level, organisation.origin) == ("王丽", "province", "other")
    assert (user.username, user.roles, user.check_password("right-horse-7")) == ("wang.li", frozenset(), True)
    assert not user.memberships.approved().exists()


def test_the_registering_authority_is_the_one_of_the_codes_division():
    division = make_division(code="990000", level="province")
    make_authority(name="别处民政厅")
    authority = make_authority(name="本地民政厅", division=division)
    assert application().organisation.authority == authority


def test_what_the_code_tells_is_not_taken_from_the_applicant():
    organisation = application(facts={"name": "试验商会", "kind": "foundation"}).organisation
    assert organisation.kind == "association"


def test_the_new_account_is_the_actor_of_its_application():
    membership = application()
    change = Change.objects.get(table_name="orgs_membership", row_pk=str(membership.pk))
    assert (change.actor_id, change.action) == (membership.user_id, "organisation.apply")


def test_a_second_application_for_an_applied_organisation_joins_it_and_rewrites_nothing():
    first = application()
    second = application(username="li.na", facts={"name": "别的名字"})
    assert second.organisation == first.organisation
    assert Organisation.objects.get().name == "试验商会"


def test_a_registered_organisation_stays_as_it_is():
    organisation = registered(name="试验基金会")
    membership = application(organisation.code, facts={"name": "冒名"})
    organisation.refresh_from_db()
    assert (membership.organisation, organisation.name, organisation.status) == (organisation, "试验基金会", "active")


@pytest.mark.parametrize("status", ["deregistered", "merged"])
def test_nobody_joins_an_organisation_that_is_no_more_and_nothing_is_written(status):
    into = make_organisation(name="后继基金会") if status == "merged" else None
    organisation = registered(status=status, merged_into=into)
    with pytest.raises(ValidationError) as refusal:
        applied_to(organisation, username="late.comer")
    assert list(refusal.value.message_dict) == ["code"]
    assert ("后继基金会" in refusal.value.messages[0]) == (into is not None)
    assert not User.objects.filter(username="late.comer").exists()
    assert not Membership.objects.exists()


@pytest.mark.parametrize("code", ["51990000000000001X", "91130000500000012B", "5199", ""])
def test_a_wrong_code_and_a_companys_are_refused_and_no_account_is_made(code):
    with pytest.raises(ValidationError) as refusal:
        apply(
            code=code, account={"username": "a.b", "password": make_password("x"), "name": "甲"}, facts={"name": "甲"}
        )
    assert list(refusal.value.message_dict) == ["code"]
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["Zhang.San", "zhang.san", "admin", "BUREAU", "org"])
def test_a_taken_user_name_and_a_reserved_one_are_refused_in_the_same_words(name):
    make_user(username="zhang.san")
    with pytest.raises(ValidationError) as taken:
        application(username=name)
    with pytest.raises(ValidationError) as reserved:
        application(username="root")
    assert taken.value.message_dict == reserved.value.message_dict
    assert not Organisation.objects.exists()


def test_the_bureau_and_who_speaks_for_the_organisation_are_told_of_an_application():
    bureau, organisation = make_user("bureau"), registered(name="试验基金会")
    member, stranger = make_org_user(organisation), make_org_user(make_organisation())
    membership = applied_to(organisation, name="李娜")
    notices = {notice.recipient: notice for notice in Notice.objects.all()}
    assert notices.keys() == {bureau, member}
    assert stranger not in notices
    assert notices[bureau].url == reverse("admin:orgs_membership_change", args=(membership.pk,))
    assert notices[member].url == reverse("my-people")
    assert "李娜 · 试验基金会" in told(member)[0]


@pytest.mark.django_db(transaction=True)
def test_two_that_apply_at_once_for_one_new_organisation_bring_it_in_once():
    start, errors = threading.Barrier(4), []

    def run(number):
        try:
            start.wait()
            application(username=f"at.once{number}")
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert (Organisation.objects.count(), Membership.objects.count()) == (1, 4)


# The bureau decides


def test_the_bureaus_approval_registers_the_organisation_and_gives_the_role():
    bureau, membership = make_user("bureau"), application()
    decide_membership(membership=membership, approve=True, by=bureau)
    membership.refresh_from_db()
    membership.organisation.refresh_from_db()
    user = User.objects.get(pk=membership.user_id)
    assert (membership.status, membership.approved_by, membership.organisation.status) == ("approved", bureau, "active")
    assert user.roles == {Role.ORGANISATION}
    role = UserRole.objects.get(user=user)
    change = Change.objects.get(table_name="core_userrole", row_pk=str(role.pk))
    assert (change.actor_id, change.action) == (bureau.pk, "membership.approved")
    assert "试验商会" in told(user)[0]


def test_a_refusal_needs_a_reason_is_told_and_gives_nothing():
    bureau, membership = make_user("bureau"), application()
    with pytest.raises(UnlawfulMove) as refusal:
        decide_membership(membership=membership, approve=False, by=bureau, reason=" ")
    assert list(refusal.value.message_dict) == ["reason"]
    decide_membership(membership=membership, approve=False, by=bureau, reason="查无此证")
    membership.refresh_from_db()
    user = User.objects.get(pk=membership.user_id)
    assert (membership.status, membership.status_reason, user.roles) == ("ended", "查无此证", frozenset())
    assert membership.organisation.status == "applied"
    notice = user.notices.get()
    assert (notice.url, notice.facts["what"], notice.facts["reason"]) == (reverse("waiting"), "refused", "查无此证")


def test_a_refused_application_is_taken_up_again_by_the_bureau_and_can_be_approved():
    bureau, membership = make_user("bureau"), application()
    decide_membership(membership=membership, approve=False, by=bureau, reason="电话打不通")
    membership.refresh_from_db()
    membership.move_to(Membership.Status.APPLIED, by=bureau, reason="已核实")
    decide_membership(membership=membership, approve=True, by=bureau)
    assert User.objects.get(pk=membership.user_id).roles == {Role.ORGANISATION}


def test_an_end_takes_the_role_with_the_last_membership_and_not_before():
    bureau, user = make_user("bureau"), make_org_user(make_organisation())
    first, second = user.memberships.get(), make_membership(user, make_organisation())
    decide_membership(membership=first, approve=False, by=bureau, reason="离职")
    assert User.objects.get(pk=user.pk).roles == {Role.ORGANISATION}
    decide_membership(membership=second, approve=False, by=bureau, reason="离职")
    assert User.objects.get(pk=user.pk).roles == frozenset()
    assert [notice.facts["what"] for notice in user.notices.all()] == ["ended", "ended"]


def test_an_administrator_cannot_come_to_speak_for_an_organisation():
    bureau, administrator = make_user("bureau"), make_user("system_admin")
    membership = Membership.objects.create(user=administrator, organisation=registered())
    with pytest.raises(ValidationError):
        decide_membership(membership=membership, approve=True, by=bureau)
    membership.refresh_from_db()
    assert (membership.status, User.objects.get(pk=administrator.pk).roles) == ("applied", {Role.SYSTEM_ADMIN})


def test_a_decision_is_not_made_over_what_somebody_else_decided():
    bureau, membership = make_user("bureau"), application()
    seen = membership.version
    decide_membership(membership=membership, approve=True, by=bureau, version=seen)
    with pytest.raises(Stale):
        decide_membership(membership=membership, approve=False, by=bureau, reason="改判", version=seen)


def test_nobody_is_let_in_to_an_organisation_that_was_struck_off_meanwhile():
    bureau, organisation = make_user("bureau"), registered()
    membership = applied_to(organisation)
    organisation.move_to(Organisation.Status.DEREGISTERED, by=bureau, reason="注销")
    with pytest.raises(ValidationError):
        decide_membership(membership=membership, approve=True, by=bureau)
    assert User.objects.get(pk=membership.user_id).roles == frozenset()


# Its own people decide


def test_who_speaks_for_the_organisation_lets_a_second_person_in():
    organisation = registered()
    member, membership = make_org_user(organisation), applied_to(organisation)
    decide_membership(membership=membership, approve=True, by=member)
    membership.refresh_from_db()
    assert (membership.status, membership.approved_by) == ("approved", member)
    assert User.objects.get(pk=membership.user_id).roles == {Role.ORGANISATION}


def test_nobody_decides_on_the_own_membership_not_even_to_end_it():
    organisation = registered()
    member, membership = make_org_user(organisation), applied_to(organisation)
    applicant = membership.user
    applicant.groups.set(member.groups.all())
    with pytest.raises(PermissionDenied):
        decide_membership(membership=membership, approve=True, by=User.objects.get(pk=applicant.pk))
    with pytest.raises(PermissionDenied):
        decide_membership(membership=member.memberships.get(), approve=False, by=member, reason="自愿")
    assert member.memberships.get().moves_open_to(member) == []


def test_the_people_of_another_organisation_do_not_find_the_membership():
    stranger, membership = make_org_user(make_organisation()), applied_to(registered())
    with pytest.raises(Membership.DoesNotExist):
        decide_membership(membership=membership, approve=True, by=stranger)


@pytest.mark.parametrize("role", ["county", "partner", "auditor", "system_admin", "security_admin"])
def test_other_roles_decide_on_no_membership(role):
    membership = applied_to(registered())
    with pytest.raises((PermissionDenied, Membership.DoesNotExist)):
        decide_membership(membership=membership, approve=True, by=make_user(role))


def test_an_applicant_sees_the_own_application_and_nobody_elses():
    organisation = registered()
    make_org_user(organisation)
    membership = applied_to(organisation)
    assert list(Membership.objects.within_scope_of(membership.user)) == [membership]


# The page of its people


@pytest.fixture
def member(client):
    user = make_org_user(registered(name="试验基金会"), name="老会员")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def post(client, membership, act, reason="", version=None):
    membership.refresh_from_db()
    return client.post(
        "/my/people/",
        {"membership": membership.pk, "act": act, "reason": reason, "seen_version": version or membership.version},
    )


def test_the_page_shows_the_organisations_people_and_nobody_elses(client, member):
    applied_to(member.memberships.get().organisation, name="新会员")
    applied_to(registered(8), name="外人")
    page = client.get("/my/people/").content.decode()
    assert [name in page for name in ("老会员", "新会员", "外人")] == [True, True, False]
    assert page.count('name="membership"') == 1
    assert "0311-8800001" not in page


def test_a_member_approves_refuses_and_ends_on_the_page(client, member):
    organisation = member.memberships.get().organisation
    one, other = applied_to(organisation), applied_to(organisation)
    assert post(client, one, "approve").url == "/my/people/"
    assert post(client, other, "end", "不是本会的人").url == "/my/people/"
    assert post(client, one, "end", "离职").url == "/my/people/"
    assert [row.status for row in (one, other) if not row.refresh_from_db()] == ["ended", "ended"]


def test_the_page_asks_for_a_reason_and_refuses_what_was_seen_too_early(client, member):
    one = applied_to(member.memberships.get().organisation)
    assert post(client, one, "end").status_code == 400
    assert post(client, one, "approve", version=99).status_code == 409
    assert post(client, member.memberships.get(), "end", "自己").status_code == 403
    one.refresh_from_db()
    assert one.status == "applied"


def test_another_organisations_membership_is_as_unknown_on_the_page_as_one_that_does_not_exist(client, member):
    foreign = applied_to(registered(8))
    missing = client.post("/my/people/", {"membership": 10**9, "act": "approve"})
    answer = post(client, foreign, "approve")
    assert (answer.status_code, missing.status_code) == (404, 404)
    for key in ("", "x", "١", "9" * 30):
        assert client.post("/my/people/", {"membership": key, "act": "approve"}).status_code == 404


def test_the_first_page_counts_those_who_want_to_join_the_own_organisation(client, member):
    applied_to(member.memberships.get().organisation, name="新会员")
    applied_to(registered(8), name="外人")
    queue = next(queue for queue in client.get("/my/").context["queues"] if queue.slug == "joining")
    assert [(task.title, task.url) for task in queue.tasks] == [("新会员", "/my/people/")]


def test_counties_and_strangers_have_no_such_page(client):
    assert client.get("/my/people/").url.startswith("/accounts/login/")
    client.force_login(make_user("county"))
    assert client.get("/my/people/").status_code == 403


def test_three_people_cost_as_many_questions_as_one(client, member, django_assert_max_num_queries):
    organisation = member.memberships.get().organisation
    applied_to(organisation)
    with django_assert_max_num_queries(100) as one:
        client.get("/my/people/")
    for _each in range(2):
        applied_to(organisation)
    with django_assert_max_num_queries(100) as three:
        client.get("/my/people/")
    assert len(three) == len(one)


# The desk


def test_the_desk_decides_by_the_same_action(client):
    bureau, membership = make_user("bureau"), application()
    client.force_login(bureau)
    page = reverse("admin:orgs_membership_change", args=(membership.pk,))
    text = client.get(page).content.decode()
    assert [word in text for word in ("wang.li", "0311-8800001", code_of(1))] == [True, True, True]
    assert (
        client.post(f"{page[:-7]}move/approved/", {"seen_version": membership.version, "reason": ""}).status_code == 302
    )
    membership.organisation.refresh_from_db()
    assert membership.organisation.status == "active"
    assert User.objects.get(pk=membership.user_id).roles == {Role.ORGANISATION}


def test_an_auditor_reads_the_application_with_the_telephone_masked(client):
    membership = application()
    client.force_login(make_user("auditor"))
    text = client.get(reverse("admin:orgs_membership_change", args=(membership.pk,))).content.decode()
    assert "0311-8800001" not in text
    assert "031****" in text


def test_the_workbench_counts_the_applications(client):
    application()
    client.force_login(make_user("bureau"))
    client.cookies["django_language"] = "en"
    queue = next(one for one in client.get("/desk/").context["queues"] if one.title == "Memberships to approve")
    assert (queue.total, queue.lines[0].title) == (1, "王丽")

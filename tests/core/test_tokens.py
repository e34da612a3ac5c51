"""Tokens of other systems: shown once, good for what they say and no longer, and never a way to the desk."""

import datetime
import io
from contextlib import nullcontext

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.core.dates import today
from registry.core.models import Change, Notice, Scope, Token, User
from registry.core.notices import in_words
from registry.core.tokens import BadToken, in_a_year, known_token, make_token, revoke_token
from tests.factories import make_county_user, make_division, make_need, make_org_user, make_organisation, make_user
from tests.projects.writing import send

pytestmark = pytest.mark.django_db
NEEDS, STEPS = "/api/v1/needs/", "/api/v1/steps/"


@pytest.fixture
def security():
    return make_user("security_admin")


def make(security, owner, *scopes, **overrides):
    asked = {"system": "县级平台", "owner": owner, "scopes": scopes or ["read"], "expires_on": in_a_year()} | overrides
    return make_token(by=security, **asked)


def shown(secret, **more):
    return {"Authorization": f"Bearer {secret}", **more}


# Making


def test_a_token_is_made_for_another_account_and_only_its_digest_is_kept(security):
    owner = make_user("county")
    token, secret = make(security, owner, "read", "needs:write")
    assert secret.startswith(f"bangfu_{token.prefix}_")
    assert known_token(secret) == token
    assert secret not in "".join(map(str, Token.objects.values_list().get(pk=token.pk)))
    change = Change.objects.get(table_name="core_token")
    assert (change.actor_id, change.action) == (security.pk, "token.make")
    assert token.digest not in str(change.after)
    assert change.after["prefix"] == token.prefix


def test_the_owner_is_told_of_a_token_that_acts_as_it(security):
    owner = make_user("county")
    token, _secret = make(security, owner)
    revoke_token(token=token, by=security, reason="系统下线")
    told = [in_words(notice) for notice in Notice.objects.filter(recipient=owner).order_by("id")]
    assert [str(token) in title for title, _lines in told] == [True, True]
    assert any("系统下线" in str(line) for line in told[1][1])


@pytest.mark.parametrize(
    "role", ["bureau", "partner", "county", "organisation", "auditor", "system_admin", "audit_admin"]
)
def test_no_other_role_makes_or_revokes_a_token(role, security):
    token, _secret = make(security, make_user("county"))
    with pytest.raises(PermissionDenied):
        make(make_user(role), make_user("county"))
    with pytest.raises(PermissionDenied):
        revoke_token(token=token, by=make_user(role), reason="x")


def bad_owners():
    closed = make_user("county", is_active=False)
    return {"closed": closed, "administrator": make_user("system_admin")}


@pytest.mark.parametrize("which", ["closed", "administrator", "own"])
def test_a_token_never_acts_as_a_closed_account_an_administrator_or_its_maker(which, security):
    owner = {**bad_owners(), "own": security}[which]
    with pytest.raises(ValidationError) as refusal:
        make(security, owner)
    assert "owner" in refusal.value.message_dict
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": ()}, {"scopes": ("all",)}, {"expires_on": today() - datetime.timedelta(days=1)},
        {"expires_on": today() + datetime.timedelta(days=367)}, {"system": ""},
    ],
)  # fmt: skip
def test_a_token_has_a_name_known_scopes_and_a_day_within_a_year(wrong, security):
    asked = {"system": "平台", "owner": make_user("county"), "scopes": ("read",), "expires_on": today()} | wrong
    with pytest.raises(ValidationError) as refusal:
        make_token(by=security, **asked)
    assert list(refusal.value.message_dict) == list(wrong)


def test_the_database_refuses_what_no_token_may_be(security):
    token, _secret = make(security, make_user("county"))
    for wrong in (
        {"scopes": ["all"]}, {"scopes": []}, {"expires_on": today() + datetime.timedelta(days=400)},
        {"revoked_for": "x"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Token.objects.filter(pk=token.pk).update(**wrong)


def test_a_token_is_revoked_once_and_with_a_reason(security):
    token, _secret = make(security, make_user("county"))
    with pytest.raises(ValidationError) as refusal:
        revoke_token(token=token, by=security, reason=" ")
    assert list(refusal.value.message_dict) == ["reason"]
    assert revoke_token(token=token, by=security, reason="泄露").is_revoked
    with pytest.raises(ValidationError):
        revoke_token(token=token, by=security, reason="泄露")


# Using


def test_a_token_reads_what_its_owner_may_see(client, security):
    county = make_division()
    owner, need = make_county_user(county), make_need(county=county, status="draft")
    _token, secret = make(security, owner)
    assert client.get(f"{NEEDS}{need.pk}/").status_code == 404
    answer = client.get(f"{NEEDS}{need.pk}/", headers=shown(secret))
    assert (answer.status_code, answer.json()["number"]) == (200, need.number)


def test_a_token_is_noted_as_used_once_a_day_and_that_is_no_change(client, security):
    token, secret = make(security, make_user("county"))
    for _time in range(2):
        assert client.get(NEEDS, headers=shown(secret)).status_code == 200
    token.refresh_from_db()
    assert token.last_used_on == today()
    assert Change.objects.filter(table_name="core_token").count() == 1


def spoilt(security, how):
    owner = make_user("county")
    token, secret = make(security, owner)
    if how == "revoked":
        revoke_token(token=token, by=security, reason="x")
    if how == "expired":
        Token.objects.update(made_on=today() - datetime.timedelta(days=9), expires_on=today() - datetime.timedelta(1))
    if how == "closed":
        User.objects.filter(pk=owner.pk).update(is_active=False)
    if how == "unknown":
        secret = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    return secret


WHY = {
    "unknown": "not known", "revoked": "was revoked", "expired": "has expired", "closed": "is closed",
}  # fmt: skip


@pytest.mark.parametrize("how", WHY)
def test_a_token_that_opens_nothing_is_answered_401_in_words(client, security, how):
    secret = spoilt(security, how)
    client.cookies["django_language"] = "en"
    answer = client.get(NEEDS, headers=shown(secret))
    assert answer.status_code == 401
    assert WHY[how] in answer.json()["detail"]
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="api", error="invalid_token"')
    assert WHY[how] in answer.headers["WWW-Authenticate"]
    assert secret not in answer.content.decode()


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Bearer bangfu_\u00e9", "Basic dXNlcjpwdw==", "Token abc", "x"]
)
def test_any_other_authorization_is_refused_and_never_passed_over(client, header):
    assert client.get(NEEDS, headers={"Authorization": header}).status_code == 401


def test_a_bad_token_beside_a_good_session_is_refused(client):
    client.force_login(make_user("bureau"))
    assert client.get(NEEDS, headers=shown("bangfu_nothing")).status_code == 401


def test_who_shows_nothing_is_asked_for_a_token_before_writing(client):
    answer = send(client, "post", NEEDS, {})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="api"')


@pytest.mark.parametrize("scope", [scope for scope in Scope.values if scope != "read"])
def test_without_the_scope_read_nothing_is_read(client, security, scope):
    _token, secret = make(security, make_user("bureau"), scope)
    for path in (NEEDS, STEPS, "/api/v1/projects/", "/api/v1/figures/", "/api/v1/"):
        answer = client.get(path, headers=shown(secret))
        assert (answer.status_code, "read" in answer.json()["detail"]) == (403, True)


WRITES = {
    "needs:write": "/api/v1/needs/1/submit/", "pledges:write": "/api/v1/pledges/1/submit/",
    "steps:write": "/api/v1/steps/1/complete/", "projects:write": "/api/v1/projects/1/move/",
}  # fmt: skip


@pytest.mark.parametrize(("scope", "path"), WRITES.items())
def test_each_kind_of_record_is_written_by_its_own_scope_alone(client, security, scope, path):
    bureau = make_user("bureau")
    _token, others = make(security, bureau, *(set(Scope.values) - {scope}))
    _token, its_own = make(security, bureau, scope)
    refused = client.post(path, headers=shown(others))
    assert (refused.status_code, scope in refused.json()["detail"]) == (403, True)
    assert client.post(path, headers=shown(its_own)).status_code == 404  # let through: there is no such row


def test_a_scope_gives_nothing_that_the_role_does_not(client, security):
    need = make_need()
    _token, secret = make(security, make_org_user(make_organisation()), *Scope.values)
    path = f"{NEEDS}{need.pk}/publish/"
    assert client.post(path, headers=shown(secret, **{"If-Match": '"1"'})).status_code == 403


def test_a_token_writes_without_a_form_s_token_and_the_trail_names_system_and_owner(client, security, settings):
    county = make_division()
    owner, need = make_county_user(county), make_need(county=county, status="draft")
    token, secret = make(security, owner, "read", "needs:write")
    client = type(client)(enforce_csrf_checks=True)
    asked = {"content_type": "application/json", "headers": shown(secret, **{"If-Match": f'"{need.version}"'})}
    answer = client.patch(f"{NEEDS}{need.pk}/", {"why": "大棚老化"}, **asked)
    assert answer.status_code == 200, answer.content.decode()
    change = Change.objects.filter(table_name="projects_need", operation="U").latest("id")
    assert (change.actor_id, change.through) == (owner.pk, str(token))


def test_the_system_s_name_ends_with_its_request(client, security):
    county = make_division()
    owner, need = make_county_user(county), make_need(county=county, status="draft")
    _token, secret = make(security, owner, "read", "needs:write")
    client.get(NEEDS, headers=shown(secret))
    client.force_login(owner)
    send(client, "patch", f"{NEEDS}{need.pk}/", {"why": "大棚老化"}, version=need.version)
    assert Change.objects.filter(table_name="projects_need", operation="U").latest("id").through == ""


def test_the_history_names_the_system(client, security):
    county = make_division()
    owner, need = make_county_user(county), make_need(county=county, status="draft")
    token, secret = make(security, owner, "read", "needs:write")
    asked = {"content_type": "application/json", "headers": shown(secret, **{"If-Match": f'"{need.version}"'})}
    client.patch(f"{NEEDS}{need.pk}/", {"why": "大棚老化"}, **asked)
    client.force_login(make_user("bureau"))
    page = client.get(reverse("admin:projects_need_history", args=(need.pk,))).content.decode()
    assert str(token) in page


@pytest.mark.parametrize("path", ["/desk/", "/my/", "/reports/", "/history/", "/notices/", "/desk/core/token/"])
def test_a_token_opens_no_page(client, security, path):
    _token, secret = make(security, make_user("bureau"), *Scope.values)
    stranger, holder = client.get(path), client.get(path, headers=shown(secret))
    assert holder.status_code == stranger.status_code != 200


def test_a_token_of_an_auditor_reads_in_a_session_that_cannot_write(client, security):
    auditor = make_user("auditor")
    _token, secret = make(security, auditor, *Scope.values)
    assert client.get("/api/v1/projects/", headers=shown(secret)).status_code == 200
    assert client.post("/api/v1/needs/1/submit/", headers=shown(secret)).status_code == 403


def test_only_readers_tokens_open_a_read_only_session(client, security, monkeypatch):
    entered = []
    monkeypatch.setattr("registry.core.token_access.read_only_session", lambda: entered.append(1) or nullcontext())
    for role, number in (("auditor", 1), ("bureau", 1)):
        _token, secret = make(security, make_user(role))
        client.get(NEEDS, headers=shown(secret))
        assert len(entered) == number


def test_guessing_a_token_takes_one_query(client, security, django_assert_num_queries):
    with django_assert_num_queries(1), pytest.raises(BadToken):
        known_token("bangfu_abcdefgh_" + "A" * 43)


# At the desk


def page(view, *args):
    return reverse(f"admin:core_token_{view}", args=args)


FORM = {"system": "县级平台", "scopes": ["read", "needs:write"], "expires_on": "2027-06-30"}


def test_the_security_administrator_makes_a_token_whose_secret_is_shown_once(client, security):
    client.force_login(security)
    owner = make_user("county")
    form = FORM | {"owner": owner.pk, "expires_on": in_a_year().isoformat()}
    answer = client.post(page("add"), form)
    assert (answer.status_code, "no-store" in answer.headers["Cache-Control"]) == (200, True)
    token = Token.objects.get()
    secret = answer.context["secret"]
    assert known_token(secret) == token
    assert (token.owner, token.scopes, token.made_by) == (owner, ["needs:write", "read"], security)
    for address in (page("changelist"), page("change", token.pk)):
        text = client.get(address).content.decode()
        assert token.prefix in text
        assert secret not in text
        assert token.digest not in text


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["all"]}, {"expires_on": "2099-01-01"}, {"system": ""}])
def test_a_wrong_form_is_given_back_with_what_was_typed(client, security, wrong):
    client.force_login(security)
    form = FORM | {"owner": make_user("county").pk, "expires_on": in_a_year().isoformat()} | wrong
    answer = client.post(page("add"), form)
    assert answer.status_code in (200, 400)
    assert not Token.objects.exists()
    assert answer.context["adminform"].form.errors


def test_a_token_is_revoked_at_the_desk(client, security):
    token, secret = make(security, make_user("county"))
    client.force_login(security)
    assert client.post(page("deed", token.pk, "revoke"), {"reason": ""}).status_code == 400
    assert client.post(page("deed", token.pk, "revoke"), {"reason": "泄露"}).status_code == 302
    with pytest.raises(BadToken):
        known_token(secret)


@pytest.mark.parametrize(
    ("role", "sees"), [("audit_admin", 200), ("bureau", 403), ("system_admin", 403), ("auditor", 403)]
)
def test_who_sees_the_tokens_and_that_nobody_else_makes_them(client, security, role, sees):
    token, _secret = make(security, make_user("county"))
    client.force_login(make_user(role))
    assert client.get(page("changelist")).status_code == sees
    assert client.get(page("add")).status_code == 403
    assert client.post(page("deed", token.pk, "revoke"), {"reason": "x"}).status_code in (403, 404)
    assert not Token.objects.filter(revoked_at__isnull=False).exists()


def test_the_list_of_tokens_costs_the_same_for_one_and_three(client, security, django_assert_num_queries):
    client.force_login(security)
    make(security, make_user("county"))
    client.get(page("changelist"))
    with CaptureQueriesContext(connection) as one:
        client.get(page("changelist"))
    make(security, make_user("county"))
    make(security, make_user("bureau"))
    with django_assert_num_queries(len(one)):
        client.get(page("changelist"))


# By command


def run(*words):
    out = io.StringIO()
    call_command("token", *words, stdout=out)
    return out.getvalue().strip()


def test_the_command_makes_lists_and_revokes():
    owner = make_user("county")
    secret = run("make", "平台", owner.username, "--scope", "read")
    token = known_token(secret)
    assert run("list").startswith(token.prefix)
    run("revoke", token.prefix, "泄露")
    assert run("list") == ""
    assert Change.objects.filter(table_name="core_token").latest("id").actor_id is None


@pytest.mark.parametrize("words", [("make", "平台", "nobody", "--scope", "read"), ("revoke", "aaaaaaaa", "x")])
def test_the_command_refuses_what_does_not_exist(words):
    with pytest.raises(CommandError):
        run(*words)

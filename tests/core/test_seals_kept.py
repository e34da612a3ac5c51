"""Seals as they are kept: watched, shown, and true when a personal value leaves the trail."""

import datetime
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from registry.core.models import Change, Job, Notice, Redaction, Seal, User, Veil
from registry.core.sealing import watch
from registry.core.sealing.anchors import anchor, last_anchor
from registry.core.sealing.chain import personal_columns, seal
from registry.core.sealing.redaction import redact
from registry.core.sealing.report import Report
from registry.core.sealing.verifying import check_redactions
from tests.factories import make_enterprise, make_user
from tests.stranger import problems

from .test_sealing import REFUSED, as_owner, change_of_user, found_in_the_chain, insert_change, own_anchors, sql  # noqa: F401  a fixture that every test here uses
from .test_work import one_connection  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db


# Watched


def test_seals_are_late_when_a_record_has_waited_for_a_quarter_of_an_hour():
    assert not watch.state().is_late
    insert_change(at=timezone.now() - datetime.timedelta(minutes=14))
    assert not watch.state().is_late
    insert_change(at=timezone.now() - datetime.timedelta(minutes=16))
    assert watch.state().since is not None


def test_audit_administrators_hear_once_that_seals_are_late():
    watcher = make_user("audit_admin")
    seal()
    anchor(at_once=True)
    assert watch.raise_alarm() is False
    insert_change(at=timezone.now() - datetime.timedelta(minutes=16))
    assert watch.raise_alarm() is True
    assert watch.raise_alarm() is True
    [notice] = Notice.objects.all()
    assert notice.recipient == watcher
    assert notice.facts["kind"] == watch.KIND


@pytest.mark.usefixtures("one_connection")
def test_the_worker_seals_when_it_has_nothing_else_to_do():
    make_enterprise()
    call_command("work", "--once")
    assert Seal.objects.get().count == Change.objects.count()
    assert last_anchor().serial == 1


def test_the_command_seals_and_tells_outside(own_anchors):  # noqa: F811 - the fixture
    make_enterprise()
    out = io.StringIO()
    call_command("seal", stdout=out)
    assert out.getvalue().startswith(f"{Change.objects.count()} records sealed; told outside: {{")


# Personal values that leave the trail


def test_only_personal_columns_get_a_salt():
    change = change_of_user()
    seal()
    assert Veil.objects.get(pk=change.pk).salts.keys() == {"name", "phone", "email"}
    personal = Change.objects.filter(table_name__in=[table for table, _name in personal_columns()])
    assert set(Veil.objects.values_list("pk", flat=True)) == set(personal.values_list("pk", flat=True))


def test_a_value_is_taken_out_and_the_chain_still_verifies():
    change, officer = change_of_user(name="李四", phone="13900000000"), make_user()
    seal()
    assert redact(change_ids=[change.pk], columns=["name", "phone"], by=officer, reason="本人要求删除") == 2
    fresh = Change.objects.get(pk=change.pk)
    assert not {"name", "phone"} & fresh.after.keys()
    assert {**change.after} == {**fresh.after, "name": "李四", "phone": "13900000000"}
    assert "李四" not in str(sql("SELECT c, v FROM core_change c, core_veil v WHERE c.id = %s AND v.change_id = %s",
                                change.pk, change.pk))  # fmt: skip
    seal()
    assert found_in_the_chain() == []
    assert list(problems(connection.cursor().cursor, ())) == []
    report = Report()
    check_redactions(report)
    assert (report.named, report.counts["redacted"]) == ([], 2)
    told = Change.objects.get(table_name="core_redaction")
    assert (told.actor_id, told.action, told.after["columns"]) == (officer.pk, "trail.redact", ["name", "phone"])
    assert redact(change_ids=[change.pk], columns=["name"], by=officer, reason="再次") == 0


@pytest.mark.parametrize(
    ("columns", "reason", "is_sealed"),
    [(["username"], "本人要求", True), (["name"], " ", True), (["name"], "本人要求", False)],
)
def test_nothing_else_is_taken_out(columns, reason, is_sealed):
    change = change_of_user()
    if is_sealed:
        seal()
    with pytest.raises(ValidationError):
        redact(change_ids=[change.pk], columns=columns, by=None, reason=reason)
    assert Change.objects.get(pk=change.pk).after == change.after
    assert not Redaction.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_change SET after = after - 'name' - 'username' WHERE id = %s",
        "UPDATE core_change SET after = after - 'phone' WHERE id = %s",
        "UPDATE core_change SET after = after - 'name', reason = 'x' WHERE id = %s",
        'UPDATE core_change SET after = after || \'{"name": "x"}\' WHERE id = %s',
        "UPDATE core_veil SET salts = salts - 'phone' WHERE change_id = %s",
        'UPDATE core_veil SET digests = digests || \'{"phone": "x"}\' WHERE change_id = %s',
    ],
)
def test_a_redaction_opens_the_trail_for_what_it_names_alone(statement):
    change = change_of_user()
    seal()
    redact(change_ids=[change.pk], columns=["name"], by=None, reason="本人要求")
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        sql(statement, change.pk)


def test_a_value_that_was_taken_out_without_a_word_is_found():
    change = change_of_user()
    seal()
    with as_owner():
        Redaction.objects.create(change_id=change.pk, columns=["name"], reason="x")
        sql("SELECT bangfu_redact(%s)", change.pk)
        sql("DELETE FROM core_redaction")
    report = Report()
    check_redactions(report)
    assert report.named == [{"kind": "redaction", "number": change.pk, "column": "name"}]


def test_a_personal_value_that_was_altered_is_found_like_any_other():
    change = change_of_user(name="王五")
    seal()
    with as_owner():
        sql('UPDATE core_change SET after = after || \'{"name": "赵六"}\' WHERE id = %s', change.pk)
    assert [(finding["kind"], finding["number"]) for finding in found_in_the_chain()] == [("altered", change.pk)]


def test_the_digest_that_stays_tells_nothing_without_its_salt():
    first, second = change_of_user(name="同名"), change_of_user(name="同名")
    seal()
    redact(change_ids=[first.pk, second.pk], columns=["name"], by=None, reason="本人要求")
    digests = {Veil.objects.get(pk=change.pk).digests["name"] for change in (first, second)}
    assert len(digests) == 2


# The page


def test_auditors_and_audit_administrators_see_the_seals_and_ask_for_a_check(client):
    make_enterprise()
    seal()
    for role in ("auditor", "audit_admin"):
        client.force_login(make_user(role))
        page = client.get("/desk/seals/")
        assert page.status_code == 200
        assert Seal.objects.first().digest in page.content.decode()
    answer = client.post("/desk/seals/verify/")
    found = Job.objects.get(kind=watch.KIND)
    assert (answer.status_code, answer["Location"]) == (302, f"/jobs/{found.key}/")
    client.post("/desk/seals/verify/")
    assert Job.objects.filter(kind=watch.KIND).count() == 1


@pytest.mark.parametrize("role", ["bureau", "county", "organisation", "partner", "system_admin", "security_admin"])
def test_others_see_no_seals(client, role):
    client.force_login(make_user(role))
    assert client.get("/desk/seals/").status_code == 403
    assert client.post("/desk/seals/verify/").status_code == 403
    assert not Job.objects.exists()


@pytest.mark.usefixtures("one_connection")
def test_what_a_check_found_is_kept_on_the_page_and_told(client):
    watcher = make_user("audit_admin")
    seal()
    with as_owner():
        sql("UPDATE core_change SET reason = 'x' WHERE id = %s", Change.objects.earliest("id").pk)
    client.force_login(watcher)
    client.post("/desk/seals/verify/")
    call_command("work", "--once")
    kept = Job.objects.get(kind=watch.KIND, by=watcher)  # the daily one may have been due as well
    assert (kept.state, kept.result["report"]["found"]["altered"]) == ("done", 1)
    page = client.get("/desk/seals/").content.decode()
    assert str(Change.objects.earliest("id").pk) in page
    assert kept.result["words"] in page
    assert Notice.objects.filter(recipient=watcher, facts__state="failed").exists()
    assert User.objects.filter(pk=watcher.pk).exists()

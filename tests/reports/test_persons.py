"""Rights of persons: what is held is told, what is past its time goes, and an erasure takes two persons."""

import datetime
import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from projects.models import Attendance, Commendation, Need, Objection
from registry.core import daily
from registry.core.erasure import ERASED, ERASED_ADDRESS, clear_the_trail, erase_fields, still_in_the_trail
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change, Job, Outgoing, Session, User
from registry.core.sealing.anchors import anchor
from registry.core.sealing.chain import seal
from registry.core.sealing.verifying import verify
from registry.core.trail import acting
from registry.reports.jobs import retention
from registry.reports.models import PersonRequest
from registry.reports.persons.erasing import answer, erase, propose_erasure
from registry.reports.persons.held import about_account, about_person, places_of
from registry.reports.persons.retention import TERMS, due, keep_the_terms
from tests.factories import make_campaign, make_event, make_need, make_notice, make_organisation, make_pledge, make_user

pytestmark = pytest.mark.django_db
NAME, PHONE = "测试甲某", "13900000001"


@pytest.fixture
def bureau():
    return make_user("bureau")


@pytest.fixture
def second():
    return make_user("bureau")


def request_of(kind="erasure", **more):
    return PersonRequest.objects.create(kind=kind, words="made up", **{"name": NAME, "phone": PHONE} | more)


def long_ago(days):
    return timezone.now() - datetime.timedelta(days=days)


# Where somebody stands


def test_a_person_is_found_by_the_number_and_by_the_name_unless_another_number_stands_beside_it():
    own = make_need(contact_name=NAME, contact_phone=PHONE)
    by_number = make_pledge(contact_name="另一写法", contact_phone=PHONE)
    by_name = Attendance.objects.create(event=make_event(), person=NAME)
    make_need(contact_name=NAME, contact_phone="13900000002")  # somebody else of the same name
    make_organisation(contact_name="旁人某", contact_phone="")
    found = {(type(place.row), place.row.pk): place.values for place in places_of(name=NAME, phone=PHONE)}
    assert found == {
        (Need, own.pk): {"contact_name": NAME, "contact_phone": PHONE},
        (type(by_number), by_number.pk): {"contact_phone": PHONE},
        (Attendance, by_name.pk): {"person": NAME},
    }


def test_without_a_number_only_the_name_counts():
    make_need(contact_name="", contact_phone="")
    own = make_need(contact_name=NAME, contact_phone="13900000002")
    assert [place.row for place in places_of(name=NAME, phone="")] == [own]


# Erasure


def test_an_erasure_takes_two_persons_and_leaves_the_row(bureau, second):
    need, other = make_need(contact_name=NAME, contact_phone=PHONE), make_need(contact_name=NAME, contact_phone=PHONE)
    keys = [place.key for place in places_of(name=NAME, phone=PHONE) if place.row == need]
    asked = propose_erasure(request=request_of(), rows=keys, by=bureau, reason="asked in writing")
    assert (asked.status, need.contact_name) == ("proposed", NAME)
    with pytest.raises(UnlawfulMove):
        erase(request=asked, by=bureau, reason="done")
    done = erase(request=asked, by=second, reason="done")
    need.refresh_from_db()
    other.refresh_from_db()
    assert (need.contact_name, need.contact_phone) == (ERASED, ERASED)
    assert (other.contact_name, other.contact_phone) == (NAME, PHONE)  # what was not chosen stays
    assert (done.status, done.answered_by, done.name, done.phone) == ("erased", second, ERASED, ERASED)
    last = Change.objects.filter(table_name="projects_need", row_pk=str(need.pk)).latest("pk")
    assert (last.action, last.reason, last.actor_id) == ("personrequest.erased", "done", second.pk)


def test_an_account_is_closed_and_nobody_s(bureau, second):
    account = make_user("county", name=NAME, phone=PHONE, email="a@example.org")
    asked = propose_erasure(request=request_of(username=account.username), rows=[], by=bureau, reason="left")
    done = erase(request=asked, by=second, reason="done")
    account = User.objects.get(pk=account.pk)
    assert (account.username, account.is_active, account.name) == (f"erased-{account.pk}", False, ERASED)
    assert (account.phone, account.email, account.has_usable_password()) == (ERASED, ERASED_ADDRESS, False)
    assert account.roles == frozenset()
    assert done.username == ERASED


def test_what_changed_after_the_proposal_is_not_erased(bureau, second):
    need = make_need(contact_name=NAME, contact_phone=PHONE)
    keys = [place.key for place in places_of(name=NAME, phone=PHONE)]
    asked = propose_erasure(request=request_of(), rows=keys, by=bureau, reason="asked")
    Need.objects.filter(pk=need.pk).update(contact_name="接任者某", contact_phone="13900000003")
    with pytest.raises(ValidationError):
        erase(request=asked, by=second, reason="done")
    need.refresh_from_db()
    assert (need.contact_name, PersonRequest.objects.get().status) == ("接任者某", "proposed")


def test_only_own_places_are_proposed_and_only_by_the_bureau(bureau):
    stranger = make_need(contact_name="旁人某", contact_phone="13900000009")
    key = f"projects_need:{stranger.pk}:contact_name,contact_phone"
    for rows in ([key], []):
        with pytest.raises(ValidationError):
            propose_erasure(request=request_of(), rows=rows, by=bureau, reason="x")
    own = make_need(contact_name=NAME, contact_phone=PHONE)
    key = f"projects_need:{own.pk}:contact_name,contact_phone"
    with pytest.raises(UnlawfulMove):
        propose_erasure(request=request_of("access"), rows=[key], by=bureau, reason="x")
    for role in ("county", "organisation", "partner", "system_admin", "security_admin", "audit_admin"):
        with pytest.raises((PermissionDenied, PersonRequest.DoesNotExist)):
            answer(request_of("access"), to="answered", by=make_user(role), reason="x")
    with pytest.raises(PermissionDenied):
        answer(request_of("access"), to="answered", by=make_user("auditor"), reason="x")


def test_an_answered_request_stays_as_it_was_and_is_never_deleted(bureau):
    asked = answer(request_of("access"), to="answered", by=bureau, reason="a copy was handed over")
    for broken in ({"status": "received"}, {"kind": "erasure"}, {"status_reason": "other"}, {"rows": ["a"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonRequest.objects.filter(pk=asked.pk).update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.delete()


def test_a_request_is_due_after_the_days_of_the_setting(settings):
    settings.PERSON_REQUEST_DAYS = 7
    asked = request_of(received_on=datetime.date(2026, 1, 1))
    assert asked.due_on == datetime.date(2026, 1, 8)
    assert list(PersonRequest.objects.overdue(datetime.date(2026, 1, 8))) == []
    assert list(PersonRequest.objects.overdue(datetime.date(2026, 1, 9))) == [asked]


# The trail


def test_the_trail_is_told_what_it_still_holds_of_what_was_erased():
    need, other = make_need(contact_name=NAME, contact_phone=PHONE), make_need(contact_name=NAME)
    with acting(by=None, action="test.erase"):
        assert erase_fields(Need.objects.filter(pk=need.pk), ["contact_name"]) == 1
        assert erase_fields(Need.objects.filter(pk=need.pk), ["contact_name"]) == 0  # nothing is left to erase
    of_need = Change.objects.filter(table_name="projects_need", row_pk=str(need.pk))
    assert still_in_the_trail(Need, "contact_name") == sorted(of_need.values_list("pk", flat=True))
    assert still_in_the_trail(Need, "contact_phone") == []
    assert other.contact_name == NAME
    assert clear_the_trail(by=None, reason="x") == (0, of_need.count())


def test_the_sealed_trail_gives_up_what_was_erased_and_is_sound_afterwards(settings, tmp_path):
    settings.ANCHORS = tmp_path / "anchors.jsonl"
    need = make_need(contact_name=NAME)
    erase_fields(Need.objects.filter(pk=need.pk), ["contact_name"])
    numbers = still_in_the_trail(Need, "contact_name")
    assert clear_the_trail(by=None, reason="by law") == (0, len(numbers)), "what is not sealed yet waits"
    seal()
    anchor(at_once=True)
    assert clear_the_trail(by=None, reason="by law") == (len(numbers), 0)
    assert still_in_the_trail(Need, "contact_name") == []
    assert verify().is_sound


def test_only_personal_fields_are_erased():
    with pytest.raises(ValueError, match="not personal"):
        erase_fields(Need.objects.all(), ["why"])


def test_an_empty_field_stays_empty():
    need = make_need(contact_name=NAME, contact_phone="")
    erase_fields(Need.objects.filter(pk=need.pk), ["contact_name", "contact_phone"])
    need.refresh_from_db()
    assert (need.contact_name, need.contact_phone) == (ERASED, "")


# Terms


def old_rows(days):
    """One row of each term, whose time began `days` ago of that term: {code: days -> row}."""
    person = make_user("county", phone=PHONE)
    return {
        "outgoing": lambda: Outgoing.objects.create(
            notice=make_notice(person, sent_at=long_ago(days["outgoing"])), channel="sms", address=PHONE,
            text="made up", state="sent",
        ),
        "notices": lambda: make_notice(person, read_at=long_ago(days["notices"])),
        "jobs": lambda: Job.objects.create(kind="trial", state="done", ended_at=long_ago(days["jobs"])),
        "sessions": lambda: Session.objects.create(
            session_key=f"{days['sessions']:040}", expire_date=long_ago(days["sessions"])
        ),
        "needs": lambda: make_need(
            status="withdrawn", status_at=long_ago(days["needs"]), contact_name=NAME, contact_phone=PHONE
        ),
        "pledges": lambda: make_pledge(
            status="withdrawn", status_at=long_ago(days["pledges"]), contact_name=NAME, contact_phone=PHONE
        ),
    }  # fmt: skip


@pytest.mark.parametrize("code", ["outgoing", "notices", "jobs", "sessions", "needs", "pledges"])
def test_a_row_is_due_the_day_after_its_term_and_not_before(code):
    term = next(term for term in TERMS if term.code == code)
    for days, number in ((term.days - 1, 0), (term.days + 1, 1)):
        row = old_rows({one.code: days for one in TERMS})[code]()
        assert due(term).filter(pk=row.pk).count() == number
    keep_the_terms()
    assert due(term).count() == 0


def test_what_is_still_in_hand_is_kept_however_old():
    old = long_ago(5000)
    person = make_user("county", phone=PHONE)
    make_need(status="published", status_at=old, contact_name=NAME, published_by=person, published_at=old)
    make_pledge(status="submitted", status_at=old, contact_name=NAME)
    make_notice(person, sent_at=old)
    Job.objects.create(kind="trial", state="queued")
    Outgoing.objects.create(
        notice=make_notice(person, sent_at=old), channel="sms", address=PHONE, text="x", state="waiting"
    )  # fmt: skip
    done, _taken, _left = keep_the_terms()
    assert sum(done.values()) == 0


def test_only_contacts_of_closed_accounts_go_and_the_name_stays():
    closed, open_one = make_user("county", name=NAME, phone=PHONE, is_active=False), make_user("county", phone=PHONE)
    term = next(term for term in TERMS if term.code == "accounts")
    later = timezone.now() + datetime.timedelta(days=term.days + 1)
    keep_the_terms(now=later)
    closed.refresh_from_db()
    open_one.refresh_from_db()
    assert (closed.name, closed.phone, open_one.phone) == (NAME, ERASED, PHONE)


def test_no_term_touches_money_evidence_or_decisions():
    kept = {
        "projects_funding",
        "projects_document",
        "core_blob",
        "projects_agreement",
        "projects_signatory",
        "core_change",
    }
    assert {due(term).model._meta.db_table for term in TERMS}.isdisjoint(kept)


def test_what_was_done_is_in_the_trail_with_the_reason_of_its_term():
    need = make_need(status="withdrawn", status_at=long_ago(1000), contact_name=NAME)
    keep_the_terms()
    last = Change.objects.filter(table_name="projects_need", row_pk=str(need.pk)).latest("pk")
    assert (last.action, bool(last.reason), last.after["contact_name"]) == ("retention.forget", True, ERASED)


def test_the_command_tells_and_only_does_it_with_commit(capsys):
    need = make_need(status="withdrawn", status_at=long_ago(1000), contact_name=NAME)
    call_command("retention")
    need.refresh_from_db()
    told = capsys.readouterr().out
    assert need.contact_name == NAME
    assert all(term.code in told for term in TERMS)
    call_command("retention", "--commit")
    need.refresh_from_db()
    assert need.contact_name == ERASED
    assert "1 rows" in capsys.readouterr().out


def test_it_is_done_every_night():
    assert (datetime.time(3, 30), retention) in daily.DAILY


def test_accounts_that_nobody_uses_are_told_of():
    unused = make_user("county", date_joined=long_ago(91))
    make_user("county", date_joined=long_ago(91), last_login=long_ago(89))
    make_user("county", date_joined=long_ago(91), is_active=False)
    make_user("county", date_joined=long_ago(89))
    assert list(User.objects.unused()) == [unused]


# What is held


def test_my_data_tells_what_is_held_under_the_account_and_nothing_of_others(client):
    person, other = make_user("county", name=NAME, phone=PHONE), make_user("county", name="旁人某")
    make_notice(person, facts={"what": "own"})
    make_notice(other, facts={"what": "foreign"})
    client.force_login(person)
    page = client.get(reverse("my-data"))
    assert (page.status_code, NAME in page.content.decode(), PHONE in page.content.decode()) == (200, True, True)
    assert "no-store" in page["Cache-Control"]
    file = client.get(reverse("my-data"), {"format": "json"})
    held = json.loads(file.content)
    assert file["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert (held["account"]["phone"], held["roles"], len(held["messages"])) == (PHONE, ["county"], 1)
    assert "foreign" not in file.content.decode()


def test_my_data_is_for_those_who_signed_in(client):
    assert client.get(reverse("my-data")).status_code == 302
    client.force_login(make_user("auditor"))
    assert client.get(reverse("my-data")).status_code == 200
    assert client.post(reverse("my-data")).status_code in {403, 405}


def test_what_bears_the_account_is_counted():
    person = make_user("bureau")
    with acting(by=person, action="test.do"):
        make_need(submitted_by=person, submitted_at=timezone.now())
    held = about_account(person)
    assert sum(held["signed_rows"].values()) >= 1
    assert held["changes_made"]["test.do"] >= 1


def test_the_bureau_hands_over_what_is_held_and_nobody_else_does(client, bureau):
    make_need(contact_name=NAME, contact_phone=PHONE)
    asked = request_of("access")
    address = reverse("admin:reports_personrequest_held", args=(asked.pk,))
    client.force_login(bureau)
    answered = client.get(address)
    assert answered["Content-Disposition"].startswith("attachment")
    assert json.loads(answered.content)["places"][0]["values"] == {"contact_name": NAME, "contact_phone": PHONE}
    assert about_person(asked)["account"] is None
    for role, code in (("auditor", 403), ("partner", 403), ("system_admin", 403), ("county", 403)):
        client.force_login(make_user(role))
        assert client.get(address).status_code == code


def test_the_desk_leads_through_an_erasure(client, bureau, second):
    need = make_need(contact_name=NAME, contact_phone=PHONE)
    client.force_login(bureau)
    entered = {"kind": "erasure", "name": NAME, "phone": PHONE, "words": "made up", "received_on": "2026-01-01"}
    assert client.post(reverse("admin:reports_personrequest_add"), entered).status_code == 302
    asked = PersonRequest.objects.get()
    page = client.get(reverse("admin:reports_personrequest_change", args=(asked.pk,))).content.decode()
    assert str(need) in page
    propose = reverse("admin:reports_personrequest_move", args=(asked.pk, "proposed"))
    key = f"projects_need:{need.pk}:contact_name,contact_phone"
    assert key in client.get(propose).content.decode()
    assert client.post(propose, {"rows": [key], "reason": "asked"}).status_code == 302
    do = reverse("admin:reports_personrequest_move", args=(asked.pk, "erased"))
    assert client.post(do, {"reason": "done"}).status_code == 409
    client.force_login(second)
    assert client.post(do, {"reason": "done"}).status_code == 302
    need.refresh_from_db()
    assert need.contact_name == ERASED
    page = client.get(reverse("admin:reports_personrequest_change", args=(asked.pk,))).content.decode()
    assert NAME not in page


def test_an_auditor_reads_requests_masked(client):
    asked = request_of("access")
    client.force_login(make_user("auditor"))
    page = client.get(reverse("admin:reports_personrequest_change", args=(asked.pk,))).content.decode()
    assert (NAME in page, PHONE in page, "测*" in page) == (False, False, True)


def test_who_objected_is_forgotten_a_year_after_the_answer_and_the_objection_stays(bureau):
    made = {"kind": "praise", "level": "county", "title": "测试表扬", "grounds": "made up"}
    praised = Commendation.objects.create(campaign=make_campaign(), organisation=make_organisation(), **made)
    objection = Objection.objects.create(commendation=praised, text="made up", name=NAME, contact=PHONE)
    keep_the_terms(now=timezone.now() + datetime.timedelta(days=4000))
    objection.refresh_from_db()
    assert objection.contact == PHONE  # it has not been answered
    Objection.objects.filter(pk=objection.pk).update(
        status="dismissed", status_reason="x", answered_by=bureau, answered_at=long_ago(366)
    )  # fmt: skip
    keep_the_terms()
    objection.refresh_from_db()
    assert (objection.name, objection.contact, objection.text) == (ERASED, ERASED, "made up")

"""Texts that leave the site: tried three times, never lost, kept without a gateway, and nobody else's to read."""

import datetime
import socketserver
import threading

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from registry.core import channels
from registry.core.channels import deliver_next, send_again
from registry.core.models import Change, Channels, Outgoing
from registry.core.notices import notify
from registry.environment import mail_from_url
from tests.counting import queries_of
from tests.factories import make_notice, make_user

pytestmark = pytest.mark.django_db

ADDRESS, NUMBER = "zhang@example.org", "13900001234"
TEXT = "催办：试验项目\n\n请于 9 月 30 日前办理。"
OUTBOX = "admin:core_outgoing_changelist"


def make_outgoing(channel="email", **overrides):
    fields = {"address": ADDRESS if channel == "email" else NUMBER, "text": TEXT} | overrides
    recipient = fields.pop("recipient", None) or make_user("county")
    return Outgoing.objects.create(notice=make_notice(recipient), channel=channel, **fields)


def later(**ago):
    """Let the last attempt have been so long ago."""
    Outgoing.objects.update(tried_at=timezone.now() - datetime.timedelta(**ago))


def page(outgoing, view="change"):
    return reverse(f"admin:core_outgoing_{view}", args=(outgoing.pk,))


def again(outgoing):
    return reverse("admin:core_outgoing_deed", args=(outgoing.pk, "again"))


class Broken:
    """A gateway that answers with its whole page of excuses."""

    calls = 0
    excuse = "502\n" + "<br>\n\t\x00\ud800" * 50

    def send(self, address, text):
        type(self).calls += 1
        raise ConnectionError(f"{address} {self.excuse}")


class Forgetful:
    def send(self, address, text):
        return None


class Good:
    taken: list = []

    def send(self, address, text):
        self.taken.append((address, text))
        return Outgoing.State.SENT


@pytest.fixture
def gateway(settings, monkeypatch):
    """Sets up one of the classes above as the gateway of text messages."""

    def chosen(adapter):
        settings.SMS_ADAPTER = f"{__name__}.{adapter.__name__}"
        return adapter

    monkeypatch.setattr(Broken, "calls", 0)
    monkeypatch.setattr(Good, "taken", [])
    return chosen


# By e-mail


@pytest.fixture
def mail_server(settings):
    settings.EMAIL_HOST = "mail.example.org"


def test_a_mail_has_its_first_line_as_its_subject_and_goes_to_one_person(mail_server):
    make_outgoing()
    sent = deliver_next()
    assert (sent.state, sent.attempts, sent.error) == ("sent", 1, "")
    [letter] = mail.outbox
    assert (letter.subject, letter.to, letter.body) == ("催办：试验项目", [ADDRESS], TEXT)
    assert deliver_next() is None


def test_a_long_first_line_is_cut_for_the_subject_only(mail_server):
    make_outgoing(text="长" * 300)
    deliver_next()
    [letter] = mail.outbox
    assert letter.subject == "长" * channels.SUBJECT_LENGTH + "…"
    assert letter.body == "长" * 300


def test_without_a_server_a_mail_is_kept_and_none_goes_out():
    make_outgoing()
    assert deliver_next().state == "kept"
    assert mail.outbox == []


class Letters(socketserver.StreamRequestHandler):
    """As much of SMTP as one letter needs; addresses that begin with “nobody” are unknown here."""

    def handle(self):
        self._say("220 trial")
        while line := self.rfile.readline().decode().strip():
            verb = line.upper()
            if verb.startswith("DATA"):
                self._say("354 go on")
                self.server.letters.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            elif verb.startswith("RCPT TO:<NOBODY"):
                self._say("550 no such user")
                continue
            elif verb.startswith("QUIT"):
                self._say("221 bye")
                return
            self._say("250 ok")

    def _say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def smtp(settings):
    """A mail server on a port of its own, set up as `EMAIL_URL` would; the letters that it took."""
    with socketserver.TCPServer(("127.0.0.1", 0), Letters) as server:
        server.letters = []
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        for name, value in mail_from_url(f"smtp://127.0.0.1:{server.server_address[1]}").items():
            setattr(settings, name, value)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        yield server.letters
        server.shutdown()


def test_a_letter_goes_through_a_real_mail_server(smtp):
    make_outgoing()
    assert deliver_next().state == "sent"
    [letter] = smtp
    assert f"To: {ADDRESS}".encode() in letter
    assert b"Subject: =?utf-8?" in letter


def test_a_recipient_whom_the_server_does_not_know_fails_and_the_address_is_not_in_the_error(smtp):
    make_outgoing(address="nobody@example.org")
    outgoing = deliver_next()
    assert (outgoing.state, smtp) == ("waiting", [])
    assert outgoing.error.startswith("SMTPRecipientsRefused")
    assert "no such user" in outgoing.error
    assert "nobody@" not in outgoing.error


# By text message


def test_without_a_gateway_a_text_message_is_kept_in_full():
    make_outgoing("sms")
    kept = deliver_next()
    kept.refresh_from_db()
    assert (kept.state, kept.address, kept.text) == ("kept", NUMBER, TEXT)


def test_the_gateway_of_the_settings_is_handed_address_and_text(gateway):
    gateway(Good)
    make_outgoing("sms")
    assert deliver_next().state == "sent"
    assert Good.taken == [(NUMBER, TEXT)]


def test_a_failing_gateway_is_tried_three_times_and_the_text_is_never_lost(gateway):
    gateway(Broken)
    outgoing = make_outgoing("sms")
    for attempts, wait in ((1, 60), (2, 300)):
        tried = deliver_next()
        assert (tried.state, tried.attempts) == ("waiting", attempts)
        later(seconds=wait - 5)
        assert deliver_next() is None, "it is not due again yet"
        later(seconds=wait + 5)
    assert deliver_next().state == "failed"
    later(days=9)
    assert deliver_next() is None
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.text, Broken.calls) == ("failed", TEXT, 3)


def test_whatever_a_gateway_answers_fits_and_hides_the_number(gateway):
    gateway(Broken)
    make_outgoing("sms")
    outgoing = deliver_next()
    outgoing.refresh_from_db()
    assert outgoing.error.startswith("ConnectionError: … 502 <br>")
    assert NUMBER not in outgoing.error


@pytest.mark.parametrize("adapter", ["registry.core.channels.Nowhere", "no.such.Adapter", f"{__name__}.Forgetful"])
def test_an_adapter_that_is_no_adapter_counts_as_a_failure(settings, adapter):
    settings.SMS_ADAPTER = adapter
    make_outgoing("sms")
    outgoing = deliver_next()
    assert outgoing.state == "waiting"
    assert outgoing.error


def test_one_that_fails_does_not_hold_up_the_others(gateway):
    gateway(Broken)
    failing, other = make_outgoing("sms"), make_outgoing()
    assert [deliver_next().pk, deliver_next().pk] == [failing.pk, other.pk]
    assert deliver_next() is None


def test_a_worker_that_died_in_the_last_attempt_leaves_a_text_that_is_tried_again():
    make_outgoing("sms", attempts=3, tried_at=timezone.now())
    assert deliver_next() is None
    later(minutes=6)
    assert deliver_next().state == "kept"


def test_what_becomes_of_a_text_is_in_the_trail_as_the_site_s_own_doing():
    outgoing = make_outgoing()
    deliver_next()
    changes = Change.objects.filter(
        table_name="core_outgoing", row_pk=str(outgoing.pk), operation=Change.Operation.UPDATE
    )
    assert {(change.actor_id, change.action) for change in changes} == {(None, "outgoing.deliver")}


# What is written at all


def test_a_message_goes_out_on_the_channels_that_its_reader_chose_and_has_an_address_for():
    def reader(**chosen):
        user = make_user("county", email=ADDRESS, phone=chosen.pop("phone", NUMBER))
        if chosen:
            Channels.objects.create(user=user, **chosen)
        return user

    silent, both = reader(), reader(email=True, sms=True)
    by_mail, without_phone = reader(email=True, sms=False), reader(sms=True, phone="")
    notify([silent, both, by_mail, without_phone], "decided", {"title": "试验消息"})
    rows = Outgoing.objects.order_by("notice__recipient", "channel")
    assert [(row.notice.recipient, row.channel) for row in rows] == [(both, "email"), (both, "sms"), (by_mail, "email")]


def test_identity_and_card_numbers_do_not_leave_the_site():
    reader = make_user("county", email=ADDRESS, phone=NUMBER)
    Channels.objects.create(user=reader, email=True, sms=True)
    notify([reader], "decided", {"title": "王某 130102199001011234"})
    texts = list(Outgoing.objects.values_list("text", flat=True))
    assert len(texts) == 2
    assert all("130***" in text and "19900101" not in text for text in texts)


# The outbox page


def test_the_bureau_reads_texts_and_addresses(client):
    outgoing = make_outgoing("sms")
    client.force_login(make_user("bureau"))
    for address in (reverse(OUTBOX), page(outgoing)):
        text = client.get(address).content.decode()
        assert NUMBER in text
        assert "催办：试验项目" in text


def test_the_administrator_of_the_gateway_sees_that_there_is_a_text_but_not_what_it_says(client):
    outgoing = make_outgoing("sms", state="failed", error="ConnectionError")
    client.force_login(make_user("system_admin"))
    for address in (reverse(OUTBOX), page(outgoing), again(outgoing)):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "试验项目" not in answer.content.decode()
    assert NUMBER in client.get(page(outgoing)).content.decode()


@pytest.mark.parametrize("role", ["partner", "auditor", "security_admin", "audit_admin", "county", "organisation"])
def test_nobody_else_has_an_outbox(client, role):
    outgoing = make_outgoing(state="kept")
    client.force_login(user := make_user(role))
    for address in (reverse(OUTBOX), page(outgoing), again(outgoing)):
        assert client.get(address).status_code in (302, 403, 404)
        assert client.post(address).status_code in (302, 403, 404)
    assert not Outgoing.objects.within_scope_of(user).exists()
    outgoing.refresh_from_db()
    assert outgoing.state == "kept"


def test_what_was_said_cannot_be_rewritten_added_or_taken_away(client):
    outgoing = make_outgoing()
    client.force_login(make_user("bureau"))
    assert client.get(reverse("admin:core_outgoing_add")).status_code == 403
    assert client.post(page(outgoing), {"text": "别的"}).status_code == 403
    assert client.post(page(outgoing, "delete"), {"post": "yes"}).status_code == 403
    outgoing.refresh_from_db()
    assert outgoing.text == TEXT


@pytest.mark.parametrize("role", ["bureau", "system_admin"])
@pytest.mark.parametrize("state", ["kept", "failed"])
def test_a_text_that_was_kept_or_failed_can_be_sent_again(client, gateway, role, state):
    outgoing = make_outgoing("sms", state=state, attempts=3, error="ConnectionError", tried_at=timezone.now())
    client.force_login(by := make_user(role))
    seen = client.get(again(outgoing)).context["form"]["seen_version"].value()
    assert client.post(again(outgoing), {"seen_version": seen, "reason": "网关已接通"}).status_code == 302
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.attempts, outgoing.error) == ("waiting", 0, "")
    change = Change.objects.filter(table_name="core_outgoing", row_pk=str(outgoing.pk)).latest("id")
    assert (change.actor_id, change.action) == (by.pk, "outgoing.again")
    gateway(Good)
    assert deliver_next().state == "sent"


@pytest.mark.parametrize("state", ["sent", "waiting"])
def test_what_was_sent_or_still_waits_is_not_sent_twice(client, state):
    outgoing = make_outgoing(state=state, attempts=1)
    client.force_login(make_user("bureau"))
    answer = client.post(again(outgoing), {"seen_version": outgoing.version})
    assert answer.status_code == 409
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.attempts) == (state, 1)


def test_sending_again_is_for_those_who_see_the_text():
    with pytest.raises(PermissionDenied):
        send_again(outgoing=make_outgoing(state="kept"), by=make_user("county"))


def test_a_longer_outbox_asks_no_more_questions(client):
    client.force_login(make_user("bureau"))
    make_outgoing()
    one = queries_of(client, reverse(OUTBOX))
    for channel in ("sms", "email"):
        make_outgoing(channel)
    assert queries_of(client, reverse(OUTBOX)) == one <= 25

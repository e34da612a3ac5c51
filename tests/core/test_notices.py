"""Messages: each person's own, read by being opened, told in the reader's language, and sent on as the person chose."""

import socketserver
import threading

import pytest
from django.core import mail
from django.core.mail import get_connection
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from registry.core import channels
from registry.core.channels import WAITS, deliver_next, send_again
from registry.core.models import Channels, Notice, Outgoing
from registry.core.notices import WORDS, in_words, notify, read
from tests.counting import queries_of
from tests.desk import page
from tests.factories import make_notice, make_user

pytestmark = pytest.mark.django_db
FACTS = {"title": "大棚项目", "project": "大棚项目", "reason": "缺页", "by": "王五"}


@pytest.fixture
def person(client):
    user = make_user("county", email="county@example.org", phone="13900000000")
    client.force_login(user)
    return user


def page_of(notice):
    return reverse("notice", args=(notice.pk,))


# Reading


def test_the_top_bar_says_how_many_messages_are_unread(client, person):
    for _each in range(3):
        make_notice(person)
    make_notice(person, read_at=timezone.now())
    make_notice(make_user())
    assert client.get(reverse("notices")).context["shell"].unread == 3


def test_nobody_signed_in_has_no_messages(client):
    assert "notices" not in client.get("/").content.decode()
    assert client.get(reverse("notices")).status_code == 302


def test_whoever_opens_a_message_has_read_it_and_the_first_time_stays(client, person):
    notice = make_notice(person)
    client.head(page_of(notice))
    notice.refresh_from_db()
    assert notice.read_at is None, "a browser that only asks for the head has read nothing"
    client.get(page_of(notice))
    notice.refresh_from_db()
    first = notice.read_at
    client.get(page_of(notice))
    notice.refresh_from_db()
    assert first is not None
    assert notice.read_at == first


def test_a_message_of_another_is_as_unknown_as_one_that_does_not_exist(client, person):
    other = make_notice(make_user())
    assert [client.get(reverse("notice", args=(key,))).status_code for key in (other.pk, 10**9)] == [404, 404]
    assert read(Notice.objects.all(), by=person) == 0
    other.refresh_from_db()
    assert other.read_at is None


def test_all_are_marked_as_read_by_one_press_and_only_by_a_press(client, person):
    make_notice(person)
    other = make_notice(make_user())
    assert client.get(reverse("read-notices")).status_code == 405
    client.post(reverse("read-notices"))
    other.refresh_from_db()
    assert (person.notices.unread().count(), other.read_at) == (0, None)


def test_unread_ones_stand_first_and_a_kind_can_be_chosen(client, person):
    seen, new = make_notice(person, read_at=timezone.now()), make_notice(person, kind="returned", facts=FACTS)
    answer = client.get(reverse("notices"))
    assert [row[0] for row in answer.context["rows"]] == [new, seen]
    assert [row[0] for row in client.get(reverse("notices"), {"kind": "decided"}).context["rows"]] == [seen]
    assert client.get(reverse("notices"), {"kind": "gossip"}).status_code == 400


def test_the_list_asks_the_same_however_many_there_are(client, person):
    counts = []
    for number in (1, 2):
        for _each in range(number):
            make_notice(person, sender=make_user())
        counts.append(queries_of(client, reverse("notices")))
    assert counts[0] == counts[1] <= 25


# Words


@pytest.mark.parametrize("kind", Notice.Kind.values)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_has_words_of_its_own_in_both_languages(kind, language):
    facts = {
        **FACTS, "what": {"difficulty": "raised", "returned": "step"}.get(kind, "meeting"), "state": "done",
        "kind": "digest", "words": "请尽快", "step": "竣工验收", "number": "XM-2021-0412", "due": "2021-10-15",
        "late": True, "day": "2021-11-01", "groups": [{"group": "due", "count": 1, "items": []}],
    }  # fmt: skip
    assert kind in WORDS
    with translation.override(language):
        title, lines = in_words(Notice(kind=kind, facts=facts))
    assert title
    assert lines
    assert ("大棚" in str([title, *map(str, lines)])) == (kind not in ("digest", "job"))


@pytest.mark.parametrize("kind", Notice.Kind.values)
@pytest.mark.parametrize("facts", [{}, {"title": None}, {"groups": 7, "day": "x", "what": []}, []])
def test_old_and_odd_facts_never_keep_a_message_from_being_read(client, person, kind, facts):
    day = timezone.localdate() if kind == "digest" else None
    notice = make_notice(person, kind=kind, facts=facts, day=day)
    assert client.get(page_of(notice)).status_code == 200
    assert client.get(reverse("notices")).status_code == 200


# Channels


def test_without_a_choice_nothing_leaves_the_register(person):
    notify([person], "returned", FACTS | {"what": "step"})
    assert not Outgoing.objects.exists()


def test_the_channels_chosen_get_the_text_each_once(client, person):
    client.post(reverse("channels"), {"digest": "on", "email": "on", "sms": "on"})
    notify([person, person], "returned", FACTS | {"what": "step"})
    assert person.notices.count() == 1
    sent = {one.channel: one for one in Outgoing.objects.all()}
    assert {name: one.address for name, one in sent.items()} == {"email": person.email, "sms": person.phone}
    assert sent["sms"].text.startswith("【帮扶台账】")
    client.post(reverse("channels"), {"digest": "on"})
    chosen = Channels.objects.get(user=person)
    assert (chosen.digest, chosen.email, chosen.sms) == (True, False, False)
    notify([person], "returned", FACTS | {"what": "step"})
    assert Outgoing.objects.count() == 2


def test_a_closed_account_is_told_nothing(person):
    person.is_active = False
    assert notify([person], "returned", FACTS) == []


@pytest.fixture
def text(person):
    Channels.objects.create(user=person, email=True, sms=True)
    notify([person], "returned", FACTS | {"what": "step"}, url="/my/")
    return {one.channel: one for one in Outgoing.objects.all()}


def fresh(outgoing):
    outgoing.refresh_from_db()
    return outgoing.state, outgoing.attempts


def test_without_a_gateway_the_texts_are_kept_on_the_outbox_page(client, text):
    while deliver_next():
        pass
    assert {fresh(one) for one in text.values()} == {("kept", 1)}
    client.force_login(make_user("bureau"))
    shown = client.get(page(text["sms"])).content.decode()
    assert text["sms"].text in shown
    assert text["sms"].address in shown


def test_with_a_mail_server_the_mail_goes_out_in_chinese_with_the_way_to_the_page(settings, person):
    settings.EMAIL_HOST, settings.SITE_URL = "mail.example", "https://registry.example"
    Channels.objects.create(user=person, email=True)
    notify([person], "returned", FACTS | {"what": "step"}, url="/my/")
    while deliver_next():
        pass
    assert fresh(Outgoing.objects.get()) == ("sent", 1)
    (sent,) = mail.outbox
    assert sent.subject == "事项被退回：大棚项目"
    assert sent.body.endswith("https://registry.example/my/")


class Postman(socketserver.StreamRequestHandler):
    """As much of SMTP as takes a mail."""

    def handle(self):
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


def test_a_mail_travels_to_a_real_server(settings, text, monkeypatch):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Postman) as server:
        server.mails = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        get_connection().close()
        while deliver_next():
            pass
        server.shutdown()
    assert fresh(text["email"])[0] == "sent"
    assert len(server.mails) == 1
    assert b"county@example.org" in server.mails[0]


class Broken:
    def send(self, address, text):
        raise ConnectionError(f"no way to {address}")


def test_a_gateway_that_fails_is_tried_three_times_and_the_text_is_never_lost(settings, monkeypatch, client, text):
    settings.SMS_ADAPTER = "tests.core.test_notices.Broken"
    Outgoing.objects.exclude(pk=text["sms"].pk).delete()
    for attempt in (1, 2):
        assert deliver_next().attempts == attempt
        assert fresh(text["sms"]) == ("waiting", attempt)
        assert deliver_next() is None, "it waits before it is tried again"
        Outgoing.objects.update(tried_at=timezone.now() - WAITS[-1] * 2)
    deliver_next()
    assert fresh(text["sms"]) == ("failed", 3)
    assert text["sms"].address not in text["sms"].error
    bureau = make_user("bureau")
    client.force_login(bureau)
    client.post(page(text["sms"], "deed", "again"), {"reason": "网关已恢复"})
    assert fresh(text["sms"]) == ("waiting", 0)
    settings.SMS_ADAPTER = "registry.core.channels.Outbox"
    deliver_next()
    assert fresh(text["sms"]) == ("kept", 1)


def test_the_outbox_is_nobody_s_but_theirs_who_look_after_it(client, text):
    assert client.get(page(Outgoing, "changelist")).status_code == 403
    client.force_login(make_user("auditor"))
    assert client.get(page(text["sms"])).status_code in (403, 404)
    with pytest.raises(Outgoing.DoesNotExist), transaction.atomic():
        send_again(outgoing=text["sms"], by=make_user("county"))
    client.force_login(make_user("system_admin"))
    shown = client.get(page(text["sms"])).content.decode()
    assert text["sms"].text not in shown, "an administrator sees that there is a text, not what it says"


def test_adapters_are_found_by_their_setting(settings):
    settings.SMS_ADAPTER = "tests.core.test_notices.Broken"
    assert isinstance(channels.adapter_of("sms"), Broken)

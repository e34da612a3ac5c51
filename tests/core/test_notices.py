"""Messages: each person's own, read by being opened, told in the reader's language, and sent on as the person chose."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from registry.core.models import Channels, Notice, Outgoing
from registry.core.notices import WORDS, in_words, notify, read
from tests.counting import queries_of
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
    answer = client.get(reverse("notices"))
    assert answer.context["shell"].unread == 3
    assert '<span class="topbar-count">3</span>' in answer.content.decode()


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_top_bar_asks_for_them_once_and_only_for_who_is_signed_in(client, signed_in):
    if signed_in:
        client.force_login(make_user("auditor"))
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/").status_code == 200
    assert sum('FROM "core_notice"' in query["sql"] for query in captured) == int(signed_in)


def test_nobody_signed_in_has_no_messages(client):
    assert f'href="{reverse("notices")}"' not in client.get("/").content.decode()
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
    before = timezone.now() - datetime.timedelta(days=3)
    seen, other = make_notice(person, read_at=before), make_notice(make_user())
    assert client.get(reverse("read-notices")).status_code == 405
    client.post(reverse("read-notices"))
    for notice in (seen, other):
        notice.refresh_from_db()
    assert (person.notices.unread().count(), seen.read_at, other.read_at) == (0, before, None)


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
    about = {"difficulty": "raised", "returned": "step", "matching": "pledge_accepted", "interface": "token_made",
             "account": "reset"}  # fmt: skip
    facts = {
        **FACTS, "what": about.get(kind, "meeting"), "state": "done", "kind": "digest", "words": "请尽快",
        "need": "大棚改造", "system": "大棚系统", "step": "竣工验收", "number": "XM-2021-0412", "due": "2021-10-15",
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

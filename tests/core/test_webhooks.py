"""Other systems are told: in the transaction of what happened, signed, tried again for a day, never led elsewhere."""

import datetime
import hashlib
import hmac
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from projects.actions.matching import move_need
from projects.actions.projects import move_project
from registry.core import posting, webhooks
from registry.core.models import Change, Delivery, HookEvent, Notice, Subscription
from registry.core.notices import in_words
from registry.core.webhooks import WAITS, announce, deliver_next, signature
from tests.factories import make_field, make_need, make_organisation, make_project, make_user
from tests.publishing import publish_what_is_marked

pytestmark = pytest.mark.django_db
State = Delivery.State


def make_subscription(**overrides):
    fields = {"system": "省级平台", "address": "https://hooks.example/in", "events": ["need.published"]}
    return Subscription.objects.create(**fields | overrides)


def tell(**overrides):
    return announce(HookEvent.NEED, **{"at": timezone.now(), "url": "/api/v1/needs/7/", "facts": {"id": 7}} | overrides)


def due_again():
    Delivery.objects.filter(state=State.WAITING).update(next_at=timezone.now())


# What is told


def submitted_need(**overrides):
    return make_need(status="submitted", submitted_by=make_user("county"), submitted_at=timezone.now(), **overrides)


def test_a_published_need_is_told_in_public_fields_alone(settings):
    settings.SITE_URL = "https://registry.example"
    make_subscription()
    need = submitted_need(name="大棚 130683199001011234", contact_name="王某", contact_phone="13800000000", why="内情")
    move_need(need=need, to="published", by=make_user("bureau"))
    told = json.loads(Delivery.objects.get().body)
    assert (told["event"], told["url"]) == ("need.published", f"https://registry.example/api/v1/needs/{need.pk}/")
    assert list(told) == ["id", "event", "at", "url", "data"]
    assert set(told["data"]) == {"id", "number", "name", "county", "county_name", "field", "expires_on"}
    assert told["data"]["number"] == need.number
    text = Delivery.objects.get().body
    assert [word for word in ("130683199001011234", "王某", "13800000000", "内情") if word in text] == []


def test_no_other_move_of_a_need_is_told():
    make_subscription()
    move_need(need=submitted_need(), to="returned", by=make_user("bureau"), reason="说明户数")
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("visibility", "keys"), [("internal", {"id"}), ("published", {"id", "number", "name", "year"})]
)
def test_a_signed_project_that_is_not_public_is_told_by_its_id_alone(visibility, keys):
    make_subscription(events=["project.signed"])
    lead, field = make_organisation(), make_field()
    project = make_project(lead=lead, field=field, stage="matched", visibility=visibility, name="机密项目")
    project.funding.create(state="committed", amount=1, is_joint=True)
    publish_what_is_marked()
    move_project(project=project, to="signed", by=make_user("bureau"))
    told = json.loads(Delivery.objects.get().body)
    assert (told["event"], set(told["data"])) == ("project.signed", keys)
    assert ("机密项目" in Delivery.objects.get().body) == (visibility == "published")


def test_only_those_who_asked_for_an_event_and_are_active_are_told():
    wanted = make_subscription()
    make_subscription(events=["circular.issued"])
    make_subscription(is_active=False)
    assert [delivery.subscription for delivery in tell()] == [wanted]


def test_what_is_rolled_back_is_never_told():
    make_subscription()
    with transaction.atomic():
        move_need(need=submitted_need(), to="published", by=make_user("bureau"))
        assert Delivery.objects.exists()
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


# How it is sent


def test_a_delivery_is_sent_once_signed_by_the_secret_over_the_moment_and_the_body(posted):
    subscription = make_subscription()
    tell()
    delivery = deliver_next()
    assert (delivery.state, delivery.code, delivery.attempts, delivery.next_at) == (State.SENT, 204, 1, None)
    assert deliver_next() is None
    [(address, body, headers)] = posted
    assert (address, body.decode()) == (subscription.address, delivery.body)
    moment = headers["X-Bangfu-Signature"].removeprefix("t=").partition(",")[0]
    mac = hmac.new(subscription.secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Bangfu-Signature"] == f"t={moment},v1={mac}"
    assert headers["X-Bangfu-Delivery"] == json.loads(body)["id"] == str(delivery.key)


def test_another_body_secret_or_moment_gives_another_signature():
    one = signature("s", b"a", 1)
    assert len({one, signature("s", b"b", 1), signature("t", b"a", 1), signature("s", b"a", 2)}) == 4


@pytest.mark.parametrize("answer", [301, 400, 404, 500, 503, OSError("no route"), posting.Forbidden("inner")])
def test_whatever_is_no_success_is_tried_again_later(posted, answer):
    make_subscription()
    tell()
    posted.answers = [answer]
    delivery = deliver_next()
    assert (delivery.state, delivery.code) == (State.WAITING, answer if isinstance(answer, int) else None)
    assert delivery.error
    assert deliver_next() is None
    due_again()
    assert deliver_next().state == State.SENT


def test_the_pauses_grow_and_the_last_try_comes_within_a_day(posted):
    make_subscription()
    tell()
    posted.answers = [500] * 20
    pauses, began = [], timezone.now()
    for _attempt in WAITS:
        due_again()
        delivery = deliver_next()
        pauses.append(round((delivery.next_at - timezone.now()).total_seconds() / 60))
    assert pauses == sorted(set(pauses))
    assert pauses == [wait.total_seconds() / 60 for wait in WAITS]
    assert datetime.timedelta(hours=18) < sum(WAITS, datetime.timedelta()) < datetime.timedelta(days=1)
    assert began < delivery.next_at


def test_what_is_given_up_is_told_to_the_system_administrators_and_to_nobody_else(posted, keeper):
    make_user("bureau")
    make_subscription()
    tell()
    posted.answers = [500] * 20
    for _attempt in range(len(WAITS) + 1):
        due_again()
        delivery = deliver_next()
    assert (delivery.state, delivery.code, delivery.next_at) == (State.FAILED, 500, None)
    notice = Notice.objects.get()
    assert (notice.recipient, notice.url) == (keeper, reverse("admin:core_delivery_change", args=(delivery.pk,)))
    assert "need.published" in in_words(notice)[0]
    due_again()
    assert deliver_next() is None


def test_a_worker_that_dies_leaves_a_delivery_that_is_tried_again(monkeypatch):
    make_subscription()
    tell()

    def die(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(webhooks, "post", die)
    with pytest.raises(KeyboardInterrupt):
        deliver_next()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (State.WAITING, 1)
    assert delivery.next_at > timezone.now()


def test_nothing_is_sent_to_a_webhook_that_was_switched_off_meanwhile(posted):
    subscription = make_subscription()
    tell()
    Subscription.objects.filter(pk=subscription.pk).update(is_active=False)
    assert deliver_next() is None
    assert posted == []


def test_the_database_holds_no_secret_and_the_trail_no_salt():
    subscription = make_subscription()
    row = str(Subscription.objects.values_list().get())
    assert subscription.secret not in row
    assert subscription.salt not in str(Change.objects.get(table_name="core_subscription").after)


def test_the_database_refuses_unknown_events_and_a_next_try_of_what_is_over():
    for wrong in ({"events": ["all"]}, {"events": []}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_subscription(**wrong)
    make_subscription()
    tell()
    for wrong in ({"state": "sent"}, {"next_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.update(**wrong)


# Where it may go


@pytest.mark.parametrize(
    "address",
    ["http://hooks.example/", "ftp://hooks.example/", "https://", "https://a:b@hooks.example/", "hooks.example",
     "https://hooks.example/#x", "https://[::1", "https://hooks.example:99999/", "javascript:alert(1)", "https://例/"],
)  # fmt: skip
def test_an_address_is_whole_ascii_and_https_without_a_password(address):
    with pytest.raises(ValidationError):
        posting.check_address(address)


def test_a_good_address_is_taken():
    posting.check_address("https://hooks.example:8443/in?key=1")


@pytest.mark.parametrize(
    "place",
    ["127.0.0.1", "10.0.0.8", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
     "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"],
)  # fmt: skip
def test_nothing_is_sent_into_an_inner_network_whatever_the_name_says(place, monkeypatch):
    family = socket.AF_INET6 if ":" in place else socket.AF_INET
    outside = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    inside = (family, socket.SOCK_STREAM, 6, "", (place, 443))
    for found in ([inside], [outside, inside]):
        monkeypatch.setattr(posting.socket, "getaddrinfo", lambda *args, found=found, **kwargs: found)
        with pytest.raises(posting.Forbidden):
            posting.post("https://hooks.example/", b"{}", {})


def test_nothing_is_sent_without_tls():
    with pytest.raises(posting.Forbidden):
        posting.post("http://hooks.example/", b"{}", {})


@pytest.fixture
def receiver(settings):
    """A server on this machine that answers as told, and keeps what it was sent."""
    settings.WEBHOOKS_INSIDE = True

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.got.append((self.path, dict(self.headers), body))
            self.send_response(server.code)
            if server.code == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            """Not on standard error."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.code = [], 204
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def address_of(server, path="/in?x=1"):
    return f"http://localhost:{server.server_port}{path}"


def test_a_real_server_gets_the_real_bytes(receiver):
    subscription = make_subscription(address=address_of(receiver))
    tell(facts={"name": "大棚"})
    assert deliver_next().state == State.SENT
    [(path, headers, body)] = receiver.got
    assert (path, headers["Host"]) == ("/in?x=1", f"localhost:{receiver.server_port}")
    assert json.loads(body)["data"] == {"name": "大棚"}
    moment = int(headers["X-Bangfu-Signature"][2:].partition(",")[0])
    assert headers["X-Bangfu-Signature"] == signature(subscription.secret, body, moment)


def test_an_answer_that_leads_on_is_not_followed(receiver):
    make_subscription(address=address_of(receiver))
    receiver.code = 302
    tell()
    delivery = deliver_next()
    assert (delivery.state, delivery.code, len(receiver.got)) == (State.WAITING, 302, 1)


def test_nobody_there_is_no_fault_of_the_worker(settings):
    settings.WEBHOOKS_INSIDE = True
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    make_subscription(address=f"http://127.0.0.1:{port}/")
    tell()
    delivery = deliver_next()
    assert (delivery.state, delivery.code) == (State.WAITING, None)
    assert "Connection" in delivery.error

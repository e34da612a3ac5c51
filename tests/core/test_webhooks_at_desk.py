"""Webhooks at the desk: made, changed, tried and sent again by the system administrators alone."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.core.models import Delivery, Subscription
from registry.core.trail import acting
from registry.core.webhooks import deliver_next, new_secret, send_again, send_test
from tests.factories import make_user

from .test_webhooks import make_subscription, tell

pytestmark = pytest.mark.django_db
State = Delivery.State


# What the administrators do


def page(model, view, *args):
    return reverse(f"admin:core_{model}_{view}", args=args)


FORM = {"system": "省级平台", "address": "https://hooks.example/in", "events": ["need.published"], "is_active": "on"}


def test_a_webhook_is_made_at_the_desk_and_its_secret_is_shown_once(client, keeper):
    client.force_login(keeper)
    answer = client.post(page("subscription", "add"), FORM)
    subscription = Subscription.objects.get()
    assert (answer.status_code, answer.context["secret"]) == (200, subscription.secret)
    for address in (page("subscription", "changelist"), page("subscription", "change", subscription.pk)):
        text = client.get(address).content.decode()
        assert subscription.address in text
        assert subscription.secret not in text


@pytest.mark.parametrize("wrong", [{"address": "http://hooks.example/"}, {"events": []}, {"events": ["test"]}])
def test_a_wrong_form_is_given_back(client, keeper, wrong):
    client.force_login(keeper)
    assert client.post(page("subscription", "add"), FORM | wrong).context["adminform"].form.errors
    assert not Subscription.objects.exists()


def test_a_webhook_is_changed_without_showing_its_secret_again(client, keeper):
    client.force_login(keeper)
    subscription = make_subscription()
    form = FORM | {"address": "https://hooks.example/new", "seen_version": subscription.version}
    answer = client.post(page("subscription", "change", subscription.pk), form)
    assert answer.status_code == 302
    subscription.refresh_from_db()
    assert subscription.address == "https://hooks.example/new"


def test_a_new_secret_is_shown_once_and_the_old_one_is_void(client, keeper):
    client.force_login(keeper)
    subscription = make_subscription()
    before = subscription.secret
    answer = client.post(page("subscription", "deed", subscription.pk, "secret"), {"reason": "换发"})
    subscription.refresh_from_db()
    assert answer.context["secret"] == subscription.secret != before


def test_a_test_is_sent_to_one_webhook_whatever_it_asked_for(client, keeper, posted):
    client.force_login(keeper)
    make_subscription()
    subscription = make_subscription(events=["circular.issued"])
    assert client.post(page("subscription", "deed", subscription.pk, "test"), {}).status_code == 302
    delivery = deliver_next()
    assert (delivery.subscription, delivery.event, delivery.state) == (subscription, "test", State.SENT)
    assert deliver_next() is None


def test_what_was_given_up_is_sent_again_at_the_desk(client, keeper, posted):
    client.force_login(keeper)
    make_subscription()
    [delivery] = tell()
    assert client.post(page("delivery", "deed", delivery.pk, "again"), {}).status_code == 409
    with acting(by=None, action="webhook.deliver"):
        Delivery.objects.update(state="failed", next_at=None, attempts=8)
    assert client.post(page("delivery", "deed", delivery.pk, "again"), {}).status_code == 302
    assert (deliver_next().key, len(posted)) == (delivery.key, 1)


@pytest.mark.parametrize("role", ["bureau", "partner", "county", "organisation", "auditor", "security_admin"])
def test_nobody_else_keeps_the_webhooks(client, role):
    subscription = make_subscription()
    [delivery] = tell()
    other = make_user(role)
    for act in (
        lambda: send_again(delivery=delivery, by=other), lambda: send_test(subscription=subscription, by=other),
        lambda: new_secret(subscription=subscription, by=other),
    ):  # fmt: skip
        with pytest.raises(PermissionDenied):
            act()
    client.force_login(other)
    for address in (
        page("subscription", "changelist"), page("subscription", "add"), page("delivery", "changelist"),
        page("subscription", "change", subscription.pk), page("delivery", "change", delivery.pk),
    ):  # fmt: skip
        assert client.get(address).status_code in (403, 404)


def test_no_test_goes_to_a_webhook_that_is_switched_off(keeper):
    subscription = make_subscription(is_active=False)
    with pytest.raises(ValidationError):
        send_test(subscription=subscription, by=keeper)


@pytest.mark.parametrize("model", ["subscription", "delivery"])
def test_the_lists_cost_the_same_for_one_row_and_for_three(client, keeper, model, django_assert_num_queries):
    client.force_login(keeper)
    make_subscription()
    tell()
    client.get(page(model, "changelist"))
    with CaptureQueriesContext(connection) as one:
        client.get(page(model, "changelist"))
    for _more in range(2):
        make_subscription()
        tell()
    with django_assert_num_queries(len(one)):
        client.get(page(model, "changelist"))

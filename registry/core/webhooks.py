"""Other systems are told of what happens: written in the transaction of what happened, sent afterwards by the worker.

So nothing is sent that was rolled back, and nothing is lost that was not. A delivery that fails is tried again with
growing pauses for a day, then given up, and the administrators are told. The other side knows us by a signature:

    X-Bangfu-Signature: t=1764100000,v1=<HMAC-SHA256 of "1764100000." and the body, by the webhook's secret>

A delivery may arrive twice (the worker died after it was sent): its `id` is the same both times.
"""

import datetime
import hashlib
import hmac
import json
import logging

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .actions import locked
from .models import Delivery, HookEvent, Notice, Subscription, User
from .models.interface import new_salt
from .notices import notify
from .posting import post
from .roles import Role
from .text import excerpt
from .trail import acting, action

logger = logging.getLogger(__name__)

WAITS = tuple(datetime.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
"""After the first failure, the second and so on; the try after the last of them, within a day, is the last."""


def announce(event, *, at, url, facts, to=None):
    """Write a delivery of `event` for each active webhook that wants it; call it inside the action that makes it so.

    `url` is a path of the interface, `facts` what is public of it, as JSON can hold it. Returns the deliveries.
    """
    wanted = [to] if to else Subscription.objects.filter(is_active=True, events__contains=[event])
    deliveries = [Delivery(subscription=one, event=event, is_demo=one.is_demo) for one in wanted]
    for delivery in deliveries:
        told = {"id": str(delivery.key), "event": event, "at": at, "url": f"{settings.SITE_URL}{url}", "data": facts}
        delivery.body = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)
    return Delivery.objects.bulk_create(deliveries)


def signature(secret, body, at):
    """The value of the header `X-Bangfu-Signature` for the bytes of `body`, sent at `at` (whole seconds)."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


# Sending


def deliver_next():
    """Send the first delivery that is due; returns it, None when there is none. Must not be called in a transaction.

    The attempt is noted before it is made, with the time of the next one: a worker that dies meanwhile leaves a
    delivery that is tried again.
    """
    delivery = _claim()
    if delivery is None:
        return None
    code, error = _send(delivery)
    with acting(by=None, action="webhook.deliver"):
        delivery.code, delivery.error = code, error
        if code is not None and 200 <= code < 300:
            delivery.state, delivery.next_at = Delivery.State.SENT, None
        elif delivery.attempts > len(WAITS):
            delivery.state, delivery.next_at = Delivery.State.FAILED, None
            _tell_administrators(delivery)
        delivery.save(update_fields=["code", "error", "state", "next_at"])
    return delivery


def _send(delivery):
    """(code of the answer or None, what went wrong)"""
    body, at = delivery.body.encode(), int(timezone.now().timestamp())
    headers = {
        "Content-Type": "application/json", "User-Agent": "Bangfu-Webhook/1", "X-Bangfu-Event": delivery.event,
        "X-Bangfu-Delivery": str(delivery.key),
        "X-Bangfu-Signature": signature(delivery.subscription.secret, body, at),
    }  # fmt: skip
    try:
        code = post(delivery.subscription.address, body, headers)
    except Exception as problem:  # whatever the other side does, the worker lives
        logger.warning("delivery %s: attempt %s failed", delivery.key, delivery.attempts, exc_info=True)
        return None, excerpt(" ".join(f"{type(problem).__name__}: {problem}".split()), 200)[:300]
    return code, "" if 200 <= code < 300 else f"HTTP {code}"


def _claim():
    now = timezone.now()
    with transaction.atomic():
        due = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=now, subscription__is_active=True)
        due = due.select_related("subscription").order_by("next_at", "id")
        delivery = due.select_for_update(of=("self",), skip_locked=True).first()
        if delivery is not None:
            wait = WAITS[min(delivery.attempts, len(WAITS) - 1)]
            with acting(by=None, action="webhook.deliver"):
                delivery.attempts, delivery.tried_at, delivery.next_at = delivery.attempts + 1, now, now + wait
                delivery.save(update_fields=["attempts", "tried_at", "next_at"])
    return delivery


def _tell_administrators(delivery):
    facts = {"what": "webhook_failed", "system": f"{delivery.subscription} · {delivery.event}"}
    facts["reason"] = delivery.error
    address = reverse("admin:core_delivery_change", args=(delivery.pk,))
    notify(User.objects.holding(Role.SYSTEM_ADMIN), Notice.Kind.INTERFACE, facts, url=address)


# What the administrators do


@action("webhook.again")
def send_again(*, delivery, by, reason=""):
    """Let a delivery that was given up, or was sent already, be sent once more; returns it.

    Raises PermissionDenied, ValidationError for one that still waits or whose webhook is switched off.
    """
    _refuse_without_right(by)
    fresh = locked(delivery)
    if fresh.state == Delivery.State.WAITING:
        raise ValidationError(_("This delivery still waits: it is tried without that."))
    if not fresh.subscription.is_active:
        raise ValidationError(_("This webhook is switched off. Switch it on first."))
    fresh.state, fresh.attempts, fresh.next_at = Delivery.State.WAITING, 0, timezone.now()
    fresh.code, fresh.error = None, ""
    fresh.save(update_fields=["state", "attempts", "next_at", "code", "error"])
    return fresh


@action("webhook.test")
def send_test(*, subscription, by, reason=""):
    """Write a delivery that means nothing, to try the way; returns it. Raises PermissionDenied, ValidationError."""
    _refuse_without_right(by)
    if not subscription.is_active:
        raise ValidationError(_("This webhook is switched off. Switch it on first."))
    facts = {"system": subscription.system}
    return announce(HookEvent.TEST, at=timezone.now(), url=reverse("api-root"), facts=facts, to=subscription)[0]


@action("webhook.secret")
def new_secret(*, subscription, by, reason=""):
    """Give a webhook another secret, for all that is sent from now on; returns the webhook, with `secret`."""
    _refuse_without_right(by)
    fresh = locked(subscription)
    fresh.salt = new_salt()
    fresh.save(update_fields=["salt"])
    return fresh


def _refuse_without_right(by):
    if not by.has_perm("core.change_subscription"):
        raise PermissionDenied(_("Your role does not keep the webhooks."))

"""Pledges sent to the interface, as programs send them."""

from django.test import Client

from projects.models import Pledge
from tests.projects.writing import send

PLEDGES = "/api/v1/pledges/"
KEY = "11111111-2222-3333"


def signed_in(user):
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def body(organisation, need, amount, more):
    items = [{"need_item": need.items.first().pk, "amount": amount}]
    return {"organisation": organisation.pk, "need": need.pk, "items": items} | more


def create(client, organisation, need, amount="720000.00", *, key=None, instead=None, **more):
    """`instead`: keys of the body that say something else than the first three."""
    return send(client, "post", PLEDGES, body(organisation, need, amount, more | (instead or {})), key=key)


def drafted(client, *args, **more):
    answer = create(client, *args, **more)
    assert answer.status_code == 201, answer.content.decode()
    return Pledge.objects.get(pk=answer.json()["id"])


def post(client, pledge, verb, told=None, version=None, key=None):
    seen = Pledge.objects.get(pk=pledge.pk).version if version is None else version
    return send(client, "post", f"{PLEDGES}{pledge.pk}/{verb}/", told, version=seen, key=key)


def patch(client, pledge, told, version=None):
    seen = Pledge.objects.get(pk=pledge.pk).version if version is None else version
    return send(client, "patch", f"{PLEDGES}{pledge.pk}/", told, version=seen)

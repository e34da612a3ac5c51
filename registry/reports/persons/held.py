"""What is held on a person: under the account, and wherever name or telephone stand in a personal field."""

from collections import Counter
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from registry.core.erasure import models_with_personal_data
from registry.core.models import Change, Record, SignIn
from registry.core.text import compact

from ..models import PersonRequest


@dataclass(frozen=True)
class Place:
    """A row in which somebody stands: its `key` ("table:row:field,field"), what it is, and what stands there."""

    key: str
    kind: str
    row: Record
    values: dict[str, str]


def _value(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def about_account(user):
    """Everything held under an account, as JSON: itself, roles, where it works, messages, jobs, its traces."""
    return {
        "account": {
            **{name: getattr(user, name) for name in ("username", "name", "phone", "email", "is_active")},
            "made_at": _value(user.date_joined),
            "last_sign_in": _value(user.last_login),
        },
        "roles": sorted(user.roles),
        "postings": [str(posting) for posting in user.postings.all()],
        "memberships": [str(membership) for membership in user.memberships.all()],
        "messages": [
            {
                "kind": notice.kind,
                "sent_at": _value(notice.sent_at),
                "read_at": _value(notice.read_at),
                "says": notice.facts,
            }
            for notice in user.notices.order_by("pk")
        ],
        "jobs": list(user.jobs.order_by("pk").values("kind", "state", "parameters", "queued_at", "ended_at")),
        "sign_ins": list(SignIn.objects.filter(user=user).order_by("pk").values("at", "what", "address", "browser")),
        "saved_views": list(user.saved_views.order_by("pk").values("page", "name", "query")),
        "signed_rows": _signed_by(user),
        "changes_made": dict(_counted(Change.objects.filter(actor_id=user.pk), "action")),
        "changes_of_the_account": list(Change.objects.of(user).order_by("pk").values("at", "operation", "action")),
    }


def _counted(rows, name):
    return rows.order_by(name).values_list(name).annotate(number=models.Count("pk"))


def _signed_by(user):
    """{kind of record · field: rows} that name the account: as sender, officer, the one who confirmed."""
    found = Counter()
    for model in apps.get_models():
        if not issubclass(model, Record) or model._meta.proxy:
            continue
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is type(user):
                number = model._default_manager.filter(**{field.name: user}).count()
                if number:
                    found[f"{model._meta.verbose_name} · {field.verbose_name}"] = number
    return dict(found)


def places_of(*, name, phone):
    """Where a person stands in personal fields: `Place`s.

    A row counts where the telephone number is the person's, or where the name is and no other number stands beside it:
    another person of the same name is another person. Who decides looks at each.
    """
    found = []
    for model in models_with_personal_data():
        if model is PersonRequest:
            continue
        names = [field for field, kind in model.personal.items() if kind == "name"]
        phones = [field for field, kind in model.personal.items() if kind == "phone"]
        for row in model._default_manager.filter(_stands(names, phones, name, phone)).order_by("pk"):
            values = {field: getattr(row, field) for field in (*names, *phones) if getattr(row, field)}
            own = {field: value for field, value in values.items() if _is_own(field in names, value, name, phone)}
            key = f"{model._meta.db_table}:{row.pk}:{','.join(own)}"
            found.append(Place(key, str(model._meta.verbose_name), row, own))
    return found


def _is_own(is_name, value, name, phone):
    return value == name if is_name else bool(phone) and compact(value) == compact(phone)


def _stands(names, phones, name, phone):
    by_phone, by_name = Q(pk__in=()), Q(pk__in=())
    for field in phones if phone else ():
        by_phone |= Q(**{f"{field}__in": {phone, compact(phone)}})
    for field in names:
        by_name |= Q(**{field: name})
    without_another = Q()
    for field in phones if phone else ():
        without_another &= Q(**{f"{field}__in": ("", phone, compact(phone))})
    return by_phone | (by_name & without_another)


def about_person(asked):
    """What a request to see is answered with, as JSON: the account's and every place, each with what stands there."""
    places = places_of(name=asked.name, phone=asked.phone)
    return {
        "register": _("Registry of poverty-relief projects"),
        "asked": {"kind": asked.kind, "received_on": asked.received_on.isoformat(), "due_on": asked.due_on.isoformat()},
        "account": about_account(asked.account) if asked.account else None,
        "places": [
            {"kind": place.kind, "row": place.row.pk, "is": str(place.row), "values": place.values} for place in places
        ],
    }

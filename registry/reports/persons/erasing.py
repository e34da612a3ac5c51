"""Requests of persons, answered; and erasure: proposed by one person, done by another, with a reason."""

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from registry.core.actions import locked, move
from registry.core.erasure import clear_the_trail, erase_fields, models_with_personal_data
from registry.core.models import Channels, SavedView, User
from registry.core.trail import action

from ..kept_past import forget
from ..models import PersonRequest
from ..models.persons import ANSWER
from .held import places_of


def answer(record, *, to, by, reason="", rows=()):
    """Move a request along its life cycle; `rows` are what is proposed to be erased. Returns the fresh request."""
    if to == PersonRequest.Status.PROPOSED:
        return propose_erasure(request=record, rows=rows, by=by, reason=reason)
    if to == PersonRequest.Status.ERASED:
        return erase(request=record, by=by, reason=reason)
    return move(record, to=to, by=by, reason=reason)


def _of_those_who_answer(request, by):
    if not by.has_perm(ANSWER):
        raise PermissionDenied(_("Your role does not answer requests of persons."))
    return locked(request, by=by)


@action("personrequest.proposed")
def propose_erasure(*, request, rows, by, reason):
    """Say which of the request's places are to be erased (keys of `Place`); a second person does it.

    Raises ValidationError for a row that is none of its places, and where nothing is chosen.
    """
    request = _of_those_who_answer(request, by)
    if not rows and request.account is None:
        raise ValidationError({"rows": _("Choose what is to be erased.")})
    _refuse_what_changed(request, rows)
    request.rows = sorted(rows)
    request.move_to(PersonRequest.Status.PROPOSED, by=by, reason=reason)
    return request


@action("personrequest.erased")
def erase(*, request, by, reason):
    """Erase what was proposed, in the rows and in the trail; returns the request.

    Sums, dates and decisions stay. An account is closed for good. Raises ValidationError, with nothing erased, where a
    row does not hold any more what was proposed.
    """
    request = _of_those_who_answer(request, by)
    request.move_to(PersonRequest.Status.ERASED, by=by, reason=reason)
    _refuse_what_changed(request, request.rows)
    models = {model._meta.db_table: model for model in models_with_personal_data()}
    accounts = {request.account.pk} if request.account else set()
    for key in request.rows:
        table, row, names = key.split(":")
        if models[table] is User:
            accounts.add(int(row))
        else:
            erase_fields(models[table]._default_manager.filter(pk=row), names.split(","))
    for account in User.objects.filter(pk__in=accounts).order_by("pk"):
        erase_account(account)
    erase_fields(PersonRequest.objects.filter(pk=request.pk), ("name", "phone", "username"))
    forget()  # kept answers about the past may hold them as well
    clear_the_trail(by=by, reason=reason)
    return PersonRequest.objects.get(pk=request.pk)


def erase_account(account):
    """Close an account for good and let it be nobody's; its deeds keep its number. Call it inside an action."""
    account = locked(account)
    account.username, account.is_active, account.password = f"erased-{account.pk}", False, make_password(None)
    account.save(update_fields=["username", "is_active", "password"])
    erase_fields(User.objects.filter(pk=account.pk), ("name", "phone", "email"))
    for owned in (account.held_roles, account.notices, SavedView.objects.filter(user=account),
                  Channels.objects.filter(user=account)):  # fmt: skip
        owned.all().delete()


def _refuse_what_changed(request, rows):
    if set(rows) - {place.key for place in places_of(name=request.name, phone=request.phone)}:
        raise ValidationError(_("A row has changed meanwhile. Look at what is to be erased again."))

"""What is done on the board of needs and pledges: cards are moved, and organisations are told of needs."""

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from orgs.models import Organisation
from projects.actions.matching import move_need, move_pledge
from projects.actions.suggesting import suggest_need
from projects.matching.cards import card_of, is_moved_here, why_not
from projects.matching.columns import Column
from projects.models import Need, Pledge
from registry.core.addresses import desk_page
from registry.core.dates import today
from registry.core.desk_pages import desk_page_at
from registry.core.refusals import refusal_in_words
from registry.core.text import ascii_digits_only

from .matching import VIEW, show_board

LONGEST_KEY = 18
TELL = "projects.publish_need"


def back_to_board(query, card=""):
    """Back to the board as it was asked for; only its own address, whatever was sent."""
    query = QueryDict(query).urlencode()
    place = f"#{card}" if card else ""
    return HttpResponseRedirect(f"{reverse('admin:matching')}{'?' if query else ''}{query}{place}")


@desk_page_at("matching/move/", "matching-move", VIEW)
@require_POST
def move(request):
    """Move what is on a card: by a `choice` of its own, or by the `column` to which it was dragged.

    409 with the board, and the refusal in words on the card's place; 404 for what is not the person's to see.
    """
    sent = request.POST
    card, back, reason = sent.get("card", ""), sent.get("back", ""), sent.get("reason", "")
    on_card = _found(*_split(card), request.user)
    try:
        choice = sent.get("choice") or _dragged(on_card, sent.get("column", ""), request.user)
        if choice == Column.SIGNED:
            return _to_the_signing(on_card)
        moved = _moved(choice, on_card, request.user, reason)
    except ValidationError as refusal:
        told = " ".join(refusal.messages)
    except PermissionDenied as refusal:
        told = str(refusal)
    except IntegrityError as refusal:
        told = refusal_in_words(refusal)
    else:
        words = _("Done: %(record)s is “%(now)s” now.")
        messages.success(request, words % {"record": moved, "now": moved.get_status_display()})
        return back_to_board(back, card)
    return show_board(request, QueryDict(back), told=(card, told, reason), status=409)


def _split(key):
    """The model and the primary key that a card's key names; raises BadRequest for anything else."""
    kind, _dash, number = key.partition("-")
    models = {"need": Need, "pledge": Pledge}
    if kind not in models or not (ascii_digits_only(number) and len(number) <= LONGEST_KEY):
        raise BadRequest("this is no card")
    return models[kind], int(number)


def _found(model, key, user):
    record = model.objects.visible_to(user).filter(pk=key).first()
    if record is None:
        raise Http404(_("There is no such record, or it is not yours to see."))
    return record


def _dragged(on_card, column, user):
    """The one choice that takes a card to a column. Raises ValidationError where there is none, or several."""
    if column not in Column.values:
        raise ValidationError(_("Choose what is to be done."))
    card = card_of(on_card, user, today())
    leading = [choice.value for choice in card.all_choices if choice.column == column]
    if column == Column.SIGNED and card.to_sign and user.has_perm("projects.sign_pledge"):
        return Column.SIGNED
    if len(leading) != 1:
        raise ValidationError(why_not(card, column))
    return leading[0]


def _to_the_signing(on_card):
    name = "need" if isinstance(on_card, Need) else "pledge"
    return HttpResponseRedirect(f"{reverse('admin:signing')}?{name}={on_card.pk}")


def _moved(choice, on_card, user, reason):
    """Make the move that `choice` names: of the card itself, or of a pledge on it."""
    parts = choice.rsplit("-", 2)
    if len(parts) != 3 or not (ascii_digits_only(parts[2]) and len(parts[2]) <= LONGEST_KEY):
        raise BadRequest("this is no choice")
    record, target = _found(*_split(parts[0]), user), parts[1]
    if record != on_card and getattr(record, "need_id", None) != on_card.pk:
        raise BadRequest("this is on another card")
    lawful = record.lifecycle.find(record.status, target)
    if lawful is not None and not is_moved_here(record, lawful):
        raise ValidationError(_("The signing has a page of its own, which makes the project as well."))
    done = {"to": target, "by": user, "reason": reason, "version": int(parts[2])}
    return move_need(need=record, **done) if isinstance(record, Need) else move_pledge(pledge=record, **done)


@desk_page_at("matching/tell/", "matching-tell", TELL)
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request):
    """Tell an organisation of a need. GET asks whether to; 409 where it cannot be told, in words."""
    asked = request.POST if request.method == "POST" else request.GET
    need = _found(*_split(f"need-{asked.get('need', '')}"), request.user)
    key = asked.get("organisation", "")
    organisation = Organisation.objects.visible_to(request.user).filter(pk=_number(key)).first()
    if organisation is None:
        raise Http404(_("There is no such record, or it is not yours to see."))
    fault = ""
    if request.method == "POST":
        try:
            told = suggest_need(need=need, organisation=organisation, by=request.user)
        except ValidationError as refusal:
            fault = " ".join(refusal.messages)
        else:
            words = ngettext(
                "Told: %(number)d person of %(organisation)s.",
                "Told: %(number)d persons of %(organisation)s.",
                len(told),
            )
            messages.success(request, words % {"number": len(told), "organisation": organisation})
            if "back" in asked:
                return back_to_board(asked["back"], f"need-{need.pk}")
            return HttpResponseRedirect(desk_page(need))
    context = {
        **admin.site.each_context(request),
        "title": _("Tell them of the need"),
        "need": need, "organisation": organisation, "fault": fault, "back": asked.get("back"),
    }  # fmt: skip
    return TemplateResponse(request, "projects/matching/tell.html", context, status=409 if fault else 200)


def _number(text):
    if not (ascii_digits_only(text) and len(text) <= LONGEST_KEY):
        raise BadRequest("this is no key")
    return int(text)

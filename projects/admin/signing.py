"""Signing on the desk: confirmed pledges, their agreements, and the signing that makes projects of them."""

import io

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from projects.actions.agreements import draft_agreements
from projects.actions.signing import sign_pledges
from projects.models import Agreement, Pledge
from projects.papers.making import files_of_agreements
from projects.people import officers_for
from registry.core.addresses import desk_page
from registry.core.dates import today
from registry.core.desk_pages import desk_page_at
from registry.core.exports import attached
from registry.core.forms import ChineseDateField, PlainTextField
from registry.core.models import User
from registry.core.refusals import refusal_in_words
from registry.core.text import ascii_digits_only

from .matching_papers import event_of

SIGN = "projects.sign_pledge"
MOST = 200
"""Pledges on the page, and in one signing."""


class SigningForm(forms.Form):
    """What is said of all that are signed together."""

    signed_on = ChineseDateField(label=gettext_lazy("signed on"))
    officer = forms.ModelChoiceField(
        label=gettext_lazy("who answers for the projects"), queryset=User.objects.none(), required=False,
        empty_label=gettext_lazy("myself"),
    )  # fmt: skip
    note = PlainTextField(label=gettext_lazy("note"), required=False, max_length=300)

    def __init__(self, data=None, *, user, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["officer"].queryset = officers_for(user)


@desk_page_at("signing/", "signing", SIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def signing(request):
    """The pledges that wait for their signing, of an `event`'s campaign, a `need`, a `pledge`, or all.

    POST does one deed to those chosen: `draft`, `papers` (a .zip) or `sign`; all or none. 400 and 409 as on the desk.
    """
    event = event_of(request.user, request.GET["event"]) if request.GET.get("event") else None
    rows = _waiting(request, event)
    initial = {"signed_on": (event.starts_on if event else None) or today()}
    form = SigningForm(user=request.user, initial=initial)
    if request.method != "POST":
        return _shown(request, event, rows, form, _asked_for(request))
    chosen = [row for row in rows if str(row.pk) in request.POST.getlist("pledge")]
    deed = DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise BadRequest("no such deed")
    if deed is _sign:
        form = SigningForm(request.POST, user=request.user)
        if not form.is_valid():
            return _shown(request, event, rows, form, chosen, status=400)
    try:
        return deed(request, event, chosen, form)
    except ValidationError as refusal:
        return _shown(request, event, rows, form, chosen, " ".join(refusal.messages), 409)
    except IntegrityError as refusal:
        return _shown(request, event, rows, form, chosen, refusal_in_words(refusal), 409)


def _waiting(request, event):
    agreements = Agreement.objects.select_related("event").annotate(
        scans=Count("documents", distinct=True), all_names=Count("signatories", distinct=True),
        names=Count("signatories", filter=~Q(signatories__person=""), distinct=True),
    )  # fmt: skip
    rows = Pledge.objects.within_scope_of(request.user).filter(status=Pledge.Status.CONFIRMED)
    rows = rows.filter(campaign=event.campaign) if event else rows
    for name, field in (("need", "need"), ("pledge", "pk")):
        if key := request.GET.get(name):
            if not (ascii_digits_only(key) and len(key) <= 18):
                raise BadRequest("this is no key")
            rows = rows.filter(**{field: int(key)})
    rows = rows.select_related("organisation", "need__county", "need__field", "county", "field")
    rows = rows.prefetch_related("items__enterprise", Prefetch("agreements", agreements)).order_by("confirmed_at", "pk")
    return list(rows[:MOST])


def _asked_for(request):
    """The key of the one pledge that the address names, to be ticked."""
    return [request.GET["pledge"]] if request.GET.get("pledge") else []


def _shown(request, event, rows, form, chosen, fault="", status=200):
    ticked = {str(getattr(row, "pk", row)) for row in chosen}
    context = {
        **admin.site.each_context(request),
        "title": _("Signing: %s") % event.name if event else _("Signing"),
        "event": event,
        "rows": [
            {"pledge": row, "agreement": next(iter(row.agreements.all()), None), "is_chosen": str(row.pk) in ticked}
            for row in rows
        ],
        "form": form, "fault": fault, "most": MOST, "is_cut": len(rows) == MOST,
        "may_draft": request.user.has_perm("projects.add_agreement"),
    }  # fmt: skip
    return TemplateResponse(request, "projects/matching/signing.html", context, status=status)


def _draft(request, event, chosen, form):
    made = draft_agreements(pledges=chosen, by=request.user, event=event)
    words = ngettext("%d agreement was drafted.", "%d agreements were drafted.", len(made))
    messages.success(request, words % len(made))
    return HttpResponseRedirect(request.get_full_path())


def _papers(request, event, chosen, form):
    if not request.user.has_perm("projects.view_agreement"):
        raise PermissionDenied
    agreements = [agreement for row in chosen for agreement in row.agreements.all()]
    if not agreements:
        raise ValidationError(_("None of them has an agreement yet: draft it first."))
    name = _("Agreements %s") % f"{today():%Y-%m-%d}"
    return attached(io.BytesIO(files_of_agreements(agreements)), f"{name}.zip", "application/zip")


def _sign(request, event, chosen, form):
    said = form.cleaned_data
    projects = sign_pledges(
        pledges=chosen, by=request.user, event=event, signed_on=said["signed_on"], officer=said["officer"],
        note=said["note"],
    )  # fmt: skip
    words = ngettext("%d pledge was signed and became a project.", "%d pledges were signed and became projects.",
                     len(chosen))  # fmt: skip
    messages.success(request, words % len(chosen))
    if len(projects) == 1:
        return HttpResponseRedirect(desk_page(projects[0]))
    return HttpResponseRedirect(desk_page(event) if event else f"{reverse('admin:matching')}?column=signed")


DEEDS = {"draft": _draft, "papers": _papers, "sign": _sign}

"""The sign-off queue (核验): what others have applied for, oldest first, decided on one by one or a few together."""

import re
import uuid
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects.actions.checklists import return_step, verify_step, verify_steps
from projects.lamps import lamp_of
from projects.models import LampRule, ProjectStep, Site, StandardReason
from projects.rounds import latest_act
from projects.step_filters import QueueFilters
from registry.core.addresses import desk_page
from registry.core.dates import SHANGHAI, today
from registry.core.desk_pages import desk_page_at
from registry.core.filters import BadQuery
from registry.core.forms import PlainTextField
from registry.core.paging import Listing
from registry.core.refusals import refusal_in_words

from .board_done import tell_done
from .checklists import record_panel

PERMISSION = "projects.verify_projectstep"
PER_PAGE = 25
OWN_SHOWN = 10
TOGETHER = 50
"""So many may be signed off from here at once; the board signs off larger numbers in the background."""

_PICK = re.compile("([0-9]{1,18})-([0-9]{1,9})")


class DecisionForm(forms.Form):
    """What was decided, why, and in which state the person saw the step."""

    decision = forms.ChoiceField(choices=[("pass", ""), ("return", "")])
    reason = PlainTextField(label=gettext_lazy("reason"), required=False, max_length=300)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    then = forms.ChoiceField(choices=[("next", ""), ("queue", "")], required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == "return" and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Please say why: this step needs a reason."))
        return cleaned


@dataclass
class Row:
    """A step in the queue with what is shown of it; the queries of `_shown` have fetched everything."""

    step: ProjectStep
    light: str
    late: str
    address: str = ""

    @property
    def pick(self):
        """The step and the version that the person saw, as one value of a checkbox."""
        return f"{self.step.pk}-{self.step.version}"

    @property
    def counties(self):
        homes = [site.division.home or site.division for site in self.step.project.sites.all()]
        return list(dict.fromkeys(map(str, homes)))


def _row(step, rule, address=""):
    late = (step.done_at.astimezone(SHANGHAI).date() - step.due_on).days if step.done_at and step.due_on else 0
    words = ngettext("applied for %d day late", "applied for %d days late", late) % late if late > 0 else ""
    return Row(step, lamp_of(step, today(), rule), words, address)


def _shown(steps):
    """Everything that rows show, in the same few queries however many there are."""
    sites = Site.objects.select_related("division__home").order_by("pk")
    rows = steps.select_related("project", "done_by", "responsible", "depends_on")
    return rows.prefetch_related("documents", Prefetch("project__sites", sites))


def _waiting(user):
    """What waits within the person's scope, oldest first; own applications among it."""
    return ProjectStep.objects.within_scope_of(user).filter(status=ProjectStep.Status.DONE).order_by("done_at", "pk")


def _filters(request):
    """The questions of the address, put to what waits for this person."""
    return QueueFilters(request.GET, _waiting(request.user).waiting_for(request.user), request=request)


def _reasons():
    return StandardReason.objects.filter(use=StandardReason.Use.RETURN_STEP).values_list("text", flat=True)


def _page(request, template, status=200, **context):
    return TemplateResponse(request, f"projects/{template}.html", context, status=status)


def _address(request, name, *args):
    """A page of the queue that keeps the filters of this one, not its page: what was decided shortens the list."""
    query = request.GET.copy()
    query.pop("page", None)
    return reverse(f"admin:{name}", args=args) + (f"?{query.urlencode()}" if query else "")


@desk_page_at("verify/", "verify", PERMISSION)
@require_safe
def queue(request):
    listing, rule = Listing(_filters(request), _shown, size=PER_PAGE), LampRule.objects.current()
    own = _waiting(request.user).filter(done_by=request.user)
    own = own.none() if listing.fault else QueueFilters(request.GET, own, request=request).qs
    return _page(
        request, "verify", listing.status, title=_("Sign-off queue"), listing=listing,
        rows=[_row(step, rule, _address(request, "verify-step", step.pk)) for step in listing.page], reasons=_reasons(),
        own=[_row(step, rule) for step in _shown(own)[:OWN_SHOWN]], own_total=own.count(),
        together=_address(request, "verify-pass"),
    )  # fmt: skip


@desk_page_at("verify/<int:pk>/", "verify-step", PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request, pk):
    """One step of the queue. POST decides: 400 where something is wanting, 409 where somebody was faster."""
    step = get_object_or_404(_shown(ProjectStep.objects.within_scope_of(request.user)), pk=pk)
    try:
        found = _filters(request).found(also=("page", "page_size"))
    except BadQuery:  # the queue itself says what is wrong with the question
        return HttpResponseRedirect(_address(request, "verify"))
    if request.method != "POST":
        return _shown_alone(request, step, found, DecisionForm())
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _shown_alone(request, step, found, form, status=400)
    try:
        _decide(step, form.cleaned_data, by=request.user)
    except ObjectDoesNotExist:
        raise Http404 from None
    except (ValidationError, IntegrityError) as refusal:
        words = refusal.messages if isinstance(refusal, ValidationError) else [refusal_in_words(refusal)]
        step = get_object_or_404(_shown(ProjectStep.objects.within_scope_of(request.user)), pk=pk)
        return _shown_alone(request, step, found, DecisionForm(), status=409, refusal=words)
    return _after(request, step, found, form.cleaned_data)


def _decide(step, typed, *, by):
    if typed["decision"] == "pass":
        verify_step(step=step, by=by, note=typed["reason"], version=typed["version"])
    else:
        return_step(step=step, by=by, reason=typed["reason"], version=typed["version"])


def _beside(found, step):
    """(how many stand before the step, the next one behind it or else the first) in the order of the queue."""
    at = step.done_at or step.status_at
    others = found.exclude(pk=step.pk)
    before = others.filter(Q(done_at__lt=at) | Q(done_at=at, pk__lt=step.pk))
    behind = others.filter(Q(done_at__gt=at) | Q(done_at=at, pk__gt=step.pk))
    return before.count(), behind.first() or before.first()


def _shown_alone(request, step, found, form, status=200, refusal=()):
    waits = step.status == ProjectStep.Status.DONE
    before, following = _beside(found, step)
    return _page(
        request, "verify_step", status, title=str(step),
        row=_row(step, LampRule.objects.current()), form=form, refusal=refusal, waits=waits,
        own=waits and step.done_by_id == request.user.pk, told=None if waits else latest_act(step), place=before + 1,
        total=found.count(), following=following and _address(request, "verify-step", following.pk), reasons=_reasons(),
        back=_address(request, "verify"), record=record_panel(step), step_page=desk_page(step),
    )  # fmt: skip


def _after(request, step, found, typed):
    """On to the next one of the queue, or back to the list with the way to the next."""
    done = _("Signed off: %s") if typed["decision"] == "pass" else _("Returned: %s")
    words = done % f"{step.project} · {step}"
    following = _beside(found, step)[1]
    if following is None:
        messages.success(request, f"{words} {_('Nothing else waits here.')}")
        return HttpResponseRedirect(_address(request, "verify"))
    address = _address(request, "verify-step", following.pk)
    if typed["then"] == "queue":
        messages.success(request, format_html('{} <a href="{}">{}</a>', words, address, _("Next in the queue")))
        return HttpResponseRedirect(_address(request, "verify"))
    messages.success(request, words)
    return HttpResponseRedirect(address)


@desk_page_at("verify/pass/", "verify-pass", PERMISSION)
@require_POST
def several(request):
    """Sign off the steps that were ticked: first shown, then, with `confirm`, done, all or none."""
    picks = [_PICK.fullmatch(pick) for pick in request.POST.getlist("step")]
    versions = {int(pick[1]): int(pick[2]) for pick in picks if pick}
    if not 0 < len(picks) <= TOGETHER:
        messages.warning(request, _("Tick between 1 and %d steps first.") % TOGETHER)
        return HttpResponseRedirect(_address(request, "verify"))
    steps = _shown(ProjectStep.objects.within_scope_of(request.user).filter(pk__in=versions)).order_by("done_at", "pk")
    if len(steps) != len(picks):
        raise Http404
    form = DecisionForm({"decision": "pass", "version": 1, "reason": request.POST.get("reason", "")})
    refusal, confirmed = [], "confirm" in request.POST
    if confirmed and form.is_valid():
        chosen, batch = [(step, versions[step.pk]) for step in steps], uuid.uuid4().hex
        try:
            verify_steps(steps=chosen, by=request.user, note=form.cleaned_data["reason"], batch=batch)
        except (ValidationError, IntegrityError) as problem:
            refusal = problem.messages if isinstance(problem, ValidationError) else [refusal_in_words(problem)]
        else:
            number = len(chosen)
            words = ngettext("%d step was signed off.", "%d steps were signed off.", number) % number
            tell_done(request, words, batch, "verify")
            return HttpResponseRedirect(_address(request, "verify"))
    rule = LampRule.objects.current()
    rows = [(_row(step, rule), _hindrance(step, versions[step.pk], request.user)) for step in steps.all()]
    return _page(
        request, "verify_pass", 409 if refusal else 400 if confirmed else 200, title=_("Sign off together"),
        rows=[row for row, why in rows if not why], excluded=[(row, why) for row, why in rows if why], form=form,
        refusal=refusal, back=_address(request, "verify"), action=_address(request, "verify-pass"),
    )  # fmt: skip


def _hindrance(step, version, user):
    """Why the person cannot sign the step off now; empty if it can."""
    if step.status != ProjectStep.Status.DONE:
        return str(latest_act(step) or _("It does not wait for sign-off any more."))
    if step.done_by_id == user.pk:
        return _("You applied for it yourself: it waits for another person.")
    if step.version != version:
        return _("It was changed after you opened the list. Look at it again.")
    return ""

"""Doing one thing to many items of the board: what will happen is shown first, item by item, then all or nothing."""

import uuid

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from projects.actions.bulk import DEEDS, BulkRefused, preview, run_bulk
from projects.answerable import reached_in_words
from projects.board.listing import LARGEST
from projects.board.rows import lamp_words
from projects.board.work import bulk_work, done_in_words, for_the_queue
from projects.models import LampRule, Project
from projects.people import officers_for
from registry.core.dates import format_date, today
from registry.core.desk_pages import desk_page_at
from registry.core.forms import ChineseDateField, PlainTextField
from registry.core.jobs import enqueue
from registry.core.models import User
from registry.core.text import ascii_digits_only

from .board_done import tell_done
from .board_views import VIEW, back_to_board

AT_ONCE = 20
"""More items than these are done by a job."""

LONGEST_KEY = 18


class Details(forms.Form):
    """What a deed asks beside the items; by default nothing."""

    def __init__(self, data=None, *, user):
        super().__init__(data)
        self.user = user


class ChaseDetails(Details):
    words = PlainTextField(label=gettext_lazy("words to them"), required=False, max_length=300)


class NoteDetails(Details):
    note = PlainTextField(label=gettext_lazy("note"), required=False, max_length=300)


class ScheduleDetails(Details):
    due_on = ChineseDateField(label=gettext_lazy("new due date"))
    reason = PlainTextField(label=gettext_lazy("reason"), max_length=300)


class ReassignDetails(Details):
    responsible = forms.ModelChoiceField(
        label=gettext_lazy("new responsible person"), queryset=User.objects.none(),
        help_text=gettext_lazy("To name somebody of a county or an organisation, open the single item."),
    )  # fmt: skip
    reason = PlainTextField(label=gettext_lazy("reason"), required=False, max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = officers_for(self.user)


DETAILS = {
    "verify": NoteDetails, "complete": NoteDetails, "chase": ChaseDetails, "reschedule": ScheduleDetails,
    "reassign": ReassignDetails,
}  # fmt: skip


def deeds_of(user):
    """What the person may do to many: [(key, label)]."""
    return [(key, deed.label) for key, deed in DEEDS.items() if user.has_perm(deed.permission)]


@desk_page_at("board/bulk/", "board-bulk", VIEW)
@require_POST
def bulk(request):
    """Shows what would happen; with `confirm` does it. 400 where the input is wanting, 409 where an item refuses."""
    asked, deed = request.POST, request.POST.get("deed")
    if deed not in DEEDS:
        raise BadRequest("no such deed")
    keys = _numbers(asked.getlist("project"))
    if not keys:
        messages.warning(request, _("Choose at least one project."))
        return back_to_board(asked.get("back", ""))
    found = Project.objects.within_scope_of(request.user).in_bulk(keys)
    if not found:
        raise Http404
    projects = [found[key] for key in keys if key in found]
    lines = preview(projects=projects, item=asked.get("item", ""), deed=deed, by=request.user)
    if "confirm" not in asked:
        return _asked(request, deed, lines, DETAILS[deed](user=request.user))
    form = DETAILS[deed](asked, user=request.user)
    seen = _seen(asked.getlist("step"))
    if not form.is_valid():
        return _asked(request, deed, _as_seen(lines, dict(seen)), form, 400)
    try:
        return _done(request, deed, seen, form.cleaned_data)
    except BulkRefused as refused:
        lines = [_with_refusal(line, refused.refusals) for line in lines]
        return _asked(request, deed, lines, form, 409)


def _done(request, deed, items, details):
    if not items:
        messages.warning(request, _("Nothing was done: no item could be."))
    elif len(items) > AT_ONCE:
        url, kept = back_to_board(request.POST.get("back", "")).url, for_the_queue(details)
        asked_for = {"deed": deed, "items": items, "details": kept, "url": url}
        work = enqueue(bulk_work, by=request.user, total=len(items), **asked_for)
        return HttpResponseRedirect(reverse("job", args=(work.key,)))
    else:
        batch = uuid.uuid4().hex
        number = run_bulk(deed=deed, items=items, by=request.user, batch=batch, details=details)
        tell_done(request, done_in_words(deed, number), batch, deed, request.POST.get("back", ""))
    return back_to_board(request.POST.get("back", ""))


def _as_seen(lines, seen):
    """The lines with the versions that the person saw: correcting the form below does not pass over what others did."""
    for line in lines:
        if line.step:
            line.step.version = seen.get(line.step.pk, line.step.version)
    return lines


def _asked(request, deed, lines, form, status=200):
    possible = [line for line in lines if not line.refusals]
    rule, on = LampRule.objects.current(), today()
    context = {
        **admin.site.each_context(request),
        "title": DEEDS[deed].label,
        "deed": deed,
        "cannot": DEEDS[deed].cannot,
        "lines": [_shown(line, deed, request.user, on, rule) for line in lines],
        "possible": possible,
        "button": ngettext("%(deed)s: %(number)d item", "%(deed)s: %(number)d items", len(possible))
        % {"deed": DEEDS[deed].label, "number": len(possible)},
        "as_job": len(possible) > AT_ONCE,
        "form": form,
        "item": request.POST.get("item", ""),
        "back": request.POST.get("back", ""),
        "back_url": back_to_board(request.POST.get("back", "")).url,
        "undone": status == 409,
    }
    return TemplateResponse(request, "projects/board/bulk.html", context, status=status)


def _shown(line, deed, by, on, rule):
    step = line.step
    lamp = step and step.lamp(on, rule)
    return {
        "line": line,
        "lamp": lamp,
        "words": lamp_words(lamp, step.days_left(on)) if step else "",
        "effect": EFFECTS[deed](step, by) if step and not line.refusals else "",
    }


def _becomes(state):
    def words(step, by):
        labels = {"now": step.get_status_display(), "target": step.state_label(state)}
        return _("From “%(now)s” to “%(target)s”.") % labels

    return words


def _reaches(step, by):
    return _("A reminder goes to: %s.") % reached_in_words(step.reached, by)


def _from_day(step, by):
    due = format_date(step.due_on, "table") if step.due_on else _("no due date")
    return _("Due on %s until now; then on the day given below.") % due


def _from_person(step, by):
    return _("%s until now; then the person named below.") % (step.responsible or _("Nobody"))


EFFECTS = {
    "verify": _becomes("verified"), "complete": _becomes("done"), "chase": _reaches, "reschedule": _from_day,
    "reassign": _from_person,
}  # fmt: skip


def _with_refusal(line, refusals):
    return line.refused(refusals[line.step.pk]) if line.step and line.step.pk in refusals else line


def _numbers(texts):
    """Keys as sent, each once; raises BadRequest for anything else."""
    if len(texts) > LARGEST or not all(ascii_digits_only(text) and len(text) <= LONGEST_KEY for text in texts):
        raise BadRequest("these are no keys")
    return list(dict.fromkeys(map(int, texts)))


def _seen(texts):
    """[(key, version)] of "key:version" as sent."""
    pairs = [text.split(":") for text in texts]
    if not all(len(pair) == 2 for pair in pairs):
        raise BadRequest("these are no items")
    keys = _numbers([key for key, _version in pairs])
    if len(keys) != len(pairs):
        raise BadRequest("an item is given twice")
    return [(key, version) for key, [_key, text] in zip(keys, pairs, strict=True) for version in _numbers([text])]

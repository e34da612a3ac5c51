"""What was done to many items of the board at once, item by item, and the way to take it back within a day."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from projects.actions.bulk import DEEDS, undo_bulk
from projects.batches import CHASED, batch_of_steps
from projects.board.work import place_of_batch
from projects.models import LampRule, ProjectStep
from registry.core.addresses import desk_page
from registry.core.dates import today
from registry.core.desk_pages import desk_page_at
from registry.core.forms import PlainTextField
from registry.core.history import describe
from registry.core.models import Change, User

from .board_views import VIEW, back_to_board

CHANGED = {"complete": "status", "verify": "status", "reschedule": "due_on", "reassign": "responsible"}
"""{deed: the field whose change tells what was done}."""


class UndoForm(forms.Form):
    reason = PlainTextField(label=gettext_lazy("reason"), max_length=300)


def tell_done(request, words, batch, deed, back=""):
    """Say that it was done, and lead to where it is looked at and, but for a chase, taken back."""
    label = _("Look at it") if deed == CHASED else _("Look at it, or undo it")
    messages.success(request, format_html('{} <a href="{}">{}</a>', words, place_of_batch(batch, back), label))


@desk_page_at("board/done/<slug:batch>/", "board-done", VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def done(request, batch):
    """The items of a batch; POST takes it back. 400 without a reason, 409 where something stands in the way."""
    found = batch_of_steps(batch)
    rows = ProjectStep.objects.within_scope_of(request.user).filter(pk__in=found.steps if found else ())
    rows = rows.select_related("project", "responsible", "depends_on").order_by("project__number", "position", "pk")
    steps = list(rows)
    if not steps:
        raise Http404(_("There is no such batch, or it is not yours to see."))
    form = UndoForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _shown(request, found, steps, form)
    if not form.is_valid():
        return _shown(request, found, steps, form, 400)
    try:
        number = undo_bulk(batch=batch, by=request.user, reason=form.cleaned_data["reason"])
    except ObjectDoesNotExist:
        raise Http404 from None
    except ValidationError as refusal:
        return _shown(request, found, steps, form, 409, refusal.messages)
    told = {"deed": DEEDS[found.deed].label, "number": number}
    messages.success(request, _("%(deed)s: %(number)d taken back.") % told)
    return HttpResponseRedirect(request.get_full_path())


def _changed(found, user):
    """{key of the step: what was done to it, as differences}; of a chase nothing, since it changed no step."""
    if found.deed == CHASED:
        return {}
    label = str(ProjectStep._meta.get_field(CHANGED[found.deed]).verbose_name)
    changes = Change.objects.filter(batch_id=found.batch, table_name=ProjectStep._meta.db_table).order_by("id")
    return {
        int(entry.change.row_pk): [one for one in entry.differences if one.label == label]
        for entry in describe(changes, user)
    }


def _shown(request, found, steps, form, status=200, refusal=()):
    deed, user, back, on = DEEDS[found.deed], request.user, request.GET.get("back", ""), today()
    may = user.has_perm(deed.permission) and found.is_for(user) and len(steps) == len(found.steps)
    rule, changed = LampRule.objects.current(), _changed(found, user)
    context = {
        **admin.site.each_context(request),
        "title": deed.label,
        "batch": found,
        "by": User.objects.filter(pk=found.by).first() or _("somebody who is not in the register any more"),
        "rows": [(step, desk_page(step), changed.get(step.pk, ()), step.lamp(on, rule)) for step in steps],
        "unseen": len(found.steps) - len(steps),
        "form": form,
        "refusal": refusal,
        "may_undo": may,
        "why_not": found.why_not() if may else "",
        "back_url": back_to_board(back).url,
        "queue": found.deed == "verify" and user.has_perm(deed.permission),
    }
    return TemplateResponse(request, "projects/board/done.html", context, status=status)

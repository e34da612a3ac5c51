"""Circulars on the desk: drawn up, worded around their figures, checked, issued, and not touched again."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.admin.parts import adopt, typed
from projects.models import Circular
from registry.core.actions import Stale
from registry.core.admin import Deed, Panel, RecordAdmin, Way
from registry.core.admin.deeds import ReasonForm
from registry.core.admin.versions import FASTER
from registry.core.forms import PlainTextField, sees
from registry.core.history import name_actions
from registry.core.jobs import enqueue_once
from registry.core.models import Job
from registry.core.quantity import format_quantity
from registry.core.read_only import own_affairs

from .circulars.actions import (
    correct_circular,
    draft_circular,
    head_of,
    move_circular,
    recount_circular,
    refuse_correction,
    to_draw_up,
    word_circular,
)
from .circulars.checking import Check, check_figures
from .circulars.forms import ComposingForm
from .circulars.screen import Preview, known_figures
from .circulars.work import compose_page, is_large, is_long, packed
from .jobs import check_as_job, correct_as_job, count_as_job, draw_up_as_job, move_circular_as_job
from .open_data import desk  # noqa: F401 - its pages of the desk are known by being imported
from .persons import desk as persons_desk  # noqa: F401

name_actions(
    {
        "circular.draft": gettext_lazy("Circular drawn up"),
        "circular.word": gettext_lazy("Wording changed"),
        "circular.recount": gettext_lazy("Figures counted again"),
        "circular.correct": gettext_lazy("Correction drawn up"),
    }
)
TYPED = (
    "kind", "campaign", "period_from", "period_until", "as_of", "title", "number", "sender", "addressee", "copies",
    "dated_on", "rule",
)  # fmt: skip


def figures_panel(circular):
    panel = Panel(
        _("Figures as stored"),
        ((_("figure"), ""), (_("value"), "num"), (_("as printed"), ""), (_("counting rule"), ""),
         (_("rows behind it"), "num")),
        _("No figure has been computed yet."),
        "figures",
    )  # fmt: skip
    for figure in circular.figures.all():
        panel.add(
            reverse("circular-figure", args=(circular.pk, figure.code)), figure.label,
            format_quantity(figure.quantity, "exact"), figure.shown, figure.rule, str(len(figure.row_ids)),
        )  # fmt: skip
    return panel


class ExplanationForm(ReasonForm):
    """What a correction says beside the old circular."""

    explanation = PlainTextField(
        label=gettext_lazy("explanation of the correction"), multiline=True, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What was wrong, what is right, and why. Everybody reads it beside the old circular."),
    )  # fmt: skip


class InBackground(Exception):
    """Thrown out of the saving of a form, so that nothing of it is written: a job does it, with these parameters."""


def correct(circular, *, by, explanation, reason=""):
    if not is_large(circular.campaign_id):
        return correct_circular(circular=circular, by=by, explanation=explanation, reason=reason)
    with transaction.atomic():
        refuse_correction(circular=circular, by=by, explanation=explanation)
    asked = {"circular": circular.pk, "explanation": explanation, "reason": reason}
    return enqueue_once(correct_as_job, by=by, same={"circular": circular.pk}, **asked)


def count_later(circular, *, by, anew=()):
    return enqueue_once(count_as_job, by=by, circular=circular.pk, version=circular.version, anew=list(anew))


def watched(job):
    return HttpResponseRedirect(reverse("job", args=(job.key,)))


@admin.register(Circular)
class CircularAdmin(RecordAdmin):
    list_display = ("title", "number", "kind", "period_from", "period_until", "as_of", "corrected", "status")
    list_filter = ("status", "kind", "campaign", "is_demo")
    search_fields = ("title", "number")
    date_hierarchy = "as_of"
    fieldsets = (
        (None, {"fields": (("kind", "campaign"), ("period_from", "period_until", "as_of"), "title", "number")}),
        (None, {"fields": ("sender", "addressee", "copies", "dated_on")}),
        (None, {"fields": ("rule", "corrects", "explanation")}),
        (
            gettext_lazy("State"),
            {
                "fields": (
                    "status", ("drafted_by", "drafted_at"), ("checked_by", "checked_at"), ("issued_by", "issued_at"),
                    "digest",
                )
            },
        ),
    )  # fmt: skip
    readonly_fields = (
        "status", "corrects", "drafted_by", "drafted_at", "checked_by", "checked_at", "issued_by", "issued_at",
        "digest",
    )  # fmt: skip
    deeds = (
        Deed(
            "correct", gettext_lazy("Correct by a new circular"), "projects.add_circular",
            correct, asks_reason=False,
            offered=lambda obj, user: obj.status == Circular.Status.ISSUED,
            form=lambda request, obj: ExplanationForm,
            explains=gettext_lazy("A new draft is drawn up with the figures of now. The issued one stays as it is."),
        ),
    )  # fmt: skip

    @staticmethod
    def move(record, *, to, by, reason=""):
        if is_long(record, to) and not record.refusals(to, by=by):
            asked = {"circular": record.pk, "version": record.version, "to": to, "reason": reason}
            return enqueue_once(move_circular_as_job, by=by, same={"circular": record.pk}, **asked)
        return move_circular(circular=record, to=to, by=by, reason=reason)

    def frozen(self, obj):
        """What was checked goes out as it was checked."""
        return obj.status != Circular.Status.DRAFT

    def listed(self, rows):
        return rows.prefetch_related("corrections").select_related("corrects")

    @admin.display(description=gettext_lazy("correction"))
    def corrected(self, circular):
        """The circular that it corrects, and those that correct it."""
        told = [(_("corrects %s"), circular.corrects)] if circular.corrects else []
        told += [(_("corrected by %s"), other) for other in circular.corrections.all()]
        return format_html_join(
            " ", '<a href="{}">{}</a>',
            ((self.page_of(other), words % (other.number or other)) for words, other in told),
        )  # fmt: skip

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [(None, {"fields": fields["fields"]}) for _name, fields in self.fieldsets[:2]]
        return super().get_fieldsets(request, obj)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "title" and request.resolver_match.url_name == self.view_name("add"):
            field.required = False
            field.help_text = _("Empty: by the kind and the campaign.")
        if db_field.name == "as_of":
            day, time = field.widget.widgets
            day.attrs["aria-label"], time.attrs["aria-label"] = _("figures as of: day"), _("figures as of: time")
            time.format = "%H:%M:%S"
        return field

    def add_view(self, request, form_url="", extra_context=None):
        try:
            return super().add_view(request, form_url, extra_context)
        except InBackground as asked:
            return watched(enqueue_once(draw_up_as_job, by=request.user, head=asked.args[0]))

    def save_model(self, request, obj, form, change):
        if not change:
            head = {name: value for name, value in typed(form, *TYPED).items() if value not in (None, "")}
            if is_large(head["campaign"]):
                head_of(by=request.user, **head)
                raise InBackground(packed(head))
            adopt(obj, draft_circular(by=request.user, **head))
            return
        if "as_of" not in form.changed_data:
            obj.as_of = form.initial["as_of"]  # the field shows whole seconds; an instant is finer
        super().save_model(request, obj, form, change)
        if not is_large(obj.campaign_id):
            adopt(obj, recount_circular(circular=obj, by=request.user))

    def response_post_save_add(self, request, obj):
        return HttpResponseRedirect(compose_page(obj))

    def response_post_save_change(self, request, obj):
        if is_large(obj.campaign_id):
            return watched(count_later(obj, by=request.user))
        return super().response_post_save_change(request, obj)

    def panels(self, request, obj):
        return (figures_panel(obj),)

    # Further pages

    def buttons(self, request, obj):
        ways = [(Way(_("Paragraphs and preview")), compose_page(obj))]
        ways += [
            (Way(label), reverse("circular-file", args=(obj.pk, form)))
            for form, label in (("docx", _("Document (docx)")), ("xlsx", _("Annex (xlsx)")))
        ]
        return [*super().buttons(request, obj), *ways]

    def get_urls(self):
        compose, check = (self.admin_site.admin_view(view) for view in (self.compose_view, self.check_view))
        return [
            path("<path:object_id>/compose/", compose, name=self.view_name("compose")),
            path("<path:object_id>/check/", own_affairs(check), name=self.view_name("check")),
            *super().get_urls(),
        ]

    def check_view(self, request, object_id):
        """POST has all figures counted again in the background; what was found stands on the composing page."""
        if request.method != "POST":
            return HttpResponseNotAllowed(("POST",))
        return watched(enqueue_once(check_as_job, by=request.user, circular=self.found(request, object_id).pk))

    def compose_view(self, request, object_id):
        """The paragraphs beside the paper that they make. POST saves them and counts all figures again."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(("GET", "POST"))
        circular = self.found(request, object_id)
        is_open = self.has_change_permission(request, circular)
        form, told, status = ComposingForm(circular=circular), {}, 200
        if request.method == "POST":
            if not is_open:
                raise PermissionDenied(_("Only a draft is written on. Have it put back to draft first."))
            form, status = ComposingForm(request.POST, circular=circular), 400
            if form.is_valid():
                try:
                    return self._word(request, circular, form)
                except Stale:
                    sees(form, circular.version)
                    told, status = {"faults": [FASTER], "conflicts": [(circular, form.both())]}, 409
                except ValidationError as refusal:
                    told = {"faults": refusal.messages}
        return self._composed(request, circular, form if is_open else None, told, status)

    def _word(self, request, circular, form):
        parts, later = form.said(), is_large(circular.campaign_id)
        version = form.cleaned_data["seen_version"]
        fresh = word_circular(circular=circular, by=request.user, parts=parts, version=version, later=later)
        if later:
            return watched(count_later(fresh, by=request.user, anew=to_draw_up(parts)))
        messages.success(request, _("Saved, and all figures counted again."))
        return HttpResponseRedirect(f"{compose_page(circular)}?check=1")

    @staticmethod
    def _jobs(request, job, circular):
        """The person's jobs of this kind for the circular, the last one first."""
        jobs = Job.objects.within_scope_of(request.user).filter(kind=job.kind, parameters__circular=circular.pk)
        return jobs.order_by("-id")

    def _check(self, request, circular, large):
        """The `Check` that was asked for: made now, or by a job of the person's since the last change."""
        if request.GET.get("check") != "1":
            return None
        if not large:
            return check_figures(circular)
        done = self._jobs(request, check_as_job, circular).filter(state=Job.State.DONE)
        found = done.filter(result__version=circular.version).first()
        return Check(**found.result["check"]) if found else None

    def _count(self, request, circular):
        """The person's last job that counts the circular's figures, unless it has counted them."""
        last = self._jobs(request, count_as_job, circular).first()
        return None if last is None or last.state == Job.State.DONE else last

    def _composed(self, request, circular, form, told, status):
        large = is_large(circular.campaign_id)
        context = {
            **self.admin_site.each_context(request),
            "title": circular.title, "opts": self.opts, "circular": circular, "back": self.page_of(circular),
            "form": form, "is_large": large,
            "count": self._count(request, circular) if form and large else None,
            "check": None if told else self._check(request, circular, large), "preview": Preview.of(circular),
            "known": known_figures(circular) if form else (),
            "deeds": [each for each in super().buttons(request, circular) if form is None or not each[0].danger],
            **told,
        }  # fmt: skip
        return TemplateResponse(request, "reports/compose.html", context, status=status)

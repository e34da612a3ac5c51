"""Difficulties on the desk: taken in hand, put to a meeting, answered, and settled when both sides say so."""

from django import forms
from django.contrib import admin
from django.db.models import F
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.difficulties import agree_settled, escalate, move_difficulty, raise_difficulty
from projects.difficulties import WORST_FIRST, Lamps, days_open, tallies, with_measures
from projects.lamps import status_of
from projects.models import AgendaItem, Decision, Difficulty, Event
from registry.core.addresses import desk_new, desk_page
from registry.core.admin import Deed, Panel, ReasonForm
from registry.core.admin.periods import PeriodOfFigures, period_chips, period_of
from registry.core.dates import format_date, format_instant, today
from registry.core.forms import PlainTextField
from registry.core.history import changes_of, describe

from .difficulty_filters import NARROWING, NarrowingFilter, PendingFilter
from .documents import documents_panel
from .measures import MeasureInline, measures_of
from .parts import OfProjectAdmin, adopt, typed

AGREE = gettext_lazy("Say that it is settled")
LATELY = 12
"""So many of the latest changes stand on the page itself; the history holds all."""


def difficulties_panel(request, project, rule=None):
    """The difficulties of a project with their lights, by `rule` where it is at hand."""
    panel = Panel(
        _("Difficulties"),
        (
            (_("difficulty"), ""), (_("light"), "nowrap"), (_("level"), "nowrap"), (_("raised by the side"), ""),
            (_("help wanted from"), ""), (_("wanted by"), "nowrap"), (_("measures done"), "num"), (_("status"), ""),
            (_("what can be done"), ""),
        ),
        _("No difficulty has been raised."),
        "difficulties",
        new=(desk_new(Difficulty, f"?project={project.pk}"), _("Raise a difficulty"))
        if request.user.has_perm("projects.add_difficulty")
        else None,
    )  # fmt: skip
    found = list(with_measures(project.difficulties.order_by(*WORST_FIRST)))
    lamps = Lamps(today(), rule) if found else None
    for difficulty in found:
        panel.add(
            desk_page(difficulty), difficulty.title, lamps.difficulty(difficulty), difficulty.get_level_display(),
            difficulty.get_raised_side_display(), difficulty.get_wanted_from_display(),
            format_date(difficulty.wanted_by, "table") if difficulty.wanted_by else "", measures_of(difficulty),
            status_of(difficulty), _buttons(deeds_for(difficulty, request.user)),
            css="row--overdue" if lamps.is_late(difficulty) else "",
        )  # fmt: skip
    return panel


def _buttons(deeds):
    kinds = {True: "btn-outline-danger", False: "btn-outline-primary"}
    return format_html_join(
        " ", '<a class="btn btn-sm {}" href="{}">{}</a>', ((kinds[back], url, label) for label, back, url in deeds)
    )


def meetings_panel(request, difficulty):
    """Where it was dealt with: the meeting, what was said there, what was decided about it."""
    panel = Panel(
        _("At meetings"),
        ((_("meeting"), ""), (_("date"), "nowrap"), (_("status"), ""), (_("what was said"), ""), (_("decided"), "")),
        _("No meeting has dealt with it yet."),
        "meetings",
    )
    if not request.user.has_perms(("projects.view_agendaitem", "projects.view_decision")):
        return panel
    events = Event.objects.within_scope_of(request.user)
    said = AgendaItem.objects.filter(difficulty=difficulty, event__in=events).select_related("event")
    decided = {}
    for decision in Decision.objects.filter(difficulty=difficulty, event__in=events).select_related("event"):
        decided.setdefault(decision.event, []).append(decision.text)
    notes = {item.event: item.notes for item in said}
    for event in sorted({*notes, *decided}, key=lambda event: (str(event.starts_on or ""), event.pk), reverse=True):
        panel.add(
            desk_page(event), event.name, format_date(event.starts_on, "table") if event.starts_on else "",
            status_of(event), notes.get(event, ""), _("; ").join(decided.get(event, ())),
        )  # fmt: skip
    return panel


def course_panel(request, obj):
    """What happened, latest first, in words from the trail."""
    panel = Panel(
        _("What happened"),
        (
            (_("when"), "nowrap"), (_("who"), ""), (_("what was done"), ""), (_("row"), ""), (_("reason or note"), ""),
        ),
        _("No change has been recorded."),
        "course",
        more=(reverse("admin:projects_difficulty_history", args=(obj.pk,)), _("The whole history")),
    )  # fmt: skip
    for entry in describe(changes_of(obj).order_by("-id")[:LATELY], request.user):
        change = entry.change
        panel.add(
            "", format_instant(change.at, "table"), entry.who or entry.outside, entry.action, entry.row, change.reason
        )
    return panel


def deeds_for(difficulty, user):
    """(label, whether it goes back, address) of what the person may do; it is closed by agreeing, not by a move."""
    for move in difficulty.moves_open_to(user):
        yield move.label, move.danger, reverse("admin:projects_difficulty_move", args=(difficulty.pk, move.target))
    if may_agree(difficulty, user):
        yield AGREE, False, reverse("admin:projects_difficulty_deed", args=(difficulty.pk, "agree"))


def meeting_form(request, difficulty):
    """Which meeting: those that are planned, the next one first."""

    class MeetingForm(ReasonForm):
        event = forms.ModelChoiceField(
            label=gettext_lazy("meeting"),
            queryset=Event.objects.within_scope_of(request.user)
            .filter(status=Event.Status.PLANNED)
            .exclude(pk=difficulty.event_id if difficulty.status == Difficulty.Status.ESCALATED else None)
            .order_by(F("starts_on").asc(nulls_last=True), "pk"),
            help_text=gettext_lazy(
                "Meetings that are planned. It goes onto the agenda of the one that you choose; if the meeting is "
                "not there, enter it under “Events” first."
            ),
        )
        event.label_from_instance = lambda event: " ".join(
            filter(None, (format_date(event.starts_on, "table") if event.starts_on else "", event.name))
        )

    return MeetingForm


class AnswerForm(ReasonForm):
    """The answer, which is the reason of the move."""

    reason = PlainTextField(
        label=gettext_lazy("answer"), multiline=True, max_length=300, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Whoever raised it reads it, and says whether the difficulty is settled."),
    )  # fmt: skip


def may_agree(difficulty, user):
    """Whether the person's voice is still wanted for the closing of it."""
    if difficulty.status != Difficulty.Status.ANSWERED or not user.has_perm("projects.close_difficulty"):
        return False
    raiser = difficulty.raiser_agreed_at is None and user.holds(difficulty.raised_side)
    return raiser or (user.is_bureau and difficulty.bureau_agreed_at is None)


@admin.register(Difficulty)
class DifficultyAdmin(OfProjectAdmin):
    slug = "difficulties"
    change_list_template = "admin/projects/difficulty/change_list.html"
    list_display = (
        "title", "light", "project", "level", "raised_side", "wanted_from", "wanted_", "open_for", "measures_",
        "status",
    )  # fmt: skip
    list_filter = (
        PendingFilter, *NARROWING, "status", "wanted_from", "wanted_by", "is_demo", PeriodOfFigures,
    )  # fmt: skip
    ordering = WORST_FIRST
    search_fields = ("title", "project__number", "project__name")
    search_help_text = gettext_lazy("The difficulty, or the number or name of its project.")
    autocomplete_fields = ("project",)
    fieldsets = (
        (None, {"fields": ("project", "title", "detail", ("level", "raised_side"), ("wanted_from", "wanted_by"))}),
        (gettext_lazy("Treatment"), {"fields": ("light", "meeting", "answer")}),
        (
            gettext_lazy("State"),
            {
                "fields": (
                    "status", ("raised_by", "raised_at"), ("raiser_agreed_by", "raiser_agreed_at"),
                    ("bureau_agreed_by", "bureau_agreed_at"),
                )
            },
        ),
    )  # fmt: skip
    readonly_fields = (
        "light", "meeting", "answer", "status", "raised_by", "raised_at", "raiser_agreed_by", "raiser_agreed_at",
        "bureau_agreed_by", "bureau_agreed_at",
    )  # fmt: skip
    move = staticmethod(lambda obj, **data: move_difficulty(difficulty=obj, **data))
    deeds = (
        Deed(
            "agree", AGREE, "projects.close_difficulty", lambda obj, by: agree_settled(difficulty=obj, by=by),
            asks_reason=False, offered=may_agree,
            explains=gettext_lazy("It is closed when the side that raised it and the bureau have both said so."),
        ),
        Deed(
            "another-meeting", gettext_lazy("Put to another meeting"), "projects.handle_difficulty",
            lambda obj, **data: escalate(difficulty=obj, **data), needs_reason=True, form=meeting_form,
            offered=lambda obj, user: obj.status == Difficulty.Status.ESCALATED,
            explains=gettext_lazy("It leaves the agenda of the meeting that did not deal with it."),
        ),
    )  # fmt: skip

    def form_of_move(self, lawful):
        forms = {Difficulty.Status.ESCALATED: meeting_form, Difficulty.Status.ANSWERED: lambda request, obj: AnswerForm}
        return forms.get(lawful.target)

    def frozen(self, obj):
        return obj.status == Difficulty.Status.CLOSED

    def get_inlines(self, request, obj):
        return (MeasureInline,) if obj is not None else ()

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is not None else fieldsets[:1]

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        details = typed(form, "project", "title", "detail", "level", "wanted_from", "wanted_by")
        adopt(obj, raise_difficulty(by=request.user, side=form.cleaned_data["raised_side"], **details))

    def panels(self, request, obj):
        course = (course_panel(request, obj),) if request.user.has_perm("core.view_change") else ()
        return (meetings_panel(request, obj), documents_panel(request, obj), *course)

    def _confirmed(self, request, obj, deed):
        """Who came from the board goes back to it."""
        answer = super()._confirmed(request, obj, deed)
        if "board" not in request.GET:
            return answer
        board = f"{reverse('admin:difficulty-board')}#difficulty-{obj.pk}"
        if isinstance(answer, HttpResponseRedirect):
            return HttpResponseRedirect(board)
        answer.context_data["back"] = board
        return answer

    # The list with its figures

    def listed(self, rows):
        return with_measures(rows)

    def along(self, request):
        return {"lamps": Lamps(today())}

    def get_changelist_instance(self, request):
        """The figures follow the filters that say of which difficulties, not those that say in which state."""
        changes = super().get_changelist_instance(request)
        rows, period = self.get_queryset(request), period_of(request)
        for spec in changes.filter_specs:
            if isinstance(spec, NarrowingFilter):
                rows = spec.queryset(request, rows)
        asked = {"open": {"pending": "open"}, "overdue": {"pending": "overdue"}, "closed": {"status__exact": "closed"}}
        changes.tallies = [
            (tally, changes.get_query_string(asked[tally.code], ["pending", "status"]) if tally.code in asked else "")
            for tally in tallies(rows, period, today())
        ]
        changes.periods = period_chips(period, changes.get_query_string)
        return changes

    @admin.display(description=gettext_lazy("light"))
    def light(self, difficulty):
        lamps = getattr(difficulty, "lamps", None) or Lamps(today())
        return lamps.difficulty(difficulty)

    @admin.display(description=gettext_lazy("wanted by"), ordering="wanted_by")
    def wanted_(self, difficulty):
        day = difficulty.wanted_by
        return format_html('<span class="nowrap">{}</span>', format_date(day, "table")) if day else None

    @admin.display(description=gettext_lazy("days open"))
    def open_for(self, difficulty):
        return format_html('<span class="num">{}</span>', days_open(difficulty, today()))

    @admin.display(description=gettext_lazy("measures done"))
    def measures_(self, difficulty):
        return format_html('<span class="num">{}</span>', measures_of(difficulty))

    @admin.display(description=gettext_lazy("put to the meeting"))
    def meeting(self, difficulty):
        event = difficulty.event
        return format_html('<a href="{}">{}</a>', desk_page(event), event) if event else "—"

"""The pages of a meeting beside its form: drawing the agenda from the register, the agenda on paper, the minutes."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import Count
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from projects.actions.meetings import draw_agenda
from projects.agendas import candidates, chosen
from projects.minutes import about_in_words, minutes_of
from projects.models import Event
from registry.core.addresses import desk_list
from registry.core.admin import Way
from registry.core.admin.periods import period_chips, period_of
from registry.core.dates import today
from registry.core.exports import docx_attached
from registry.core.text import clean_text

OF_KIND = (
    (Event.Kind.MATCHING, gettext_lazy("Matching sheet"), "matching-sheet", "projects.view_pledge"),
    (Event.Kind.SIGNING, gettext_lazy("Signing"), "signing", "projects.sign_pledge"),
)


class MeetingPages:
    """The further pages of a meeting, for its ModelAdmin."""

    ways = (
        ("agenda", gettext_lazy("Draw the agenda from the register"), "projects.add_agendaitem"),
        ("sheet", gettext_lazy("Agenda on paper"), "projects.view_agendaitem"),
        ("minutes", gettext_lazy("Minutes (docx)"), "projects.view_decision"),
    )

    def buttons(self, request, obj):
        user = request.user
        allowed = [(name, label) for name, label, permission in self.ways if user.has_perm(permission)]
        if obj.status == Event.Status.CANCELLED:
            allowed = [(name, label) for name, label in allowed if name != "agenda"]
        own = [(Way(label), self.address(obj, name)) for name, label in allowed]
        return [*super().buttons(request, obj), *own, *self._of_kind(obj, user)]

    def _of_kind(self, event, user):
        """The way to what is done at meetings of this kind only."""
        for kind, label, name, permission in OF_KIND:
            if event.kind == kind and user.has_perm(permission):
                yield Way(label), f"{reverse(f'admin:{name}')}?event={event.pk}"

    def address(self, obj, name):
        if name in {way for way, _label, _permission in self.ways}:
            return f"{self.page_of(obj).removesuffix('change/')}{name}/"
        return super().address(obj, name)

    def get_urls(self):
        guarded = self.admin_site.admin_view
        return [
            path("<path:object_id>/agenda/", guarded(self.agenda_view), name=self.view_name("agenda")),
            path("<path:object_id>/sheet/", guarded(self.sheet_view), name=self.view_name("sheet")),
            path("<path:object_id>/minutes/", guarded(self.minutes_view), name=self.view_name("minutes")),
            *super().get_urls(),
        ]

    def _event(self, request, object_id, way):
        """The meeting, for those who may open this page of it."""
        event = self.found(request, object_id)
        label, permission = {name: (label, permission) for name, label, permission in self.ways}[way]
        if not request.user.has_perm(permission):
            raise PermissionDenied(_("Your role does not allow this step: %s.") % label)
        return event

    def agenda_view(self, request, object_id):
        """What could be dealt with, to be searched and ticked; POST puts what is ticked onto the agenda."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(("GET", "POST"))
        event, fault = self._event(request, object_id, "agenda"), ""
        if request.method == "POST":
            try:
                made = draw_agenda(
                    event=event, things=chosen(request.POST.getlist("about"), request.user), by=request.user
                )
            except ValidationError as refusal:
                fault = " ".join(refusal.messages)
            except ObjectDoesNotExist:
                raise Http404(_("There is no such record, or it is not yours to see.")) from None
            else:
                number = len(made)
                words = ngettext("%d item was put on the agenda.", "%d items were put on the agenda.", number)
                messages.success(request, words % number)
                return HttpResponseRedirect(f"{self.page_of(event)}#agenda-group")
        return self._offered(request, event, fault)

    def _offered(self, request, event, fault):
        wide = request.GET.get("all") == "1"
        try:
            words = clean_text(request.GET.get("q", ""))
        except ValidationError as refusal:
            words, fault = "", fault or " ".join(refusal.messages)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Draw the agenda from the register"),
            "opts": self.opts, "object": event, "back": self.page_of(event), "fault": fault, "q": words, "wide": wide,
            "groups": candidates(event, request.user, on=today(), wide=wide, words=words),
            "number": event.agenda.count(),
        }  # fmt: skip
        return TemplateResponse(request, "projects/draw_agenda.html", context, status=400 if fault else 200)

    @method_decorator(require_safe)
    def sheet_view(self, request, object_id):
        event = self._event(request, object_id, "sheet")
        items = event.agenda.select_related(
            "need__county", "difficulty__project__officer", "step__project", "step__responsible"
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Agenda: %s") % event.name,
            "opts": self.opts, "event": event, "back": self.page_of(event),
            "hosts": _(", ").join(map(str, event.hosts.all())),
            "items": [(item, about_in_words(item)) for item in items],
        }  # fmt: skip
        return TemplateResponse(request, "projects/agenda_sheet.html", context)

    @method_decorator(require_safe)
    def minutes_view(self, request, object_id):
        event = self._event(request, object_id, "minutes")
        return docx_attached(minutes_of(event, request.user).content(), _("Minutes: %s") % event.name)

    # The list with its counts

    def get_changelist_instance(self, request):
        changes = super().get_changelist_instance(request)
        period = period_of(request)
        changes.periods = period_chips(period, changes.get_query_string)
        changes.held = held(self.get_queryset(request), period)
        return changes


def held(rows, period):
    """Chips of the meetings held in a period, of each kind and in all, each with its list. One query."""
    counted = rows.held_in(period.first, period.last).order_by().values_list("kind").annotate(number=Count("pk"))
    numbers = dict(counted)
    days = f"&starts_on__gte={period.first}&starts_on__lt={period.next.first}&status__exact=held&period={period}"

    def chip(label, number, kind=""):
        query = f"?kind__exact={kind}{days}" if kind else f"?{days[1:]}"
        return {"label": label, "count": number, "url": desk_list(Event, query), "current": False}

    every = chip(_("Held in %(period)s") % {"period": period.label}, sum(numbers.values()))
    return [every, *(chip(str(label), numbers.get(kind, 0), kind) for kind, label in Event.Kind.choices)]

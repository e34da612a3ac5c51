"""Requests of persons on the desk: entered, looked up, answered; an erasure takes two persons."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, JsonResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.core.addresses import desk_page
from registry.core.admin import Panel, RecordAdmin
from registry.core.admin.deeds import ReasonForm
from registry.core.erasure import models_with_personal_data, still_in_the_trail
from registry.core.history import masks_personal, name_actions

from ..models import PersonRequest
from ..models.persons import ANSWER
from .erasing import answer
from .held import about_person, places_of

name_actions(
    {
        "personrequest.proposed": gettext_lazy("Erasure proposed"),
        "personrequest.erased": gettext_lazy("Personal data erased"),
        "retention.forget": gettext_lazy("Past its time"),
        "trail.redact": gettext_lazy("Taken out of the trail"),
    }
)


def proposal_form(request, asked):
    """Where the person stands, as boxes to tick: another person of the same name is another person."""
    places = places_of(name=asked.name, phone=asked.phone)
    told = [(place.key, f"{place.kind} · {place.row} · {', '.join(place.values.values())}") for place in places]

    class ProposalForm(ReasonForm):
        rows = forms.MultipleChoiceField(
            label=gettext_lazy("to be erased"),
            choices=told,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=gettext_lazy("Look at each: another person of the same name is another person."),
        )

    return ProposalForm


def places_panel(asked):
    """Where the name or the number stands, and what the trail still holds of what was erased."""
    panel = Panel(
        _("Where the person stands"),
        ((_("record"), ""), (_("kind"), ""), (_("what stands there"), "")),
        _("The person stands in no personal field."),
        "places",
        more=(reverse("admin:reports_personrequest_held", args=(asked.pk,)), _("What is held, as a file (JSON)")),
    )
    for place in places_of(name=asked.name, phone=asked.phone) if asked.status in PersonRequest.OPEN else ():
        panel.add(desk_page(place.row), str(place.row), place.kind, ", ".join(place.values.values()))
    left = sum(len(still_in_the_trail(model, name)) for model in models_with_personal_data() for name in model.personal)
    if left:
        words = _("%d records of the trail still hold what was erased from its row. They are done every night.")
        panel.note = words % left
    return panel


@admin.register(PersonRequest)
class PersonRequestAdmin(RecordAdmin):
    list_display = ("id", "kind", "name", "received_on", "due_on", "status", "answered_at")
    list_display_links = ("id", "kind")
    list_filter = ("status", "kind")
    fieldsets = (
        (None, {"fields": ("kind", ("name", "phone"), "username", "words", ("received_on", "due_on"))}),
        (
            gettext_lazy("State"),
            {"fields": ("status", "status_reason", ("proposed_by", "proposed_at"), ("answered_by", "answered_at"))},
        ),
    )
    new_fieldsets = ((None, {"fields": ("kind", ("name", "phone"), "username", "words", "received_on")}),)
    readonly_fields = (
        "due_on", "status", "status_reason", "proposed_by", "proposed_at", "answered_by", "answered_at",
    )  # fmt: skip
    move = staticmethod(answer)

    def frozen(self, obj):
        return obj.status != PersonRequest.Status.RECEIVED

    def form_of_move(self, lawful):
        return proposal_form if lawful.target == PersonRequest.Status.PROPOSED else None

    def panels(self, request, obj):
        return () if masks_personal(request.user) else (places_panel(obj),)

    def get_urls(self):
        view = self.admin_site.admin_view(self.held_view)
        return [path("<path:object_id>/held.json", view, name=self.view_name("held")), *super().get_urls()]

    def held_view(self, request, object_id):
        """What is held on the person, as a file for the one who asked."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(("GET",))
        if not request.user.has_perm(ANSWER):
            raise PermissionDenied(_("Only the bureau answers requests of persons."))
        asked = self.found(request, object_id)
        answered = JsonResponse(about_person(asked), json_dumps_params={"ensure_ascii": False, "indent": 1})
        answered["Content-Disposition"] = f'attachment; filename="held-{asked.pk}.json"'
        return answered

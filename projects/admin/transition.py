"""Transition (衔接) on the desk: carrying a project into the next campaign, unlocking and locking its earlier phase."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.transition import carry_over, lock_phase, missing_for_carrying, unlock_phase
from projects.models import ChecklistTemplate, Field, Project
from projects.models.stages import LANDED
from projects.people import officers_for
from registry.core.admin import Deed, ReasonForm
from registry.core.dates import today
from registry.core.forms import ChineseDateField

from .checklists import template_choices


def carry_form(request, project):
    """What goes over by itself is explained; what the next campaign decides anew is asked."""
    later = project.campaign.successor
    if later is None:
        return ReasonForm  # the page says what is missing
    fields = Field.objects.active().filter(scheme=later.scheme)

    class CarryForm(ReasonForm):
        name = forms.CharField(label=_("name"), max_length=200, initial=project.name)
        year = forms.IntegerField(label=_("campaign year"), initial=max(today().year, later.starts_on.year))
        primary = forms.ModelChoiceField(
            label=_("primary field"), queryset=fields,
            help_text=_("The field under which the figures of the next campaign count the project."),
        )  # fmt: skip
        others = forms.ModelMultipleChoiceField(
            label=_("further fields"), queryset=fields, required=False, widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
        template = forms.TypedChoiceField(
            label=_("checklist"), choices=template_choices(project), coerce=int,
            help_text=_("The new project's list is opened from it; the old list stays with the old phase."),
        )  # fmt: skip
        start = ChineseDateField(label=_("due dates count from"), initial=today())
        officer = forms.ModelChoiceField(
            label=_("responsible person"), queryset=officers_for(request.user), required=False, initial=project.officer
        )

    return CarryForm


def _carry(project, *, by, reason, primary=None, others=(), template=None, **chosen):
    fields = [primary, *(field for field in others if field != primary)] if primary else []
    template = template and ChecklistTemplate.objects.get(pk=template)
    return carry_over(project=project, by=by, reason=reason, fields=fields, template=template, **chosen)


def _may_be_carried(project, user):
    return project.campaign.successor is not None and project.stage in LANDED and project.successor is None


def _into(project):
    later = project.campaign.successor
    return _("Carry into “%s”") % later if later else _("Carry into the next campaign")


CARRY = Deed(
    "carry", gettext_lazy("Carry into the next campaign"), "projects.carry_project", _carry,
    offered=_may_be_carried, form=carry_form, named=_into,
    lacks=lambda project, user: missing_for_carrying(project=project, by=None),
    explains=gettext_lazy(
        "A new project begins in the next campaign with the name, the places (as today's units), the parties and a new "
        "checklist. Money, results, steps and files stay with the old phase, which is locked: nothing counts twice. "
        "Steps that are still open stay open there, and nobody is reminded of them any more."
    ),
)  # fmt: skip
UNLOCK = Deed(
    "unlock", gettext_lazy("Unlock the old phase"), "projects.carry_project",
    lambda project, **data: unlock_phase(project=project, **data), needs_reason=True, danger=True,
    offered=lambda project, user: project.phase == Project.Phase.LOCKED,
    explains=gettext_lazy("Steps, money and results of the old phase take edits again. Lock it when it is corrected."),
)  # fmt: skip
LOCK = Deed(
    "lock", gettext_lazy("Lock the old phase again"), "projects.carry_project",
    lambda project, **data: lock_phase(project=project, **data), needs_reason=True,
    offered=lambda project, user: not project.is_locked and project.successor is not None,
    explains=gettext_lazy("Steps, money and results of the old phase take no more edits."),
)  # fmt: skip

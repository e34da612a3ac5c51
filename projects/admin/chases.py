"""Chasing on the desk: the button on a step's page, and the panel that says who was reached and when they read it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.chasing import chase_step
from projects.answerable import people_answering_for, reached_in_words, why_nobody
from projects.models import Chase, ProjectStep
from registry.core.admin import Deed, Panel, ReasonForm
from registry.core.dates import format_instant
from registry.core.forms import PlainTextField
from registry.core.models import Change


def chase_form(request, step):
    """Whom the words reach is said beside them."""
    told = _("They go to: %s.") % reached_in_words(people_answering_for(step), request.user)

    class ChaseForm(ReasonForm):
        words = PlainTextField(
            label=_("your words"), required=False, max_length=300, multiline=True,
            help_text=" ".join(
                [told, _("Optional. The message names the step, the project and the due date anyway.")]
            ),
        )  # fmt: skip

    return ChaseForm


CHASE = Deed(
    "chase", gettext_lazy("Chase"), "projects.chase_projectstep",
    lambda step, by, words: chase_step(step=step, by=by, words=words),
    asks_reason=False, form=chase_form,
    offered=lambda step, user: step.status in ProjectStep.UNSETTLED and not step.project.is_locked,
    lacks=lambda step, user: filter(None, [why_nobody(step, people_answering_for(step), user)]),
    explains=gettext_lazy(
        "The responsible person gets a message, or where none is named the active people of the responsible side. "
        "It stays on record who chased whom and when it was read."
    ),
)  # fmt: skip


def chases_panel(request, step):
    """Every message of every chase of a step, the latest first."""
    panel = Panel(
        _("Chases"),
        (
            (_("chased at"), "nowrap"),
            (_("chased by"), ""),
            (_("words"), ""),
            (_("recipient"), ""),
            (_("read at"), "nowrap"),
        ),
        _("This step has not been chased."),
        "chases",
    )
    rows = step.chases.select_related("by").prefetch_related("sent__notice__recipient")
    for chase in rows:
        for sent in chase.sent.all():
            read_at = sent.notice.read_at
            panel.add(
                "", format_instant(chase.at, "table"), str(chase.by), chase.words, str(sent.notice.recipient),
                format_instant(read_at, "table") if read_at else _("not yet"),
            )  # fmt: skip
    return panel


def chases_in_history(project):
    """The trail's lines about the chases of a project's steps."""
    keys = [step.pk for step in project.steps.all()]
    return Change.objects.filter(
        table_name=Chase._meta.db_table, root_table=ProjectStep._meta.db_table, root_pk__in=[str(key) for key in keys]
    )

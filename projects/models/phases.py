"""A project that was carried into the next campaign (衔接) keeps its old phase as it was: the database sees to it."""

from django.utils.translation import gettext_lazy as _
from pgtrigger import Before, Delete, Insert, Row, Update

from registry.core.refusals import word_refusals
from registry.core.triggers import OfStatement, Shared, record_triggers

word_refusals(
    {
        "the phase of this project is locked": _(
            "This project was carried into the next campaign, and its earlier phase is locked. Work on the project "
            "that continues it, or have the phase unlocked with a reason."
        )
    }
)


class RefuseLocked(Shared):
    """Refuses to change a row of a project whose phase is locked."""

    function = "bangfu_refuse_locked"
    when = Before
    level = Row


class RefuseAllLocked(OfStatement, RefuseLocked):
    """Refuses a statement that adds rows to such a project, or takes some away."""

    function = "bangfu_refuse_all_locked"


def phase_triggers():
    """The triggers of what stays as it was when a project is carried into the next campaign."""
    return [
        *record_triggers(),
        RefuseAllLocked(name="phase_locked_insert", operation=Insert),
        RefuseAllLocked(name="phase_locked_delete", operation=Delete),
        RefuseLocked(name="phase_locked", operation=Update),
    ]


def keeps_its_phase(model):
    """Whether rows of `model` stay as they were when their project is carried into the next campaign."""
    return any(isinstance(trigger, RefuseLocked) for trigger in model._meta.triggers)

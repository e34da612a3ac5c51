"""A project that was carried into the next campaign (衔接) keeps its old phase as it was: the database sees to it."""

from django.utils.translation import gettext_lazy as _
from pgtrigger import Before, Delete, Insert, Row, Update

from registry.core.refusals import word_refusals
from registry.core.triggers import Shared, record_triggers

word_refusals(
    {
        "the phase of this project is locked": _(
            "This project was carried into the next campaign, and its earlier phase is locked. Work on the project "
            "that continues it, or have the phase unlocked with a reason."
        )
    }
)


class RefuseLocked(Shared):
    """Refuses to add, change or remove a row of a project whose phase is locked."""

    function = "bangfu_refuse_locked"
    name = "phase_locked"
    when = Before
    level = Row
    operation = Insert | Update | Delete


def phase_triggers():
    """The triggers of what stays as it was when a project is carried into the next campaign."""
    return [*record_triggers(), RefuseLocked()]


def keeps_its_phase(model):
    """Whether rows of `model` stay as they were when their project is carried into the next campaign."""
    return any(isinstance(trigger, RefuseLocked) for trigger in model._meta.triggers)

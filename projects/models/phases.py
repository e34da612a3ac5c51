"""A project that was carried into the next campaign (衔接) keeps its old phase as it was: the database sees to it."""

from pgtrigger import Before, Delete, Insert, Row, Update

from registry.core.triggers import Shared, record_triggers


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

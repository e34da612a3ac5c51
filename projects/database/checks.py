"""Checks of the second wall: by `check --database default`, before migrations, and when pages or worker start."""

from django.conf import settings
from django.core import checks
from django.db import Error as DatabaseProblem
from django.db import connections

from .faults import faults, of_login, of_settings


@checks.register(checks.Tags.database)
def check_walls(databases=None, **kwargs):
    """What takes from the walls: an error for those who serve in production, a warning elsewhere, so that nothing keeps
    the owner from the migration that mends it. Nothing is asked before there is a wall."""
    if "default" not in (databases or ()) or "core_change" not in _tables():
        return []
    level, problems = (checks.Error if settings.PRODUCTION and settings.PROCESS else checks.Warning), []
    for number, asked in (("5", faults), ("6", of_settings), ("7", _of_pages)):
        problems += [_told(level, said, number) for said in asked()]
    return problems


def _tables():
    try:
        return connections["default"].introspection.table_names()
    except DatabaseProblem:  # another check tells of it
        return ()


def _of_pages():
    """The owner's commands come as the owner; who serves pages must not."""
    return of_login() if settings.PROCESS else ()


def _told(level, said, number):
    sign = "E" if level is checks.Error else "W"
    hint = "`manage.py rights`, as the owner, makes roles, rights and policies anew."
    return level(f"The database: {said}.", hint=hint, id=f"registry.{sign}00{number}")

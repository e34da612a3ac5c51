"""Before pages are served or jobs are done: in production a process that the database does not hold in check ends."""

from django.conf import settings
from django.core.checks import ERROR, Tags, run_checks


class Unsafe(Exception):
    """The site was not started; the message says why."""


def refuse_unsafe():
    """Raise Unsafe in production where the checks of the database find an error (`check --database default`)."""
    found = run_checks(tags=[Tags.database], databases=["default"]) if settings.PRODUCTION else ()
    if said := [problem.msg for problem in found if problem.level >= ERROR]:
        raise Unsafe(" ".join(["Not started.", *said]))

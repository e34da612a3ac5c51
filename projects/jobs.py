"""The jobs of this app, and with them what they import: every process that starts reads this module."""

import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from projects import (
    counted,  # noqa: F401 - what it knows to stand in the way of an undo
    dossier,  # noqa: F401 - its job is known by being imported
)
from projects.actions.reminding import send_digests
from projects.imports import work  # noqa: F401 - its jobs too
from projects.papers import handbook  # noqa: F401 - its job too
from registry.core.daily import each_working_day
from registry.core.jobs import job


@each_working_day(at=datetime.time(8, 30))
@job("digest", _("Daily digest"))
def digest(progress, *, by, day):
    """The digest of `day` (ISO), at half past eight."""
    number = len(send_digests(day=datetime.date.fromisoformat(day), by=by))
    progress.step(number)
    return {"words": ngettext("%d digest sent", "%d digests sent", number) % number}

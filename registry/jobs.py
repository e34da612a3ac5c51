"""The jobs of the cellar: the daily sweep of what nobody needs any more, and the watch over the backups."""

import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry.core import attempts, once, rates
from registry.core.backup.notes import warn_when_old
from registry.core.daily import daily
from registry.core.jobs import job


@daily(at=datetime.time(3))
@job("sweep", _("Sweep of kept answers"))
def sweep(progress, *, by, day):
    """Forget what is past its time."""
    number = once.forget_old() + attempts.forget_old() + rates.forget_old()
    progress.step(number)
    return {"words": ngettext("%d row forgotten", "%d rows forgotten", number) % number}


@daily(at=datetime.time(8))
@job("backups", _("Watch over the backups"))
def watch_backups(progress, *, by, day):
    """Tell the system administrators where the last backup is too old."""
    told = warn_when_old(settings.BACKUP_HOURS)
    progress.step(len(told))
    return {"words": ngettext("%d person told", "%d persons told", len(told)) % len(told)}

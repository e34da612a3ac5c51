"""The jobs of this floor: releases of open data, every working day and when the bureau asks."""

import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.core.daily import daily
from registry.core.jobs import job
from registry.reports.open_data.actions import make_release
from registry.reports.open_data.collecting import expected


@daily(at=datetime.time(5))
@job("open_data", gettext_lazy("Release of open data"))
def release_data(progress, *, by, day="", note=""):
    """Release what is open now; nothing where nothing has changed since the last release."""
    progress.of(expected())
    release, is_new = make_release(by=by, note=note, step=progress.step)
    words = _("Released: %s.") if is_new else _("Nothing has changed since the release %s: there is no new one.")
    return {"words": words % release, "url": release.get_absolute_url(), "number": release.number, "new": is_new}

"""The jobs of this floor: releases of open data, every working day and when the bureau asks; what is past its time."""

import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Circular
from registry.core.addresses import desk_page
from registry.core.daily import daily, each_working_day
from registry.core.jobs import job
from registry.reports.circulars.actions import move_circular
from registry.reports.circulars.work import KIND as MOVE_CIRCULAR
from registry.reports.open_data.actions import make_release
from registry.reports.open_data.collecting import expected
from registry.reports.persons.retention import keep_the_terms


@each_working_day(at=datetime.time(5))
@job("open_data", gettext_lazy("Release of open data"))
def release_data(progress, *, by, day="", note=""):
    """Release what is open now; nothing where nothing has changed since the last release."""
    progress.of(expected())
    release, is_new = make_release(by=by, note=note, step=progress.step)
    words = _("Released: %s.") if is_new else _("Nothing has changed since the release %s: there is no new one.")
    return {"words": words % release, "url": release.get_absolute_url(), "number": release.number, "new": is_new}


@daily(at=datetime.time(3, 30))
@job("retention", gettext_lazy("What is past its time"))
def retention(progress, *, by, day):
    """Let go of what is personal and past its time; the job tells of each term how many rows went."""
    done, taken, left = keep_the_terms(step=progress.step)
    words = _("%(rows)d rows let go; %(taken)d values taken out of the trail, %(left)d records still to do.")
    return {"words": words % {"rows": sum(done.values()), "taken": taken, "left": left}, "done": done}


@job(MOVE_CIRCULAR, gettext_lazy("Figures of a circular counted, and the circular moved on"))
def move_circular_as_job(progress, *, by, circular, version, to, reason):
    """Move the circular as the person saw it: what was changed since is refused."""
    moved = move_circular(circular=Circular(pk=circular), to=to, by=by, reason=reason, version=version)
    progress.step()
    words = _("“%(circular)s” is now: %(state)s.") % {"circular": moved, "state": moved.get_status_display()}
    return {"words": words, "url": desk_page(moved)}

"""The jobs of this floor: releases of open data, every working day and when the bureau asks; what is past its time;
circulars of large campaigns."""

import datetime
from dataclasses import asdict
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Circular
from registry.core.addresses import desk_new, desk_page
from registry.core.daily import daily, each_working_day
from registry.core.jobs import job
from registry.reports import past_pages  # noqa: F401 - its job is known by being imported
from registry.reports.checks.likeness import compare
from registry.reports.circulars.actions import correct_circular, draft_circular, move_circular, recount_circular
from registry.reports.circulars.checking import check_figures
from registry.reports.circulars.work import compose_page, unpacked
from registry.reports.open_data.actions import make_release
from registry.reports.open_data.collecting import expected
from registry.reports.persons.retention import keep_the_terms


def _composed_at(job):
    return compose_page(Circular(pk=job.parameters["circular"]))


def _read_at(job):
    return desk_page(Circular(pk=job.parameters["circular"]))


def _begun_at(job):
    """The form of a new circular with what was typed into it; but for the instant, which is asked for anew."""
    head = {name: value for name, value in job.parameters["head"].items() if name != "as_of"}
    return desk_new(Circular, f"?{urlencode(head)}")


@each_working_day(at=datetime.time(5))
@job("open_data", gettext_lazy("Release of open data"), lambda job: reverse("admin:release-data"))
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


@daily(at=datetime.time(4))
@job("likeness", gettext_lazy("Names that are alike"), lambda job: reverse("checks"))
def compare_names(progress, *, by, day):
    """Compare the names of tables so large that no page may wait for it; what is found is kept for the data checks."""
    done = compare(progress)
    return {"words": _("Pairs of names found: %d.") % sum(done.values()), "found": done}


@job("circular.draft", gettext_lazy("Circular drawn up"), _begun_at)
def draw_up_as_job(progress, *, by, head):
    """Draw up a circular; one that is stopped or fails leaves nothing."""
    made = draft_circular(by=by, progress=progress, **unpacked(head))
    return {"words": _("Drawn up: “%s”.") % made, "url": compose_page(made)}


@job("circular.count", gettext_lazy("Figures of a circular counted"), _composed_at)
def count_as_job(progress, *, by, circular, version, anew):
    """Count what was worded before; a paragraph is drawn up anew only where nobody has written on since."""
    asked = {"anew": anew, "version": version} if anew else {}
    made = recount_circular(circular=Circular(pk=circular), by=by, progress=progress, **asked)
    words = _("All figures of “%(circular)s” are counted: %(number)d.")
    return {"words": words % {"circular": made, "number": progress.done}, "url": compose_page(made)}


@job("circular.check", gettext_lazy("Figures of a circular checked"), _composed_at)
def check_as_job(progress, *, by, circular):
    """Compare all figures with the register; the composing page shows what was found until the circular is changed."""
    checked = Circular.objects.within_scope_of(by).get(pk=circular)
    found = check_figures(checked, progress)
    words = _("Figures %(agreeing)d/%(total)d agree") % {"agreeing": found.agreeing, "total": found.total}
    return {
        "words": words,
        "url": f"{compose_page(checked)}?check=1",
        "check": asdict(found),
        "version": checked.version,
    }


@job("circular.correct", gettext_lazy("Correction of a circular drawn up"), _read_at)
def correct_as_job(progress, *, by, circular, explanation, reason=""):
    """Draw up the circular that corrects another one; one that is stopped or fails leaves nothing."""
    old = Circular(pk=circular)
    made = correct_circular(circular=old, by=by, explanation=explanation, reason=reason, progress=progress)
    return {"words": _("Drawn up: “%s”.") % made, "url": compose_page(made)}


@job("circular.move", gettext_lazy("Figures of a circular counted, and the circular moved on"), _read_at)
def move_circular_as_job(progress, *, by, circular, version, to, reason):
    """Move the circular as the person saw it: what was changed since is refused."""
    old = Circular(pk=circular)
    moved = move_circular(circular=old, to=to, by=by, reason=reason, version=version, progress=progress)
    words = _("“%(circular)s” is now: %(state)s.") % {"circular": moved, "state": moved.get_status_display()}
    return {"words": words, "url": desk_page(moved)}

"""Work in progress: a person's own jobs, and the page on which one can be watched, left and come back to."""

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from registry.core.filters import Filters
from registry.core.jobs import asked_at, cancel, label_of, recover
from registry.core.models import Job
from registry.core.paging import Listing
from registry.core.read_only import own_affairs

AT_FIRST = datetime.timedelta(seconds=10)
"""How long a job is asked after every second; later every three."""

CAME_TO_NOTHING = (Job.State.FAILED, Job.State.CANCELLED)


class JobFilters(Filters):
    """Nothing is asked of this list but its page."""


@login_required
@require_safe
def jobs(request):
    listing = Listing(JobFilters(request.GET, Job.objects.within_scope_of(request.user)))
    rows = [(row, label_of(row.kind)) for row in listing.page]
    return render(request, "core/jobs.html", {"listing": listing, "rows": rows}, status=listing.status)


@own_affairs
@login_required
@require_safe
@never_cache
def job(request, key):
    """The whole page, or for htmx the part of it that changes."""
    found = _own(request, key)
    if found.is_lost:
        recover()
        found.refresh_from_db()
    response = render(request, "core/job_state.html" if request.htmx else "core/job.html", state_of(found))
    if request.htmx and found.state == Job.State.DONE and request.htmx.current_url_abs_path == found.result.get("url"):
        response.headers["HX-Refresh"] = "true"  # the page that waits is the result's own
    return response


def state_of(found):
    """What the templates of a job's state need."""
    age = timezone.now() - found.queued_at
    until = found.result.get("until")
    return {
        "job": found,
        "label": label_of(found.kind),
        "every": 1 if age < AT_FIRST else 3,
        "ahead": Job.objects.unfinished().filter(pk__lt=found.pk).count() if found.state == Job.State.QUEUED else 0,
        "until": parse_date(until) if until else None,
        "number": found.batch[:8],
        "back": asked_at(found) if found.state in CAME_TO_NOTHING else "",
    }


@own_affairs
@login_required
@require_POST
def cancel_job(request, key):
    found = cancel(_own(request, key))
    if not found.is_over:
        messages.info(request, _("Asked to stop. It ends after the item in hand, and nothing is written."))
    return HttpResponseRedirect(reverse("job", args=(found.key,)))


def _own(request, key):
    return get_object_or_404(Job.objects.within_scope_of(request.user), key=key)

"""The seals over the trail: how far they are, what the last verifications found, and a new one for the asking."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from registry.core.desk_pages import desk_page_at
from registry.core.jobs import enqueue
from registry.core.models import Job, Seal
from registry.core.read_only import own_affairs
from registry.core.sealing.report import counts_in_words, in_words
from registry.core.sealing.watch import KIND, state, verify_as_job

READS = "core.view_seal"
SHOWN = 20
VERIFICATIONS = 10


@desk_page_at("seals/", "seals", READS)
@require_safe
def seals(request):
    """Verifications are shown whoever asked for them: what they found concerns everyone who may read the seals."""
    checked = Job.objects.filter(kind=KIND, state=Job.State.DONE).select_related("by")[:VERIFICATIONS]
    context = {
        **admin.site.each_context(request),
        "title": _("Seals over the trail"), "state": state(),
        "seals": Seal.objects.within_scope_of(request.user).defer("leaves", "numbers")[:SHOWN],
        "verifications": [(job, *_told(job.result.get("report", {}))) for job in checked],
        "running": Job.objects.unfinished().filter(kind=KIND).first(),
    }  # fmt: skip
    return TemplateResponse(request, "admin/core/seals.html", context)


def _told(report):
    """(counts in words, findings in words) of a kept report."""
    return counts_in_words(report.get("counts", {})), [in_words(finding) for finding in report.get("named", ())]


@desk_page_at("seals/verify/", "seals-verify", READS)
@own_affairs
@require_POST
def verify_now(request):
    """Ask for a verification, which writes nothing but its own result; one that is under way is shown instead."""
    running = Job.objects.within_scope_of(request.user).unfinished().filter(kind=KIND).first()
    found = running or enqueue(verify_as_job, by=request.user)
    return HttpResponseRedirect(reverse("job", args=(found.key,)))

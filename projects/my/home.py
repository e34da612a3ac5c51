"""The first page of a county's or an organisation's people: what waits for them."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from counties.models import Division
from counties.models.postings import posted_stems
from orgs.models import Organisation
from registry.core.dates import today
from registry.core.models import in_both
from registry.core.roles import Role

from .guard import my_page
from .tasks import queues


@my_page
@require_safe
def home(request):
    waiting = queues(request.user, today())
    context = {
        "names": names_of(request.user),
        "queues": [queue for queue in waiting if queue.total],
        "quiet": [queue for queue in waiting if not queue.total],
        "reports": request.user.has_perm("projects.submit_monthlyreport"),
    }
    return render(request, "my/home.html", context)


def names_of(user):
    """Whose people they are: the counties they serve and the organisations they speak for."""
    named = []
    if user.holds(Role.COUNTY) and posted_stems(user):
        named += Division.objects.filter(postings__in=user.postings.current()).values_list("name", "name_en")
    if user.holds(Role.ORGANISATION):
        members = Organisation.objects.filter(memberships__in=user.memberships.approved())
        named += members.values_list("name", "name_en")
    return list(dict.fromkeys(in_both(*names) for names in named))

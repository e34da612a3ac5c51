"""Pivots that a person keeps."""

from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from registry.core import kept_views
from registry.reports.guard import kept_page

PAGE = "reports"


def views_of(user):
    return kept_views.views_of(user, PAGE)


@require_POST
@kept_page
def save_view(request):
    return _back(kept_views.keep_view(request, PAGE))


@require_POST
@kept_page
def delete_view(request, key):
    kept_views.delete_view(request, PAGE, key)
    return _back(request.POST.get("back", ""))


def _back(query):
    """Back to the pivot; only its own address, whatever was sent."""
    query = QueryDict(query).urlencode()
    return HttpResponseRedirect(f"{reverse('reports')}{'?' if query else ''}{query}")

"""Whom the pages under `/my/` are for, and the records that they find by their addresses."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from projects.models import Project
from registry.core.roles import Role
from registry.core.search import numbered_or_404

OWN = (Role.COUNTY, Role.ORGANISATION)


def my_page(view):
    """For counties and organisations. Those of the desk are sent there, strangers to the sign-in, applicants
    to where they wait, all others told."""
    return _page_for(view, OWN)


def county_page(view):
    """For counties alone: an organisation is told so."""

    @my_page
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.holds(Role.COUNTY):
            raise PermissionDenied(_("This page is for counties."))
        return view(request, *args, **kwargs)

    return guarded


def report_page(view):
    """Also for the bureaux, which may write down what a county told them."""
    return _page_for(view, (*OWN, Role.BUREAU, Role.PARTNER))


def _page_for(view, roles):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if user.holds(*roles):
            return view(request, *args, **kwargs)
        if user.is_staff:
            return redirect("admin:index")
        if user.memberships.exists():
            return redirect("waiting")
        raise PermissionDenied(_("These pages are for counties and organisations. Your account has no role yet."))

    return guarded


def project_or_404(user, number):
    """The project that the person works with; a stranger's is as unknown as one that does not exist."""
    return numbered_or_404(Project.objects.within_scope_of(user).select_related("campaign", "officer"), number)


def row_or_404(rows, pk):
    """The row of `rows` with its project, or the same answer as for one that does not exist."""
    found = rows.filter(pk=pk).select_related("project").first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def sides_of(user):
    """The sides for which the person speaks, as values of `Side`."""
    return [role.value for role in OWN if user.holds(role)]

"""Whom the pages under `/reports/` are for."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from registry.core.replica_reads import may_read_replica
from registry.core.roles import Role

READERS = (Role.BUREAU, Role.PARTNER, Role.AUDITOR)
KEEPERS = (Role.BUREAU, Role.PARTNER)
"""Those who may keep views of their own: an auditor writes nothing."""


def page_for(permission):
    """Make `f(request, ...)` a page for those who hold `permission`; strangers sign in, the others are told (403)."""
    return lambda view: may_read_replica(_guarded(view, lambda user: user.has_perm(permission)))


def report_page(view):
    """A page for the bureaux and auditors; strangers sign in, the others are told (403)."""
    return may_read_replica(_guarded(view, lambda user: user.holds(*READERS)))


def kept_page(view):
    """A page for those of them who may write."""
    return _guarded(view, lambda user: user.holds(*KEEPERS))


def _guarded(view, may):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if not may(request.user):
            raise PermissionDenied(_("Your role does not open this page."))
        return view(request, *args, **kwargs)

    return guarded

"""Pages of the desk that are no list and no record: each says its address, its name and whom it is for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class DeskPage:
    """`route` below `/desk/`, `name` in the namespace `admin`; `permission` is "app.codename"."""

    route: str
    name: str
    permission: str
    view: Callable


PAGES: list[DeskPage] = []
"""In the order in which they were named; the desk puts them before its lists."""


def desk_page_at(route, name, permission):
    """Make `f(request, ...)` a page of the desk for those who hold `permission`; the others are told so (403)."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.has_perm(permission):
                raise PermissionDenied(_("Your role does not open this page."))
            return view(request, *args, **kwargs)

        PAGES.append(DeskPage(route, name, permission, guarded))
        return guarded

    return decorate

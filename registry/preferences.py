"""How a visitor wants to read: size of the letters and elder mode (长者模式), kept in one cookie.

Source: 互联网网站适老化通用设计规范 (adjustable text, a mode for the old) and what visitors of government sites expect.
Works without JavaScript and without an account.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from registry.core.read_only import own_affairs

COOKIE = "reading"
YEAR = 365 * 24 * 60 * 60
SIZES = {"large": _("A+"), "medium": _("A"), "small": _("A−")}


@dataclass(frozen=True)
class Reading:
    """The visitor's choice; anything unknown in the cookie counts as the usual."""

    size: str = "medium"
    elder: bool = False

    @classmethod
    def of(cls, request):
        size, _separator, mode = request.COOKIES.get(COOKIE, "").partition(".")
        return cls(size if size in SIZES else cls.size, mode == "elder")

    @property
    def cookie(self):
        return f"{self.size}.{'elder' if self.elder else 'usual'}"

    @property
    def classes(self):
        """For the `html` element; the style sheets know the rest."""
        return f"size-{self.size} elder" if self.elder else f"size-{self.size}"


@own_affairs
@require_POST
def preferences(request):
    """Keeps `size` (large, medium, small) and `elder` (1, 0), each as sent or as before; goes back to `next`."""
    before = Reading.of(request)
    size, elder = request.POST.get("size"), request.POST.get("elder")
    after = Reading(size if size in SIZES else before.size, elder == "1" if elder in {"0", "1"} else before.elder)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    response.set_cookie(
        COOKIE, after.cookie, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response

"""How a visitor wants to read, kept in one cookie: size of the letters, elder mode (长者模式), contrast, pointer.

Source: 互联网网站适老化通用设计规范 (adjustable text, a mode for the old, contrast, pointer) and what visitors of
government sites expect. Works without JavaScript and without an account, on every page, those of errors among them.
"""

from dataclasses import dataclass, replace

from django.conf import settings
from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from registry.core.public_session import asks_no_records
from registry.core.read_only import own_affairs

COOKIE = "reading"
YEAR = 365 * 24 * 60 * 60
SIZES = {"large": _("A+"), "medium": _("A"), "small": _("A−")}
MODES = {
    "elder": (_("Elder mode"), _("Larger letters, wider lines, bigger buttons.")),
    "contrast": (_("High contrast"), _("Black on white, strong lines, links underlined.")),
    "pointer": (_("Big pointer"), _("Only where a mouse is used.")),
}
"""Each with its name and what it does."""


@dataclass(frozen=True)
class Reading:
    """The visitor's choice; anything unknown in the cookie counts as the usual."""

    size: str = "medium"
    elder: bool = False
    contrast: bool = False
    pointer: bool = False

    @classmethod
    def of(cls, request):
        size, *modes = request.COOKIES.get(COOKIE, "").split(".")
        return cls(size if size in SIZES else cls.size, *(mode in modes for mode in MODES))

    @property
    def modes(self):
        return [mode for mode in MODES if getattr(self, mode)]

    @property
    def cookie(self):
        return ".".join([self.size, *self.modes])

    @property
    def classes(self):
        """For the `html` element; the style sheets know the rest."""
        return " ".join([f"size-{self.size}", *self.modes])


@asks_no_records
@own_affairs
@require_POST
def preferences(request):
    """Keeps `size` (large, medium, small) and each mode (1, 0), as sent or as before; goes back to `next`."""
    after = Reading.of(request)
    if (size := request.POST.get("size")) in SIZES:
        after = replace(after, size=size)
    for mode in MODES:
        if (sent := request.POST.get(mode)) in {"0", "1"}:
            after = replace(after, **{mode: sent == "1"})
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    response.set_cookie(
        COOKIE, after.cookie, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response

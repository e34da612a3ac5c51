"""The history of a record: who changed what and why, in words, from the database's own trail."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from registry.core.addresses import desk_restore
from registry.core.history import changes_of, describe
from registry.core.roles import Role

PER_PAGE = 50


def with_restores(entries, user):
    """The entries, for the bureau each with the page on which the state after it can be put back."""
    for entry in entries if user.holds(Role.BUREAU) else ():
        entry.restore = desk_restore(entry.change)
    return entries


class HistoryPages:
    """The history page of a ModelAdmin."""

    def changes_of(self, obj):
        """What the record's history is made of; room to add what hangs on it by another table."""
        return changes_of(obj)

    def history_view(self, request, object_id, extra_context=None):
        if request.method == "POST":
            return HttpResponseNotAllowed(("GET", "HEAD"))
        if not request.user.has_perm("core.view_change"):
            raise PermissionDenied(_("Your role does not read the trail."))
        obj = self.found(request, object_id)
        page = Paginator(self.changes_of(obj).order_by("-id"), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of “%s”") % obj,
            "opts": self.opts,
            "object": obj,
            "page_obj": page,
            "entries": with_restores(describe(page.object_list, request.user), request.user),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)

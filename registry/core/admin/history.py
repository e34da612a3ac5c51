"""The history of a record: who changed what and why, in words, from the database's own trail."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from registry.core.history import changes_of, describe

PER_PAGE = 50


class HistoryPages:
    """The history page of a ModelAdmin."""

    def changes_of(self, obj):
        """What the record's history is made of; room to add what hangs on it by another table."""
        return changes_of(obj)

    def history_view(self, request, object_id, extra_context=None):
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
            "entries": describe(page.object_list, request.user),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)

"""Releases of open data on the desk: the list, a new one by a button, a withdrawal with its reason."""

from django import forms
from django.contrib import admin
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from registry.core.admin import Panel, RecordAdmin
from registry.core.desk_pages import desk_page_at
from registry.core.forms import PlainTextField
from registry.core.jobs import enqueue
from registry.core.models import Job
from registry.reports.jobs import release_data
from registry.reports.models import DataRelease

from .actions import withdraw_release
from .sets import SETS

MAKE = "reports.make_datarelease"


def files_panel(release):
    panel = Panel(
        _("Files"), ((_("file"), "nowrap"), (_("bytes"), "num"), ("SHA-256", "")), _("There is no file."), "files"
    )
    for file in release.files.select_related("blob"):
        address = reverse("data-file", args=(release.number, file.name)) if release.is_standing else ""
        panel.add(address, file.name, f"{file.size:,}", file.sha256)
    return panel


@admin.register(DataRelease)
class DataReleaseAdmin(RecordAdmin):
    list_display = ("number", "as_of", "made_by", "rows", "status", "status_reason")
    list_filter = ("status",)
    search_fields = ("number",)
    list_select_related = ("made_by",)
    change_list_template = "admin/reports/datarelease/change_list.html"
    fieldsets = (
        (None, {"fields": ("number", "page", ("as_of", "made_by", "made_at"), "licence", "note")}),
        (gettext_lazy("State"), {"fields": ("status", "status_reason", ("withdrawn_by", "withdrawn_at"))}),
    )
    readonly_fields = (
        "number", "page", "as_of", "made_by", "made_at", "licence", "note", "status", "status_reason", "withdrawn_by",
        "withdrawn_at",
    )  # fmt: skip

    @staticmethod
    def move(record, *, to, by, reason=""):
        return withdraw_release(release=record, by=by, reason=reason)

    def has_add_permission(self, request):
        return False

    @admin.display(description=gettext_lazy("Rows"))
    def rows(self, release):
        return " · ".join(
            f"{one.label} {release.sets[code]['rows']:,}" for code, one in SETS.items() if code in release.sets
        )

    @admin.display(description=gettext_lazy("public page"))
    def page(self, release):
        return format_html('<a href="{0}">{0}</a>', release.get_absolute_url())

    def panels(self, request, obj):
        return (files_panel(obj),)


class ReleaseForm(forms.Form):
    note = PlainTextField(
        label=gettext_lazy("note"), required=False, multiline=True, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What users should know of this release. Everybody reads it."),
    )  # fmt: skip


@desk_page_at("open-data/release/", "release-data", MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def release_now(request):
    """What a release is; POST asks for one and leads to the job. One that is under way is not asked for twice."""
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        waiting = Job.objects.within_scope_of(request.user).unfinished().filter(kind=release_data.kind).first()
        work = waiting or enqueue(release_data, by=request.user, note=form.cleaned_data["note"])
        return HttpResponseRedirect(reverse("job", args=(work.key,)))
    context = {
        **admin.site.each_context(request), "title": _("Release open data"), "form": form,
        "latest": DataRelease.objects.standing().first(),
    }  # fmt: skip
    status = 400 if request.method == "POST" else 200
    return TemplateResponse(request, "reports/release_now.html", context, status=status)

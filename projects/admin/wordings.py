"""Wordings of papers on the desk: uploaded as files of Word, tried, put into use, with the fields that they may use."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.wordings import drop_wording, keep_wording, use_wording
from projects.models import PaperWording
from projects.papers.vocabulary import VOCABULARIES
from projects.papers.wording import fill
from registry.core.admin import Deed, Panel, RecordAdmin
from registry.core.admin.versions import VersionedForm
from registry.core.blobs import bytes_of
from registry.core.exports import docx_attached
from registry.core.history import name_actions

from .parts import adopt, typed

name_actions(
    {
        "paperwording.keep": gettext_lazy("Wording kept"),
        "paperwording.use": gettext_lazy("Wording put into use"),
        "paperwording.drop": gettext_lazy("Wording taken out of use"),
        "agreement.draft": gettext_lazy("Agreement drafted"),
    }
)


class NewWordingForm(VersionedForm):
    """A name and a file; everything else is in the file."""

    upload = forms.FileField(
        label=gettext_lazy("file"),
        max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        help_text=gettext_lazy("A .docx whose fields are those listed below. It is tried before it is kept."),
    )


def fields_panel(use):
    """What a wording of this use may say, as it is to be typed."""
    vocabulary, address = VOCABULARIES[use], reverse("admin:projects_paperwording_pattern")
    panel = Panel(
        _("Fields of a paper: %s") % PaperWording.Use(use).label,
        ((_("to be typed"), "nowrap"), (_("becomes"), "")),
        "",
        f"fields-{use}",
        more=(f"{address}?use={use}", _("Download the built-in wording to begin from")),
        note=_(
            "A field in double braces becomes its text. Lines of a table are repeated between a row with “tr for” and "
            "a row with “tr endfor”; paragraphs between “p for” and “p endfor”; “p if” and “p endif” leave out what "
            "is empty. Nothing else is taken."
        ),
    )
    for name, label in vocabulary.fields.items():
        panel.add("", f"{{{{ {name} }}}}", label)
    for name, (label, columns) in vocabulary.lists.items():
        panel.add("", f"{{%tr for one in {name} %}} … {{%tr endfor %}}", label)
        for column, words in columns.items():
            panel.add("", f"{{{{ one.{column} }}}}", words)
    return panel


@admin.register(PaperWording)
class PaperWordingAdmin(RecordAdmin):
    list_display = ("name", "use", "original_name", "is_current", "updated_at")
    list_filter = ("use", "is_current")
    search_fields = ("name",)
    list_select_related = ("blob",)
    new_fieldsets = ((None, {"fields": ("name", "use", "upload")}),)
    fields = ("name", "use", "file", "is_current")
    readonly_fields = ("use", "file", "is_current")
    deeds = (
        Deed(
            "use", gettext_lazy("Use it from now on"), "projects.change_paperwording",
            lambda obj, **data: use_wording(wording=obj, **data),
            offered=lambda obj, user: not obj.is_current,
            explains=gettext_lazy("Papers of this use are made from this file from now on, not from the one before."),
        ),
        Deed(
            "drop", gettext_lazy("Take it out of use"), "projects.change_paperwording",
            lambda obj, **data: drop_wording(wording=obj, **data), needs_reason=True, danger=True,
            offered=lambda obj, user: obj.is_current,
            explains=gettext_lazy("Papers of this use are made in the built-in wording again."),
        ),
    )  # fmt: skip

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = NewWordingForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
        else:
            adopt(obj, keep_wording(by=request.user, **typed(form, "name", "use", "upload")))

    def response_post_save_add(self, request, obj):
        return HttpResponseRedirect(self.page_of(obj))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        response = super().render_change_form(request, context, add, change, form_url, obj)
        uses = PaperWording.Use.values if obj is None else (obj.use,)
        response.context_data["panels"] = tuple(fields_panel(use) for use in uses)
        return response

    def get_urls(self):
        guarded = self.admin_site.admin_view
        return [
            path("pattern/", guarded(self.pattern_view), name=self.view_name("pattern")),
            path("<path:object_id>/file/", guarded(self.file_view), name=self.view_name("file")),
            path("<path:object_id>/trial/", guarded(self.trial_view), name=self.view_name("trial")),
            *super().get_urls(),
        ]

    def pattern_view(self, request):
        """The built-in wording with the names of the fields, to begin from."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(("GET", "HEAD"))
        if not self.has_view_permission(request):
            raise PermissionDenied
        use = request.GET.get("use", PaperWording.Use.AGREEMENT)
        if use not in PaperWording.Use.values:
            raise Http404
        return docx_attached(VOCABULARIES[use].pattern(), _("Wording: %s") % PaperWording.Use(use).label)

    def _with_content(self, request, object_id):
        wording = self.found(request, object_id)
        try:
            return wording, bytes_of(wording.blob)
        except FileNotFoundError as lost:
            raise Http404(_("The stored file is lost or was altered. Tell a system administrator.")) from lost

    def file_view(self, request, object_id):
        wording, content = self._with_content(request, object_id)
        return docx_attached(content, wording.original_name.removesuffix(".docx"))

    def trial_view(self, request, object_id):
        """The wording filled in with made-up terms."""
        wording, content = self._with_content(request, object_id)
        content = fill(content, VOCABULARIES[wording.use].sample())
        return docx_attached(content, _("Trial: %s") % wording.name)

    @admin.display(description=gettext_lazy("file"))
    def file(self, wording):
        ways = (("file", wording.original_name), ("trial", _("filled in with made-up terms")))
        links = [
            format_html('<a href="{}">{}</a>', reverse(f"admin:{self.view_name(view)}", args=(wording.pk,)), label)
            for view, label in ways
        ]
        return format_html("{} · {}", *links)

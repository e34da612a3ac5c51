"""Files on the desk: attached to a record from its own page, opened only by way of the scoped download."""

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.documents import attach_document, hide_photo, remove_document, show_photo
from projects.models import Document
from projects.models.documents import OWNERS, DocumentKind, owner_field
from registry.core.addresses import desk_new, desk_page
from registry.core.admin import Deed, Panel, RecordAdmin
from registry.core.admin.deeds import ReasonForm
from registry.core.admin.versions import VersionedForm
from registry.core.blobs import LIMIT, TYPES
from registry.core.dates import format_date, format_instant
from registry.core.forms import PlainTextField

from .parts import adopt, typed


class NewDocumentForm(VersionedForm):
    """A file and what it is."""

    upload = forms.FileField(
        label=gettext_lazy("file"),
        max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(TYPES)}),
        help_text=gettext_lazy("PDF, picture, Office file, CSV or text; up to %d MiB.") % (LIMIT // 2**20),
    )


class ShownForm(ReasonForm):
    """What the bureau says before everybody sees a photograph."""

    alt = PlainTextField(
        label=gettext_lazy("description"), max_length=200,
        help_text=gettext_lazy("What is to be seen, for those who do not see the photograph."),
    )  # fmt: skip
    agreed = forms.BooleanField(label=gettext_lazy("Nobody can be recognised, or all persons shown have agreed."))

    def clean(self):
        """The tick is asked for and not kept: the trail says who gave it."""
        answers = super().clean()
        answers.pop("agreed", None)
        return answers


def _is_photo_of_need(document):
    return document.need_id is not None and document.kind == DocumentKind.PHOTO


def download(document):
    """The link to the file itself."""
    return format_html('<a href="{}">{}</a>', reverse("document", args=(document.pk,)), document.original_name)


def documents_panel(request, obj, documents=None):
    """The files of a record (`documents` where they are at hand), and the way to add one."""
    user = request.user
    panel = Panel(
        _("Documents"),
        (
            (_("document"), ""), (_("kind"), ""), (_("file"), ""), (_("dated"), "nowrap"), (_("uploaded by"), ""),
            (_("uploaded at"), "nowrap"),
        ),
        _("No file has been attached yet."),
        "documents",
        new=(desk_new(Document, f"?{owner_field(type(obj))}={obj.pk}"), _("Upload a file"))
        if user.has_perm("projects.add_document")
        else None,
    )  # fmt: skip
    if user.has_perm("projects.view_document"):
        for document in obj.documents.select_related("uploaded_by") if documents is None else documents:
            panel.add(
                desk_page(document), str(document), document.get_kind_display(), download(document),
                format_date(document.dated, "table") if document.dated else "", str(document.uploaded_by or ""),
                format_instant(document.uploaded_at, "table"),
            )  # fmt: skip
    return panel


@admin.register(Document)
class DocumentAdmin(RecordAdmin):
    list_display = ("__str__", "kind", "belongs_to", "size", "uploaded_by", "uploaded_at")
    list_filter = ("kind", "uploaded_at", "is_demo")
    search_fields = ("title", "original_name")
    list_select_related = ("blob", "uploaded_by", *OWNERS)
    new_fieldsets = ((None, {"fields": ("kind", "upload", "title", "dated", "place")}),)
    fields = (
        "kind", "title", "dated", "place", "file", "belongs_to", "size", "digest", "uploaded_by", "uploaded_at",
        "shown_alt",
    )  # fmt: skip
    readonly_fields = ("file", "belongs_to", "size", "digest", "uploaded_by", "uploaded_at", "shown_alt")
    deeds = (
        Deed(
            "remove", gettext_lazy("Remove the file"), "projects.delete_document",
            lambda obj, **data: remove_document(document=obj, **data), needs_reason=True, danger=True,
            offered=lambda obj, user: not obj.is_relied_on,
            explains=gettext_lazy("The file leaves the record; that it was there, and who removed it, is kept."),
        ),
        Deed(
            "show", gettext_lazy("Show to the public"), "projects.publish_need",
            lambda obj, **data: show_photo(document=obj, **data), asks_reason=False,
            form=lambda request, obj: ShownForm,
            offered=lambda obj, user: _is_photo_of_need(obj) and obj.shown_id is None,
            explains=gettext_lazy("A copy is made without place, time and device; it is public while the need is."),
        ),
        Deed(
            "hide", gettext_lazy("Hide from the public"), "projects.publish_need",
            lambda obj, **data: hide_photo(document=obj, **data), needs_reason=True, danger=True,
            offered=lambda obj, user: obj.shown_id is not None,
            explains=gettext_lazy("The copy is public no more; the file stays with the need."),
        ),
    )  # fmt: skip

    def owner(self, request):
        """The record named by the address that the new file is for, within scope; None where none is named."""
        for name in OWNERS:
            key = request.GET.get(name)
            if key is None:
                continue
            model_admin = self.admin_site.get_model_admin(Document._meta.get_field(name).related_model)
            return model_admin.found(request, key)
        return None

    def add_view(self, request, form_url="", extra_context=None):
        owner = self.owner(request) if self.has_add_permission(request) else None
        if owner is None and self.has_add_permission(request):
            messages.info(request, _("A file belongs to a record: open the record and choose “Upload a file” there."))
            return HttpResponseRedirect(reverse(f"admin:{self.view_name('changelist')}"))
        return super().add_view(request, form_url, {"subtitle": str(owner), **(extra_context or {})})

    def frozen(self, obj):
        return obj.is_relied_on

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = NewDocumentForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        details = typed(form, "kind", "upload", "title", "dated", "place")
        owner = self.owner(request)
        if owner is None:
            raise Http404
        adopt(obj, attach_document(owner=owner, by=request.user, **details))

    def page_after(self, obj):
        return f"{desk_page(obj.owner)}#documents"

    def response_post_save_add(self, request, obj):
        return HttpResponseRedirect(self.page_after(obj))

    @admin.display(description=gettext_lazy("file"))
    def file(self, document):
        return download(document)

    @admin.display(description=gettext_lazy("belongs to"))
    def belongs_to(self, document):
        owner = document.owner
        return format_html('{} <a href="{}">{}</a>', owner._meta.verbose_name, desk_page(owner), owner)

    @admin.display(description=gettext_lazy("size"))
    def size(self, document):
        return filesizeformat(document.blob.size)

    @admin.display(description=gettext_lazy("digest (SHA-256)"))
    def digest(self, document):
        return document.blob.sha256

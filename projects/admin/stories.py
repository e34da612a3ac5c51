"""Stories on the desk: written, checked with every finding named, published; their photographs."""

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.stories import add_photo, remove_photo
from projects.models import Story, StoryPhoto
from registry.core.addresses import desk_new, desk_page
from registry.core.admin import Deed, Panel, RecordAdmin
from registry.core.admin.versions import VersionedForm
from registry.core.blobs import LIMIT
from registry.core.dates import format_instant
from registry.core.history import name_actions

from .parts import adopt, typed

name_actions(
    {
        "story.photo": gettext_lazy("Photograph added to a story"),
        "story.photo.remove": gettext_lazy("Photograph taken off a story"),
    }
)
TOLD = ("alt", "caption", "credit", "consent", "position")


def check_panel(story):
    """The rules of the check before publishing, each with what was found and where; one without a finding is kept."""
    panel = Panel(
        _("Check before publishing"),
        ((_("rule"), ""), (_("outcome"), "nowrap"), (_("where"), ""), (_("what"), "")),
        "",
        "check",
        more=(reverse("story", args=(story.pk,)), _("See it as the public will")),
    )
    found = story.findings()
    for name, fact in story.lifecycle.facts.items():
        broken = [finding for finding in found if finding.rule == name]
        if not broken and not fact.holds(story):
            panel.add("", fact.remedy, _("✗ to be mended"), "", "", css="row--overdue")
        elif not broken:
            panel.add("", fact.remedy, _("✓ nothing found"), "", "")
        for finding in broken:
            panel.add("", fact.remedy, _("✗ to be mended"), finding.place, finding.text, css="row--overdue")
    return panel


def photos_panel(request, story):
    open_to = request.user.has_perm("projects.add_storyphoto") and story.status not in Story.FROZEN
    panel = Panel(
        _("Photographs"),
        ((_("description"), ""), (_("photograph"), ""), (_("caption"), ""), (_("consent of the persons shown"), "")),
        _("No photograph has been added yet."),
        "photos",
        new=(desk_new(StoryPhoto, f"?story={story.pk}"), _("Add a photograph")) if open_to else None,
    )
    for photo in story.photos.all():
        panel.add(desk_page(photo), str(photo), shown(photo), photo.caption, photo.get_consent_display())
    return panel


def shown(photo):
    """The small picture itself, leading to the large one."""
    card, full = (reverse("story-photo", args=(photo.pk, size)) for size in ("card", "full"))
    return format_html('<a href="{}"><img class="thumb" src="{}" alt="{}"></a>', full, card, photo.alt)


def corrections_panel(story):
    panel = Panel(_("Corrections"), ((_("corrected at"), "nowrap"), (_("why"), "")), _("None so far."), "corrections")
    for correction in story.corrections.all():
        panel.add("", format_instant(correction.corrected_at, "table"), correction.why)
    return panel


@admin.register(Story)
class StoryAdmin(RecordAdmin):
    list_display = ("name", "project", "status", "published_at")
    list_filter = ("status", "is_demo")
    list_select_related = ("project",)
    search_fields = ("name", "project__name", "project__number")
    autocomplete_fields = ("project",)
    fieldsets = (
        (None, {"fields": ("name", "project", "text", ("quote", "said_by"), "source", "children")}),
        (
            gettext_lazy("State"),
            {
                "fields": (
                    "status", ("checked_by", "checked_at"), ("published_by", "published_at"), "first_published_at",
                )
            },
        ),
    )  # fmt: skip
    readonly_fields = ("status", "checked_by", "checked_at", "published_by", "published_at", "first_published_at")

    def frozen(self, obj):
        """What was checked for personal data goes out as it was checked."""
        return obj.status in Story.FROZEN

    def panels(self, request, obj):
        return check_panel(obj), photos_panel(request, obj), corrections_panel(obj)


class NewPhotoForm(VersionedForm):
    upload = forms.ImageField(
        label=gettext_lazy("photograph"),
        max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy("JPEG, PNG or WebP, up to %d MiB. Where and when it was taken is not kept.")
        % (LIMIT // 2**20),
    )


@admin.register(StoryPhoto)
class StoryPhotoAdmin(RecordAdmin):
    list_display = ("__str__", "story", "consent", "position")
    list_filter = ("consent", "is_demo")
    list_select_related = ("story",)
    search_fields = ("alt", "caption", "story__name")
    new_fieldsets = ((None, {"fields": ("upload", *TOLD)}),)
    fields = ("story", "picture", *TOLD)
    readonly_fields = ("story", "picture")
    deeds = (
        Deed(
            "remove", gettext_lazy("Remove the photograph"), "projects.delete_storyphoto",
            lambda obj, **data: remove_photo(photo=obj, **data), needs_reason=True, danger=True,
            offered=lambda obj, user: obj.story.status not in Story.FROZEN,
            explains=gettext_lazy("The photograph leaves the story; that it was there, and who removed it, is kept."),
        ),
    )  # fmt: skip

    def named_story(self, request):
        """The story that the new photograph is for, by the address and within scope; None where none is named."""
        key = request.GET.get("story")
        return None if key is None else self.admin_site.get_model_admin(Story).found(request, key)

    def add_view(self, request, form_url="", extra_context=None):
        story = self.named_story(request) if self.has_add_permission(request) else None
        if story is None and self.has_add_permission(request):
            messages.info(request, _("A photograph belongs to a story: open the story and choose “Add a photograph”."))
            return HttpResponseRedirect(reverse("admin:projects_story_changelist"))
        return super().add_view(request, form_url, {"subtitle": str(story), **(extra_context or {})})

    def frozen(self, obj):
        return obj.story.status in Story.FROZEN

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = NewPhotoForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        story = self.named_story(request)
        if story is None:
            raise Http404
        adopt(obj, add_photo(story=story, by=request.user, **typed(form, "upload", *TOLD)))

    def page_after(self, obj):
        return f"{desk_page(obj.story)}#photos"

    def response_post_save_add(self, request, obj):
        return HttpResponseRedirect(self.page_after(obj))

    def response_post_save_change(self, request, obj):
        return HttpResponseRedirect(self.page_after(obj))

    @admin.display(description=gettext_lazy("photograph"))
    def picture(self, photo):
        return shown(photo)

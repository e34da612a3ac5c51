"""The publication of a project on the desk: the checks, the entry to come, what changed, the versions;
and the publishing of what has changed in many projects at once."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.actions.publishing import AT_MOST, publish_changes, publish_project, withdraw_project
from projects.entries import entry_in_words
from projects.models import Project, Publication
from projects.publishing.checks import check_entry
from projects.publishing.contents import changed_since, content_of, standing_of
from projects.publishing.differences import differences
from registry.core.addresses import desk_page
from registry.core.forms import PlainTextField

MAY = "projects.publish_project"


class PublishForm(forms.Form):
    """The note, and for every doubt a field of its own: what is not answered in words is not published."""

    note = PlainTextField(
        label=gettext_lazy("Why the entry changes"), max_length=500, required=False, multiline=True,
        help_text=gettext_lazy("The public reads it beside the entry. Name no persons."),
    )  # fmt: skip

    def __init__(self, *args, checked, needs_note, **kwargs):
        super().__init__(*args, **kwargs)
        if needs_note:
            self.fields["note"].required = True
            self.fields["note"].widget.attrs["rows"] = 3
        else:
            del self.fields["note"]
        self.doubts = {one.check.code: one for one in checked if one.findings and not one.check.refuses}
        for code in self.doubts:
            self.fields[code] = PlainTextField(label=_("Why it is published all the same"), max_length=300)

    @property
    def answers(self):
        return {code: self.cleaned_data[code] for code in self.doubts}


class WithdrawForm(forms.Form):
    reason = PlainTextField(
        label=gettext_lazy("Why it is withdrawn"), max_length=500,
        help_text=gettext_lazy("The public reads it at the address of the entry."),
    )  # fmt: skip


class ChangesForm(forms.Form):
    """Which of the changed projects are published, and the note for all of them."""

    projects = forms.ModelMultipleChoiceField(
        queryset=Project.objects.none(), widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Projects")
    )
    note = PlainTextField(label=gettext_lazy("Why the entries change"), max_length=500)

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["projects"].queryset = rows


class PublicationPages:
    """For `ProjectAdmin`: `/desk/projects/project/<id>/publication/` and `/desk/projects/project/publish-changes/`."""

    def get_urls(self):
        guarded = self.admin_site.admin_view
        return [
            path(
                "publish-changes/", guarded(self.publish_changes_view), name=self.view_name("publish_changes")
            ),
            path("<path:object_id>/publication/", guarded(self.publication_view), name=self.view_name("publication")),
            *super().get_urls(),
        ]  # fmt: skip

    def publication_view(self, request, object_id):
        project = self.found(request, object_id)
        content, standing = content_of(project), standing_of(project)
        checked = check_entry(project, content)
        is_first = not Publication.objects.filter(project=project).exists()
        asked = request.POST.get("do") if request.method == "POST" else ""
        publishing = PublishForm(
            request.POST if asked == "publish" else None,
            prefix="publish",
            checked=checked,
            needs_note=not is_first,
            initial={one["code"]: one["words"] for one in standing.acknowledged} if standing else {},
        )
        withdrawing = WithdrawForm(request.POST if asked == "withdraw" else None, prefix="withdraw")
        if request.method == "POST" and not request.user.has_perm(MAY):
            raise PermissionDenied(_("Your role does not publish projects."))
        if asked and self._done(request, project, publishing if asked == "publish" else withdrawing):
            return HttpResponseRedirect(request.path)
        may, is_changed = request.user.has_perm(MAY), standing is not None and standing.content != content
        changes = differences(standing.content, content) if standing else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publication"),
            "project": project,
            "back": desk_page(project),
            "standing": standing,
            "is_changed": is_changed,
            "changes": changes,
            "checks": [(one, _field(publishing, one.check.code)) for one in checked],
            "offered": may and (is_changed or not standing) and not _refused(checked),
            "publishing": publishing,
            "withdrawing": withdrawing,
            "may": may,
            "entry": entry_in_words(content),
            "versions": Publication.objects.filter(project=project).select_related("published_by").order_by("-serial"),
        }
        status = 400 if asked else 200
        return TemplateResponse(request, "projects/desk/publication.html", context, status=status)

    def _done(self, request, project, form):
        """Do what was asked for; what stands against it is told beside the form."""
        if not form.is_valid():
            return False
        try:
            if isinstance(form, WithdrawForm):
                withdraw_project(project=project, by=request.user, reason=form.cleaned_data["reason"])
                told = _("The entry was withdrawn. Its address tells when and why.")
            else:
                note = form.cleaned_data.get("note", "")
                publish_project(project=project, by=request.user, note=note, acknowledged=form.answers)
                told = _("The entry is public as it stands here.")
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
            return False
        messages.success(request, told)
        return True

    def publish_changes_view(self, request):
        if not request.user.has_perm(MAY):
            raise PermissionDenied(_("Your role does not publish projects."))
        rows = changed_since(Project.objects.within_scope_of(request.user)).order_by("number")
        asked = request.method == "POST"
        form = ChangesForm(request.POST if asked else None, rows=rows)
        left = []
        if asked and form.is_valid():
            chosen = form.cleaned_data
            try:
                published, left = publish_changes(
                    projects=chosen["projects"].order_by("number"), by=request.user, note=chosen["note"]
                )
            except ValidationError as refusal:
                form.add_error(None, refusal.messages)
            else:
                words = ngettext("%d entry was published.", "%d entries were published.", len(published))
                messages.success(request, words % len(published))
                if not left:
                    return HttpResponseRedirect(reverse(f"admin:{self.view_name('changelist')}"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish what has changed"),
            "form": form,
            "rows": list(rows[:AT_MOST]),
            "left": left,
            "chosen": set(request.POST.getlist("projects")) if asked else None,
        }
        status = 400 if asked and not form.is_valid() else 200
        return TemplateResponse(request, "projects/desk/publish_changes.html", context, status=status)


def _refused(checked):
    return any(one.findings for one in checked if one.check.refuses)


def _field(form, name):
    return form[name] if name in form.fields else None

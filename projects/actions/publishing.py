"""Publishing a project, publishing what has changed since, and withdrawing it. Nothing else sets its visibility."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from projects.models import Project, Publication
from projects.publishing.checks import check_entry
from projects.publishing.contents import content_of, put_in, standing_of
from registry.core.actions import locked
from registry.core.clashes import begun_anew
from registry.core.trail import acting, action

Kind = Publication.Kind
AT_MOST = 500
"""So many are published by one click: each is checked by itself."""


def _may(by):
    if by is not None and not by.has_perm("projects.publish_project"):
        raise PermissionDenied(_("Your role does not publish projects."))


@action("project.publish")
def publish_project(*, project, by, note="", acknowledged=None):
    """Publish the project as it is now, or what has changed since; returns the publication.

    `acknowledged`: {code of a check: words on its doubt}. From the second version on `note` tells the public why.
    Raises PermissionDenied, or ValidationError naming what a check refuses, a doubt without words, a missing note,
    and that nothing has changed.
    """
    _may(by)
    project, words = locked(project, by=by), acknowledged or {}
    content, standing = content_of(project), standing_of(project)
    if standing and standing.content == content:
        raise ValidationError(_("Nothing that the public reads has changed since the last publication."))
    known = _doubts(check_entry(project, content), words)
    note = note.strip()
    if not note and Publication.objects.filter(project=project).exists():
        raise ValidationError({"note": _("Say why the entry changes: the public reads it beside the entry.")})
    _show(project, Project.Visibility.PUBLISHED)
    put_in([project.pk], kind=Kind.CORRECTION if standing else Kind.PUBLICATION, note=note, by=by, acknowledged=known)
    return standing_of(project)


def _doubts(checked, words):
    """What is kept of the doubts; raises ValidationError for what must be mended and what nobody has answered."""
    against = [
        f"{one.check.label}: {finding.words} ({finding.where})"
        for one in checked
        if one.check.refuses
        for finding in one.findings
    ]
    doubts = [one for one in checked if one.findings and not one.check.refuses]
    against += [
        _("%(finding)s Say in words why it is published all the same.") % {"finding": one.findings[0].words}
        for one in doubts
        if not words.get(one.check.code, "").strip()
    ]
    if against:
        raise ValidationError(against)
    return [{"code": one.check.code, "words": words[one.check.code].strip()} for one in doubts]


def _show(project, visibility):
    if project.visibility != visibility:
        project.visibility = visibility
        project.save(update_fields=["visibility"])


@action("project.withdraw")
def withdraw_project(*, project, by, reason):
    """Take the project's entry from the public; its address then tells when and why. Returns the project.

    Raises PermissionDenied, or ValidationError without a reason or where it is not published.
    """
    _may(by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is withdrawn: the public reads it.")})
    project = locked(project, by=by)
    if standing_of(project) is None:
        raise ValidationError(_("The project is not published."))
    _show(project, Project.Visibility.INTERNAL)
    put_in([project.pk], kind=Kind.WITHDRAWAL, note=reason.strip(), by=by)
    return project


@begun_anew
def publish_changes(*, projects, by, note):
    """Publish what has changed of each of `projects` (a queryset) with one note, each that nothing is found against.

    Doubts that were answered for the version that stands count as answered. Returns (published, left out): lists of
    projects, and of (project, [sentences]). Raises PermissionDenied, or ValidationError without a note or for more
    than `AT_MOST`.
    """
    _may(by)
    if not note.strip():
        raise ValidationError({"note": _("Say why the entry changes: the public reads it beside the entry.")})
    chosen = list(projects[: AT_MOST + 1])
    if len(chosen) > AT_MOST:
        raise ValidationError(_("At most %d projects at once: narrow the list.") % AT_MOST)
    published, left = [], []
    with acting(by=by, action="project.publish"):
        for project in chosen:
            standing = standing_of(project)
            if standing is None:
                left.append((project, [_("The project is not published.")]))
                continue
            words = {one["code"]: one["words"] for one in standing.acknowledged}
            try:
                publish_project(project=project, by=by, note=note, acknowledged=words)
            except ValidationError as refusal:
                left.append((project, refusal.messages))
            else:
                published.append(project)
    return published, left

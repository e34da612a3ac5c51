"""Logging a project, and moving it along its stages."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from projects.announcing import announce_project
from projects.models import Participation, Project, ProjectField, Site
from projects.models.stages import Stage
from registry.core.actions import locked, next_number
from registry.core.clashes import begun_anew
from registry.core.trail import acting, action


@action("project.register")
def register_project(*, by, name, campaign, year, lead=None, fields=(), counties=(), number="", **details):
    """Log a project with its leading organisation, fields (the first is primary) and counties.

    Takes the next number `XM-<year>-<nnnn>` unless one is given. `details` are fields of `Project`.
    Raises PermissionDenied, or ValidationError for details that make no sense.
    """
    if by is not None and not by.has_perm("projects.add_project"):
        raise PermissionDenied(_("Your role does not log projects."))
    project = Project(
        name=name, campaign=campaign, year=year, number=number or next_number(Project, "XM", year), **details
    )
    project.full_clean(exclude=("pinyin", "initials"))
    project.save()
    if lead is not None:
        Participation.objects.create(
            project=project, organisation=lead, role=Participation.Role.LEAD, is_demo=project.is_demo
        )
    seen = set()
    for field in fields:
        primary = field.scheme not in seen
        seen.add(field.scheme)
        ProjectField.objects.create(project=project, field=field, is_primary=primary, is_demo=project.is_demo)
    for county in counties:
        Site.objects.create(project=project, division=county, is_demo=project.is_demo)
    return project


@begun_anew
def move_project(*, project, to, by, reason="", version=None):
    """Move a project along its stages; returns it fresh. Raises what `registry.core.actions.move` raises, and Stale
    where the person saw another version."""
    with acting(by=by, action=f"project.{to}", reason=reason):
        fresh = locked(project, by=by, version=version)
        fresh.move_to(to, by=by, reason=reason)
        if to == Stage.SIGNED:
            announce_project(fresh)
    return fresh

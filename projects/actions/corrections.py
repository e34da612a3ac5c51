"""Entries of a registered project put right, by the rules and permissions of its page, where they come by another door.

What is locked, confirmed, submitted or approved is not rewritten: each refusal says where to go instead.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from orgs.models import Organisation
from projects.models import ProjectField, Result, Site
from projects.people import officers_for
from registry.core.actions import locked
from registry.core.trail import action


def _permit(by, permission, words):
    if by is not None and not by.has_perm(permission):
        raise PermissionDenied(words)


def _open(project, by):
    """The project under a lock. Raises ValidationError for one that was carried into the next campaign."""
    project = locked(project, by=by)
    if project.is_locked:
        raise ValidationError(_("The project was carried into the next campaign: its earlier phase stays as it was."))
    return project


def _clean(record, *names):
    """Check these fields of a record and what its `clean` makes of them; the database's constraints speak when it is
    saved, which saves a query for each."""
    others = [field.name for field in record._meta.fields if field.name not in names]
    record.full_clean(exclude=others, validate_unique=False, validate_constraints=False)


@action("project.change")
def change_details(*, project, by, **details):
    """Change fields of a project's own: name, days, summary, officer. Returns it as it stands then.

    Raises PermissionDenied, or ValidationError with the field at fault.
    """
    _permit(by, "projects.change_project", _("Your role does not change projects."))
    project = _open(project, by)
    officer = details.get("officer")
    if officer is not None and not officers_for(by).filter(pk=officer.pk).exists():
        raise ValidationError({"officer": _("“%s” cannot answer for a project.") % officer})
    for name, value in details.items():
        setattr(project, name, value)
    _clean(project, *details)
    project.save(update_fields=[*details])
    return project


@action("project.fields")
def change_fields(*, project, by, fields):
    """Let a project work in `fields` and no others; of each scheme one stays or becomes the primary one."""
    _permit(by, "projects.change_project", _("Your role does not change projects."))
    project = _open(project, by)
    wanted = {field.pk: field for field in fields}
    rows = list(project.project_fields.select_related("field"))
    for row in rows:
        if row.field_id not in wanted:
            row.delete()
    kept = [row for row in rows if row.field_id in wanted]
    known = {row.field_id for row in kept}
    new = [ProjectField(project=project, field=field, is_demo=project.is_demo)
           for field in wanted.values() if field.pk not in known]  # fmt: skip
    primary = {row.scheme for row in kept if row.is_primary}
    for row in (*kept, *new):
        if row.field.scheme not in primary:
            row.is_primary = True
            primary.add(row.field.scheme)
            row.save()
        elif row.pk is None:
            row.save()


@action("project.sites")
def change_sites(*, project, by, divisions):
    """Let a project be in the counties of `divisions` and no others; a village within one of them stays."""
    _permit(by, "projects.change_project", _("Your role does not change projects."))
    project = _open(project, by)
    homes, held = {division.home_id for division in divisions}, set()
    for site in project.sites.select_related("division"):
        if site.division.home_id in homes:
            held.add(site.division.home_id)
        else:
            site.delete()
    for division in divisions:
        if division.home_id not in held:
            held.add(division.home_id)
            Site.objects.create(project=project, division=division, is_demo=project.is_demo)


@action("funding.correct")
def correct_funding(*, funding, by, money):
    """Put the amount of a standing line right, which the county has not confirmed. Returns the line.

    Raises PermissionDenied, or ValidationError for a line that is settled and for what goes beyond a ceiling.
    """
    _permit(by, "projects.change_funding", _("Your role does not change funding."))
    giver = funding.organisation_id
    if by is not None and giver and not Organisation.objects.within_scope_of(by).filter(pk=giver).exists():
        raise PermissionDenied(_("You enter funding only of organisations that you work with."))
    _open(funding.project, by)
    funding = locked(funding, by=by)
    if funding.is_voided:
        raise ValidationError(_("The line is voided already."))
    if funding.confirmed_at:
        raise ValidationError(
            _("The county has confirmed this amount: void the line on the project's page and enter it anew.")
        )
    funding.amount, funding.qualifier, funding.wording = money.value, money.qualifier, money.wording
    _clean(funding, "amount", "qualifier", "wording", "value_basis")
    funding.save(update_fields=["amount", "qualifier", "wording"])
    return funding


@action("result.correct")
def correct_result(*, result, by, reached):
    """Put the figure of a draft or returned result right. Returns the result.

    Raises PermissionDenied, or ValidationError for one that is being judged or counts already.
    """
    _permit(by, "projects.change_result", _("Your role does not change results."))
    _open(result.project, by)
    result = locked(result, by=by)
    if result.status == Result.Status.SUBMITTED:
        raise ValidationError(_("The figure waits for its approval. Have it returned first."))
    if result.status == Result.Status.APPROVED:
        raise ValidationError(
            _("The figure was approved. Withdraw the approval first; a second person approves the new one.")
        )
    result.actual, result.qualifier, result.wording = reached.value, reached.qualifier, reached.wording
    _clean(result, "actual", "qualifier", "wording")
    result.save(update_fields=["actual", "qualifier", "wording"])
    return result


@action("result.record")
def record_result(*, project, by, reached, **details):
    """Enter a result of a project. `details` are fields of `Result`. Raises PermissionDenied or ValidationError."""
    _permit(by, "projects.add_result", _("Your role does not enter results."))
    project = _open(project, by)
    result = Result(
        project=project, actual=reached.value, unit=reached.unit, qualifier=reached.qualifier, wording=reached.wording,
        is_demo=project.is_demo, **details,
    )  # fmt: skip
    result.full_clean()
    result.save()
    return result

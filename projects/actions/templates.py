"""Checklist templates: one is made from another."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from projects.models import ChecklistTemplate, TemplateStep
from registry.core.actions import locked
from registry.core.loading import take_ids
from registry.core.trail import action


@action("template.copy")
def copy_template(*, template, code, name, by, field=None, year=None):
    """A new template with the same steps, for another field or year; returns it. Lists that are open are untouched.

    Raises PermissionDenied, or ValidationError where the code is taken or another template for the kind, field and
    year is in use.
    """
    if not by.has_perm("projects.add_checklisttemplate"):
        raise PermissionDenied(_("Your role does not keep checklist templates."))
    template = locked(template)
    copy = ChecklistTemplate(code=code, name=name, kind=template.kind, field=field, year=year)
    copy.full_clean(exclude=("pinyin", "initials"))
    copy.save()
    told, made = list(template.steps.all()), {}
    for key, step in zip(take_ids(TemplateStep, len(told)), told, strict=True):
        made[step.pk] = TemplateStep(
            pk=key, template=copy, position=step.position, stage=step.stage, title=step.title, title_en=step.title_en,
            guidance=step.guidance, side=step.side, evidence=list(step.evidence), due_after=step.due_after,
            in_working_days=step.in_working_days, depends_on=made.get(step.depends_on_id),
        )  # fmt: skip
    TemplateStep.objects.bulk_create(made.values())
    return copy

"""What other systems are told of needs, projects and circulars: public fields, and where the interface has the rest."""

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from projects.models import Project
from registry.core.models import HookEvent
from registry.core.text import mask_numbers
from registry.core.webhooks import announce


def announce_need(need):
    """A need was published."""
    facts = {
        "id": need.pk, "number": need.number, "name": mask_numbers(need.name), "county": need.county.code,
        "county_name": need.county.name, "field": need.field.code, "expires_on": need.expires_on,
    }  # fmt: skip
    announce(HookEvent.NEED, at=need.published_at, url=reverse("need-detail", args=(need.pk,)), facts=facts)


def announce_project(project):
    """A project was signed. One that is not published is told by its id alone: whoever may see it asks for the rest."""
    facts = {"id": project.pk}
    if Project.objects.visible_to(AnonymousUser()).filter(pk=project.pk).exists():
        facts |= {"number": project.number, "name": mask_numbers(project.name), "year": project.year}
    announce(HookEvent.PROJECT, at=timezone.now(), url=reverse("project-detail", args=(project.pk,)), facts=facts)


def announce_circular(circular):
    """A circular was issued."""
    facts = {
        "id": circular.pk, "number": circular.number, "title": circular.title, "kind": circular.kind,
        "campaign": circular.campaign.code, "as_of": circular.as_of, "corrects": circular.corrects_id,
    }  # fmt: skip
    announce(
        HookEvent.CIRCULAR, at=circular.issued_at, url=reverse("circular-detail", args=(circular.pk,)), facts=facts
    )  # fmt: skip

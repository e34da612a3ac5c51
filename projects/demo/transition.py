"""A few projects of poverty relief that were carried into the campaign that followed (衔接)."""

from projects.actions.transition import carry_over
from projects.models import ChecklistTemplate
from projects.models.stages import Stage

CARRIED = 4


def make_transitions(world, plans):
    """Carry some closed projects on, one of each of the first themes; returns the new projects."""
    first, later = world.campaigns[:2]
    ended = [plan for plan in plans if plan.stage == Stage.CLOSED and plan.project.campaign_id == first.pk]
    templates = {template.kind: template for template in ChecklistTemplate.objects.filter(field=None, year=None)}
    return [
        carry_over(
            project=plan.project, by=world.people["bureau"], template=templates[plan.kind],
            fields=[world.fields[plan.theme["revival"]]], officer=plan.project.officer,
            reason=world.words["project"]["carried"], year=max(world.today.year, later.starts_on.year),
            start=world.day(-30),
        )
        for plan in ended[:CARRIED]
    ]  # fmt: skip

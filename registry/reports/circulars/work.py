"""Circulars of large campaigns: whatever reads their past takes longer than a page may, and is a job."""

from datetime import date, datetime

from django.urls import reverse

from projects.models import Campaign, Circular, Project

AT_ONCE = 2000
"""Projects of a campaign up to which it is done while the person waits."""

COUNTED = (Circular.Status.CHECKED, Circular.Status.ISSUED)
"""Where a circular gets only while its figures agree with the register."""

_READ = {
    "campaign": lambda key: Campaign.objects.get(pk=key),
    "as_of": datetime.fromisoformat,
    **dict.fromkeys(("period_from", "period_until", "dated_on"), date.fromisoformat),
}


def is_large(campaign):
    """Whether counting what belongs to a campaign takes longer than a request may."""
    return Project.objects.filter(campaign=campaign).values("pk")[: AT_ONCE + 1].count() > AT_ONCE


def is_long(circular, to):
    """Whether moving the circular there takes longer than a request may."""
    return to in COUNTED and is_large(circular.campaign_id)


def compose_page(circular):
    """Where its paragraphs are worded."""
    return reverse("admin:projects_circular_compose", args=(circular.pk,))


def packed(head):
    """The fields of a head as a job keeps them, in JSON."""
    words = {name: value.isoformat() for name, value in head.items() if isinstance(value, date)}
    return head | words | {"campaign": head["campaign"].pk}


def unpacked(head):
    """The fields again. Raises Campaign.DoesNotExist."""
    return head | {name: read(head[name]) for name, read in _READ.items() if name in head}

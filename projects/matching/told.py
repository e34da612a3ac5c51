"""Who was told lately of which need."""

import datetime

from django.utils import timezone

from registry.core.models import Notice

AGAIN_AFTER = datetime.timedelta(days=7)
"""An organisation is told of the same need once in this time."""


def told_lately(needs):
    """{(number of the need, key of the organisation): the instant} of suggestions that count still. One query."""
    found = Notice.objects.filter(
        kind=Notice.Kind.MATCHING, sent_at__gt=timezone.now() - AGAIN_AFTER, facts__what="suggested",
        facts__number__in=[need.number for need in needs],
    )  # fmt: skip
    return {
        (facts["number"], facts.get("organisation")): sent_at
        for facts, sent_at in found.values_list("facts", "sent_at")
    }

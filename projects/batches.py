"""What one batch did to many checklist items (批量): which deed, by whom, to which; and why it cannot be taken back."""

import datetime
from dataclasses import dataclass

from django.db.models import Max
from django.utils.translation import gettext as _

from projects.models import Chase, ChaseNotice, ProjectStep
from registry.core.models import Change
from registry.core.undo import STAYS, UNDO_WITHIN, why_not_undone

CHASED = "chase"
DEEDS = {
    "projectstep.done": "complete", "projectstep.verified": "verify", "step.reschedule": "reschedule",
    "step.reassign": "reassign", "step.chase": CHASED,
}  # fmt: skip
"""{action in the trail: deed of `actions.bulk.DEEDS`}."""

_TABLES = {model._meta.db_table for model in (ProjectStep, Chase, ChaseNotice)}


@dataclass(frozen=True)
class Batch:
    """One deed done to many items. `steps`: their keys; `by`: the account's, None for none; `at`: its last change."""

    batch: str
    deed: str
    by: int | None
    at: datetime.datetime
    steps: tuple[int, ...]

    def is_for(self, user):
        """Whether the person may take it back as a rule: whoever did it, and the bureau."""
        return user.pk == self.by or user.is_bureau

    @property
    def until(self):
        """The last instant at which it can be taken back."""
        return self.at + UNDO_WITHIN

    def why_not(self):
        """Why it cannot be taken back, in words; None where it can."""
        if self.deed == CHASED:
            return _("Messages that were sent cannot be taken back.")
        return why_not_undone(self.batch)


def batch_of_steps(batch):
    """The `Batch` of that number; None where it did anything else than one deed to checklist items. Two queries."""
    changes = Change.objects.filter(batch_id=batch).exclude(table_name__in=STAYS).order_by()
    found = list(changes.values("table_name", "action", "actor_id").annotate(last=Max("at"))[:20])
    actions = {row["action"] for row in found}
    if len(actions) != 1 or not actions <= DEEDS.keys() or not {row["table_name"] for row in found} <= _TABLES:
        return None
    deed = DEEDS[actions.pop()]
    table, key = (Chase, "root_pk") if deed == CHASED else (ProjectStep, "row_pk")
    keys = changes.filter(table_name=table._meta.db_table).values_list(key, flat=True).distinct()
    return Batch(
        batch, deed, found[0]["actor_id"], max(row["last"] for row in found), tuple(sorted(int(one) for one in keys))
    )

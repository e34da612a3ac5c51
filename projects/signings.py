"""What a signing made: how its projects are called, and the batch of the trail that they came by."""

from django.utils.translation import gettext as _

from projects.models import Pledge
from registry.core.models import Change
from registry.core.text import excerpt
from registry.core.undo import why_not_undone


def name_for(pledge):
    """What the project of a pledge is called: as its need, with the giver where the need has several."""
    if pledge.need is None:
        return excerpt(pledge.text.strip(), 60) or f"{pledge.receiver.name}{pledge.help_field.name}"
    shared = pledge.need.pledges.filter(status__in=Pledge.BINDING).exclude(pk=pledge.pk).exists()
    return f"{pledge.need.name}（{pledge.organisation.name}）"[:200] if shared else pledge.need.name


def signing_of(pledge):
    """The batch of the last signing of a pledge; None where none was recorded here."""
    changes = Change.objects.filter(table_name=Pledge._meta.db_table, row_pk=str(pledge.pk))
    changes = changes.filter(operation="U", after__status=Pledge.Status.CARRIED).exclude(batch_id="")
    return changes.order_by("id").values_list("batch_id", flat=True).last()


def why_not_taken_back(pledge):
    """Why the signing of a pledge cannot be taken back, in words; None where it can."""
    batch = signing_of(pledge)
    return _("No signing of “%s” was recorded here.") % pledge if batch is None else why_not_undone(batch)

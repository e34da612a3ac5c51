"""Changes to organisations that touch more than one record."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from orgs.models import FormerName, Organisation
from registry.core.actions import locked
from registry.core.dates import today
from registry.core.trail import action


@action("organisation.rename")
def rename(*, organisation, name, by, on=None, reason=""):
    """Give an organisation its new name from `on` (today); the old one stays findable.

    Raises PermissionDenied, or ValidationError for a name that it has, or that it lost on that very day.
    """
    if not by.has_perm("orgs.change_organisation"):
        raise PermissionDenied(_("Your role does not rename organisations."))
    organisation = locked(organisation, by=by)
    if name == organisation.name:
        raise ValidationError(_("That is its name already."))
    former = FormerName(
        organisation=organisation, name=organisation.name, until=on or today(), is_demo=organisation.is_demo
    )
    former.full_clean(exclude=("pinyin", "initials"))
    former.save()
    organisation.name = name
    organisation.full_clean(exclude=("pinyin", "initials"))
    organisation.save()
    return organisation


@action("organisation.merge")
def merge(*, organisation, into, by, reason):
    """Merge one organisation into another. Its rows and history stay; it counts with the other from now on.

    Raises ValidationError for itself, a merged target or a missing reason; PermissionDenied.
    """
    if not by.has_perm("orgs.merge_organisation"):
        raise PermissionDenied(_("Your role does not merge organisations."))
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why the two are one.")})
    if organisation.pk == into.pk:
        raise ValidationError(_("An organisation cannot be merged into itself."))
    pair = {record.pk: locked(record, by=by) for record in sorted((into, organisation), key=lambda record: record.pk)}
    into, organisation = pair[into.pk], pair[organisation.pk]
    if into.status == Organisation.Status.MERGED:
        raise ValidationError(_("“%s” was itself merged into another. Choose that one.") % into)
    organisation.merged_into = into
    organisation.move_to(Organisation.Status.MERGED, by=by, reason=reason)
    Organisation.objects.filter(merged_into=organisation).update(merged_into=into)
    return organisation

"""Funding lines: entered, confirmed by the county, voided but never deleted."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Organisation
from projects.models import Funding
from projects.models.ceilings import CEILINGS, excesses
from registry.core.actions import locked
from registry.core.trail import action


@action("funding.record")
def record_funding(*, project, by, **line):
    """Add a line to a project's funding, in the name of an organisation that the person works with.

    What goes beyond the commitment, or is spent beyond what was received, needs `excess_reason`.
    Raises ValidationError with the field at fault, or PermissionDenied.
    """
    if by is not None and not by.has_perm("projects.add_funding"):
        raise PermissionDenied(_("Your role does not enter funding."))
    giver = line.get("organisation")
    if by is not None and giver and not Organisation.objects.within_scope_of(by).filter(pk=giver.pk).exists():
        raise PermissionDenied(_("You enter funding only of organisations that you work with."))
    project = locked(project, by=by)
    funding = Funding(project=project, is_demo=project.is_demo, **line)
    funding.full_clean()
    funding.save()
    return funding


@action("funding.confirm")
def confirm_receipt(*, funding, by):
    """The county confirms that a received line arrived."""
    if not by.has_perm("projects.confirm_funding"):
        raise PermissionDenied(_("Your role does not confirm receipts."))
    funding = locked(funding, by=by)
    if funding.state != Funding.State.RECEIVED or funding.is_voided:
        raise ValidationError(_("Only a standing line in the state “received” can be confirmed."))
    if funding.confirmed_at:
        raise ValidationError(_("The receipt was confirmed already, by %s.") % funding.confirmed_by)
    funding.confirmed_by, funding.confirmed_at = by, timezone.now()
    funding.save()
    return funding


@action("funding.void")
def void_funding(*, funding, by, reason, excess_reason=""):
    """Void a line; it stays visible, struck through, and leaves all totals.

    Where more would then have been received than is committed, or spent than received, `excess_reason` is asked for
    and kept on the last line that goes beyond. Raises ValidationError or PermissionDenied.
    """
    if not by.has_perm("projects.void_funding"):
        raise PermissionDenied(_("Your role does not void funding lines."))
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why the line is voided.")})
    locked(funding.project, by=by)
    funding = locked(funding, by=by)
    if funding.is_voided:
        raise ValidationError(_("The line is voided already."))
    excess = excess_without(funding=funding, by=by)
    if excess and not excess_reason.strip():
        raise ValidationError({"excess_reason": _("Please say why what is left goes beyond its limit.")})
    funding.voided_by, funding.voided_at, funding.void_reason = by, timezone.now(), reason.strip()
    funding.save()
    if excess:
        beyond = max(
            (line for line in funding.account() if line.state == excess.ceiling.state), key=lambda line: line.pk
        )
        beyond.excess_reason = excess_reason.strip()
        beyond.save(update_fields=["excess_reason"])
    return funding


def excess_without(*, funding, by):
    """The `Excess` that would stand unexplained were this line voided, or None."""
    left = excesses(funding.account())
    limited = [ceiling.state for ceiling in CEILINGS if ceiling.limit == funding.state]
    return next((left[state] for state in limited if state in left and not left[state].is_explained), None)

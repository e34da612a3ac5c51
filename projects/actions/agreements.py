"""Agreements: drafted from a confirmed pledge, with everybody who is to sign already on it."""

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext, override
from django.utils.translation import gettext as _

from projects.models import Agreement, Pledge, Signatory
from registry.core.actions import locked, next_number
from registry.core.dates import today
from registry.core.trail import action

READY = (Pledge.Status.CONFIRMED, Pledge.Status.SIGNED)
"""States of a pledge in which both sides have agreed and nothing has become of it yet."""

Part = Signatory.Part


@action("agreement.draft")
def draft_agreement(*, pledge, by, event=None):
    """A draft for a confirmed pledge: number `XY-<year>-<nnnn>`, to be signed by giver, county, bureau and companies.

    Raises PermissionDenied; DoesNotExist for a pledge out of the person's scope; ValidationError for one that is not
    confirmed or has an agreement already.
    """
    if not by.has_perm("projects.add_agreement"):
        raise PermissionDenied(_("Your role does not draft agreements."))
    pledge = locked(pledge, by=by)
    if pledge.status not in READY:
        raise ValidationError(
            _("%(pledge)s is “%(now)s”: an agreement is drafted once the county has confirmed the pledge.")
            % {"pledge": pledge, "now": pledge.get_status_display()}
        )
    if existing := pledge.agreements.first():
        raise ValidationError(
            _("%(pledge)s has an agreement already: %(agreement)s.") % {"pledge": pledge, "agreement": existing.number}
        )
    year = today().year
    agreement = Agreement(
        number=next_number(Agreement, "XY", year), name=_title(pledge)[:200], pledge=pledge, event=event,
        is_demo=pledge.is_demo,
    )  # fmt: skip
    agreement.full_clean()
    agreement.save()
    for part, party in _parties(pledge):
        Signatory.objects.create(agreement=agreement, part=part, is_demo=pledge.is_demo, **party)
    return agreement


@action("agreement.draft")
def draft_agreements(*, pledges, by, event=None):
    """Drafts for those of `pledges` that have none yet, all or none; returns them. Raises as `draft_agreement`, and
    ValidationError where nothing was chosen."""
    if not by.has_perm("projects.add_agreement"):
        raise PermissionDenied(_("Your role does not draft agreements."))
    if not pledges:
        raise ValidationError(_("Choose at least one pledge."))
    missing = [pledge for pledge in pledges if not pledge.agreements.exists()]
    return [draft_agreement(pledge=pledge, by=by, event=event) for pledge in missing]


def _title(pledge):
    """In the language of the agreement itself, whatever the clerk reads."""
    what = pledge.need.name if pledge.need_id else f"{pledge.receiver.name} {pledge.help_field.name}"
    with override(settings.LANGUAGE_CODE):
        return gettext("Agreement on help: %s") % what


def _parties(pledge):
    """2 + 1 + N: the giver and the county, the bureau as witness, the companies that the giver mobilised."""
    yield Part.GIVER, {"organisation": pledge.organisation}
    yield Part.RECEIVER, {"division": pledge.receiver}
    yield Part.WITNESS, {"body": _bureau(pledge.campaign)}
    companies = {item.enterprise for item in pledge.items.select_related("enterprise") if item.enterprise}
    for company in sorted(companies, key=lambda company: company.pk):
        yield Part.GIVER, {"body": company.name}


def _bureau(campaign):
    """The bureau that runs the campaign, by its name in the register or in the settings of the site."""
    host = campaign.parts.filter(part="host").select_related("authority").order_by("pk").first()
    if host is not None:
        return host.authority.name
    with override(settings.LANGUAGE_CODE):
        return settings.SITE_OWNER or gettext("the provincial civil affairs bureau")

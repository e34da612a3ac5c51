"""Reading a question about figures from the parameters of an address: pages and interface alike."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from projects.models import Campaign
from registry.core.text import excerpt, plain_text

from .as_of import parse_instant
from .figures import DIMENSIONS

PARAMETERS = tuple(dict.fromkeys(["campaign", "as_of", *DIMENSIONS]))


def read_question(params):
    """`campaign`, `as_of` and `filters` for `figures.report`. Empty parameters ask nothing.

    Raises ValidationError for text that nothing can be called by, an unknown campaign, and an unreadable or
    future instant.
    """
    given = {name: params[name].strip() for name in PARAMETERS if params.get(name, "").strip()}
    plain_text(given)
    code, instant = given.pop("campaign", None), given.pop("as_of", None)
    return {
        "campaign": campaign_called(code) if code else None,
        "as_of": parse_instant(instant) if instant else None,
        "filters": given,
    }


def campaign_called(code):
    """The campaign with this code; raises ValidationError (code "unknown_campaign") naming those that there are."""
    campaign = Campaign.objects.filter(code=code).first()
    if campaign is None:
        raise ValidationError(
            _("There is no campaign “%(code)s”. Known are: %(known)s."),
            "unknown_campaign",
            {"code": excerpt(code), "known": ", ".join(Campaign.objects.values_list("code", flat=True)) or "-"},
        )
    return campaign

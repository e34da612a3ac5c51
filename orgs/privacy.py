"""Who sees personal data of an organisation, and how much of it."""

from orgs.models import Organisation
from registry.core.roles import Role
from registry.core.text import mask_name, mask_phone


def contact_for(user, organisation):
    """The inner particulars for those who work with the organisation, masked for auditors; None for all others."""
    if not Organisation.objects.within_scope_of(user).filter(pk=organisation.pk).exists():
        return None
    masked = user.holds(Role.AUDITOR) and not user.is_bureau
    name, phone = (mask_name, mask_phone) if masked else (str, str)
    return {
        "legal_representative": name(organisation.legal_representative),
        "address": organisation.address,
        "contact_name": name(organisation.contact_name),
        "contact_phone": phone(organisation.contact_phone),
    }

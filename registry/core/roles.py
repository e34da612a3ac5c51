"""The roles that an account can hold. What each may do stands in `registry/roles.py`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """The value is the name of the Django group that `load_roles` keeps."""

    BUREAU = "bureau", _("Provincial bureau staff")
    PARTNER = "partner", _("Partner bureau staff")
    COUNTY = "county", _("County civil affairs staff")
    ORGANISATION = "organisation", _("Social organisation")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    AUDIT_ADMIN = "audit_admin", _("Audit administrator")


READS_EVERYTHING = frozenset({Role.BUREAU, Role.AUDITOR})
"""Roles whose scope is the whole register, drafts included."""

ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""Nobody holds two of these, and none of them sees business data (GB/T 22239-2019, separation of duties)."""

DESK_ROLES = frozenset({Role.BUREAU, Role.PARTNER, Role.AUDITOR}) | ADMINISTRATORS
"""Roles that work at `/desk/`."""

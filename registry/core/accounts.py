"""Accounts and roles: opened and closed by one administrator, given their roles by another."""

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from .actions import locked
from .models import UserRole
from .roles import ADMINISTRATORS, Role
from .trail import action


def _refuse_unlawful(roles):
    """Nobody holds two administrators' roles, and none of them works with business data."""
    administrators = roles & ADMINISTRATORS
    if len(administrators) > 1:
        raise ValidationError({"roles": _("One account never holds two administrators' roles. Choose one of them.")})
    if administrators and len(roles) > 1:
        raise ValidationError(
            {"roles": _("An administrator sees no business data: take the other roles away, or use another account.")}
        )


@action("account.roles")
def assign_roles(*, user, roles, by, reason=""):
    """Let `user` hold exactly `roles` (values of `Role`); returns the account.

    Raises PermissionDenied without the right to do so, ValidationError for one's own account, an unknown role or
    roles that one person may not join.
    """
    if not by.has_perm("core.assign_role"):
        raise PermissionDenied(_("Your role does not give roles."))
    if user.pk == by.pk:
        raise ValidationError(_("Nobody changes the roles of the own account. Ask another security administrator."))
    roles = frozenset(roles)
    if not roles <= set(Role.values):
        raise ValidationError({"roles": _("There is no such role.")})
    _refuse_unlawful(roles)
    user = locked(user)
    held = {role.group.name: role for role in user.held_roles.select_related("group")}
    groups = {group.name: group for group in Group.objects.filter(name__in=roles)}
    for name in sorted(held.keys() - roles):
        held[name].delete()
    for name in sorted(roles - held.keys()):
        UserRole.objects.create(user=user, group=groups[name], is_demo=user.is_demo)
    return user


def _of_another(user, by):
    if not by.has_perm("core.change_user"):
        raise PermissionDenied(_("Your role does not keep accounts."))
    if user.pk == by.pk:
        raise ValidationError(_("Not for the own account. Ask another system administrator."))
    return locked(user)


@action("account.close")
def close_account(*, user, by, reason):
    """Shut an account: it cannot log in any more, and its open sessions end. Its history stays."""
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why the account is closed.")})
    user = _of_another(user, by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    return user


@action("account.open")
def open_account(*, user, by, reason=""):
    """Let a closed account log in again."""
    user = _of_another(user, by)
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


@action("account.password")
def set_password(*, user, password, by, reason=""):
    """Give an account a new password, which ends its sessions; raises ValidationError for a weak one."""
    user = _of_another(user, by)
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    return user

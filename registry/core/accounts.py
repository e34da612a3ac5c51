"""Accounts and roles: opened and closed by one administrator, given their roles by another."""

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from .actions import locked
from .models import Guess, SignIn, User, UserRole
from .passwords import write_password
from .roles import ADMINISTRATORS, Role
from .sessions import end_sessions
from .sign_ins import note
from .trail import action

RESERVED = frozenset(Role.values) | {
    "admin", "administrator", "anonymous", "api", "desk", "guest", "help", "info", "nobody", "operator", "org", "root",
    "support", "superuser", "system", "test", "user", "verifier", "webmaster",
}  # fmt: skip
"""User names that nobody chooses: they sound like an office."""


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
    """Let `user` hold exactly `roles` (values of `Role`); returns the account. Its sessions end where that changes it.

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
    if held.keys() != roles:
        end_sessions(user, by=by)
    return user


def give_role(*, user, role):
    """Give `user` a role that follows from another decision: call it inside the action that decides.

    Raises ValidationError where the person may not join it to the roles held. Idempotent.
    """
    user = locked(user)
    if role in user.roles:
        return
    _refuse_unlawful(user.roles | {role})
    UserRole.objects.create(user=user, group=Group.objects.get(name=role), is_demo=user.is_demo)


def take_role(*, user, role):
    """Take away a role with what it followed from: call it inside the action that decides. Idempotent."""
    for held in locked(user).held_roles.filter(group__name=role):
        held.delete()
        end_sessions(user)


def check_username(username):
    """Refuse a user name that is reserved or taken, both in the same words: who has an account is nobody's business."""
    if username.casefold() in RESERVED or User.objects.filter(username__iexact=username).exists():
        raise ValidationError({"username": _("This user name cannot be used. Choose another one.")})


def new_account(*, username, password, name, phone=""):
    """An account without any role; `password` as `make_password` hashes it. Call it inside an action.

    Raises ValidationError for a user name that is reserved or taken, also where two choose one at once.
    """
    username = User.normalize_username(username)
    check_username(username)
    user = User(username=username, password=password, name=name, phone=phone)
    user.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise ValidationError({"username": _("This user name cannot be used. Choose another one.")}) from error
    return user


def check_keeper(by, of=None):
    """Raises PermissionDenied for who keeps no accounts; ValidationError where `of`, an account's key, is the own."""
    if not by.has_perm("core.change_user"):
        raise PermissionDenied(_("Your role does not keep accounts."))
    if of == by.pk:
        raise ValidationError(_("Not for the own account. Ask another system administrator."))


def _of_another(user, by):
    check_keeper(by, user.pk)
    return locked(user)


@action("account.close")
def close_account(*, user, by, reason):
    """Shut an account: it cannot log in any more, and its open sessions end. Its history stays."""
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why the account is closed.")})
    user = _of_another(user, by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user, by=by)
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
    """Give an account a new password, which ends its sessions, and which its owner replaces when signing in next.

    Raises ValidationError for a password that breaks a rule.
    """
    user = _of_another(user, by)
    write_password(user, password, must_change=True)
    end_sessions(user, by=by)
    note(SignIn.What.PASSWORD, user=user, by=by)
    return user


@action("account.sessions")
def end_sessions_of(*, user, by, sessions, reason=""):
    """End these sessions (keys of their rows) of an account; returns it. Raises ValidationError where none is open."""
    user = _of_another(user, by)
    if not end_sessions(user, by=by, only=sessions):
        raise ValidationError({"sessions": _("None of these sessions is open any more.")})
    return user


@action("account.unlock")
def lift_lock(*, guess, by, reason=""):
    """Let somebody guess again who would have to wait. Raises PermissionDenied; nothing happens to one that is over."""
    check_keeper(by, guess.user_id)
    if Guess.objects.filter(pk=guess.pk).delete()[0]:
        note(SignIn.What.LIFTED, user=guess.user, by=by)


@action("account.close_unused")
def close_unused(*, users, by, reason):
    """Shut several accounts at once that nobody has used for 90 days; returns how many.

    All or nothing: raises ValidationError where one was used meanwhile, or is the own one.
    """
    check_keeper(by)
    for user in users:
        if not User.objects.unused().filter(pk=user.pk).exists():
            raise ValidationError(_("“%s” was used meanwhile. Look at the list again.") % user)
        close_account(user=user, by=by, reason=reason)
    return len(users)

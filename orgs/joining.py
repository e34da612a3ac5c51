"""How organisations and their people come in: an application, decided by the bureau or by who speaks already."""

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from orgs.credit_code import normalise_code, told_by, validate_social_code
from orgs.models import Authority, Membership, Organisation
from registry.core.accounts import give_role, new_account, take_role
from registry.core.actions import locked
from registry.core.addresses import desk_page
from registry.core.clashes import begun_anew
from registry.core.models import Notice, User
from registry.core.notices import notify
from registry.core.roles import Role
from registry.core.trail import acting
from registry.core.turns import take_turns

FACTS = (
    "name", "kind", "is_chamber", "is_charity", "supervising_unit", "legal_representative", "address", "contact_name",
    "contact_phone",
)  # fmt: skip
"""What an applicant tells of an organisation that the register does not know; its code tells the rest."""

OPEN = (Organisation.Status.ACTIVE, Organisation.Status.SUSPENDED)
"""States of a registered organisation for which people may come to speak."""


def registered(code):
    """The organisation that the public register has under a code, or None. An applied one is not told of.

    Raises ValidationError for one that nobody can join any more.
    """
    found = Organisation.objects.filter(code=code, status__in=Organisation.PUBLIC).select_related("merged_into").first()
    if found is None or found.status in OPEN:
        return found
    if found.merged_into is not None:
        words = _("“%(name)s” was merged into “%(into)s”: apply with the code of that one.")
        raise ValidationError({"code": words % {"name": found, "into": found.merged_into}})
    words = _("“%(name)s” is %(status)s: nobody can speak for it any more. Ask the bureau if that is wrong.")
    raise ValidationError({"code": words % {"name": found, "status": found.get_status_display()}})


@begun_anew
def apply(*, code, account, facts=None):
    """A stranger's application to speak for the organisation with this credit code; returns the membership.

    `account`: username, password (as `make_password` hashes it), name, phone. `facts` (keys of `FACTS`) describe an
    organisation that the register does not know; it comes in as applied. A known one stays as it is, and so does one
    that was applied for already. The new account is the actor. Raises ValidationError; nothing is written then.
    """
    code = normalise_code(code)
    try:
        validate_social_code(code)
    except ValidationError as error:
        raise ValidationError({"code": error.messages}) from error
    with acting(by=None, action="organisation.apply"):
        user = new_account(**account)
        with acting(by=user, action="organisation.apply"):
            take_turns(f"orgs.apply {code}")  # a new organisation for which two apply at once comes in once
            known = registered(code) or Organisation.objects.filter(code=code).first()
            membership = Membership.objects.create(user=user, organisation=known or _applied(code, facts or {}))
            _tell_of(membership)
    return membership


def _applied(code, facts):
    """The organisation as its code and the applicant tell of it."""
    told = {**{name: facts[name] for name in FACTS if name in facts}, **_known(code)}
    organisation = Organisation(code=code, **told)
    organisation.full_clean(exclude=("pinyin", "initials"))
    organisation.save()
    return organisation


def _known(code):
    told = {name: value for name, value in told_by(code).items() if value}
    return told | {"authority": Authority.objects.registering(code).first()}


def _tell_of(membership):
    """To the bureau, and to those who speak for the organisation: somebody waits for their word."""
    facts = {"what": "applied", "title": str(membership)}
    people = User.objects.filter(memberships__in=membership.organisation.memberships.approved())
    if membership.organisation.status in OPEN:
        notify(people, Notice.Kind.DECIDED, facts, url=reverse("my-people"), sender=membership.user)
    notify(
        User.objects.holding(Role.BUREAU), Notice.Kind.DECIDED, facts, url=desk_page(membership),
        sender=membership.user,
    )  # fmt: skip


@begun_anew
def decide_membership(*, membership, approve, by, reason="", version=None):
    """Let the account speak for the organisation; or refuse it, or end it, with a reason. Returns the membership.

    Approved, it holds the role of organisations, and an organisation that was applied for is registered with it:
    only the bureau can do that. Ended, it loses the role unless it speaks for another one. Raises Stale,
    UnlawfulMove, ValidationError, PermissionDenied (the own membership, another organisation) or DoesNotExist.
    """
    target = Membership.Status.APPROVED if approve else Membership.Status.ENDED
    with acting(by=by, action=f"membership.{target}", reason=reason):
        membership = locked(membership, by=by, version=version)
        was_approved = membership.status == Membership.Status.APPROVED
        membership.move_to(target, by=by, reason=reason)
        user = membership.user
        if approve:
            _register(membership.organisation, by)
            give_role(user=user, role=Role.ORGANISATION)
        elif not user.memberships.approved().exists():
            take_role(user=user, role=Role.ORGANISATION)
        what = "approved" if approve else "ended" if was_approved else "refused"
        facts = {"what": what, "title": str(membership.organisation), "reason": reason.strip()}
        notify([user], Notice.Kind.DECIDED, facts, url=reverse("my" if approve else "waiting"), sender=by)
    return membership


def _register(organisation, by):
    organisation = locked(organisation)
    if organisation.status == Organisation.Status.APPLIED:
        organisation.move_to(Organisation.Status.ACTIVE, by=by)
    elif organisation.status not in OPEN:
        words = _("“%(name)s” is %(status)s: nobody can speak for it any more.")
        raise ValidationError(words % {"name": organisation, "status": organisation.get_status_display()})

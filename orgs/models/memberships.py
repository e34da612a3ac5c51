from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core.constraints import paired
from registry.core.fields import Choice
from registry.core.lifecycle import Lifecycle, Move, Staged
from registry.core.models import Record
from registry.core.roles import Role

from .organisations import Organisation


class MembershipQuerySet(models.QuerySet):
    def approved(self):
        return self.filter(status=Membership.Status.APPROVED)

    def applied(self):
        return self.filter(status=Membership.Status.APPLIED)

    def within_scope_of(self, user):
        """The bureau, auditors and the system administrator see all, who speaks for an organisation those of its
        people, everybody else their own."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.reads_everything or user.holds(Role.SYSTEM_ADMIN):
            return self
        return self.filter(models.Q(user=user) | models.Q(organisation__in=spoken_for(user)))


def spoken_for(user):
    """The keys of the organisations for which `user` speaks, as a subquery."""
    return user.memberships.approved().values("organisation")


class Membership(Record, Staged):
    """An account that speaks for an organisation: once the bureau has approved it, or one who speaks for it already."""

    class Status(models.TextChoices):
        APPLIED = "applied", _("applied")
        APPROVED = "approved", _("approved")
        ENDED = "ended", _("ended")

    lifecycle = Lifecycle(
        Move(Status.APPLIED, Status.APPROVED, _("Approve"), "orgs.move_membership", stamps="approved"),
        Move(Status.APPLIED, Status.ENDED, _("Refuse"), "orgs.move_membership", reason=True, danger=True),
        Move(Status.APPROVED, Status.ENDED, _("End"), "orgs.move_membership", reason=True, danger=True),
        Move(
            Status.ENDED, Status.APPLIED, _("Take up again"), "orgs.move_membership", reason=True, clears=("approved",)
        ),
    )

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("account")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.APPLIED, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    trail_root = "organisation"

    objects = MembershipQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        permissions = (("move_membership", _("Can approve and end memberships")),)
        constraints = (
            models.UniqueConstraint(fields=("user", "organisation"), name="membership_once"),
            paired("membership_approved", "approved_by", "approved_at"),
            models.CheckConstraint(
                name="membership_approved_by_someone",
                condition=~models.Q(status="approved") | models.Q(approved_by__isnull=False),
            ),
        )

    def __str__(self):
        return f"{self.user} · {self.organisation}"

    def allows(self, move, user):
        """Nobody decides on the own membership; besides the bureau, who speaks for the organisation decides."""
        if user.pk == self.user_id:
            return False
        return user.is_bureau or user.memberships.approved().filter(organisation=self.organisation_id).exists()

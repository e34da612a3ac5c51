"""How much one organisation, or one county, may upload in all: so that one of them cannot fill the disk of all."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from projects.models import Document, LedgerImport
from registry.core.models import Blob, User
from registry.core.turns import take_turns


class BeyondQuota(ValidationError):
    """No more may be uploaded by this body. Nothing was kept."""


def refuse_beyond_quota(*, by, size):
    """Raise BeyondQuota where `size` more bytes are beyond what the body of `by` may upload; the bureau has no quota.

    Two who upload at once for one body queue up until the end of the transaction. Call it inside an action.
    """
    bodies = bodies_of(by)
    if bodies is None:
        return
    take_turns(*(f"quota {body}" for body in sorted(bodies)))
    if used_by(by) + size > settings.UPLOAD_QUOTA:
        words = _("Your organisation or county has used up its %d MiB for files. Ask the bureau for more room.")
        raise BeyondQuota(words % (settings.UPLOAD_QUOTA // 2**20), code="quota")


def bodies_of(user):
    """Names of the organisations and counties that `user` uploads for; None for those who have no quota."""
    if user.reads_everything:
        return None
    organisations = user.memberships.approved().values_list("organisation", flat=True)
    divisions = user.postings.current().values_list("division", flat=True)
    return {f"organisation {key}" for key in organisations} | {f"division {key}" for key in divisions}


def used_by(user):
    """Bytes of the files that `user` and all of the same bodies have uploaded, each content once."""
    divisions = user.postings.current().values("division")
    same = Q(pk=user.pk) | Q(memberships__in=_memberships_beside(user)) | Q(postings__division__in=divisions)
    people = User.objects.filter(same).values("pk")
    documents = Document.objects.filter(uploaded_by__in=people).values("blob")
    ledgers = LedgerImport.objects.filter(sender__in=people).values("blob")
    return Blob.objects.filter(Q(pk__in=documents) | Q(pk__in=ledgers)).aggregate(size=Sum("size"))["size"] or 0


def _memberships_beside(user):
    membership = user.memberships.model
    organisations = user.memberships.approved().values("organisation")
    return membership.objects.approved().filter(organisation__in=organisations)

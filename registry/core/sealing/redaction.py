"""The one lawful way for a personal value to leave the trail: the law asks for it, and the seal still verifies.

A personal value enters its record's leaf as a salted digest. Taken out, it leaves that digest in the place of its salt;
without the salt the value cannot be found by trying. Who took it out, and why, is a record like every other. What is
not personal cannot be taken out: the database passes an update of the trail that a redaction names, and no other.
"""

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from ..models import Redaction, Veil
from ..trail import action


@action("trail.redact")
def redact(*, change_ids, columns, by, reason):
    """Take the personal `columns` out of these records of the trail; returns the number of values taken out.

    Records that hold none of them any more are passed over. Raises ValidationError, with nothing done, for a record
    that is not sealed yet, for a column that is not personal there, and without a reason. Whether `by` may is the
    caller's to ask.
    """
    if not reason.strip():
        raise ValidationError(_("Give the reason for which the values are taken out of the trail."))
    wanted, number = set(columns), 0
    veils = {veil.pk: veil for veil in Veil.objects.select_for_update().filter(pk__in=change_ids).order_by("pk")}
    if missing := set(change_ids) - veils.keys():
        words = _("Change %s is not sealed yet, or holds nothing personal.")
        raise ValidationError(words % min(missing))
    for veil in veils.values():
        if strange := wanted - veil.salts.keys() - veil.digests.keys():
            words = _("“%(column)s” of change %(number)s holds nothing personal.")
            raise ValidationError(words % {"column": min(strange), "number": veil.pk})
        if found := sorted(wanted & veil.salts.keys()):
            Redaction.objects.create(change_id=veil.pk, columns=found, reason=reason, by=by)
            with connection.cursor() as cursor:
                cursor.execute("SELECT bangfu_redact(%s)", [veil.pk])
            number += len(found)
    return number

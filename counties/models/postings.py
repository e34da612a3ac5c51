from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.core.constraints import in_order, never_twice_at_once
from registry.core.dates import today
from registry.core.fields import Day, TextLine
from registry.core.models import Record

from .divisions import Division, stem


class PostingQuerySet(models.QuerySet):
    def current(self, on=None):
        on = on or today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)

    def stems(self):
        """The code stems of the posted divisions: what scopes are cut by."""
        return [stem(code) for code in self.values_list("division__code", flat=True)]


class Posting(Record):
    """Which officer serves which division: a county's staff their county, a partner bureau's theirs."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="postings", verbose_name=_("officer")
    )
    division = models.ForeignKey(Division, models.PROTECT, related_name="postings", verbose_name=_("division"))
    duty = TextLine(_("duty"), max_length=100, blank=True)
    starts_on = Day(_("from"), default=today)
    ends_on = Day(_("until (exclusive)"), null=True, blank=True, help_text=_("Empty: still serving."))

    objects = PostingQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ("division__code", "starts_on")
        constraints = (
            in_order("posting_dates", "starts_on", "ends_on"),
            never_twice_at_once("posting_once_at_a_time", "user", "division", start="starts_on", end="ends_on"),
        )

    def __str__(self):
        return f"{self.user} · {self.division}"


def posted_stems(user):
    """The code stems of the divisions that `user` serves today, read once per user object."""
    if not hasattr(user, "_posted_stems"):
        user._posted_stems = user.postings.current().stems()
    return user._posted_stems


def within_posting(user, path):
    """A condition: the division code at `path` lies within one of the user's postings (none: nothing)."""
    condition = Q(pk__in=[])
    for digits in posted_stems(user):
        condition |= Q(**{f"{path}__startswith": digits})
    return condition

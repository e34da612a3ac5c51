"""The bureau's own wordings of papers: files of Word with fields to fill in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.core.fields import Choice, TextLine
from registry.core.models import Blob, InnerQuerySet, Named, Record, reads_everything


class PaperWordingQuerySet(InnerQuerySet):
    def within_scope_of(self, user):
        """Those who keep them, and auditors."""
        return self if reads_everything(user) else self.none()

    def in_use(self, use):
        """The wording that papers of this use are made from, or None for the built-in one."""
        return self.filter(use=use, is_current=True).select_related("blob").first()


class PaperWording(Record, Named):
    """A paper as the bureau words it: a .docx whose fields are filled in. At most one of each use is current; without
    one the built-in wording is used."""

    class Use(models.TextChoices):
        AGREEMENT = "agreement", _("agreement")
        CIRCULAR = "circular", _("circular")

    use = Choice(_("use"), max_length=15, choices=Use, default=Use.AGREEMENT)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+", verbose_name=_("file"))
    original_name = TextLine(_("file name"), max_length=255)
    is_current = models.BooleanField(_("in use"), default=False)

    objects = PaperWordingQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("wording of a paper")
        verbose_name_plural = _("wordings of papers")
        ordering = ("use", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("use",), condition=Q(is_current=True), name="paper_wording_one_current",
                violation_error_message=_("Another wording of this use is current: take that one out of use first."),
            ),
        )  # fmt: skip

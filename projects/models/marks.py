from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core.fields import Choice, Day, TextLine

from .project import OfProject, Project


class ProjectMark(OfProject):
    """A distinction: model project (示范) or exemplar (样板), and who named it so."""

    class Kind(models.TextChoices):
        MODEL = "model", _("model project")
        EXEMPLAR = "exemplar", _("exemplar")

    project = models.ForeignKey(Project, models.CASCADE, related_name="marks", verbose_name=_("project"))
    kind = Choice(_("kind"), max_length=10, choices=Kind)
    title = TextLine(_("wording"), max_length=200, blank=True)
    named_by = TextLine(_("named by"), max_length=200, blank=True)
    named_on = Day(_("named on"), null=True, blank=True)

    class Meta(OfProject.Meta):
        abstract = False
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = (models.UniqueConstraint(fields=("project", "kind", "named_by"), name="mark_once"),)

    def __str__(self):
        return self.title or self.get_kind_display()

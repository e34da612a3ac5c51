"""What is looked at before a project is published: each check has a name, and says where it found what.

Some refuse: what they find has to be mended first. The others are doubts, which whoever publishes answers in words.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.models import Document, Funding, Result, Site
from projects.models.documents import DocumentKind
from registry.core.personal import personal_data

from .allowed import PARTS


@dataclass(frozen=True)
class Finding:
    """What a check found: the sentence, and where."""

    code: str
    words: str
    where: str = ""


@dataclass(frozen=True)
class Check:
    """`look(project, content)` yields (sentence, where) for what it finds in the project or its entry."""

    code: str
    label: Promise
    look: Callable
    refuses: bool = False


@dataclass(frozen=True)
class Checked:
    """One check with what it found in one project."""

    check: Check
    findings: tuple[Finding, ...]


def _personal(project, content):
    for part in PARTS:
        for row in content[part.table]:
            for field in part.fields:
                text = row.get(field.column)
                if isinstance(text, str) and isinstance(field, models.CharField | models.TextField):
                    for found in personal_data(text):
                        where = f"{part.model._meta.verbose_name} · {field.verbose_name}"
                        yield f"{found.kind.label}: {found.shown}", where


def _notice(project, _content):
    if not Document.objects.filter(project=project, kind=DocumentKind.NOTICE).exists():
        yield _("No public notice is filed with the project."), _("documents of the project")


def _results(project, _content):
    waiting = Result.objects.filter(project=project).exclude(status=Result.Status.APPROVED).count()
    if waiting:
        words = ngettext(
            "%d result is not approved: it is left out.", "%d results are not approved: they are left out.", waiting
        )
        yield words % waiting, _("results")


def _county(project, content):
    if not content[Site._meta.db_table]:
        yield _("No county is stated."), _("sites")


def _sum(project, content):
    if not any(line["amount"] for line in content[Funding._meta.db_table]):
        yield _("No sum is stated."), _("funding lines")


CHECKS = (
    Check("personal", gettext_lazy("No personal data in public texts"), _personal, refuses=True),
    Check("notice", gettext_lazy("The public notice is filed"), _notice),
    Check("results", gettext_lazy("All results are approved"), _results),
    Check("county", gettext_lazy("The county is stated"), _county),
    Check("sum", gettext_lazy("A sum is stated"), _sum),
)


def check_entry(project, content):
    """Every check with what it found: [Checked], in the order in which they are shown."""
    return [
        Checked(check, tuple(Finding(check.code, *found) for found in check.look(project, content)))
        for check in CHECKS
    ]  # fmt: skip

"""Doubts: what was found out about a row that a data check has found."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from projects.models import DataCheckNote
from registry.core.trail import action


@action("doubt.note")
def note_doubt(*, rule, row, words, by):
    """Mark the row (by its key) that the rule (by its code) has found with what was found out about it.

    Whether the rule finds the row within the person's scope is the caller's to ask: rules are known further up.
    Raises PermissionDenied, or ValidationError where there are no words.
    """
    if not by.has_perm("projects.add_datachecknote"):
        raise PermissionDenied(_("Your role does not note what was found out."))
    note = DataCheckNote(rule=rule, row=row, words=words, noted_by=by)
    note.full_clean()
    note.save()
    return note

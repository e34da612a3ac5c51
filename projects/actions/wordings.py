"""Wordings of papers: kept when their file holds nothing but the known fields, in use one at a time."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from projects.models import PaperWording
from projects.papers.vocabulary import VOCABULARIES
from projects.papers.wording import check_wording
from registry.core.actions import locked
from registry.core.blobs import bytes_of, clean_name, store
from registry.core.trail import action


@action("paperwording.keep")
def keep_wording(*, by, name, upload, use=PaperWording.Use.AGREEMENT):
    """Keep the .docx `upload` as a wording, not in use yet. Raises PermissionDenied, and ValidationError with every
    field that is unknown and whatever else keeps the file from being filled in."""
    if not by.has_perm("projects.add_paperwording"):
        raise PermissionDenied(_("Your role does not word papers."))
    original = clean_name(upload.name)
    if not original.lower().endswith(".docx"):
        raise ValidationError({"upload": _("This is no .docx file. Save it as one in Word or WPS.")})
    blob = store(upload, original, by=by)
    try:
        check_wording(bytes_of(blob), VOCABULARIES[use])
    except ValidationError as refusal:
        raise ValidationError({"upload": refusal.messages}) from refusal
    wording = PaperWording(name=name, use=use, blob=blob, original_name=original)
    wording.full_clean()
    wording.save()
    return wording


@action("paperwording.use")
def use_wording(*, wording, by, reason=""):
    """Let papers be made from this wording from now on; the one before it goes out of use. Papers that were signed stay
    what they were: they are scans. Raises PermissionDenied, ValidationError."""
    wording = _to_change(wording, by)
    check_wording(bytes_of(wording.blob), VOCABULARIES[wording.use])
    for other in PaperWording.objects.select_for_update().filter(use=wording.use, is_current=True):
        _set(other, False)
    return _set(wording, True)


@action("paperwording.drop")
def drop_wording(*, wording, by, reason):
    """Take a wording out of use: the built-in one counts again. Raises PermissionDenied, ValidationError."""
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why: this step needs a reason.")})
    return _set(_to_change(wording, by), False)


def _to_change(wording, by):
    if not by.has_perm("projects.change_paperwording"):
        raise PermissionDenied(_("Your role does not word papers."))
    return locked(wording, by=by)


def _set(wording, is_current):
    wording.is_current = is_current
    wording.save(update_fields=["is_current"])
    return wording

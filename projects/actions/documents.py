"""Documents: attached to one record, taken off while nobody has relied on them; photographs shown to the public."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from projects.models import Document
from projects.models.documents import DocumentKind, owner_field
from projects.quotas import refuse_beyond_quota
from registry.core.actions import locked
from registry.core.blobs import bytes_of, clean_name, store
from registry.core.personal import personal_data
from registry.core.pictures import FULL, store_redrawn
from registry.core.trail import action


@action("document.attach")
def attach_document(*, owner, upload, by, kind, name="", **details):
    """Store the file `upload` and attach it to `owner`; `details` are fields of `Document`.

    Raises PermissionDenied, DoesNotExist for an owner out of the person's scope, and ValidationError for a file
    that is not taken, or for which there is no room any more.
    """
    if not by.has_perm("projects.add_document"):
        raise PermissionDenied(_("Your role does not upload files."))
    field, owner = owner_field(type(owner)), locked(owner, by=by)
    name = clean_name(name or upload.name)
    refuse_beyond_quota(by=by, size=upload.size)
    document = Document(
        kind=kind, original_name=name, blob=store(upload, name, by=by), uploaded_by=by, is_demo=owner.is_demo,
        **{field: owner}, **details,
    )  # fmt: skip
    document.full_clean()
    document.save()
    return document


@action("document.remove")
def remove_document(*, document, by, reason):
    """Take a file off its record; its bytes and its history stay.

    Raises ValidationError without a reason or when somebody has relied on it already; PermissionDenied.
    """
    if not by.has_perm("projects.delete_document"):
        raise PermissionDenied(_("Your role does not remove files."))
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why the file is removed.")})
    document = locked(document, by=by)
    if document.is_relied_on:
        raise ValidationError(_("Somebody has relied on this file already. Have the approval taken back first."))
    document.delete()


@action("document.show")
def show_photo(*, document, by, alt):
    """Make the public copy of a need's photograph, drawn anew and described by `alt`; the file itself stays as it is.

    Everybody sees it while the need is published. Raises PermissionDenied, and ValidationError for what is no
    photograph of a need, for a picture that cannot be read, and for personal data in the description.
    """
    document = _photo_of_need(document, by)
    if found := personal_data(alt):
        words = _("Personal data may not stand in the description: %s.") % ", ".join(
            str(one.kind.label) for one in found
        )
        raise ValidationError({"alt": words})
    ((document.shown, _drawn),) = store_redrawn(bytes_of(document.blob), by=by, sides=(FULL,))
    document.shown_alt = alt
    document.full_clean()
    document.save()
    return document


@action("document.hide")
def hide_photo(*, document, by, reason):
    """Take the public copy of a photograph away. Raises as `show_photo`, and ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why the public may not see it any more.")})
    document = _photo_of_need(document, by)
    document.shown, document.shown_alt = None, ""
    document.save()
    return document


def _photo_of_need(document, by):
    if not by.has_perm("projects.publish_need"):
        raise PermissionDenied(_("Your role does not show photographs to the public."))
    document = locked(document, by=by)
    if document.need_id is None or document.kind != DocumentKind.PHOTO:
        raise ValidationError(_("Only photographs of needs are shown to the public."))
    return document

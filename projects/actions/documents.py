"""Documents: a file is attached to one record, and taken off only while nobody has relied on it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from projects.models import Document
from projects.models.documents import owner_field
from registry.core.actions import locked
from registry.core.blobs import clean_name, store
from registry.core.trail import action


@action("document.attach")
def attach_document(*, owner, upload, by, kind, name="", **details):
    """Store the file `upload` and attach it to `owner`; `details` are fields of `Document`.

    Raises PermissionDenied, DoesNotExist for an owner out of the person's scope, and ValidationError for a file
    that is not taken.
    """
    if not by.has_perm("projects.add_document"):
        raise PermissionDenied(_("Your role does not upload files."))
    field, owner = owner_field(type(owner)), locked(owner, by=by)
    name = clean_name(name or upload.name)
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

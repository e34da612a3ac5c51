"""The door through which files leave: only to those who work with the record, and never to be run by a browser."""

import logging

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from projects.dossier import file_of
from projects.models import Agreement, Document
from projects.papers.making import file_of_agreement
from registry.core.blobs import opened
from registry.core.exports import attached, docx_attached, made_file_or_404

logger = logging.getLogger(__name__)


@require_safe
def document(request, pk):
    """The file of a document as an attachment; a stranger gets the same answer as for one that does not exist."""
    rows = Document.objects.visible_to(request.user).select_related("blob")
    found = get_object_or_404(rows, pk=pk)
    try:
        content = opened(found.blob)
    except FileNotFoundError:
        logger.exception("the bytes of document %s are lost or not those that were stored", pk)
        raise Http404 from None
    return attached(content, found.original_name, found.blob.media_type)


@require_safe
def project_file(request, key):
    """A project's file that the person has asked for, as long as it is kept and the project is theirs to see."""
    path, name = made_file_or_404(file_of, key, request.user)
    return attached(open(path, "rb"), name, "application/zip")


@require_safe
def agreement_paper(request, pk):
    """The paper of an agreement about a pledge, for everybody who works with it, to be signed and scanned back."""
    rows = Agreement.objects.visible_to(request.user).filter(pledge__isnull=False).select_related("event")
    agreement = get_object_or_404(rows, pk=pk)
    return docx_attached(file_of_agreement(agreement), f"{agreement.number} {agreement.name}")

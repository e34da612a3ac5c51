"""Agreements as files: in the wording that is in use, else in the built-in one."""

import io
import zipfile

from projects.models import PaperWording
from registry.core.blobs import bytes_of
from registry.core.exports import safe_name

from .agreement import agreement_paper
from .terms import terms_of
from .wording import fill


def file_of_agreement(agreement, wording=None):
    """The bytes of the .docx of an agreement about a pledge; `wording` where it is at hand, else the one in use."""
    wording = wording or PaperWording.objects.in_use(PaperWording.Use.AGREEMENT)
    terms = terms_of(agreement)
    return fill(bytes_of(wording.blob), terms) if wording else agreement_paper(terms).content()


def files_of_agreements(agreements):
    """The bytes of a .zip with one .docx for each of `agreements`."""
    wording, out = PaperWording.objects.in_use(PaperWording.Use.AGREEMENT), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for agreement in agreements:
            name = safe_name(f"{agreement.number} {agreement.name}.docx")
            archive.writestr(name, file_of_agreement(agreement, wording))
    return out.getvalue()

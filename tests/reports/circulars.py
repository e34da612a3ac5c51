"""What tests of circulars share: circulars as the register draws them up, checked and issued by three persons."""

import datetime
import io
import zipfile

from django.utils import timezone
from docx import Document

from projects.models import Campaign
from registry.core.blobs import bytes_of
from registry.reports.circulars.actions import draft_circular, move_circular, word_circular
from tests.factories import make_campaign, make_user, serial


def drawn_up(kind="progress", *, by=None, **overrides):
    """A draft as the register draws it up now, with its number and addressee."""
    fields = {
        "campaign": overrides.get("campaign") or Campaign.objects.first() or make_campaign(),
        "period_from": datetime.date(2018, 3, 1), "period_until": datetime.date(2021, 10, 31),
        "as_of": timezone.now(), "number": f"冀民函〔2021〕{serial()}号", "sender": "河北省民政厅",
        "addressee": "各市民政局", "copies": "北京市民政局，天津市民政局",
    }  # fmt: skip
    return draft_circular(by=by or make_user("bureau"), kind=kind, **fields | overrides)


def checked(circular):
    return move_circular(circular=circular, to="checked", by=make_user("bureau"))


def issued(circular=None):
    return move_circular(circular=checked(circular or drawn_up()), to="issued", by=make_user("bureau"))


def said_of(circular):
    """What the composing page would send back unchanged: {kind: what is said of the paragraph}."""
    return {
        part.kind: {"is_included": part.is_included, "position": part.position, "heading": part.heading,
                    "text": part.text}
        for part in circular.parts.all()
    }  # fmt: skip


def reworded(circular, by=None, **texts):
    """The circular with the wording of some paragraphs changed, which are included by that."""
    said = said_of(circular)
    for kind, text in texts.items():
        said[kind] |= {"text": text, "is_included": True}
    return word_circular(circular=circular, by=by or make_user("bureau"), parts=said)


def figures_of(circular):
    """{code: as printed}."""
    return {figure.code: figure.shown for figure in circular.figures.all()}


def opened(content):
    """A .docx as python-docx reads it."""
    return Document(io.BytesIO(content))


def text_in(blob):
    """The paragraphs of a stored .docx that say something."""
    return [line.text for line in opened(bytes_of(blob)).paragraphs if line.text]


def parts_of(content):
    """{name: bytes} of the parts of an office file."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}

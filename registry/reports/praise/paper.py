"""The dossier as a paper for Word and WPS: the sections of the page, in the same order."""

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry.core.dates import format_instant
from registry.core.papers import Paper
from registry.core.text import mask_personal


def dossier_paper(dossier):
    """The `Paper` of a `Dossier`, in the active language; identity and bank card numbers are hidden."""
    paper = Paper(mask_personal(_("Dossier: %s") % dossier.commendation.title), get_language())
    told = {"at": format_instant(timezone.now()), "who": dossier.user}
    paper.paragraph(_("Data as of %(at)s. Made by %(who)s.") % told)
    paper.heading(_("Facts"))
    paper.facts([(label, mask_personal(value)) for label, value in dossier.facts()])
    for section in dossier.sections():
        paper.heading(section.title)
        if section.rows:
            heads = [label for label, _css in section.heads]
            paper.table(heads, [[mask_personal(cell) for cell in cells] for _url, cells in section.rows])
        else:
            paper.paragraph(section.none)
        if section.note:
            paper.paragraph(section.note)
    return paper

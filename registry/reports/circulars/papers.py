"""A circular as a paper and as a workbook: the same words on the screen, in the .docx and in what is issued."""

import io
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from projects.models import PaperWording
from projects.papers.wording import fill
from registry.core.blobs import bytes_of
from registry.core.dates import format_date, format_instant
from registry.core.official_papers import Official, numeral, official_paper
from registry.core.papers import undated
from registry.core.quantity import Money, format_quantity
from registry.core.workbooks import DAY, MONEY, TEXT, WHOLE, Column, Page, numbered, write_sheets

from .counting import Frame, due_first, ranked
from .marks import filled, pieces


@dataclass(frozen=True)
class Line:
    """A line of the text: `level` 1 for a heading, else 0; `pieces` with the codes of its figures."""

    level: int
    pieces: list


def lines_of(parts):
    """The text of `parts`, those that are included and in order: numbered headings and their paragraphs."""
    lines = []
    for number, part in enumerate(parts, 1):
        if part.heading:
            with override(settings.LANGUAGE_CODE):
                lines.append(Line(1, pieces(_("%(number)s. %(heading)s") % {
                    "number": numeral(number), "heading": part.heading})))  # fmt: skip
        lines += [Line(0, pieces(text)) for text in part.text.splitlines() if text.strip()]
    return lines


def text_of(lines, figures):
    """The lines as text with their figures printed; `figures`: {code: what has `shown`}."""
    return "\n".join(filled("".join(piece.text for piece in line.pieces), figures) for line in lines)


def official(circular, text, *, is_draft):
    """What the paper says, as an `Official`."""
    with override(settings.LANGUAGE_CODE):
        date = format_date(circular.dated_on) if circular.dated_on else _("(date)")
        head = _("Document of %s") % circular.sender if circular.sender else ""
        return Official(
            sender=circular.sender, head=head, number=circular.number, title=circular.title,
            addressee=circular.addressee, lines=text.splitlines(), date=date,
            annexes=[_("Figures, counties and overdue items (workbook)")],
            annex_word=_("Annex"), copies=_("Copies to: %s.") % circular.copies if circular.copies else "",
            imprint=(circular.sender, _("Printed on %s") % date), draft=_("DRAFT") if is_draft else "",
        )  # fmt: skip


def paper_of(circular, text, *, is_draft):
    """The bytes of the .docx: in the wording of the bureau that is in use, else built in. Raises ValidationError."""
    said = official(circular, text, is_draft=is_draft)
    wording = PaperWording.objects.in_use(PaperWording.Use.CIRCULAR)
    return undated(fill(bytes_of(wording.blob), terms_of(said))) if wording else official_paper(said)


def terms_of(said):
    """What a wording of the bureau may say of a circular (`projects.papers.circular`)."""
    return {
        "sender": said.sender, "head": said.head, "number": said.number, "title": said.title, "date": said.date,
        "addressee": said.addressee, "copies": said.copies, "draft": said.draft,
        "annex": "、".join(said.annexes), "lines": [{"text": line} for line in said.lines],
    }  # fmt: skip


# The annex

FIGURES = (
    Column(gettext_lazy("Figure"), lambda row: row.label, width=44),
    Column(gettext_lazy("Value"), lambda row: format_quantity(row.quantity, "exact"), TEXT, width=26),
    Column(gettext_lazy("As printed"), lambda row: row.shown, width=22),
    Column(gettext_lazy("Counted or quoted"), lambda row: _("quoted") if row.is_quoted else _("counted")),
    Column(gettext_lazy("Rows behind it"), lambda row: len(row.row_ids), WHOLE),
    Column(gettext_lazy("Counting rule"), lambda row: row.rule, width=80),
)
COUNTIES = (
    Column(gettext_lazy("City"), lambda row: row[0].parent and row[0].parent.name),
    Column(gettext_lazy("County"), lambda row: row[0].name, width=24),
    Column(gettext_lazy("Code"), lambda row: row[0].code, width=10),
    Column(gettext_lazy("Money received (10,000 yuan)"), lambda row: Money(row[1].value, qualifier=row[1].qualifier),
           MONEY, is_totalled=True),
)  # fmt: skip
OVERDUE = (
    Column(gettext_lazy("Number"), lambda step: step.project.number, width=16),
    Column(gettext_lazy("Project"), lambda step: step.project.name, width=40),
    Column(gettext_lazy("Checklist item"), lambda step: step.title, width=40),
    Column(gettext_lazy("Responsible side"), lambda step: step.get_side_display()),
    Column(gettext_lazy("Due on"), lambda step: step.due_on, DAY),
)


def annex_of(circular, figures):
    """The bytes of the .xlsx: the figures with their rules, all counties, all overdue items at the instant."""
    frame, file = Frame.of(circular), io.BytesIO()
    with frame.read():
        facts = [_("Data as of %s") % format_instant(circular.as_of)]
        sheets = (
            (_("Figures of the circular"), FIGURES, figures),
            (_("Counties by money received"), COUNTIES, ranked(frame)),
            (_("Overdue items"), OVERDUE, due_first(frame).iterator(chunk_size=500)),
        )  # fmt: skip
        pages = [
            Page(title, [numbered(), *columns], rows, facts=facts, named=2, by=circular.sender, made_at=circular.as_of)
            for title, columns, rows in sheets
        ]
        write_sheets(pages, file)
    return file.getvalue()

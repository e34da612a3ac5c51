"""Papers that Word and WPS open: A4 with the margins of official paper, made block by block.

Knows paper, not what is written on it. The faces are named and not shipped: a reader's machine has them or takes the
nearest. `w:lang` says that Chinese is meant, without which some readers draw Japanese forms of the characters.
"""

import io
import zipfile

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from .exports import NOT_XML

BODY, PLAIN, BOLD, TITLE, SCRIPT = "仿宋_GB2312", "宋体", "黑体", "方正小标宋简体", "楷体_GB2312"
LATIN = "Times New Roman"
CELL = "Cell"
SIZES = {"Title": 18, "Heading 1": 14, "Heading 2": 12, "Normal": 12, CELL: 10.5}
"""Points, by style."""

FACES = {"Title": TITLE, "Heading 1": BOLD, "Heading 2": BOLD, "Normal": BODY, CELL: PLAIN}
MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
"""Millimetres."""

FIRST_INSTANT = (1980, 1, 1, 0, 0, 0)
"""The earliest that a .zip can name."""

INNER_WIDTH = Mm(210 - 28 - 26)
LABEL_SHARE = 0.25
"""How much of the width the labels of `facts` take."""


class Paper:
    """One document. `title` stands on top and in its properties; `language` is "zh-hans" or "en"."""

    def __init__(self, title, language):
        self.document = Document()
        self._set_page()
        self.document.styles.add_style(CELL, WD_STYLE_TYPE.PARAGRAPH).base_style = self.document.styles["Normal"]
        for style, face in FACES.items():
            self._set_style(style, face)
        self._set_language(language)
        self._name(title)
        self.document.add_heading(clean(title), 0).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def heading(self, text, level=1):
        """A heading of level 1 or 2."""
        self.document.add_heading(clean(text), level)

    def paragraph(self, text):
        """Running text: each line a paragraph, its first line indented by two characters."""
        for line in clean(text).splitlines():
            self.document.add_paragraph(line).paragraph_format.first_line_indent = Pt(2 * SIZES["Normal"])

    def facts(self, pairs):
        """A table of two columns: (label, value)."""
        table = self._table((LABEL_SHARE, 1 - LABEL_SHARE))
        for label, value in pairs:
            cells = _row(table, (label, value))
            _shade(cells[0])
        self._room_after()

    def table(self, heads, rows, widths=None):
        """A table whose head is repeated on every page. Cells are text; `widths` are shares of the page, else alike."""
        table = self._table(widths or [1 / len(heads)] * len(heads))
        for cell in _row(table, heads):
            _shade(cell)
        say(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
        for row in rows:
            _row(table, row)
        self._room_after()

    def save(self, target):
        """Write the document to a path or an open binary file."""
        self.document.save(target)

    def content(self):
        """The bytes of the document."""
        return content_of(self.document)

    def page_break(self):
        """What follows begins on a new page."""
        self.document.add_page_break()

    def _table(self, shares):
        table = self.document.add_table(0, len(shares), "Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, share in zip(table.columns, shares, strict=True):
            column.width = int(INNER_WIDTH * share)
        return table

    def _room_after(self):
        """Two tables that touch would become one."""
        space = self.document.add_paragraph().paragraph_format
        space.line_spacing, space.space_after = Pt(8), Pt(0)

    def _set_page(self):
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        for name, millimetres in MARGINS.items():
            setattr(section, name, Mm(millimetres))
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        foot.add_run("— ")
        page_number(foot.add_run())
        foot.add_run(" —")

    def _set_style(self, name, face):
        style = self.document.styles[name]
        style.font.size, style.font.color.rgb = Pt(SIZES[name]), RGBColor(0, 0, 0)
        style.font.bold = style.font.italic = False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.attrib):  # the template names its faces by theme, which would win over ours
            del fonts.attrib[key]
        for script, named in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", face)):
            fonts.set(qn(f"w:{script}"), named)
        space = style.paragraph_format
        if name == "Normal":
            space.line_spacing, space.space_after = 1.3, Pt(6)
        elif name == CELL:
            space.line_spacing, space.space_after = 1.15, Pt(0)
        elif name == "Title":
            border = style.element.pPr.find(qn("w:pBdr"))
            if border is not None:
                style.element.pPr.remove(border)

    def _set_language(self, language):
        latin = "en-GB" if language == "en" else "zh-CN"
        defaults = self.document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        lang = defaults.find(qn("w:lang"))
        if lang is None:
            lang = OxmlElement("w:lang")
            defaults.append(lang)
        lang.set(qn("w:val"), latin)
        lang.set(qn("w:eastAsia"), "zh-CN")
        self.document.core_properties.language = latin

    def _name(self, title):
        about = self.document.core_properties
        about.title, about.author, about.comments = clean(title)[:255], "", ""


def content_of(document):
    """The bytes of a document, the same for the same document whenever they are made."""
    file = io.BytesIO()
    document.save(file)
    return undated(file.getvalue())


def undated(content):
    """The bytes of a .docx without the instants that its parts were packed at."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, FIRST_INSTANT)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return packed.getvalue()


def clean(text):
    """The text without characters that a document cannot hold."""
    return NOT_XML.sub("", str(text))


def _row(table, texts):
    row = table.add_row()
    say(row._tr.get_or_add_trPr(), "w:cantSplit")
    cells = row.cells
    for cell, text in zip(cells, texts, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.style, paragraph.text = CELL, clean(text)
    return cells


def say(parent, name, **values):
    """Append an element `name` ("w:…") with attributes of the same namespace; returns it."""
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    parent.append(element)
    return element


def _shade(cell):
    say(cell._tc.get_or_add_tcPr(), "w:shd", val="clear", color="auto", fill="F2F2F2")


def page_number(run):
    """Put the number of the page into the run."""
    say(run._r, "w:fldChar", fldCharType="begin")
    say(run._r, "w:instrText").text = "PAGE"
    say(run._r, "w:fldChar", fldCharType="end")

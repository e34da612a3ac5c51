"""Papers for Word and WPS: A4 with the margins and faces of Chinese official documents (GB/T 9704-2012).

The faces are named, not shipped; `w:lang` says Chinese, without which a renderer may pick Japanese shapes.
"""

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

BODY, HEAD = "仿宋_GB2312", "黑体"
MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
"""In mm, by the standard."""

SIZE, SMALL, TITLE = Pt(16), Pt(12), Pt(22)
"""三号, 小四号 and 二号."""


class Paper:
    """One document, written from top to bottom. `language`: the language code of its words."""

    def __init__(self, title, language):
        self.document = Document()
        self.document.core_properties.title = title
        self._set_page()
        self._set_faces("zh-CN" if language.startswith("zh") else language)
        self._number_pages()
        paragraph = self._paragraph(title, face=HEAD, size=TITLE)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(14)

    def heading(self, text, level=1):
        paragraph = self.document.add_heading(level=level)
        paragraph.paragraph_format.space_before = Pt(10)
        paragraph.paragraph_format.space_after = Pt(4)
        self._run(paragraph, text, HEAD if level == 1 else BODY, SIZE)

    def paragraph(self, text):
        """Lines of running text, indented by two characters each."""
        for line in text.splitlines():
            self._paragraph(line).paragraph_format.first_line_indent = SIZE * 2

    def facts(self, pairs):
        """(label, value), one on a line."""
        for label, value in pairs:
            paragraph = self._paragraph(f"{label}：", face=HEAD)
            self._run(paragraph, str(value), BODY, SIZE)

    def table(self, heads, rows):
        """A ruled table; its head stands on every page that it runs over."""
        table = self.document.add_table(rows=1, cols=len(heads), style="Table Grid")
        repeated = OxmlElement("w:tblHeader")
        repeated.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(repeated)
        self._fill(table.rows[0], heads, HEAD)
        for row in rows:
            self._fill(table.add_row(), row, BODY)

    def save(self, file):
        """Write it to a file's name or an open file."""
        self.document.save(file)

    def _paragraph(self, text, face=BODY, size=SIZE):
        paragraph = self.document.add_paragraph()
        self._run(paragraph, text, face, size)
        return paragraph

    def _run(self, paragraph, text, face, size):
        run = paragraph.add_run(text)
        run.font.size = size
        run.font.bold = False
        run.font.color.rgb = None
        _name_face(run._r.get_or_add_rPr(), face)

    def _fill(self, row, texts, face):
        for cell, text in zip(row.cells, texts, strict=True):
            self._run(cell.paragraphs[0], str(text), face, SMALL)

    def _set_page(self):
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        for name, width in MARGINS.items():
            setattr(section, name, Mm(width))

    def _set_faces(self, language):
        normal = self.document.styles["Normal"]
        normal.font.size = SIZE
        normal.paragraph_format.space_after = Pt(0)
        properties = normal.element.get_or_add_rPr()
        _name_face(properties, BODY)
        told = OxmlElement("w:lang")
        told.set(qn("w:val"), language)
        told.set(qn("w:eastAsia"), "zh-CN")
        properties.append(told)

    def _number_pages(self):
        paragraph = self.document.sections[0].footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        paragraph._p.append(field)


def _name_face(properties, face):
    """Latin and Chinese characters alike: without `eastAsia` the latter fall back to the theme's face."""
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{script}"), face)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)

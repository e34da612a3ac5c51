"""Official papers by GB/T 9704-2012: red head, number, title, text of 22 lines of 28 characters, sign-off, imprint.

Knows the form, not what is said. What gives 22 × 28 in Word, WPS and LibreOffice alike was measured: a grid of lines
only, an exact line spacing, and characters set closer by a quarter of a point.
"""

import math
import re
from dataclasses import dataclass, field

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from .papers import BODY, BOLD, INNER_WIDTH, MARGINS, PLAIN, SCRIPT, TITLE, clean, content_of, page_number, say

BODY_SIZE, TITLE_SIZE, SMALL_SIZE = 16, 22, 14
"""Points: size 3, size 2, size 4."""

HEAD_SIZE, HEAD_WIDTH = 48, 430
"""Points: of the red head at the most, and how wide it may be."""

TITLE_CHARACTERS = 19
"""Of a line of the title at the most."""

LINE_PITCH, LINE = 579, 28.95
"""The height of a line: twips of the grid, points of the paragraphs."""

PAGE_HEIGHT = 16838
"""Twips of A4."""

CLOSER = -5
"""Twentieths of a point by which characters are set closer."""

RED = RGBColor(0xE6, 0x00, 0x12)
HEAD_BELOW = 35
"""Millimetres from the top of the text to the red head."""

FOOT_DISTANCE = 35 - 7 - 5
"""Millimetres from the edge to the page number, which stands 7 mm below the text and is 5 mm high."""

THICK, THIN = "8", "6"
"""Eighths of a point: 0.35 mm and 0.25 mm."""

_BREAKS = "”—，、"
_NUMERALS = "一二三四五六七八九十"
_HEADING = re.compile(rf"[{_NUMERALS}]+、")
_SUBHEADING = re.compile(rf"[（(][{_NUMERALS}]+[）)]")
_BEHIND_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
_BEHIND_FRAMES = ("w:widowControl", "w:pBdr", *_BEHIND_BORDERS)
"""What the schema wants behind them."""

_LETTERS = re.compile(r"[\x20-\x7e]")


@dataclass
class Official:
    """What an official paper says. `lines` are its paragraphs: 一、 begins a heading, （一） a heading of the second
    level up to its first full stop. `draft`: a word that stands on every page of a draft."""

    sender: str
    head: str
    number: str
    title: str
    addressee: str
    lines: list[str]
    date: str
    annexes: list[str] = field(default_factory=list)
    annex_word: str = ""
    copies: str = ""
    imprint: tuple[str, str] = ("", "")
    draft: str = ""


def numeral(number):
    """1 to 99 as a heading counts: 一, 十, 十一, 二十."""
    tens, ones = divmod(number, 10)
    ten = "" if not tens else _NUMERALS[9] if tens == 1 else _NUMERALS[tens - 1] + _NUMERALS[9]
    return ten + (_NUMERALS[ones - 1] if ones else "")


def title_lines(title):
    """A title in lines of about the same length; a line rather ends behind a quotation, a dash or a comma."""
    lines, rest = [], title
    for left in range(-(-len(title) // TITLE_CHARACTERS), 1, -1):
        even = -(-len(rest) // left)
        near = sorted(range(max(even - 5, 1), min(even + 3, TITLE_CHARACTERS) + 1), key=lambda at: abs(at - even))
        cut = next(
            (at for at in near if rest[at - 1] in _BREAKS and len(rest) - at <= TITLE_CHARACTERS * (left - 1)), even
        )
        lines.append(rest[:cut])
        rest = rest[cut:]
    return [*lines, rest]


def level_of(line):
    """1 for 一、, 2 for （一）, else 0."""
    return 1 if _HEADING.match(line) else 2 if _SUBHEADING.match(line) else 0


def split_subheading(line):
    """(heading of the second level with its full stop, the rest); the whole line is heading where there is no stop."""
    stop = line.find("。")
    return (line, "") if stop < 0 else (line[: stop + 1], line[stop + 1 :])


def official_paper(said):
    """The bytes of the .docx of an `Official`, the same for the same words."""
    document = Document()
    _set_page(document, said.draft)
    _set_style(document)
    _write_head(document, said)
    _write_text(document, said)
    _write_end(document, said)
    about = document.core_properties
    about.title, about.author, about.comments, about.language = clean(said.title)[:255], "", "", "zh-CN"
    return content_of(document)


def _set_page(document, draft):
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, millimetres in MARGINS.items():
        setattr(section, name, Mm(millimetres))
    section.footer_distance, section.header_distance = Mm(FOOT_DISTANCE), Mm(20)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = say(section._sectPr, "w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(LINE_PITCH))
    document.settings.odd_and_even_pages_header_footer = True
    for foot, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = foot.paragraphs[0]
        paragraph.style = document.styles["Normal"]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if side == "right" else WD_ALIGN_PARAGRAPH.LEFT
        setattr(paragraph.paragraph_format, f"{side}_indent", Pt(SMALL_SIZE))
        for text in ("— ", None, " —"):
            run = _run(paragraph, text or "", PLAIN, SMALL_SIZE)
            if text is None:
                page_number(run)
    for head in (section.header, section.even_page_header):
        paragraph = head.paragraphs[0]
        paragraph.style = document.styles["Normal"]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _run(paragraph, draft, BOLD, BODY_SIZE).font.color.rgb = RED


def _set_style(document):
    """The body: the style Normal, from which every paragraph comes."""
    style = document.styles["Normal"]
    style.font.size, style.font.color.rgb = Pt(BODY_SIZE), RGBColor(0, 0, 0)
    _face(style.element.get_or_add_rPr(), BODY)
    say(style.element.rPr, "w:spacing", val=str(CLOSER))
    _order(style.element.rPr)
    space = style.paragraph_format
    space.line_spacing_rule, space.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE)
    space.space_before = space.space_after = Pt(0)
    space.widow_control = False
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    lang = defaults.find(qn("w:lang"))
    if lang is None:
        lang = say(defaults, "w:lang")
    lang.set(qn("w:val"), "zh-CN")
    lang.set(qn("w:eastAsia"), "zh-CN")


def _face(properties, face):
    """One face for all scripts; the themes' would win over it."""
    fonts = properties.get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), face)


def _order(properties):
    """`w:spacing` where the schema wants it: between colour and size."""
    spacing, size = properties.find(qn("w:spacing")), properties.find(qn("w:sz"))
    if spacing is not None and size is not None:
        size.addprevious(spacing)


def _run(paragraph, text, face=None, size=None):
    run = paragraph.add_run(clean(text))
    if face:
        _face(run._r.get_or_add_rPr(), face)
    if size:
        run.font.size = Pt(size)
    return run


def _line(document, text="", *, align=None, face=None, size=None, indent=0):
    paragraph = document.add_paragraph()
    if align is not None:
        paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(indent * BODY_SIZE)
    if text:
        _run(paragraph, text, face, size)
    return paragraph


def _blank(document, number):
    for _each in range(number):
        _line(document)


def _write_head(document, said):
    centre = WD_ALIGN_PARAGRAPH.CENTER
    size = min(HEAD_SIZE, HEAD_WIDTH // max(len(said.head), 1))
    head = _line(document, said.head, align=centre, face=TITLE, size=size)
    for run in head.runs:  # none while the sender is not known
        run.font.color.rgb = RED
    space = head.paragraph_format
    space.space_before, space.line_spacing = Mm(HEAD_BELOW), Pt(size * 1.2)
    _blank(document, 2)
    _rule_below(_line(document, said.number, align=centre))
    _blank(document, 2)
    for line in title_lines(said.title):
        title = _line(document, line, align=centre, face=TITLE, size=TITLE_SIZE)
        title.paragraph_format.line_spacing = Pt(max(LINE, TITLE_SIZE * 1.5))
    _blank(document, 1)
    if said.addressee:
        _line(document, f"{said.addressee}：")


def _rule_below(paragraph):
    """The red rule, 4 mm below and as wide as the text."""
    borders = OxmlElement("w:pBdr")
    say(borders, "w:bottom", val="single", sz="16", space="11", color=str(RED))
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *_BEHIND_BORDERS)


def _write_text(document, said):
    for line in said.lines:
        level = level_of(line)
        paragraph = _line(document, indent=2)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        if level == 1:
            _run(paragraph, line, BOLD)
        elif level == 2:
            heading, rest = split_subheading(line)
            _run(paragraph, heading, SCRIPT)
            _run(paragraph, rest)
        else:
            _run(paragraph, line)


def _write_end(document, said):
    for place, name in enumerate(said.annexes, 1):
        if place == 1:
            _blank(document, 1)
        before = f"{said.annex_word}：" if place == 1 else "　" * (len(said.annex_word) + 1)
        number = f"{place}." if len(said.annexes) > 1 else ""
        _line(document, f"{before}{number}{name}", indent=2)
    _blank(document, 2)
    room = max(0.0, 4 * BODY_SIZE + (_width(said.date) - _width(said.sender)) / 2)
    for text, right in ((said.sender, room), (said.date, 4 * BODY_SIZE)):
        paragraph = _line(document, text, align=WD_ALIGN_PARAGRAPH.RIGHT)
        paragraph.paragraph_format.right_indent = Pt(right)
        paragraph.paragraph_format.keep_with_next = text is said.sender
    _write_imprint(document, said)


def _width(text):
    """Points of a line of the body: letters and digits are half as wide."""
    half = len(_LETTERS.findall(text))
    return BODY_SIZE * (len(text) - half / 2)


def _write_imprint(document, said):
    """Copies and who printed it when, between rules, on the last lines of the page.

    Each in a frame of its own at a fixed height: LibreOffice gives up a frame whose lines have different rules, and a
    floating table that is as wide as the text.
    """
    printed = "\t".join(said.imprint)
    rows = [(said.copies, _small_lines(said.copies)), (printed, 1)] if said.copies else [(printed, 1)]
    top = PAGE_HEIGHT - _twips(MARGINS["bottom_margin"]) - LINE_PITCH * sum(lines for _words, lines in rows)
    for place, (words, lines) in enumerate(rows):
        paragraph = _line(document, words, size=SMALL_SIZE)
        space = paragraph.paragraph_format
        space.left_indent = space.right_indent = Pt(SMALL_SIZE)
        space.tab_stops.add_tab_stop(INNER_WIDTH - Pt(SMALL_SIZE), WD_TAB_ALIGNMENT.RIGHT)
        is_last = place == len(rows) - 1
        _frame(paragraph, top, LINE_PITCH * lines)
        _rules(paragraph, top="" if place else THICK, bottom=THICK if is_last else THIN)
        top += LINE_PITCH * lines
    last = _line(document).paragraph_format  # what the frames hang on; it takes no room
    last.line_spacing = Pt(1)


def _small_lines(text):
    """How many lines of the imprint a text fills."""
    return max(math.ceil(len(text) * SMALL_SIZE / (INNER_WIDTH.pt - 2 * SMALL_SIZE)), 1)


def _frame(paragraph, top, height):
    """A frame as wide as the text; `top` (from the edge of the page) and `height` in twips."""
    frame = OxmlElement("w:framePr")
    said = {
        "w": _twips(INNER_WIDTH.mm), "h": height, "hRule": "exact", "wrap": "around", "vAnchor": "page",
        "hAnchor": "page", "x": _twips(MARGINS["left_margin"]), "y": top,
    }  # fmt: skip
    for name, value in said.items():
        frame.set(qn(f"w:{name}"), f"{value}")
    paragraph._p.get_or_add_pPr().insert_element_before(frame, *_BEHIND_FRAMES)


def _rules(paragraph, **sizes):
    borders = OxmlElement("w:pBdr")
    for side, size in sizes.items():
        if size:
            say(borders, f"w:{side}", val="single", sz=size, space="0", color="000000")
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *_BEHIND_BORDERS)


def _twips(millimetres):
    return round(millimetres * 1440 / 25.4)

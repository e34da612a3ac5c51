"""A workbook package as a stream of events: its sheets in their order, then what people should be told."""

import posixpath
from dataclasses import dataclass, field
from urllib.parse import unquote

from .formats import BUILT_IN, GENERAL, is_date
from .limits import MAX_PARTS, Fault, Tally
from .markup import OFFICE, TRANSITIONAL, fed, names, parser, read_elements
from .strings import SharedStrings, read_shared_strings, unescape
from .worksheet import Worksheet

LONGEST_FORMAT = 255
_RELATION = f"{TRANSITIONAL.removesuffix('/')}/package/2006/relationships Relationship"
_WORKBOOK = names("workbook", "workbookPr", "sheet")
_STYLES = names("numFmt", "cellXfs", "cellStyleXfs", "xf")
_TARGETS = tuple(f"{space} id" for space in OFFICE)


@dataclass
class Workbook:
    """What the cells of all sheets refer to. `styles`: {style as cells name it: (number format, shows a day)}."""

    part: str
    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    """(name, id of the relationship, hidden)"""
    is_1904: bool = False
    strings: SharedStrings = field(default_factory=SharedStrings)
    styles: dict = field(default_factory=dict)


def find_workbook(package):
    """The name of the workbook's own part; raises Fault for other archives."""
    targets = [target for kind, target in _relations(package, "").values() if kind == "officeDocument"]
    name = targets[0] if targets else "xl/workbook.xml"
    if name.lower().endswith(".bin"):
        raise Fault("XLSB")
    if name not in package:
        raise Fault(_other_archive(package, bool(targets)))
    return name


def events(package):
    """["sheet", name, is_hidden], its rows and ranges, ["warning", code, what it names] ...; raises Fault."""
    book = _read_workbook(package)
    relations = _relations(package, book.part)
    _read_what_cells_name(package, book, relations)
    tally, seen, left_out = Tally(), set(), []
    for name, key, is_hidden in book.sheets:
        kind, target = relations.get(key, ("worksheet", f"{name}.xml"))
        if kind != "worksheet":
            left_out.append(name)
            continue
        if target in seen:
            raise Fault("SHEET_TWICE", sheet=name)
        seen.add(target)
        yield ["sheet", name, int(is_hidden)]
        yield from Worksheet(name, target, book, tally).events(package.chunks(target))
    if not seen:
        raise Fault("NO_SHEET")
    if not tally.rows:
        raise Fault("EMPTY")
    if left_out:
        yield ["warning", "SHEETS_LEFT_OUT", {"sheets": left_out}]
    if any(name.endswith("vbaproject.bin") for name in package.parts):
        yield ["warning", "MACROS", {}]


def _other_archive(package, has_document):
    if "mimetype" in package or has_document or any(name.startswith(("word/", "ppt/")) for name in package.parts):
        return "DOCUMENT"
    return "ARCHIVE"


def _relations(package, part):
    """{id: (last word of its type, name of the part that it leads to)} of a part, or of the package by ""."""
    folder, name = posixpath.split(part)
    source = posixpath.join(folder, "_rels", f"{name}.rels")
    if source not in package:
        return {}
    found = {}

    def handle(name, attributes):
        if name == _RELATION and attributes.get("TargetMode") != "External":
            target = unquote(attributes.get("Target", "")).replace("\\", "/")
            found[attributes.get("Id", "")] = (
                attributes.get("Type", "").rsplit("/", 1)[-1],
                posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"),
            )
            if len(found) > MAX_PARTS:
                raise Fault("TOO_MANY_PARTS", limit=MAX_PARTS)

    read_elements(package.chunks(source), source, handle)
    return found


def _read_workbook(package):
    book, seen = Workbook(find_workbook(package)), []

    def handle(name, attributes):
        local = _WORKBOOK.get(name)
        if not seen and local != "workbook":
            raise Fault("DOCUMENT")
        seen[:] = [name]
        if local == "workbookPr":
            book.is_1904 = attributes.get("date1904") in {"1", "true"}
        elif local == "sheet":
            key = next((attributes[target] for target in _TARGETS if target in attributes), "")
            title = unescape(attributes.get("name", ""))[0]
            book.sheets.append((title, key, attributes.get("state", "visible") != "visible"))
            if len(book.sheets) > MAX_PARTS:
                raise Fault("TOO_MANY_PARTS", limit=MAX_PARTS)

    read_elements(package.chunks(book.part), book.part, handle)
    return book


def _read_what_cells_name(package, book, relations):
    for kind, target in relations.values():
        if kind == "sharedStrings" and target in package:
            book.strings = read_shared_strings(package.chunks(target), target)
        elif kind == "styles" and target in package:
            book.styles = _read_styles(package, target)


def _read_styles(package, part):
    reader = _Styles()
    for _step in fed(parser(reader.start, reader.end), package.chunks(part), part):
        pass
    return reader.styles


class _Styles:
    """Reads the number formats of `cellXfs`, which cells name by place; `cellStyleXfs` holds named styles' own."""

    def __init__(self):
        self.formats, self.known, self.is_for_cells = dict(BUILT_IN), {}, False
        self.styles, self.place = {}, 0

    def start(self, name, attributes):
        local = _STYLES.get(name)
        if local == "numFmt":
            code = attributes.get("formatCode", "")[:LONGEST_FORMAT]
            self.formats[_whole(attributes.get("numFmtId"))] = GENERAL if code.lower() == "general" else code
        elif local == "cellXfs":
            self.is_for_cells = True
        elif local == "xf" and self.is_for_cells:
            number = _whole(attributes.get("numFmtId"))
            if number not in self.known:
                code = self.formats.get(number, GENERAL)
                self.known[number] = (code, is_date(code))
            self.styles[str(self.place)] = self.known[number]
            if not self.place:
                self.styles[None] = self.known[number]  # cells that name no style
            self.place += 1

    def end(self, name):
        if _STYLES.get(name) == "cellXfs":
            self.is_for_cells = False


def _whole(text):
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0

"""What people are told of a file that is not read, or not read whole: each sentence names the remedy."""

from django.utils.functional import keep_lazy, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registry.core.text import excerpt

from .grid import Refused

LONGEST_NAME = 80
SHOWN = 20

_SAVE_AS_XLSX = gettext_lazy("Open it in Excel or WPS, save it as “.xlsx” and upload that file.")
_DAMAGED = gettext_lazy("The file is damaged. Open it in Excel or WPS, save it again as “.xlsx” and upload that file.")

REFUSALS = {
    "EMPTY": gettext_lazy("The file is empty: no cell holds anything. Choose the file with the rows."),
    "XLS": gettext_lazy("This is a workbook of the old format (.xls, .et), whatever its name says."),
    "XLSB": gettext_lazy("This is a binary workbook (.xlsb), whatever its name says."),
    "ENCRYPTED": gettext_lazy(
        "The file is protected by a password. Open it, take the password away (File, Info, Protect Workbook), "
        "save it as “.xlsx” and upload that file."
    ),
    "WEB_PAGE": gettext_lazy("This is a web page, whatever its name says; many systems export pages named .xls."),
    "XML_TABLE": gettext_lazy("This is an XML table of Excel 2003, whatever its name says."),
    "XML": gettext_lazy("This is an XML file and no workbook."),
    "PDF": gettext_lazy("This is a PDF document and no workbook. Ask for the workbook that it was made from."),
    "PICTURE": gettext_lazy("This is a picture and no workbook. Ask for the workbook that it shows."),
    "DOCUMENT": gettext_lazy("This is a document of another kind and no workbook of Excel."),
    "ARCHIVE": gettext_lazy("This is an archive and no workbook. Unpack it and upload the workbook in it."),
    "CUT_OFF": gettext_lazy(
        "The file is cut off: its end is missing. Copy or download it once more and upload it whole."
    ),
    "DIRECTORY_LIES": gettext_lazy("The table of contents of the file does not agree with what is in it."),
    "PART_TWICE": gettext_lazy("it is there twice."),
    "PART_MISSING": gettext_lazy("it is missing."),
    "PART_BROKEN": gettext_lazy("it cannot be unpacked without fault."),
    "PART_LIES": gettext_lazy("it is larger than the file says."),
    "PACKED_OTHERWISE": gettext_lazy("it is packed in a way that Excel does not use."),
    "XML_BROKEN": gettext_lazy("it cannot be read as XML."),
    "XML_ENCODING": gettext_lazy("The workbook is written in the encoding %(encoding)s, which no workbook may be."),
    "DECLARATION": gettext_lazy(
        "a declaration (DOCTYPE or ENTITY) stands there, which no workbook needs; for safety the file is not read. "
        "Delete pictures of the kind SVG, save the workbook again as “.xlsx” and upload that file."
    ),
    "TOO_MANY_PARTS": gettext_lazy(
        "The workbook consists of more than %(limit)s parts. Keep the sheet with the rows only."
    ),
    "TOO_LARGE": gettext_lazy(
        "Unpacked, the file is larger than %(limit)s MiB. Divide it, or take pictures out of it."
    ),
    "TOO_DENSE": gettext_lazy(
        "The file unpacks to more than %(free)s MiB and %(ratio)s times its own size. Delete empty formatted rows, "
        "or copy the rows into a new workbook."
    ),
    "TOO_MANY_TAGS": gettext_lazy(
        "The workbook has more than %(limit)s elements. Delete empty formatted rows and columns, or divide it."
    ),
    "TOO_WIDE": gettext_lazy("no more than %(limit)s columns are read. Delete what stands further to the right."),
    "TOO_MANY_ROWS": gettext_lazy("The file has more than %(limit)s rows with data. Divide it and upload the parts."),
    "TOO_MANY_CELLS": gettext_lazy(
        "The file has more than %(limit)s cells that hold something, or too many empty formatted ones. "
        "Delete columns that are not needed, or divide it."
    ),
    "TOO_MANY_MERGES": gettext_lazy(
        "The file has more than %(limit)s merged ranges. Undo the merging, or divide the file."
    ),
    "TOO_MUCH_TEXT": gettext_lazy("The file holds more than %(limit)s characters. Divide it and upload the parts."),
    "CELL_TOO_LONG": gettext_lazy("a cell holds more than %(limit)s characters. Shorten it."),
    "ROW_TOO_LONG": gettext_lazy("the row holds more than %(limit)s characters. Shorten its texts."),
    "LINE_TOO_LONG": gettext_lazy("the line has more than %(limit)s characters. Check the line breaks of the file."),
    "NO_SHEET": gettext_lazy("The workbook has no sheet with cells. Choose the file with the rows."),
    "SHEET_TWICE": gettext_lazy("it shares its cells with another sheet."),
    "ROWS_OUT_OF_ORDER": gettext_lazy("after it the numbers of the rows are out of order."),
    "CELL_MISPLACED": gettext_lazy("the cell is not where it says it is."),
    "CELL_TWICE": gettext_lazy("one of its cells is there twice."),
    "STRING_MISSING": gettext_lazy("its text is missing in the workbook."),
    "MERGE_BROKEN": gettext_lazy("a merged range cannot be read."),
    "ENCODING": gettext_lazy(
        "it has bytes that fit neither UTF-8 nor GB18030. Open the file in Excel or WPS, save it as “.xlsx”, "
        "or as “CSV UTF-8”, and upload that file."
    ),
    "ENCODING_MIXED": gettext_lazy(
        "it has bytes that do not fit the rest of the file, which is %(encoding)s. Type these characters again, "
        "or export the file once more as “CSV UTF-8” or “.xlsx”."
    ),
    "NUL": gettext_lazy(
        "it has a NUL byte, which no text has. Save the file as “CSV UTF-8” or “.xlsx” and upload that file."
    ),
    "LOST_CHARACTER": gettext_lazy(
        "it has the sign � in place of a character that another program has lost. Type the character again, "
        "or export the file once more as “CSV UTF-8”."
    ),
    "QUOTE_OPEN": gettext_lazy('a quotation mark (") that opens a cell here is never closed. Close it or delete it.'),
    "TOO_SLOW": gettext_lazy(
        "Reading the file took longer than %(limit)s seconds. Delete empty formatted rows, or divide it."
    ),
    "OUT_OF_MEMORY": gettext_lazy(
        "Reading the file took more than %(limit)s MiB of memory. Divide it, or take pictures out."
    ),
    "CRASHED": gettext_lazy("The program that reads files broke off. Nothing was read."),
}

_REMEDIES = (
    (_SAVE_AS_XLSX, {"XML_ENCODING", "XLS", "XLSB", "WEB_PAGE", "XML_TABLE", "XML", "DOCUMENT", "CRASHED"}),
    (_DAMAGED, {
        "DIRECTORY_LIES", "PART_TWICE", "PART_MISSING", "PART_BROKEN", "PART_LIES", "PACKED_OTHERWISE", "XML_BROKEN",
        "SHEET_TWICE", "ROWS_OUT_OF_ORDER", "CELL_MISPLACED", "CELL_TWICE", "STRING_MISSING", "MERGE_BROKEN",
    }),
)  # fmt: skip

_PLACES = {
    ("sheet", "cell"): gettext_lazy("Sheet “%(sheet)s”, cell %(cell)s: %(fault)s"),
    ("sheet", "row"): gettext_lazy("Sheet “%(sheet)s”, row %(row)s: %(fault)s"),
    ("sheet",): gettext_lazy("Sheet “%(sheet)s”: %(fault)s"),
    ("line",): gettext_lazy("Line %(line)s: %(fault)s"),
    ("part",): gettext_lazy("“%(part)s” in the workbook: %(fault)s"),
}


def refusal(code, named):
    """The `Refused` for the code of a Fault and what it names, in the reader's language whenever it is shown; raises
    LookupError for other codes and for what names too little."""
    message = _in_words(REFUSALS[code], code, named)
    str(message)  # a process that read a hostile file is not believed: what it named too little of fails here
    return Refused(message, code)


@keep_lazy(str)
def _in_words(sentence, code, named):
    shown = {key: f"{value:,}" if key == "limit" else excerpt(str(value), LONGEST_NAME) for key, value in named.items()}
    sentence = sentence % shown
    for place, words in _PLACES.items():
        if set(place) <= shown.keys():
            sentence = words % {**shown, "fault": sentence}
            break
    remedies = [str(remedy) for remedy, codes in _REMEDIES if code in codes]
    return " ".join([str(sentence), *remedies])


def warning(code, named):
    """What people are told of a file that is read, in the reader's language; raises LookupError for other codes and for
    what names too little."""
    told = lazy(WARNINGS[code], str)(named)
    str(told)
    return told


def _hidden_columns(named):
    message = ngettext(
        "Sheet “%(sheet)s”: the hidden column %(columns)s is read too.",
        "Sheet “%(sheet)s”: the hidden columns %(columns)s are read too.",
        len(named["columns"]),
    )
    return message % {"sheet": excerpt(named["sheet"], LONGEST_NAME), "columns": _listed(named["columns"])}


def _characters_out(named):
    message = _("Sheet “%(sheet)s”: characters that no text may hold were left out of %(cells)s. Check these cells.")
    return message % {"sheet": excerpt(named["sheet"], LONGEST_NAME), "cells": _listed(named["cells"])}


def _listed(names, shown=SHOWN):
    words = _(", ").join(excerpt(str(name), LONGEST_NAME) for name in names[:shown])
    return _("%s and others") % words if len(names) > shown else words


WARNINGS = {
    "MACROS": lambda named: _("The workbook has macros. They are neither run nor read."),
    "SHEETS_LEFT_OUT": lambda named: (
        _("Left out, since they have no cells (charts, macros): %s.") % _listed(named["sheets"])
    ),
    "HIDDEN_COLUMNS": _hidden_columns,
    "CHARACTERS_OUT": _characters_out,
    "READ_AS_GB18030": lambda named: _("The file was read as Chinese text in GB18030 (GBK). Check a name or two."),
    "SEPARATED_BY": lambda named: _("The cells were told apart by %s.") % excerpt(named["sign"], LONGEST_NAME),
}

"""Tables as CSV that a spreadsheet opens rightly and cannot run."""

import csv
import re

from django.http import StreamingHttpResponse
from django.utils.translation import get_language, override

_FORMULA = re.compile("^[=+\\-@\t\r＝＋－＠]")


def neutral(cell):
    """The cell, with text that a spreadsheet would take for a formula marked as text by a leading '."""
    if isinstance(cell, str) and _FORMULA.match(cell):
        return f"'{cell}"
    return "" if cell is None else cell


class _Echo:
    """Gives back what the writer writes."""

    def write(self, text):
        return text


def csv_lines(head, rows):
    """Lines of CSV as bytes, one by one: with a byte order mark, without which Excel guesses the encoding."""
    writer = csv.writer(_Echo())
    yield "\ufeff".encode()
    yield writer.writerow(map(neutral, map(str, head))).encode()
    for row in rows:
        yield writer.writerow(map(neutral, row)).encode()


def csv_response(name, head, rows):
    """A download of `rows` (an iterator, read as it is sent) under the file name `name`."""
    return StreamingHttpResponse(
        _in_language(get_language(), csv_lines(head, rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _in_language(language, lines):
    """Lines are made after the request's language was put away; they are to speak it all the same."""
    with override(language):
        yield from lines

"""Reading the files: each by COPY into a table of its own that lives as long as the transaction."""

import csv
import re
from dataclasses import dataclass

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from registry.core.text import excerpt

BOM = b"\xef\xbb\xbf"
_PLACE = re.compile(r"COPY \w+, line (\d+)(?:, column (\w+))?")


@dataclass(frozen=True)
class Fault:
    """Something wrong with a data set: where, what, and what to do. `line` is the file's, the header's is 1."""

    file: str
    message: str
    line: int = 0
    column: str = ""

    def __str__(self):
        place = [self.file]
        if self.line:
            place.append(_("line %d") % self.line)
        if self.column:
            place.append(_("column %s") % self.column)
        return f"{', '.join(place)}: {self.message}"


class Refused(Exception):
    """The data set is not loaded, and nothing of it: `faults` says why."""

    def __init__(self, faults, more=0):
        super().__init__(str(faults[0]))
        self.faults, self.more = faults, more


def read_file(cursor, folder, file):
    """Copy one file into its staging table; returns how many rows. Raises Refused."""
    try:
        with (folder / file.path).open("rb") as source:
            columns = _header(file, source.readline())
            _create(cursor, file)
            names = ", ".join(columns)
            with connection.wrap_database_errors:
                cursor.copy_expert(
                    f"COPY {file.table} ({names}) FROM STDIN WITH (FORMAT csv, ENCODING 'UTF8', FORCE_NULL ({names}))",
                    source,
                )
            return cursor.rowcount
    except OSError as error:
        message = _("cannot be read (%s). A data set has six files: see load_dataset --help.") % error.strerror
        raise Refused([Fault(file.path, message)]) from error
    except DatabaseError as error:
        raise Refused([_unreadable(file, error.__cause__.diag)]) from error


def _create(cursor, file):
    key = f"pk bigint DEFAULT nextval(pg_get_serial_sequence('{file.keys_of}', 'id')), " if file.keys_of else ""
    columns = ", ".join(f"{column.name} text" for column in file.columns)
    cursor.execute(
        f"CREATE TEMP TABLE {file.table} (row bigint GENERATED ALWAYS AS IDENTITY, {key}{columns}) ON COMMIT DROP"
    )


def _header(file, line):
    """The columns in the order of the file; raises Refused for an unknown, missing or repeated one."""
    try:
        names = next(csv.reader([line.removeprefix(BOM).decode()]), [])
    except UnicodeDecodeError as error:
        raise Refused([Fault(file.path, _("not UTF-8. Save it as UTF-8."), 1)]) from error
    known = [column.name for column in file.columns]
    faults = [
        Fault(file.path, _("unknown column “%s”. Remove it or correct its name.") % excerpt(name), 1)
        for name in dict.fromkeys(names)
        if name not in known
    ]
    faults += [
        Fault(file.path, _("the column stands there twice. Remove one."), 1, name)
        for name in known
        if names.count(name) > 1
    ]
    faults += [
        Fault(file.path, _("the column is missing. Add it; its cells may be empty where nothing is stated."), 1, name)
        for name in known
        if name not in names
    ]
    if faults:
        raise Refused(faults)
    return names


def _unreadable(file, told):
    """A fault out of PostgreSQL's own report; its lines are counted without the header."""
    place = _PLACE.search(told.context or "")
    line, column = (int(place[1]) + 1, place[2] or "") if place else (0, "")
    message = _("cannot be read as CSV in UTF-8: %s. Correct the line.") % excerpt(told.message_primary, 200)
    return Fault(file.path, message, line, column)

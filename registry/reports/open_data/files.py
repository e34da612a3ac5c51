"""The files of a release, made on disk piece by piece, each with its digest.

What a file says of its instant stands in its head; the rest is its content, from which the release's fingerprint is
taken. Everything is in Chinese, whoever asks.
"""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from registry.core.dates import SHANGHAI
from registry.core.exports import csv_chunks, xlsx_chunks

from .activities import activities_file
from .grants import grants_file
from .package import licence, package_of, schema_of
from .sets import SETS

PACKAGE, GRANTS, ACTIVITIES = "datapackage.json", "360giving.json", "iati.xml"
ENDINGS = ("csv", "xlsx", "json")
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "xml": "application/xml",
}
NAMES = (*(f"{code}.{ending}" for code in SETS for ending in ENDINGS), GRANTS, ACTIVITIES, PACKAGE)
"""Every name that a file of a release can have, in their order."""


@dataclass(frozen=True)
class Made:
    """A file that lies ready to be kept. `size` in bytes; `rows` of a set's file, entries of a standard's."""

    path: Path
    sha256: str
    size: int

    @property
    def name(self):
        return self.path.name


class Workshop:
    """Makes the files of one release in `folder`, from what was `collected` at `as_of`."""

    def __init__(self, folder, collected, as_of):
        self.folder, self.collected, self.as_of = folder, collected, timezone.localtime(as_of, SHANGHAI)
        self.made, self.sets, self.standards, self._content = [], {}, {}, hashlib.sha256()

    @property
    def fingerprint(self):
        """Of what the files say; the same for the same content at another instant. Ask it when all is made."""
        return self._content.hexdigest()

    def make(self):
        """All but the package, which names the release."""
        terms = json.dumps([settings.DATA_LICENCE, [schema_of(one) for one in SETS.values()]], ensure_ascii=False)
        self._content.update(terms.encode())
        for one in SETS.values():
            self._set(one)
        self._standard(GRANTS, *grants_file(self.collected.projects, self.as_of))
        self._standard(ACTIVITIES, *activities_file(self.collected.projects, self.as_of))

    def package(self, number, note):
        """The file that describes the others."""
        described = package_of(number, note, self.as_of, self.made, self.sets)
        self.write(PACKAGE, [as_json(described).encode()], counts=False)

    def _set(self, one):
        """Its three files, out of cells that are made once."""
        code, numbers = one.code, [column.type in ("integer", "number") for column in one.columns]
        rows = self.collected.kept(f"{code}.cells", map(one.cells, self.collected.rows(code)))
        self.write(f"{code}.csv", csv_chunks(one.names, (map(_text, row) for row in rows)))
        typed = ([_typed(*pair) for pair in zip(row, numbers, strict=True)] for row in rows)
        self.write(f"{code}.xlsx", xlsx_chunks(heads_of(one), typed), counts=False)  # a package holds the time of day
        noted = _Noted(one, rows)
        self.write(f"{code}.json", self._json(one, noted), head=1)
        self.sets[code] = {"rows": noted.number, "example": noted.example}

    def _json(self, one, rows):
        head = {
            "set": one.code, "title": str(one.label), "as_of": self.as_of.isoformat(timespec="seconds"),
            "licence": licence()["name"], "fields": f"{settings.SITE_URL}/data/#{one.code}",
        }  # fmt: skip
        yield f'{as_json(head)[:-2]},\n "rows": ['.encode()
        comma = ""
        for row in rows:
            yield f"{comma}\n  {json.dumps(row, ensure_ascii=False)}".encode()
            comma = ","
        yield b"\n ]\n}\n"

    def _standard(self, name, chunks, told):
        """A file by a standard; a standard knows no empty file, so that there is none where nothing can be told."""
        chunks = iter(chunks)
        first = next(chunks, None)
        if first is not None:
            self.write(name, chain([first], chunks), head=1)
        self.standards[name] = told

    def write(self, name, chunks, *, head=0, counts=True):
        """Write one file; its first `head` chunks tell the instant, and without `counts` it is no content at all."""
        path, digest, size = self.folder / name, hashlib.sha256(), 0
        with path.open("wb") as file:
            for place, chunk in enumerate(chunks):
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                if counts and place >= head:
                    self._content.update(chunk)
        self.made.append(Made(path, digest.hexdigest(), size))


class _Noted:
    """The rows of a set as dicts; knows afterwards how many there were, and an example of each column."""

    def __init__(self, one, rows):
        self._set, self._rows, self.number, self.example = one, rows, 0, {}

    def __iter__(self):
        for row in self._rows:
            cells = dict(zip(self._set.names, row, strict=True))
            self.number += 1
            if len(self.example) < len(cells):
                self.example = {name: cell for name, cell in cells.items() if cell is not None} | self.example
            yield cells


def heads_of(one):
    """The first line of a workbook: each column in Chinese, with its unit."""
    return [f"{column.label}（{column.unit}）" if column.unit else str(column.label) for column in one.columns]


def _text(cell):
    return str(cell).lower() if isinstance(cell, bool) else cell


def _typed(cell, is_number):
    """A cell of a workbook: numbers typed as numbers, exact; all else as text."""
    return Decimal(cell) if is_number and cell is not None else _text(cell)


def as_json(value):
    return json.dumps(value, ensure_ascii=False, indent=1)

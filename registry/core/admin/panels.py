"""Read-only tables on a record's page: what hangs on it, each row with the page on which it is worked on."""

from dataclasses import dataclass, field


@dataclass
class Panel:
    """`heads`: (label, css class) of the columns; `rows`: see `add`; `new`: (address, label) of the button below;
    `note`: a warning above the rows."""

    title: str
    heads: tuple[tuple[str, str], ...]
    empty: str
    slug: str
    new: tuple[str, str] | None = None
    more: tuple[str, str] | None = None
    note: str = ""
    rows: list[dict] = field(default_factory=list)

    def add(self, url, *cells, css=""):
        """One row: the first cell leads to `url` (empty: it is not the person's to open)."""
        columns = [
            {"text": cell, "label": label, "css": style} for cell, (label, style) in zip(cells, self.heads, strict=True)
        ]  # fmt: skip
        self.rows.append({"url": url, "cells": columns, "css": css})

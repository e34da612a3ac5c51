"""What is said of a row: in words of either language, with what a click may put right."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.functional import Promise


@dataclass(frozen=True)
class Said:
    """A sentence that is put into the reader's language when it is shown."""

    text: str | Promise
    params: dict | str = field(default_factory=dict)

    def __str__(self):
        return str(self.text % self.params) if self.params else str(self.text)


@dataclass(frozen=True)
class Suggestion:
    """`value` put into the cell of column `key` would do."""

    key: str
    value: str


@dataclass(frozen=True)
class Fault:
    """Something wrong with the cell of column `key`."""

    key: str
    said: Said
    code: str = ""
    suggestions: tuple[Suggestion, ...] = ()


class Wrong(Exception):
    """A cell cannot be taken. `suggested`: texts that would do in its place."""

    def __init__(self, text, code="", suggested=(), /, **params):
        super().__init__(code)
        self.said, self.code, self.suggested = Said(text, params), code, tuple(suggested)

    @classmethod
    def of(cls, error):
        """The same for a ValidationError of a single message."""
        first = error.error_list[0] if isinstance(error, ValidationError) else error
        return cls(first.message, first.code or "", **(first.params or {}))

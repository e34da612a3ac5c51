"""The report on a ledger's rows, as a check of it gives them."""

from projects.ledger import importing
from projects.ledger.report import report

from .ledger_books import NATURAL, book, project


def rows(*given, by=None, head=NATURAL, **layout):
    """The rows of the report on a ledger."""
    return report(importing.check(book(list(given), head=head, **layout), by=by))["rows"]


def row(by=None, **cells):
    return rows(project(1, **cells), by=by)[0]


def fields(told):
    return [error["field"] for error in told["errors"]]


def suggested(told):
    return [one["value"] for error in told["errors"] for one in error["suggestions"]]

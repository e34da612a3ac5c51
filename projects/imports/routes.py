"""The addresses of the wizard, below `/desk/import/` and `/my/import/` alike: (route, name, view)."""

from functools import partial, wraps

from . import deeds, pages

ROUTES = (
    ("", "", pages.ledgers),
    ("template.xlsx", "template", pages.template),
    ("<int:pk>/", "ledger", pages.ledger),
    ("<int:pk>/progress/", "progress", pages.progress),
    ("<int:pk>/columns/", "columns", pages.columns),
    ("<int:pk>/correct/", "correct", deeds.correct),
    ("<int:pk>/decide/", "decide", deeds.decide),
    ("<int:pk>/check/", "check", deeds.check),
    ("<int:pk>/confirm/", "confirm", pages.confirm),
    ("<int:pk>/write/", "write", deeds.write),
    ("<int:pk>/undo/", "undo", deeds.undo),
    ("<int:pk>/drop/", "drop", deeds.drop),
    ("<int:pk>/file/", "file", pages.file),
    ("<int:pk>/faults/", "faults", pages.faults),
)


def routes_in(frame):
    """[(route, name of the address, view)] of the wizard in a frame."""
    stem = frame.name.rpartition(":")[2]
    return [(route, f"{stem}-{name}" if name else stem, _in_frame(view, frame)) for route, name, view in ROUTES]


def _in_frame(view, frame):
    return wraps(view)(partial(_called, view, frame))


def _called(view, frame, request, **kwargs):
    return view(request, frame, **kwargs)

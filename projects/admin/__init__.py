from . import (
    campaigns,
    checklists,
    circulars,
    difficulties,
    documents,
    events,
    funding,
    needs,
    pledges,
    project,
    recognition,
    results,
)

__all__ = [
    "campaigns",
    "checklists",
    "circulars",
    "difficulties",
    "documents",
    "events",
    "funding",
    "needs",
    "pledges",
    "project",
    "recognition",
    "results",
]

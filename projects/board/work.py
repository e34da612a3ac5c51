"""Bulk work that takes longer than a page may: the same action as a job, with its progress told item by item."""

import datetime

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from projects.actions.bulk import DEEDS, run_bulk
from registry.core.jobs import job
from registry.core.models import User


@job("bulk-steps", _("Bulk work on checklist items"), lambda job: job.parameters["url"])
def bulk_work(progress, *, by, deed, items, details, url):
    """`items`: [[key, version seen]]; `details` as `for_the_queue` wrote them; `url`: the board as it was seen."""
    number = run_bulk(
        deed=deed, items=[tuple(item) for item in items], by=by, batch=progress.batch, told=progress.step,
        details=_read(details),
    )  # fmt: skip
    return {"words": done_in_words(deed, number), "url": place_of_batch(progress.batch, url.partition("?")[2])}


def place_of_batch(batch, back=""):
    """Where the items of a batch stand, and where it is undone; `back`: the query of the board to go back to."""
    query = f"?{urlencode({'back': back})}" if back else ""
    return f"{reverse('admin:board-done', args=(batch,))}{query}"


def for_the_queue(details):
    """The details of a deed as JSON holds them: accounts by their key, days in ISO form."""
    kept = dict(details)
    if "responsible" in kept:
        kept["responsible"] = kept["responsible"].pk
    if "due_on" in kept:
        kept["due_on"] = kept["due_on"].isoformat()
    return kept


def _read(kept):
    details = dict(kept)
    if "responsible" in details:
        details["responsible"] = User.objects.get(pk=details["responsible"])
    if "due_on" in details:
        details["due_on"] = datetime.date.fromisoformat(details["due_on"])
    return details


def done_in_words(deed, number):
    """What was done to how many."""
    return _("%(deed)s: %(number)d done.") % {"deed": DEEDS[deed].label, "number": number}

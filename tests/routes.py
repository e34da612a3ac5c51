"""Every address of the site, and how its parameters are filled in with the keys of rows."""

import re
import uuid

from django.apps import apps
from django.urls import URLPattern, get_resolver

from orgs.models import Organisation
from projects import models as own
from registry.core import models as core
from registry.reports.models import DataRelease

DESK = re.compile(r"admin:(?P<app>core|counties|orgs|projects|reports)_(?P<model>[a-z]+)_(?P<view>[a-z]+)$")


def patterns(resolver=None, before="", spaces=()):
    """(full name, route, pattern) of every address of the site."""
    for one in (resolver or get_resolver()).url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield ":".join([*spaces, one.name or ""]), route, one
        else:
            yield from patterns(one, route, (*spaces, one.namespace) if one.namespace else spaces)


KEYS = {"number": "number", "key": "key", "pk": "pk", "object_id": "pk", "row": "pk"}
"""Which column of its row stands in the place of a parameter."""

NOBODY = {"number": "XX-0000-0000", "key": str(uuid.UUID(int=0)), "pk": "999999999", "object_id": "999999999",
          "row": "999999999"}  # fmt: skip
"""What no row has."""

MODELS = (
    (r"project|project-(version|detail|move)|my-project|my-money|my-report|check-note", own.Project),
    (r"need|need-photo|my-need|my-need-edit|my-need-check|need-.*", own.Need),
    (r"my-pledge(-what|-when|-check|-receipt)?|my-received-pledge|pledge-.*", own.Pledge),
    (r"(admin:)?(my-)?import-.*", own.LedgerImport),
    (r"my-step|admin:verify-step|projectstep-.*", own.ProjectStep),
    (r"my-receipt", own.Funding),
    (r"my-difficulty", own.Difficulty),
    (r"document", own.Document),
    (r"agreement-paper", own.Agreement),
    (r"story", own.Story),
    (r"story-photo", own.StoryPhoto),
    (r"commendation|praise-dossier", own.Commendation),
    (r"circular|circular-.*", own.Circular),
    (r"org|organisation-.*", Organisation),
    (r"job|cancel-job|made-list|project-file|admin:(handbook-file|running-job)", core.Job),
    (r"data-(release|file)", DataRelease),
    (r"notice", core.Notice),
    (r"reports-view-delete|admin:board-view-delete", core.SavedView),
)
"""Of which model the row is that an address names, by the address's own name."""

REST = {
    "serial": "1", "month": "2020-09", "form": "docx", "size": "card", "section": "pages", "name": "projects.csv",
    "target": "nowhere", "change": "1", "app_label": "projects", "url": "nowhere", "batch": "batch-1",
    "slug": "nowhere", "token": "nothing",
}  # fmt: skip
CODES = {"county": "130723", "campaign": "{campaign}", "field": "field-a", "figure": "funds", "statement": "funds",
         "check": "idle", "check-note": "idle", "circular-figure": "projects_landed"}  # fmt: skip


def model_of(name, route):
    """The model of whose rows one stands in the address, or None."""
    if not re.search(r"<[a-z:]*(pk|key|number|object_id|row)>|\(\?P<(pk|number)>", route):
        return None
    if found := DESK.match(name):
        return apps.get_model(found["app"], found["model"])
    return next((model for pattern, model in MODELS if re.fullmatch(pattern, name)), None)


def address_of(name, route, row, campaign=""):
    """The address with its parameters filled in: by the keys of `row`, or of none where it is None."""
    code = CODES.get(name.removesuffix("-sheet").removesuffix("-detail"), "130723").format(campaign=campaign)

    def value(found):
        parameter = found[1]
        if parameter in KEYS:
            own_key = "pk" if parameter == "key" and not hasattr(row, "key") else KEYS[parameter]
            if row is None:
                return "999999999" if found[0].startswith("<int") else NOBODY[parameter]
            return str(getattr(row, own_key))
        if name.endswith("_deed"):
            return "nothing"
        return code if parameter == "code" else REST[parameter]

    path = re.sub(r"\(\?P<([a-z_]+)>[^()]*\)", value, route)
    path = re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", value, path)
    return "/" + re.sub(r"[\^$?]|\\Z", "", path).replace("\\.", ".").replace("\\", "")


def filled_in(name, route):
    """The address with a row of the model that it is of, of projects a published one; of none where there is none."""
    model, row = model_of(name, route), None
    if model:
        rows = model._default_manager.order_by("pk")
        row = (rows.published() if model is own.Project else rows).last()
    return address_of(name, route, row, own.Campaign.objects.first().code)

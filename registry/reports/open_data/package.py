"""The package of a release by Frictionless Data Package: its files, their fields, units, licence and digests."""

from django.conf import settings
from django.utils.translation import gettext as _

from .sets import SETS


def licence():
    """The licence of the files as a package has it: name and, where the settings give one, path."""
    words = settings.DATA_LICENCE.split()
    path = words.pop() if words[-1].startswith(("https://", "http://")) else ""
    return {"name": " ".join(words), "title": " ".join(words), **({"path": path} if path else {})}


def publisher():
    """Who gives the data away."""
    return settings.SITE_OWNER or _("Bangfu registry")


def schema_of(one, example=None):
    """The Table Schema of a set, in the language that is spoken now."""
    fields = [_field(column, (example or {}).get(column.name)) for column in one.columns]
    return {"fields": fields, "primaryKey": one.key, "missingValues": [""], **_references(one)}


def _field(column, example):
    told = {"name": column.name, "title": str(column.label), "type": column.type}
    if column.meaning:
        told["description"] = str(column.meaning)
    if column.unit:
        told["unit"] = column.unit
    if column.may_be_empty:
        told["whenEmpty"] = str(column.empty)
    limits = {} if column.may_be_empty else {"required": True}
    if column.choices:
        told["labels"] = {value: str(label) for value, label in column.choices}
        limits |= {} if column.several else {"enum": list(told["labels"])}
    if example is not None:
        told["example"] = example
    return told | ({"constraints": limits} if limits else {})


def _references(one):
    """What surely leads to a row of another set; other keys can lead to what is not, or not yet, published."""
    if one.code != "funding":
        return {}
    return {"foreignKeys": [{"fields": "project", "reference": {"resource": "projects", "fields": "number"}}]}


def package_of(number, note, as_of, files, sets):
    """The descriptor as a dict. `files` are `Made`, `sets` what is known of each set's rows."""
    instant = as_of.isoformat(timespec="seconds")
    return {
        "profile": "data-package",
        "name": f"bangfu-open-data-{number}",
        "title": f"Bangfu registry, open data of {number}",
        "version": number,
        "created": instant,
        "homepage": f"{settings.SITE_URL}/data/{number}/",
        "licenses": [licence()],
        "contributors": [{"title": publisher(), "role": "publisher"}],
        "sources": [{"title": f"Register of poverty-relief projects, published rows, as of {instant}"}],
        **({"description": note} if note else {}),
        "resources": [_resource(made, sets) for made in files],
    }


def _resource(made, sets):
    code, _dot, ending = made.name.rpartition(".")
    told = {
        "name": made.name.replace(".", "-"), "path": made.name, "format": ending, "bytes": made.size,
        "hash": f"sha256:{made.sha256}", "profile": "data-resource",
    }  # fmt: skip
    if code not in SETS:
        return told
    one = SETS[code]
    told |= {"title": str(one.label), "description": str(one.about)}
    if ending == "csv":
        told |= {
            "name": code, "profile": "tabular-data-resource", "mediatype": "text/csv", "encoding": "utf-8",
            "schema": schema_of(one, sets[code]["example"]),
        }  # fmt: skip
    return told

"""One project as the interface gives it: whether the person may know of it and works with it, then by one statement all
that is told of it, put together by PostgreSQL (projects/database/document.sql).

The shape is `ProjectSerializer`, which describes it and which a test compares. What counts, what is masked and what a
lamp shows are the rules of the models and of `projects.tables`, asked here of plain rows.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from orgs.models import Organisation
from projects.models import Document, Funding, LampRule, Participation, Project, ProjectStep, Result
from projects.models.checklists import lamp_on
from projects.publishing.versions import versions_of
from projects.tables import in_json
from projects.whole import unnamed_in_words
from registry.core.dates import today
from registry.core.models import in_both, reads_everything
from registry.core.quantity import Money, Quantity
from registry.core.quick_json import read_json
from registry.core.roles import Role
from registry.core.text import mask_name, mask_personal


def project_document(key, user):
    """The project as `user` may see it, as a dict of JSON's values. Raises Project.DoesNotExist."""
    mine = _works_with(key, user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT document.of(%s, %s)", [key, mine])
        (text,) = cursor.fetchone()
    if text is None:
        raise Project.DoesNotExist
    return _Document(read_json(text), user, mine).told()


def _works_with(key, user):
    """Whether `user` works with the project. Raises Project.DoesNotExist where it may not be known of."""
    if reads_everything(user):
        return True
    mine = Exists(Project.objects.within_scope_of(user).filter(pk=OuterRef("pk")))
    return Project.objects.visible_to(user).filter(pk=key).order_by().values_list(mine, flat=True).get()


class _Document:
    """What PostgreSQL gave, in words: names, masks, lamps."""

    def __init__(self, found, user, mine):
        self.found, self.user, self.mine = found, user, mine
        self.project = found["project"]

    def _rows(self, part):
        return self.found[part] or []

    def told(self):
        project = self.project
        days = ("planned_start", "planned_end", "actual_start", "actual_end")
        versions = self._versions()
        return in_json([self._row()])[0] | {
            "version": project["version"],
            "campaign": project["campaign"],
            **{name: mask_personal(project[name]) for name in ("summary", "approach", "channel")},
            **{name: project[name] for name in days},
            **{name: mask_personal(project[name]) for name in ("source", "quote", "caution")},
            "organisations": [self._party(row) for row in self._rows("parties")],
            "sites": [_site(row) for row in self._rows("sites")],
            "fields": [_field(row) for row in self._rows("fields")],
            "marks": [_only(row, "kind", "title", "named_by", "named_on") for row in self._rows("marks")],
            "funding": [_line(row) for row in self._rows("funding")],
            "results": [_result(row) for row in self._rows("results")],
            "published_at": versions[0]["published_at"] if versions else None,
            "versions": versions,
            "checklist": self._checklist() if self.mine else None,
            "inner": self._inner() if self.mine else None,
        }

    def _row(self):
        """The values of a row of the list, in the order in which `projects.tables.ledger` gives them."""
        own, lead = self.project["scheme"], Participation.Role.LEAD
        fields = sorted(
            self._rows("fields"), key=lambda row: (row["scheme"] != own, not row["is_primary"], row["position"])
        )
        sites = sorted(self._rows("sites"), key=lambda row: row["code"])
        parties = sorted(
            (row for row in self._rows("parties") if row["organisation"]), key=lambda row: row["role"] != lead
        )
        counts = [row for row in self._rows("funding") if row["origin"] in (Funding.Origin.OWN, Funding.Origin.RAISED)]
        return self.project | {
            "places": [
                {"code": row["home"] or row["code"], "name": row["home_name"] or row["name"],
                 "en": row["name_en"] if row["home"] is None else row["home_en"]} for row in sites
            ],
            "field_rows": fields,
            "organisation_rows": [{"id": row["organisation"]} | _only(row, "name", "code", "role") for row in parties],
            "money": {state: _sum(counts, state) for state in Funding.State.values},
        }  # fmt: skip

    def _party(self, row):
        role = {"role": row["role"], "role_name": str(Participation.Role(row["role"]).label)}
        blank = {"organisation": None, "name": "", **role, "is_enterprise": False, "unnamed": None}
        if row["unnamed"]:
            count = Quantity(Decimal(row["unnamed_count"]), "", row["unnamed_qualifier"])
            return blank | {"name": mask_personal(unnamed_in_words(row["unnamed"], count)), "unnamed": _quantity(count)}
        if row["enterprise"]:
            return blank | {"name": mask_personal(row["enterprise"]), "is_enterprise": True}
        is_public = row["status"] in Organisation.PUBLIC
        return blank | {
            "organisation": row["organisation"] if is_public else None, "name": mask_personal(self._name_on(row))
        }  # fmt: skip

    def _name_on(self, row):
        """What the organisation was called on the day of the first signature, else of the start."""
        signed = [one["signed_on"] for one in self._rows("agreements") if one["signed_on"]]
        day = min(signed, default=self.project["actual_start"] or self.project["planned_start"])
        return next((name for until, name in row["former"] or () if day and day < until), row["name"])

    def _versions(self):
        """Of the public entry, the last one first. What one changed of another is asked where there are two."""
        rows = self._rows("versions")
        if len(rows) > 1:
            return [_version(one) for one in versions_of(Project(pk=self.project["id"]))]
        return [
            {"serial": row["serial"], "published_at": _instant(datetime.fromisoformat(row["published_at"])),
             "note": mask_personal(row["note"]), "is_current": True, "changes": []} for row in rows
        ]  # fmt: skip

    def _checklist(self):
        on = today()
        soon = LampRule() if self.found["due_soon"] is None else LampRule(due_soon_days=self.found["due_soon"])
        return [_step(row, on, soon) for row in self._rows("steps")]

    def _inner(self):
        return {
            "visibility": self.project["visibility"],
            "officer": self._officer(),
            "stage_reason": self.project["status_reason"],
            "agreements": [_only(row, "id", "number", "name", "signed_on") for row in self._rows("agreements")],
            "documents": self._documents(),
            "difficulties": [
                _only(row, "id", "title", "level", "raised_side", "status", "wanted_by")
                for row in self._rows("difficulties")
            ],
        }

    def _officer(self):
        name = self.project["officer"] or ""
        return mask_name(name) if name and self.user.holds(Role.AUDITOR) and not self.user.is_bureau else name

    def _documents(self):
        """Files of the project; whoever does not read everything is asked for once more, by the word of files."""
        rows = self._rows("documents")
        if rows and not self.user.reads_everything:
            keys = [row["id"] for row in rows]
            seen = set(Document.objects.visible_to(self.user).filter(pk__in=keys).values_list("pk", flat=True))
            rows = [row for row in rows if row["id"] in seen]
        return [
            _only(row, "id", "kind", "title", "original_name", "dated")
            | {"uploaded_at": _instant(datetime.fromisoformat(row["uploaded_at"]))}
            for row in rows
        ]


def _only(row, *names):
    return {name: row[name] for name in names}


def _instant(at):
    return timezone.localtime(at).isoformat()


def _quantity(quantity):
    return {
        "value": quantity.plain, "unit": quantity.unit, "qualifier": quantity.qualifier.value, "text": str(quantity)
    }  # fmt: skip


def _number(text):
    return None if text is None else Decimal(text)


def _sum(rows, state):
    """The money of one state as `projects.tables` has it: sum, lines, inexact lines of both sorts."""
    here = [row for row in rows if row["state"] == state]
    stated = [row for row in here if row["amount"] is not None]
    return {
        "lines": len(here),
        "sum": str(sum(Decimal(row["amount"]) for row in stated)) if stated else None,
        "about": sum(row["qualifier"] == "about" for row in stated),
        "over": sum(row["qualifier"] in ("over", "at_least") for row in stated),
    }


def _field(row):
    return {"code": row["code"], "name": in_both(row["name"], row["en"])} | _only(row, "scheme", "is_primary")


def _site(row):
    county = {"county": row["home"], "county_name": row["home_name"]}
    return county | {"division": row["code"], "division_name": row["name"], "place": mask_personal(row["address"])}


def _line(row):
    measure = _quantity(Quantity(_number(row["quantity"]), row["unit"])) if row["quantity"] is not None else None
    money = Money(_number(row["amount"]), qualifier=row["qualifier"], wording=row["wording"])
    return {
        "id": row["id"],
        "state": row["state"],
        "state_name": str(Funding.State(row["state"]).label),
        "kind": row["kind"],
        "kind_name": str(Funding.Kind(row["kind"]).label),
        "origin": row["origin"],
        "origin_name": str(Funding.Origin(row["origin"]).label),
        "party": row["party"],
        "is_joint": row["is_joint"],
        "money": _quantity(money),
        "goods": mask_personal(row["goods"]),
        "measure": measure,
        "value_basis": row["value_basis"],
        "occurred_on": row["occurred_on"],
    }


def _result(row):
    reached = Quantity(_number(row["actual"]), row["unit"], qualifier=row["qualifier"], wording=row["wording"])
    told = _only(row, "id", "indicator", "level") | {"reached": _quantity(reached)}
    told["indicator"] = mask_personal(row["indicator"])
    return told | _only(row, "occurred_on", "status") | {"status_name": str(Result.Status(row["status"]).label)}


def _step(row, on, rule):
    due = row["due_on"] and date.fromisoformat(row["due_on"])
    held_up = row["status"] in ProjectStep.OPEN and row["before"] in ProjectStep.UNSETTLED
    return {
        **_only(row, "id", "position", "stage"),
        "title": mask_personal(row["title"]),
        **_only(row, "side", "due_on", "status"),
        "status_name": str(ProjectStep.Status(row["status"]).label),
        "lamp": str(lamp_on(on, rule, status=row["status"], due_on=due, held_up=held_up)),
        "days_left": (due - on).days if due else None,
    }


def _version(version):
    own = version.publication
    return {
        "serial": own.serial, "published_at": _instant(own.published_at), "note": mask_personal(own.note),
        "is_current": version.is_current,
        "changes": [
            {"label": one.label, "before": mask_personal(one.before), "after": mask_personal(one.after)}
            for one in version.differences
        ],
    }  # fmt: skip

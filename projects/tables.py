"""The project ledger as a table: what a row holds, for the page, the interface and the export alike."""

from decimal import Decimal
from functools import cache

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, Count, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.utils.functional import cached_property
from django.utils.translation import get_language, override

from projects.models import Funding, Participation, Project, ProjectField, Site
from projects.models.funding import FundingQuerySet
from projects.models.stages import Stage
from registry.core.models import in_both
from registry.core.quantity import Money, Qualifier, sum_qualifier
from registry.core.quick_json import WrittenJSON, read_json, write_json
from registry.core.text import mask_personal

AT_A_TIME = 2000
"""Rows that a file's writer has in hand."""

STATES = [state.value for state in Funding.State]


def _lines():
    """Lines of the outer project that can count as funds involved: own and raised, not voided."""
    return Funding.objects.standing().of_organisations().order_by().filter(project=OuterRef("pk"))


_involved = Funding.objects.filter(project=OuterRef("pk")).order_by().involved(FundingQuerySet.of_organisations)
AMOUNT = Subquery(_involved.values("project").annotate(sum=Sum("amount")).values("sum"))
"""Funds involved of one project in yuan, exact to the fen; null when not stated. The rule of the figure "funds"."""


LEAST, MOST = Decimal(-1), Decimal("99999999999999.99")
"""Below and above every amount: what is not stated comes last in both orders."""


def _money():
    """Sum, inexact lines of both sorts: by state, as one object. Amounts travel as text: JSON has only floats."""
    parts = {}
    for state in STATES:
        here = Q(state=state)
        parts[state] = JSONObject(
            lines=Count("pk", filter=here),
            sum=Cast(Sum("amount", filter=here), CharField()),
            about=Count("pk", filter=here & Q(amount__isnull=False, qualifier="about")),
            over=Count("pk", filter=here & Q(amount__isnull=False, qualifier__in=("over", "at_least"))),
        )
    return Subquery(_lines().values("project").annotate(parts=JSONObject(**parts)).values("parts"))


def _places():
    columns = {"code": "code", "name": "name", "en": "name_en"}
    columns = {key: Coalesce(f"division__home__{one}", f"division__{one}") for key, one in columns.items()}
    sites = Site.objects.filter(project=OuterRef("pk")).order_by("division__code", "id")
    return ArraySubquery(sites.values(row=JSONObject(**columns)))


def _fields():
    """The fields, the primary one of the campaign's own scheme first."""
    own = Case(When(scheme=F("project__campaign__scheme"), then=Value(0)), default=Value(1))
    rows = ProjectField.objects.filter(project=OuterRef("pk")).order_by(own, "-is_primary", "field__position")
    return ArraySubquery(rows.values(row=JSONObject(code="field__code", name="field__name", en="field__name_en")))


def _organisations():
    """The organisations, leading ones first."""
    leading = Case(When(role=Participation.Role.LEAD, then=Value(0)), default=Value(1))
    parties = Participation.objects.filter(project=OuterRef("pk"), organisation__isnull=False).order_by(leading, "id")
    columns = {"id": "organisation_id", "name": "organisation__name", "code": "organisation__code", "role": "role"}
    columns |= {"en": "organisation__name_en"}
    return ArraySubquery(parties.values(row=JSONObject(**columns)))


COLUMNS = ("money", "places", "field_rows", "organisation_rows")


def ledger_columns():
    """{column of a row: the expression that asks the register for it}; `Listed` keeps the same."""
    return dict(zip(COLUMNS, (_money(), _places(), _fields(), _organisations()), strict=True))


def ledger(projects, extra=(), **columns):
    """The rows of the ledger as dicts for `Row`, one query whatever their number; keeps the order. `projects` are of
    `Project` or of `Listed`.

    `columns` are further expressions and `extra` further fields that the dicts shall hold.
    """
    order = [column.lstrip("-") for column in projects.query.order_by]
    if projects.model is Project:
        columns |= ledger_columns()
    wanted = {"id", "number", "name", "year", "stage", *COLUMNS, *columns, *extra, *order}
    return projects.annotate(**columns).values(*wanted)


class Row:
    """One row of the ledger, read for people and programs. Texts have identity numbers masked."""

    def __init__(self, values, *, language=None):
        self.values, self._language = values, language or get_language()
        self.id, self.number, self.year = values["id"], values["number"], values["year"]
        self.name = mask_personal(values["name"])

    @property
    def stage(self):
        return Stage(self.values["stage"])

    @cached_property
    def _places(self):
        return {place["code"]: place for place in self.values["places"]}.values()

    @property
    def counties(self):
        return [{"code": place["code"], "name": place["name"]} for place in self._places]

    @cached_property
    def fields(self):
        """Each field once, named in the reader's language."""
        named = {}
        for field in self.values["field_rows"]:
            name = (self._language == "en" and field["en"]) or field["name"]
            named[field["code"]] = {"code": field["code"], "name": name}
        return list(named.values())

    @cached_property
    def organisations(self):
        """Each organisation once, leading ones first: who leads and pays besides is named as leading."""
        parties = {}
        for party in self.values["organisation_rows"]:
            parties.setdefault(party["id"], party)
        return list(parties.values())

    @property
    def lead(self):
        """The leading organisation; None without one."""
        first = next(iter(self.values["organisation_rows"]), None)
        return first if first and first["role"] == Participation.Role.LEAD.value else None

    @property
    def places(self):
        """Its counties as (code, what a page calls them)."""
        return [(place["code"], in_both(place["name"], place["en"], self._language)) for place in self._places]

    @property
    def field_names(self):
        """The fields by name; two schemes can have one of the same name."""
        return list(
            dict.fromkeys(in_both(field["name"], field["en"], self._language) for field in self.values["field_rows"])
        )

    @property
    def county_names(self):
        """What a page calls its counties; `places` has them with their codes."""
        return [name for _code, name in self.places]

    @property
    def giver(self):
        """The leading organisation, else the first one, as a page calls it; "" where none is known."""
        party = self.lead or next(iter(self.organisations), None)
        return in_both(party["name"], party["en"], self._language) if party else ""

    def sum(self, state):
        """The money of one state, with the precision of its lines."""
        yuan, qualifier = self._sum(state)
        return Money(yuan and Decimal(yuan), qualifier=qualifier)

    def _sum(self, state):
        part = (self.values["money"] or {}).get(state)
        if part is None or part["sum"] is None:
            return None, Qualifier.EXACT
        return part["sum"], sum_qualifier(part["about"], part["over"])

    @property
    def amount(self):
        """Funds involved: received if anything was received, else committed."""
        return self.sum(self._involved)

    @property
    def _involved(self):
        received = (self.values["money"] or {}).get("received", {})
        return "received" if received.get("lines") else "committed"

    def as_dict(self, stages):
        """The row as the interface gives it, with `stages` in words. Codes are those that the filters take; names stand
        beside them."""
        counties, fields, lead, stage = self.counties, self.fields, self.lead or {}, self.values["stage"]
        county, field = counties[0] if counties else {}, fields[0] if fields else {}
        amount, qualifier = self._sum(self._involved)
        return {
            "id": self.id,
            "number": self.number,
            "name": self.name,
            "county": county.get("code"),
            "county_name": county.get("name"),
            "counties": counties,
            "field": field.get("code"),
            "field_name": field.get("name"),
            "fields": fields,
            "year": self.year,
            "stage": stage,
            "stage_name": stages[stage],
            "amount": amount,
            "amount_qualifier": qualifier.value,
            "lead_organisation": lead.get("name"),
            "lead_organisation_id": lead.get("id"),
        }


def in_json(rows):
    """Rows of `ledger`, or of `written`, as the interface gives them."""
    language = get_language()
    stages = stage_names(language)
    if rows and "head" in rows[0]:
        return [_read_out(values, "en" if language == "en" else "zh", stages) for values in rows]
    return [Row(values, language=language).as_dict(stages) for values in rows]


def _read_out(values, fields, stages):
    text = f"{values['head']}{values[fields]}{write_json(stages[values['stage']])}{values['tail']}"
    name = mask_personal(values["name"])
    return WrittenJSON(text) if name == values["name"] else read_json(text) | {"name": name}


def written(listed, **columns):
    """Rows of `Listed` for `in_json`, as `ledger` gives them, of which nothing is left to be made."""
    order = [column.lstrip("-") for column in listed.query.order_by]
    columns |= {part: F(f"answer__{place}") for place, part in enumerate(("head", "zh", "en", "tail"))}
    return listed.annotate(**columns).values(*{"id", "name", "stage", *columns, *order})


@cache
def stage_names(language):
    """{value of a stage: what it is called}."""
    with override(language):
        return {stage.value: str(stage.label) for stage in Stage}

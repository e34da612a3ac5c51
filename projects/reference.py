"""Reference data of projects: fields of help, campaigns with their sourced statements, checklist templates, reasons.

The files and where they come from: projects/data/README.md.
"""

from pathlib import Path

from orgs.models import Authority
from projects.models import (
    Campaign,
    CampaignBureau,
    ChecklistTemplate,
    Field,
    StandardReason,
    Statement,
    TemplateStep,
)
from registry.core.loading import add_missing, read_csv, read_json

DATA = Path(__file__).parent / "data"
FIRST_CAMPAIGN = "poverty-relief-2018"
"""Code of the campaign that the sourced statements and the cases of the article belong to."""


def load_fields():
    records = [Field(**row | {"position": int(row["position"])}) for row in read_csv(DATA / "fields.csv")]
    return len(add_missing(Field, records, "code"))


def load_reasons():
    records = [StandardReason(**row | {"position": int(row["position"])}) for row in read_csv(DATA / "reasons.csv")]
    return len(add_missing(StandardReason, records, "use", "text"))


def load_campaigns():
    """Add the missing campaigns, with their bureaux and successors; the authorities must be there."""
    told = {row["code"]: row for row in read_json(DATA / "campaigns.json")}
    beside = ("bureaux", "successor")
    records = [Campaign(**{name: row[name] for name in row if name not in beside}) for row in told.values()]
    added = add_missing(Campaign, records, "code")
    codes = {campaign.code: campaign for campaign in Campaign.objects.all()}
    bureaux = {bureau.name: bureau for bureau in Authority.objects.all()}
    for campaign in added:
        row = told[campaign.code]
        CampaignBureau.objects.bulk_create(
            CampaignBureau(campaign=campaign, authority=bureaux[name], part=part)
            for name, part in row["bureaux"].items()
        )
        if "successor" in row:
            campaign.successor = codes[row["successor"]]
            campaign.save(update_fields=["successor"])
    return len(added)


def load_statements():
    """Add the missing statements of the press and of other sources about the first campaign."""
    campaign = Campaign.objects.get(code=FIRST_CAMPAIGN)
    records = [Statement(campaign=campaign, **row) for row in read_json(DATA / "statements.json")]
    return len(add_missing(Statement, records, "campaign_id", "code"))


def load_templates():
    """Add the missing checklist templates with all their steps. A template that is there keeps its own steps."""
    told = {row["code"]: row for row in read_json(DATA / "templates.json")}
    records = [ChecklistTemplate(**{name: row[name] for name in row if name != "steps"}) for row in told.values()]
    added = add_missing(ChecklistTemplate, records, "code")
    for template in added:
        made = {}
        for position, step in enumerate(told[template.code]["steps"], start=1):
            made[position] = TemplateStep.objects.create(
                template=template, position=position, stage=step["stage"], title=step["title"],
                title_en=step["title_en"], guidance=step["guidance"], side=step["side"], evidence=step["evidence"],
                due_after=step["due"], depends_on=made.get(step.get("after")),
            )  # fmt: skip
    return len(added)

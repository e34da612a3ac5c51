from django.core.management.base import BaseCommand

from counties.reference import load_designations, load_divisions
from orgs.reference import load_authorities
from projects.reference import load_campaigns, load_fields, load_reasons, load_statements, load_templates
from registry.core.reference import load_calendar
from registry.core.trail import acting

PARTS = (
    ("divisions", load_divisions),
    ("designations", load_designations),
    ("registering authorities", load_authorities),
    ("fields of help", load_fields),
    ("campaigns", load_campaigns),
    ("sourced statements", load_statements),
    ("checklist templates", load_templates),
    ("standard reasons", load_reasons),
    ("holidays and exchanged days", load_calendar),
)
"""In this order: the later ones stand on the earlier."""


class Command(BaseCommand):
    help = (
        "Adds the reference data that is missing: divisions, designations, registering authorities, fields of help, "
        "campaigns and what sources say of them, checklist templates, standard reasons, holidays. What is there "
        "already stays as it is, so that a second run changes nothing. All or nothing."
    )

    def handle(self, *args, **options):
        with acting(by=None, action="reference.load"):
            added = [(name, load()) for name, load in PARTS]
        self.stdout.write("added: " + ", ".join(f"{number} {name}" for name, number in added))

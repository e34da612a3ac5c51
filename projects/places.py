"""Where a person works with a record: at the desk, or on the pages of counties and organisations."""

from django.urls import reverse

from projects.models import Difficulty, ProjectStep
from registry.core.addresses import desk_page
from registry.core.roles import Role

OWN = {ProjectStep: "my-step", Difficulty: "my-difficulty"}


def place_of(record, person):
    """The address of a step or a difficulty for `person`; the project's page for who works at neither place."""
    if person.is_staff:
        return desk_page(record)
    if person.holds(Role.COUNTY, Role.ORGANISATION):
        return reverse(OWN[type(record)], args=(record.pk,))
    return record.project.get_absolute_url()


def import_page(ledger, person):
    """The address of the import of a ledger for `person`."""
    return reverse("admin:import-ledger" if person.is_staff else "my-import-ledger", args=(ledger.pk,))


def home_of(person):
    """Where a person's work begins."""
    if person.is_staff:
        return reverse("admin:index")
    return reverse("my" if person.holds(Role.COUNTY, Role.ORGANISATION) else "home")

"""Where a person works with a record: at the desk, or on the pages of counties and organisations."""

from django.urls import reverse

from projects.models import Difficulty, Need, Pledge, ProjectStep
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


def place_of_need(need, person):
    """The address of a need for `person`: at the desk, among the own county's, or in the hall."""
    if person.is_staff:
        return desk_page(need)
    own = Need.objects.within_scope_of(person).filter(pk=need.pk).exists()
    return reverse("my-need" if own else "need", args=(need.number,))


def place_of_pledge(pledge, person):
    """The address of a pledge for `person`: at the desk, as the giver's own, or as one that a county was promised."""
    if person.is_staff:
        return desk_page(pledge)
    own = Pledge.objects.spoken_for_by(person).filter(pk=pledge.pk).exists()
    return reverse("my-pledge" if own else "my-received-pledge", args=(pledge.number,))


def import_page(ledger, person):
    """The address of the import of a ledger for `person`."""
    return reverse("admin:import-ledger" if person.is_staff else "my-import-ledger", args=(ledger.pk,))


def home_of(person):
    """Where a person's work begins."""
    if person.is_staff:
        return reverse("admin:index")
    return reverse("my" if person.holds(Role.COUNTY, Role.ORGANISATION) else "home")

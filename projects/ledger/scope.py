"""Whose rows a person may bring in: the bureau any, everybody else only their own."""

from django.utils.translation import gettext_lazy as _

from counties.models.postings import posted_stems
from orgs.models import Organisation
from registry.core.roles import Role


class Scope:
    """The rows that `by` may import; None: the command, which may all. One query at most for each role."""

    def __init__(self, by):
        self.all = by is None or by.is_bureau
        self.stems, self.organisations, self.registers = (), set(), ()
        if self.all:
            return
        if by.holds(Role.COUNTY):
            self.stems = tuple(posted_stems(by))
        if by.holds(Role.PARTNER):
            self.registers = tuple(posted_stems(by))
        self.organisations = set(Organisation.objects.within_scope_of(by).values_list("code", flat=True)) - {None}

    def check(self, entry, places):
        """Fault a row that is somebody else's."""
        if self.all or entry.is_rejected or self._is_own(entry, places):
            return
        if self.stems:
            entry.fault("county", _("The row is not of your county. Only the county's own rows are imported."), "scope")
        else:
            entry.fault("code", _("The row is not of your organisation. Only an organisation's own rows are imported."),
                        "scope")  # fmt: skip

    def _is_own(self, entry, places):
        code = entry["code"]
        if code in self.organisations or (self.registers and code[2:8].startswith(self.registers)):
            return True
        homes = {places.units[unit.home_id].code for unit in entry["county"]}
        return bool(self.stems) and all(code.startswith(self.stems) for code in homes)

"""What a ledger changes of registered projects: each cell by the action of the page on which it is entered.

The check rehearses: the cells of a row are written in a savepoint that is undone, so that what the register would not
take is told on the difference before anybody confirms. The commit writes the chosen cells by the same steps.
"""

from decimal import Decimal

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext as _

from projects.actions.corrections import (
    change_details,
    change_fields,
    change_sites,
    correct_funding,
    correct_result,
    record_result,
)
from projects.actions.funding import record_funding
from projects.actions.projects import move_project
from projects.models import Field, Funding, Project, Result
from registry.core.models import User
from registry.core.quantity import Qualifier
from registry.core.refusals import refusal_in_words
from registry.core.text import mask_numbers

from . import words
from .columns import COLUMNS, MONEY
from .comparing import kinds_of, refused
from .money import funding_lines
from .registered import course_of
from .writing import stamp_of_results

DETAILS = ("project", "start", "end", "note", "officer")
"""Columns that are fields of the project itself, written together."""

_NEEDS = dict.fromkeys((*DETAILS, "domain", "county"), ("projects.change_project",)) | {
    "status": ("projects.move_project",),
    **dict.fromkeys(MONEY, ("projects.add_funding", "projects.change_funding")),
    **dict.fromkeys(("people", "households"), ("projects.add_result", "projects.change_result")),
}
"""By what permissions a column may be changed, one of them at least."""

_REFUSALS = (ValidationError, PermissionDenied, ObjectDoesNotExist, DatabaseError)


def settle_updates(verdicts, known, *, reason=words.SOURCE, keep=False):
    """Find out which differences the register would refuse, and with `keep` write the chosen cells of each row.

    A ledger of other origin is only asked where a person has chosen: nothing of it is written otherwise. Must be called
    in a transaction. Returns the keys of the projects with chosen cells.
    """
    rows = [one for one in verdicts.rows if one.differences and (one.cells or (one.project and one.entry.moment))]
    projects = Project.objects.in_bulk([one.project.pk for one in rows if one.project])
    changed = {}
    for verdict in rows:
        key = verdict.project and verdict.project.pk
        update = _Update(verdict, projects.get(key), known, reason, earlier=changed.get(key))
        update.run(keep=keep)
        verdict.differences = [refused(one, update.refusals.get(one.key)) for one in verdict.differences]
        if verdict.cells and key:
            changed.setdefault(key, verdict)
    return list(changed)


def refusals_of(verdicts):
    """Why chosen cells are not written, in sentences that name row and column; none where all were."""
    return [
        _("Row %(row)s, %(word)s: %(why)s")
        % {"row": verdict.place, "word": COLUMNS[one.key].word, "why": str(one.refusal)}
        for verdict in verdicts.rows
        for one in verdict.differences
        if one.key in verdict.cells and one.refusal
    ]


class _Update:
    """The differences of one row on their way into the register. `refusals`: {key: words}."""

    def __init__(self, verdict, project, known, reason, earlier):
        self.verdict, self.entry, self.project = verdict, verdict.entry, project
        self.earlier = earlier or (verdict.first if project is None else None)
        self.known, self.by, self.reason = known, known.by, reason
        self.refusals = {one.key: said for one in verdict.differences if (said := self._standing(one))}

    def _standing(self, one):
        """What stands against a difference whatever else the row says."""
        key = one.key
        if self.earlier is not None:
            message = _("Row %s of this file is of the same project, and only one of them is written.")
            return message % self.earlier.entry.row_from(self.entry)
        if key not in _NEEDS:
            return _("Number and parties are no cells of a ledger: change the party on the project's page.")
        if key in ("project", "note") and one.there and mask_numbers(one.there) != one.there:
            return _("The text holds a number that is exported masked: change it on the project's page.")
        if self.by is not None and not any(map(self.by.has_perm, _NEEDS[key])):
            return _("Your role does not change this entry of a project.")
        return None

    def run(self, *, keep):
        """Write the chosen cells, try the others on top of them, and undo what was tried: without `keep` all of it."""
        keys = [one.key for one in self.verdict.differences if one.key not in self.refusals]
        if self._is_lowered("received"):
            keys.sort(key=lambda key: key == "committed")  # the ceiling comes down after what stands under it
        chosen = [key for key in keys if key in self.verdict.cells]
        others = [key for key in keys if key not in chosen]
        if keep:
            self._write(chosen)
        if others or not keep:
            with transaction.atomic():
                self._write([] if keep else chosen)
                self._write(others)
                transaction.set_rollback(True)

    def _is_lowered(self, key):
        if self.verdict.project is None or not (self.entry[key] and self.entry[key].is_stated):
            return False
        lines = self.verdict.project.lines_of(key, kinds_of(key, self.entry))
        return self.entry[key].value < sum(line.amount or 0 for line in lines)

    def _write(self, keys):
        """All of `keys` at once; where one is refused, one by one, so that the refusal is told on its own cell."""
        if not keys:
            return
        try:
            with transaction.atomic():
                for group in _groups(keys):
                    self._put(group, keys)
        except _REFUSALS:
            tried = {key: self._tried(key, keys) for group in _groups(keys) for key in group}
            self.refusals |= {key: said for key, said in tried.items() if said}

    def _tried(self, key, keys):
        try:
            with transaction.atomic():
                self._put([key], keys)
        except _REFUSALS as refusal:
            return _in_words(refusal)
        return ""

    def _put(self, group, keys):
        """Write a group of columns; `keys` are all that are written with it."""
        key = group[0]
        if key in DETAILS:
            self._put_details(group, is_moving="status" in keys)
        elif key == "domain":
            self._put_fields()
        elif key == "county":
            change_sites(project=self.project, by=self.by, divisions=self.entry["county"])
        elif key == "status":
            move_project(project=self.project, to=self.entry["status"], by=self.by, reason=self.reason)
        elif key in MONEY:
            self._put_money(next(line for line in funding_lines(self.entry) if line.key == key))
        else:
            self._put_figure(self.entry[key])

    def _put_details(self, keys, *, is_moving):
        """Days are facts where the stage says so, as in `writing`; else plans."""
        entry = self.entry
        stage, left = (entry["status"], self.project.stage) if is_moving else self._stage_now()
        has_started, has_ended = course_of(stage, left)
        names = {
            "project": "name", "note": "summary", "officer": "officer",
            "start": "actual_start" if has_started else "planned_start",
            "end": "actual_end" if has_ended else "planned_end",
        }  # fmt: skip
        values = {names[key]: entry[key] for key in keys}
        if "officer" in keys:
            values["officer"] = self._officer()
        change_details(project=self.project, by=self.by, **values)

    def _stage_now(self):
        """The (stage, stage left) of the project, which chosen cells may have moved already."""
        if "status" not in self.verdict.cells:
            return self.project.stage, self.project.left_stage
        return Project.objects.values_list("stage", "left_stage").get(pk=self.project.pk)

    def _officer(self):
        found = self.known.officers(self.entry["officer"])
        if len(found) != 1:
            message = _("Several accounts are called “%s”: choose the right one on the project's page.")
            if not found:
                message = _("No account that can answer for a project is called “%s”.")
            raise ValidationError(message % self.entry["officer"])
        return User.objects.get(pk=next(iter(found)))

    def _put_fields(self):
        """Fields of the same name stay as they are: two schemes can have one each; of new ones that of the campaign."""
        names = {field.name for field in self.entry["domain"]}
        kept = [row.field for row in self.project.project_fields.select_related("field") if row.field.name in names]
        missing = names - {field.name for field in kept}
        own = self.project.campaign.scheme
        fields = sorted(Field.objects.filter(name__in=missing), key=lambda field: field.scheme == own)
        found = {field.name: field for field in fields}
        new = [found[field.name] for field in self.entry["domain"] if field.name in missing]
        change_fields(project=self.project, by=self.by, fields=[*kept, *new])

    def _put_money(self, line):
        """A single unconfirmed line is corrected; a higher sum of several adds a line of the difference."""
        lines = self.verdict.project.lines_of(line.state, kinds_of(line.key, self.entry))
        if len(lines) == 1:
            funding = Funding.objects.select_related("project").get(pk=lines[0].pk)
            correct_funding(funding=funding, by=self.by, money=line.money)
            return
        if not lines:
            self._add_line(line, line.money.value)
            return
        if any(one.qualifier != Qualifier.EXACT for one in lines) and line.money.is_exact:
            raise ValidationError(_("Lines of this sum are inexact: correct them on the project's page."))
        sum_now = sum((one.amount for one in lines if one.amount is not None), Decimal(0))
        if line.money.value <= sum_now:
            raise ValidationError(
                _("The sum is made of %d lines, and only more can be added to it: correct them on the project's page.")
                % len(lines)
            )
        self._add_line(line, line.money.value - sum_now)

    def _add_line(self, line, amount):
        registered = self.verdict.project
        if not registered.leads:
            raise ValidationError(
                _("The project names no leading organisation: enter the money on the project's page.")
            )
        lead = registered.leads[0]
        origins = [one.origin for one in registered.lines if one.organisation == lead]
        is_goods = line.kind == Funding.Kind.GOODS
        record_funding(
            project=self.project, by=self.by, state=line.state, kind=line.kind, amount=amount,
            origin=origins[-1] if origins else Funding.Origin.OWN, organisation=self.known.lead(lead),
            qualifier=line.money.qualifier, wording=line.money.wording,
            value_basis=Funding.Basis.DECLARED if is_goods else Funding.Basis.NONE, note=self.reason,
        )  # fmt: skip

    def _put_figure(self, reached):
        results = list(
            Result.objects.filter(project=self.project, level=Result.Level.BENEFICIARY, unit=reached.unit)
            .select_related("project")
            .order_by("pk")
        )  # fmt: skip
        if len(results) > 1:
            raise ValidationError(
                _("The figure is made of %d results: change them on the project's page.") % len(results)
            )
        if results:
            correct_result(result=results[0], by=self.by, reached=reached)
        else:
            record_result(
                project=self.project, by=self.by, reached=reached, indicator=words.INDICATOR,
                level=Result.Level.BENEFICIARY, **stamp_of_results(self.by),
            )  # fmt: skip


def _groups(keys):
    """The keys in the order in which they are written: the fields of the project together, the move last, since it
    needs what comes with it."""
    details = [key for key in keys if key in DETAILS]
    others = [[key] for key in keys if key not in (*DETAILS, "status")]
    return [group for group in (details, *others, ["status"] if "status" in keys else []) if group]


def _in_words(refusal):
    if isinstance(refusal, ValidationError):
        return " ".join(map(str, refusal.messages))
    if isinstance(refusal, IntegrityError):
        return refusal_in_words(refusal)
    if isinstance(refusal, ObjectDoesNotExist):
        return _("There is no such record, or it is not yours to see.")
    return str(refusal).splitlines()[0]

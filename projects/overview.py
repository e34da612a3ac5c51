"""A project as those work with it who run it: what comes next, how far the money is, what proof is missing.

Read by the project's page on the desk and by its file; knows neither. Every property asks the database at most once,
however much hangs on the project. Persons are masked for those who see personal data masked.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Prefetch, Q, prefetch_related_objects
from django.utils.translation import gettext

from projects.board.place import Place, placed
from projects.board.rows import standing_words
from projects.ladder import ladder
from projects.models import (
    Document,
    Funding,
    LampRule,
    Participation,
    Project,
    ProjectField,
    ProjectStep,
    Signatory,
    Site,
)
from projects.models.ceilings import excesses
from projects.models.checklists import Lamp
from projects.models.documents import DocumentKind
from projects.models.stages import COURSE
from registry.core.history import masks_personal
from registry.core.quantity import Money, format_quantity
from registry.core.text import mask_name, mask_numbers

WORST_FIRST = (
    Lamp.OVERDUE, Lamp.DUE, Lamp.ON_TIME, Lamp.UNDATED, Lamp.NOT_YET, Lamp.WAITING, Lamp.WAIVED, Lamp.SIGNED_OFF,
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """A step with its light of the day. `missing`: required kinds of document, as (kind, label); `waits_for`: the step
    before it, which is not settled yet."""

    step: ProjectStep
    lamp: str
    days_left: int | None
    files: int
    missing: tuple[tuple[str, str], ...]
    waits_for: ProjectStep | None

    @property
    def is_settled(self):
        return self.step.status not in ProjectStep.UNSETTLED

    @property
    def rank(self):
        """Those that are worst first: the longest overdue, then the next due."""
        days = self.days_left if self.days_left is not None else 0
        return WORST_FIRST.index(self.lamp), days, self.step.position


@dataclass(frozen=True)
class Evidence:
    """The files of one kind, and the steps up to the current stage that still ask for one."""

    kind: str
    label: str
    files: list[Document]
    asked_by: list[ProjectStep]


class Overview:
    """`project` is within the scope of `user`; `day` is that of the lights; `known`: {model: rows} that are at hand."""

    def __init__(self, project, user, day, known=None):
        self.project, self.user, self.day, self.known = project, user, day, known or {}

    @cached_property
    def masks(self):
        return masks_personal(self.user)

    def text(self, text):
        """What people wrote, with identity and card numbers masked where need be."""
        return mask_numbers(text) if self.masks else text

    @property
    def prepared_by(self):
        """Whose print or file this is."""
        return self.person(self.user)

    @property
    def officer(self):
        return self.person(self.project.officer)

    def person(self, account):
        """The name of an account, masked where need be; "" for nobody."""
        if account is None:
            return ""
        return mask_name(str(account)) if self.masks else str(account)

    @cached_property
    def rule(self):
        """The thresholds of the lights in force."""
        return LampRule.objects.current()

    @cached_property
    def standing(self):
        """The project's own light, as the board shows it: (lamp, words)."""
        row = placed(Project.objects.filter(pk=self.project.pk), self.day, self.rule).values("place").get()
        place = Place.of(row["place"])
        days = (place.due_on - self.day).days if place.due_on else None
        return place.lamp, standing_words(place, days)

    # Parties, places, fields

    @cached_property
    def parties(self):
        """The leading organisations first."""
        parts = self.known.get(Participation, self.project.participations.select_related("organisation", "enterprise"))
        return sorted(parts, key=lambda part: part.role != Participation.Role.LEAD)

    @property
    def organisations(self):
        """How many organisations take part by name."""
        return len({part.organisation_id for part in self.parties if part.organisation_id})

    @property
    def leads(self):
        return [part for part in self.parties if part.role == Participation.Role.LEAD]

    @cached_property
    def sites(self):
        return list(self.known.get(Site, self.project.sites.select_related("division__home").order_by("pk")))

    @property
    def places(self):
        """(name as entered, name of today's county where it differs), once each."""
        named = {site.division: site.division.home for site in self.sites}
        return [(str(unit), str(home) if home and home.name != unit.name else "") for unit, home in named.items()]

    @cached_property
    def fields(self):
        return list(self.known.get(ProjectField, self.project.project_fields.select_related("field")))

    @property
    def field_names(self):
        """Each name once: two schemes can have a field of the same name."""
        return list(dict.fromkeys(map(str, self.fields)))

    # Money

    @cached_property
    def lines(self):
        """All funding lines, voided ones too, in the order of the ladder and of their days."""
        found = self.project.funding.select_related("organisation", "enterprise", "confirmed_by", "voided_by")
        order = {state: place for place, state in enumerate(Funding.State.values)}
        return sorted(found, key=lambda line: (order[line.state], str(line.occurred_on or "9"), line.pk))

    @property
    def ladders(self):
        """The organisations' ladder, and the companies' where there is any of their money."""
        standing = [line for line in self.lines if not line.is_voided]
        own = ladder(line for line in standing if line.origin != Funding.Origin.MOBILISED)
        mobilised = ladder(line for line in standing if line.origin == Funding.Origin.MOBILISED)
        return [(is_own, rungs) for is_own, rungs in ((True, own), (False, mobilised)) if rungs]

    @property
    def excesses(self):
        """What goes beyond its limit, in sentences with the reasons given."""
        standing = [line for line in self.lines if not line.is_voided]
        found = []
        for companies in (False, True):
            lines = [line for line in standing if (line.origin == Funding.Origin.MOBILISED) == companies]
            for excess in excesses(lines).values():
                reasons = [line.excess_reason for line in lines if line.state in excess.ceiling.explained_by]
                found.append(self._in_words(excess, reasons))
        return found

    def _in_words(self, excess, reasons):
        words = {
            "state": Funding.State(excess.ceiling.state).label,
            "by": format_quantity(Money(excess.by)),
            "below": Funding.State(excess.ceiling.limit).label,
            "why": self.text("；".join(dict.fromkeys(filter(None, reasons)))) or gettext("no reason given"),
        }
        return gettext("“%(state)s” is %(by)s more than “%(below)s”: %(why)s") % words

    @property
    def instalments(self):
        """The lines received, voided ones among them, by day."""
        return [line for line in self.lines if line.state == Funding.State.RECEIVED]

    @property
    def standing_instalments(self):
        return [line for line in self.instalments if not line.is_voided]

    # The checklist

    @cached_property
    def items(self):
        people = ("responsible", "done_by", "verified_by", "waived_by", "depends_on")
        steps = self.project.steps.select_related(*people).annotate(chased=Count("chases")).order_by("position")
        prefetch_related_objects([self.project], Prefetch("steps", steps))
        kinds = defaultdict(list)
        for document in self.documents:
            kinds[document.step_id].append(document.kind)
        return [self._item(step, kinds[step.pk]) for step in self.project.steps.all()]

    def _item(self, step, kinds):
        wanted = step.evidence if step.status in ProjectStep.OPEN else ()
        missing = tuple((kind, DocumentKind(kind).label) for kind in wanted if kind not in kinds)
        return Item(
            step, step.lamp(self.day, self.rule), step.days_left(self.day), len(kinds), missing,
            step.waits_for,
        )  # fmt: skip

    @property
    def settled(self):
        return sum(item.is_settled for item in self.items)

    @cached_property
    def next(self):
        """What is to be done now: the worst step that can be worked on, else one that waits for its sign-off."""
        able = [item for item in self.items if not item.is_settled and item.waits_for is None]
        return min(able, default=None, key=lambda item: item.rank)

    @property
    def verifiers(self):
        """Who has signed off steps, once each."""
        return list(
            dict.fromkeys(self.person(item.step.verified_by) for item in self.items if item.step.verified_by_id)
        )

    # Evidence

    @cached_property
    def documents(self):
        mine = Q(project=self.project)
        for owner in ("step", "funding", "result", "agreement", "difficulty", "report"):
            mine |= Q(**{f"{owner}__project": self.project})
        return list(Document.objects.within_scope_of(self.user).filter(mine).select_related("blob", "uploaded_by"))

    @property
    def evidence(self):
        """By kind in the order of the kinds: those that are there, and those that are asked for by now."""
        reached = COURSE.index(self.project.left_stage or self.project.stage)
        stages = {*COURSE[: reached + 1], self.project.stage}  # a side exit has steps of its own
        by_now = [item for item in self.items if item.step.stage in stages]
        found = []
        for kind, label in DocumentKind.choices:
            files = [document for document in self.documents if document.kind == kind]
            asked = [item.step for item in by_now if kind in dict(item.missing)]
            if files or asked:
                found.append(Evidence(kind, label, files, asked))
        return found

    # What hangs on it

    @cached_property
    def results(self):
        return list(self.project.results.select_related("approved_by"))

    @cached_property
    def difficulties(self):
        return list(self.project.difficulties.prefetch_related("measures__done_by"))

    @cached_property
    def agreements(self):
        signatories = Signatory.objects.select_related("organisation", "division")
        rows = self.project.agreements.select_related("event")
        return list(rows.prefetch_related(Prefetch("signatories", signatories)))

    @cached_property
    def reports(self):
        return list(self.project.reports.select_related("submitted_by", "approved_by"))

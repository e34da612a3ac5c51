"""The rows of the board, ready to print: a row costs no query and no template of its own for its cells."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.models import Project, ProjectStep
from projects.models.checklists import Lamp, lamp_on
from projects.models.stages import Stage
from projects.tables import Row, ledger
from registry.core.dates import format_date

from .filters import person_for
from .place import POINTS_BEHIND, RANKS, Place

WORST_FIRST = {lamp: rank for rank, lamp in enumerate((*RANKS[:-1], Lamp.UNDATED, Lamp.SIGNED_OFF, Lamp.WAIVED))}
SAID = (Stage.SUSPENDED, Stage.TERMINATED, Stage.CLOSED)
"""Stages that a row names, since its lamps do not show them."""

DATED = (Lamp.OVERDUE, Lamp.DUE, Lamp.ON_TIME)
"""Lamps that are told with the days of their due date."""

STEP = ("project_id", "id", "title", "status", "due_on", "depends_on__status")


def lamp_of_step(on, rule, *, status, due_on, before):
    """The lamp of a step by its columns; `before` is the status of the step that it waits for, None without one."""
    return lamp_on(on, rule, status=status, due_on=due_on, held_up=before in ProjectStep.UNSETTLED)


def lamp_words(lamp, days):
    """A lamp in words with the days that are left (None: without a date), for who does not see the column."""
    if days is not None and lamp == Lamp.OVERDUE:
        return ngettext("overdue by %d day", "overdue by %d days", -days) % -days
    if days is not None and lamp in DATED:
        left = _("due today") if days == 0 else ngettext("%d day left", "%d days left", days) % days
        return _("%(lamp)s, %(left)s") % {"lamp": lamp.label, "left": left}
    return str(lamp.label)


def standing_words(place, days):
    """A project's lamp in words: progress that decided it is told as such."""
    if place.due_on is None and place.lamp in (Lamp.OVERDUE, Lamp.DUE):
        return _("far behind the plan") if place.lamp == Lamp.OVERDUE else _("behind the plan")
    return lamp_words(place.lamp, days)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One project on the board. `cells` are its steps' and the rest's as ready markup."""

    ledger: Row
    place: Place
    url: str
    points_behind: int | None
    words: str
    officer: str
    cells: SafeString

    @property
    def lamp(self):
        return self.place.lamp

    @property
    def is_lagging(self):
        """Whether the progress decided the lamp, not a due date."""
        return self.place.due_on is None and self.lamp in (Lamp.OVERDUE, Lamp.DUE)

    @property
    def due_on(self):
        return format_date(self.place.due_on, "table") if self.place.due_on and self.lamp in DATED else ""

    @property
    def committed(self):
        return self.ledger.sum("committed")

    @property
    def received(self):
        return self.ledger.sum("received")

    @property
    def key(self):
        return self.ledger.id

    @property
    def parties(self):
        """The leading organisation, else the first, and how many there are."""
        organisations = self.ledger.organisations
        if not organisations:
            return ""
        name, number = (self.ledger.lead or organisations[0])["name"], len(organisations)
        if number == 1:
            return name
        return _("%(name)s and others, %(number)d in all") % {"name": name, "number": number}

    @property
    def behind(self):
        """How far the progress is behind the plan, where that is far enough to be told."""
        points = self.points_behind
        return ngettext("%d point behind the plan", "%d points behind the plan", points) % points if points else ""

    @property
    def places(self):
        return _(", ").join(self.ledger.county_names)

    @property
    def stage(self):
        """The stage where the lamps do not tell it."""
        return self.ledger.stage.label if self.ledger.stage in SAID else ""


class BoardRows:
    """Makes the rows of one page: three queries, however many they are."""

    def __init__(self, columns, *, user, on, rule):
        self.on, self.rule, self.named = on, rule, person_for(user)
        self.columns = {column.title: escape(str(column)) for column in columns}
        self.rest = escape(_("Other items"))
        self.colon, self.none = escape(_(": ")), escape(_("not on its list"))
        self.said = {}
        self.step_url = reverse("admin:projects_projectstep_change", args=(0,)).split("0/change")
        self.project_url = reverse("admin:projects_project_change", args=(0,)).split("0/change")

    def of(self, places):
        """The rows of `places`, [(project's key, place)], in that order."""
        keys = [key for key, _place in places]
        extra = ("officer", "officer__name", "officer__username")
        projects = Project.objects.filter(pk__in=keys).order_by()
        found = {values["id"]: values for values in ledger(projects, extra, points_behind=POINTS_BEHIND)}
        steps = {key: [] for key in keys}
        for key, *step in ProjectStep.objects.filter(project__in=keys).order_by("position").values_list(*STEP):
            steps[key].append(self._lit(*step))
        return [self._row(found[key], place, steps[key]) for key, place in places]

    def _lit(self, key, title, status, due_on, before):
        """(rank of the lamp, lamp, days left, key, title) of a step."""
        lamp = lamp_of_step(self.on, self.rule, status=status, due_on=due_on, before=before)
        return WORST_FIRST[lamp], lamp, due_on and (due_on - self.on).days, key, title

    def _row(self, values, number, steps):
        place, points = Place.of(number), values["points_behind"]
        lagging = points if points is not None and points >= self.rule.behind else None
        days = place.due_on and (place.due_on - self.on).days
        officer = values["officer__name"] or values["officer__username"]
        head, tail = self.project_url
        return BoardRow(
            ledger=Row(values), place=place, url=f"{head}{values['id']}/change{tail}", points_behind=lagging,
            words=standing_words(place, days), officer=self.named(officer) if officer else "",
            cells=self._cells(values["id"], steps),
        )  # fmt: skip

    def _cells(self, project, steps):
        """One cell a column, with the worst of the steps of that title, then one for all other steps."""
        shown, rest = {}, []
        for step in steps:
            title = step[4]
            if title not in self.columns:
                rest.append(step)
            elif title not in shown or step[0] < shown[title][0]:
                shown[title] = step
        cells = [self._cell(label, shown.get(title)) for title, label in self.columns.items()]
        return mark_safe("".join([*cells, self._rest(project, rest)]))  # noqa: S308 - made of escaped parts  # nosec B308 B703

    def _cell(self, label, step):
        if step is None:
            return self._empty(label)
        _rank, lamp, days, key, _title = step
        word, told = self._said(lamp, days)
        head, tail = self.step_url
        return (
            f'<td class="step step--{lamp.value}" data-label="{label}">'
            f'<a href="{head}{key}/change{tail}" aria-label="{label}{self.colon}{told}">{word}</a></td>'
        )

    def _rest(self, project, steps):
        if not steps:
            return self._empty(self.rest)
        _rank, lamp, days, _key, _title = min(steps)
        settled = sum(step[1] in (Lamp.SIGNED_OFF, Lamp.WAIVED) for step in steps)
        word, _told = self._said(lamp, days)
        head, tail = self.project_url
        counted = f"{settled}/{len(steps)}"
        return (
            f'<td class="step step--{lamp.value}" data-label="{self.rest}"><a href="{head}{project}/change{tail}#steps"'
            f' aria-label="{self.rest}{self.colon}{word} {counted}">{word} <span class="num">{counted}</span></a></td>'
        )

    def _said(self, lamp, days):
        """A lamp as the column shows it and in full, escaped; worded once for the whole page."""
        key = lamp, days if lamp in DATED else None
        if key not in self.said:
            self.said[key] = escape(lamp.label), escape(lamp_words(*key))
        return self.said[key]

    def _empty(self, label):
        return f'<td class="step" data-label="{label}"><span class="visually-hidden">{self.none}</span></td>'

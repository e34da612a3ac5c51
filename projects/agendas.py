"""What a meeting could deal with: needs still unmet, open difficulties and overdue steps of its campaign and place."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import gettext as _

from projects.difficulties import WORST_FIRST, Lamps, who_answers
from projects.models import Difficulty, Need, Project, ProjectStep
from projects.models.events import AGENDA
from projects.needs import gaps_of, with_gaps
from registry.core.quantity import format_quantity

LIMIT = 50
"""So many of each kind are offered at once; a search finds the others."""

MODELS = {field: model for model, field in AGENDA.items()}


@dataclass(frozen=True)
class Candidate:
    """One thing to choose; `key` names it in a form, `is_chosen` where it was put to this meeting already."""

    key: str
    record: object
    about: str
    detail: str
    lamp: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Group:
    slug: str
    title: str
    empty: str
    candidates: list[Candidate]
    has_more: bool


def candidates(event, user, *, on, wide=False, words=""):
    """The groups to choose from, of the person's scope: what is on the agenda already is left out.

    `wide`: the whole campaign instead of the meeting's division; `words` narrows by names. At most eight queries.
    """
    place = "" if wide or event.division is None else event.division.code
    lamps = Lamps(on)
    return [
        _needs(event, user, place, words, lamps), _difficulties(event, user, place, words, lamps),
        _steps(event, user, place, words, lamps),
    ]  # fmt: skip


def chosen(keys, user):
    """The records named by the keys of a form, in their order.

    Raises ValidationError for what is no key, DoesNotExist for what is not in the person's scope.
    """
    wanted = []
    for key in keys:
        kind, _dash, number = key.partition("-")
        if kind not in MODELS or not (number.isascii() and number.isdigit()):
            raise ValidationError(_("“%s” cannot be put on an agenda.") % key[:40])
        wanted.append((MODELS[kind], int(number)))
    found = {}
    for model in {model for model, _pk in wanted}:
        keys_of = [pk for other, pk in wanted if other is model]
        found[model] = model.objects.within_scope_of(user).in_bulk(keys_of)
    for model, pk in wanted:
        if pk not in found[model]:
            raise model.DoesNotExist
    return [found[model][pk] for model, pk in wanted]


def _group(slug, title, empty, rows, make):
    found = list(rows[: LIMIT + 1])
    return Group(slug, title, empty, [make(row) for row in found[:LIMIT]], len(found) > LIMIT)


def _needs(event, user, place, words, lamps):
    rows = Need.objects.within_scope_of(user).open().filter(campaign=event.campaign).exclude(presented__event=event)
    rows = rows.in_county(place) if place else rows
    rows = rows.search(words) if words else rows
    rows = with_gaps(rows).select_related("county").order_by(F("expires_on").asc(nulls_last=True), "pk")

    def make(need):
        told = [
            _("%(item)s, unmet %(unmet)s") % {"item": gap.item, "unmet": format_quantity(gap.unmet, "exact")}
            for gap in gaps_of(need)
        ]
        return Candidate(f"need-{need.pk}", need, str(need.county), _("; ").join(told), lamps.dated(need.expires_on))

    return _group("needs", _("Needs still unmet"), _("No published need is unmet there."), rows, make)


def _difficulties(event, user, place, words, lamps):
    rows = Difficulty.objects.within_scope_of(user).open().filter(project__campaign=event.campaign)
    rows = rows.exclude(agenda__event=event)
    rows = rows.in_county(place) if place else rows
    rows = rows.filter(Q(title__icontains=words) | _of_project(words)) if words else rows

    def make(difficulty):
        return Candidate(
            f"difficulty-{difficulty.pk}", difficulty, str(difficulty.project),
            f"{difficulty.get_level_display()} · {difficulty.get_status_display()}", lamps.difficulty(difficulty),
            is_chosen=difficulty.event_id == event.pk,
        )  # fmt: skip

    rows = rows.select_related("project").order_by(*WORST_FIRST)
    return _group(
        "difficulties", _("Open difficulties, the worst first"), _("No difficulty is open there."), rows, make
    )


def _steps(event, user, place, words, lamps):
    rows = ProjectStep.objects.within_scope_of(user).overdue(lamps.on).filter(project__campaign=event.campaign)
    rows = rows.exclude(agenda__event=event)
    rows = rows.filter(project__in=Project.objects.in_county(place)) if place else rows
    rows = rows.filter(ProjectStep.objects.worded(words) | _of_project(words)) if words else rows

    def make(step):
        return Candidate(f"step-{step.pk}", step, str(step.project), who_answers(step), lamps.dated(step.due_on))

    rows = rows.select_related("project", "responsible").order_by("due_on", "pk")
    return _group("steps", _("Overdue steps, the longest overdue first"), _("No step is overdue there."), rows, make)


def _of_project(words):
    return Q(project__name__icontains=words) | Q(project__number__icontains=words)

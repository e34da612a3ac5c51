"""Transition (衔接): a project goes on in the campaign that succeeds its own, and its earlier phase is locked.

The earlier phase keeps its steps, money and results; the new one begins with none of them, so that no figure counts
anything twice. What goes over is what the undertaking is: name, places, parties, and the fields of the new scheme.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Participation, Project, Site
from projects.models.stages import LANDED
from registry.core.actions import locked
from registry.core.dates import LAST_YEAR, today
from registry.core.lifecycle import Fact
from registry.core.trail import action

from .checklists import open_checklist
from .projects import register_project

Phase = Project.Phase

CARRYING = (
    Fact(
        lambda project: project.campaign.successor_id is not None,
        gettext_lazy("The campaign has no successor yet: name it on the campaign's page first."),
    ),
    Fact(
        lambda project: project.stage in LANDED,
        gettext_lazy("Only a project that is under way or later, and neither suspended nor terminated, is carried on."),
    ),
    Fact(lambda project: project.successor is None, gettext_lazy("The project has been carried on already.")),
    Fact(
        lambda project: not project.is_locked,
        gettext_lazy("The phase is locked: have it unlocked with a reason first."),
    ),
)
"""What must be true of a project before it is carried into the next campaign. Open steps do not stand in the way:
they stay in the earlier phase, and nobody is chased for them any more."""


def missing_for_carrying(*, project, by):
    """What must be done before anybody can carry the project on, as sentences; empty when nothing is missing."""
    return [str(fact.remedy) for fact in CARRYING if not fact.holds(project)]


@action("project.carry")
def carry_over(*, project, by, template=None, fields=(), officer=None, reason="", year=None, name="", start=None):
    """Carry a project into the successor of its campaign and lock its phase; returns the new project.

    `fields` are fields of the successor's scheme, the primary one first; `template` is the checklist that is opened,
    its due dates counted from `start` (else today); `officer` and `name` are the earlier ones unless given.
    Sites go to today's units and parties to the organisations that they were merged into. Money, results, steps and
    documents stay. Raises PermissionDenied, or ValidationError naming the field at fault or what is missing.
    """
    if not by.has_perm("projects.carry_project"):
        raise PermissionDenied(_("Your role does not carry projects into the next campaign."))
    project = locked(project, by=by)
    missing = missing_for_carrying(project=project, by=by)
    if missing:
        raise ValidationError(missing)
    campaign, day = project.campaign.successor, start or today()
    year = year or max(day.year, campaign.starts_on.year)
    _refuse_foreign(campaign, fields, year)
    carried = register_project(
        by=by, name=name or project.name, campaign=campaign, year=year, fields=fields, continues=project,
        officer=officer or project.officer, summary=project.summary, approach=project.approach,
        channel=project.channel, planned_start=day, is_demo=project.is_demo,
    )  # fmt: skip
    _carry_sites(project, carried)
    _carry_parties(project, carried)
    if template is not None:
        open_checklist(project=carried, template=template, start=day, by=by)
    _lock(project, by)
    return carried


@action("project.unlock")
def unlock_phase(*, project, by, reason):
    """Open a locked phase again, to correct what is wrong in it. Raises ValidationError without a reason."""
    project = _phase_of(project, by, reason)
    if not project.is_locked:
        raise ValidationError(_("The phase is open already."))
    project.phase, project.phase_by, project.phase_at = Phase.OPEN, None, None
    project.save(update_fields=["phase", "phase_by", "phase_at"])
    return project


@action("project.lock")
def lock_phase(*, project, by, reason):
    """Lock the phase of a project that was carried on, after a correction."""
    project = _phase_of(project, by, reason)
    if project.is_locked:
        raise ValidationError(_("The phase is locked already."))
    if project.successor is None:
        raise ValidationError(_("Only the earlier phase of a project that was carried on is locked."))
    _lock(project, by)
    return project


def _phase_of(project, by, reason):
    if not by.has_perm("projects.carry_project"):
        raise PermissionDenied(_("Your role does not lock and unlock phases."))
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why: this step needs a reason.")})
    return locked(project, by=by)


def _lock(project, by):
    project.phase, project.phase_by, project.phase_at = Phase.LOCKED, by, timezone.now()
    project.save(update_fields=["phase", "phase_by", "phase_at"])


def _refuse_foreign(campaign, fields, year):
    if not fields:
        raise ValidationError({"fields": _("Choose at least one field of the next campaign.")})
    if any(field.scheme != campaign.scheme for field in fields):
        words = _("Choose fields of “%s”, the scheme of the next campaign.")
        raise ValidationError({"fields": words % campaign.get_scheme_display()})
    last = (campaign.ends_on - timedelta(days=1)).year if campaign.ends_on else LAST_YEAR
    if not campaign.starts_on.year <= year <= last:
        words = _("The next campaign has the years %(first)d to %(last)d: choose one of them.")
        raise ValidationError({"year": words % {"first": campaign.starts_on.year, "last": last}})


def _carry_sites(project, carried):
    """To today's units; two old units that have become one are one site."""
    places = {}
    for site in project.sites.select_related("division__home").order_by("pk"):
        unit = site.division
        unit = unit.home if unit.valid_to is not None and unit.home else unit
        places.setdefault((unit.pk, site.address), []).append(site.share)
    for (unit, address), shares in places.items():
        share = None if None in shares else sum(shares)
        Site.objects.create(
            project=carried, division_id=unit, address=address, share=share, is_demo=carried.is_demo
        )  # fmt: skip


def _carry_parties(project, carried):
    """Merged organisations as the one that they went into; nobody twice in one role."""
    seen = set()
    for party in project.participations.select_related("organisation").order_by("pk"):
        organisation = party.organisation and (party.organisation.merged_into_id or party.organisation_id)
        key = (organisation, party.enterprise_id, party.role)
        if not party.unnamed and key in seen:
            continue
        seen.add(key)
        Participation.objects.create(
            project=carried, organisation_id=organisation, enterprise_id=party.enterprise_id, unnamed=party.unnamed,
            unnamed_count=party.unnamed_count, unnamed_qualifier=party.unnamed_qualifier, role=party.role,
            note=party.note, is_demo=carried.is_demo,
        )  # fmt: skip

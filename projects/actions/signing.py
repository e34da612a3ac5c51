"""Signing: a confirmed pledge becomes a project, with everything that was said about it already there.

Nothing is typed again: place, field, parties and sums come from the need and the pledge. What the organisation offered
stands as pledged, what is signed as committed; member companies' money is a separate account from the first line on.
"""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext, override
from django.utils.translation import gettext as _

from projects.announcing import announce_project
from projects.models import ChecklistTemplate, Funding, Participation, Pledge, ProjectStep, Site
from projects.models.checklists import Side
from projects.models.documents import DocumentKind
from projects.models.items import ItemKind
from projects.models.stages import Stage
from projects.signings import name_for, signing_of, why_not_taken_back
from registry.core.actions import locked
from registry.core.clashes import begun_anew
from registry.core.dates import today
from registry.core.quantity import Money, format_quantity
from registry.core.trail import acting
from registry.core.undo import undo_batch

from .agreements import draft_agreement
from .checklists import open_checklist
from .matching import move_pledge
from .projects import register_project

KINDS = {
    ItemKind.MONEY: Funding.Kind.CASH,
    ItemKind.GOODS: Funding.Kind.GOODS,
    ItemKind.SERVICE: Funding.Kind.SERVICE,
    ItemKind.KNOW_HOW: Funding.Kind.SERVICE,
}
CHECKLISTS = {
    Funding.Kind.CASH: ChecklistTemplate.Kind.CASH,
    Funding.Kind.GOODS: ChecklistTemplate.Kind.GOODS,
    Funding.Kind.SERVICE: ChecklistTemplate.Kind.SERVICE,
}


@begun_anew
def sign_pledges(*, pledges, by, signed_on, event=None, officer=None, note=""):
    """Record the signing of confirmed pledges, at an event or without one, all or none; returns their projects.

    Each pledge becomes a project (or a further party of the project that the bureau chose on it) with its site, field,
    parties, lines pledged and committed, and the checklist of its kind; its agreement is dated and bound to it.
    `officer` answers for the projects (else `by`). One batch, so that the whole is undone together.
    Raises PermissionDenied, ValidationError or UnlawfulMove naming the pledge.
    """
    if not by.has_perm("projects.sign_pledge"):
        raise PermissionDenied(_("Your role does not record signings."))
    if not pledges:
        raise ValidationError(_("Choose at least one pledge to sign."))
    if signed_on > today():
        raise ValidationError({"signed_on": _("The day of the signing lies ahead. Record it once it has taken place.")})
    in_order = sorted(pledges, key=lambda pledge: (pledge.need_id or 0, pledge.pk))  # as every other lock on needs
    with acting(by=by, action="pledge.sign", reason=note, batch=uuid.uuid4().hex):
        return [_sign(pledge, by, signed_on, event, officer or by) for pledge in in_order]


def take_back_signing(*, pledge, by, reason):
    """Take back, within a day, the signing of a pledge, with all that was signed together with it.

    Raises PermissionDenied, or ValidationError without a reason, for a pledge whose signing was not recorded here, and
    in the words of `why_not_undone` where somebody has gone on from it.
    """
    if not by.has_perm("projects.sign_pledge"):
        raise PermissionDenied(_("Your role does not record signings."))
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why: this step needs a reason.")})
    if refusal := why_not_taken_back(pledge):
        raise ValidationError(refusal)
    undo_batch(signing_of(pledge), by=by, action="pledge.unsign", reason=reason.strip())


def _sign(pledge, by, signed_on, event, officer):
    if pledge.need_id:
        locked(pledge.need)  # before the pledge, as everywhere
    fresh = locked(pledge, by=by)
    if fresh.status != Pledge.Status.SIGNED:  # signed on paper before, and not made a project yet
        fresh = move_pledge(pledge=pledge, to=Pledge.Status.SIGNED, by=by)
    project = locked(fresh.project, by=by) if fresh.project_id else _project_of(fresh, by, signed_on, officer)
    _join(project, fresh)
    _enter(project, fresh, signed_on)
    if project.stage == Stage.PLANNED:
        _begin(project, fresh, by, signed_on)
    _bind_agreements(project, fresh, by, signed_on, event)
    fresh.project = project
    fresh.save(update_fields=["project"])
    move_pledge(pledge=fresh, to=Pledge.Status.CARRIED, by=by)
    return project


def _project_of(pledge, by, signed_on, officer):
    need = pledge.need
    project = register_project(
        by=by, name=name_for(pledge), campaign=pledge.campaign, year=signed_on.year, fields=[pledge.help_field],
        lead=pledge.organisation, officer=officer, summary=pledge.text or (need.why if need else ""),
        planned_start=signed_on, planned_end=_end_of(pledge, signed_on), is_demo=pledge.is_demo,
    )  # fmt: skip
    Site.objects.create(
        project=project, division=pledge.receiver, address=need.place if need else "", is_demo=pledge.is_demo
    )  # fmt: skip
    return project


def _end_of(pledge, signed_on):
    """The last day that the pledge speaks of, where it lies ahead of the signing."""
    days = [pledge.deliver_by, *(part.due_on for part in pledge.instalments.all())]
    return max((day for day in days if day and day >= signed_on), default=None)


def _join(project, pledge):
    """The giver, and the companies that it mobilised, as parties; nobody twice."""
    if not project.participations.filter(organisation=pledge.organisation).exists():
        _party(project, organisation=pledge.organisation, role=Participation.Role.JOINT)
    companies = {item.enterprise for item in pledge.items.select_related("enterprise") if item.enterprise}
    for company in sorted(companies, key=lambda one: one.pk):
        if not project.participations.filter(enterprise=company).exists():
            _party(project, enterprise=company, role=Participation.Role.MOBILISED)


def _party(project, **party):
    Participation.objects.create(project=project, is_demo=project.is_demo, **party)


def _enter(project, pledge, signed_on):
    """Each item as a line pledged, dated by the submission, and a line committed, dated by the signing."""
    pledged_on = pledge.submitted_at.date() if pledge.submitted_at else signed_on
    for state, day in ((Funding.State.PLEDGED, pledged_on), (Funding.State.COMMITTED, signed_on)):
        for item in pledge.items.select_related("enterprise"):
            line = Funding(
                project=project, state=state, occurred_on=day, is_demo=project.is_demo, **_line(pledge, item)
            )
            line.full_clean()
            line.save()


def _line(pledge, item):
    is_money = item.kind == ItemKind.MONEY
    amount = item.amount if is_money else item.declared
    return {
        "kind": KINDS[item.kind], "origin": item.origin, "amount": amount, "goods": item.what,
        "quantity": item.quantity, "unit": item.unit, "enterprise": item.enterprise,
        "organisation": None if item.enterprise else pledge.organisation,
        "value_basis": Funding.Basis.DECLARED if amount is not None and not is_money else Funding.Basis.NONE,
        "note": pledge.number,
    }  # fmt: skip


def _begin(project, pledge, by, signed_on):
    """The checklist of the kind that weighs most, a step for each instalment, and the stage “signed”."""
    kinds = [KINDS[item.kind] for item in pledge.items.all()]
    kind = next((CHECKLISTS[kind] for kind in CHECKLISTS if kind in kinds), ChecklistTemplate.Kind.CASH)
    template = ChecklistTemplate.objects.for_project(project, kind).first()
    if template is not None:
        open_checklist(project=project, template=template, by=by, start=signed_on)
    _ask_for_instalments(project, pledge)
    project.move_to(Stage.MATCHED, by=by)
    project.move_to(Stage.SIGNED, by=by)
    announce_project(project)


def _ask_for_instalments(project, pledge):
    last = max((step.position for step in project.steps.all()), default=0)
    for number, part in enumerate(pledge.instalments.all(), 1):
        titles = {}
        for language in ("zh-hans", "en"):
            with override(language):
                words = {"number": number, "sum": format_quantity(Money(part.amount), "exact")}
                titles[language] = gettext("Instalment %(number)d arrives: %(sum)s") % words
        ProjectStep.objects.create(
            project=project, position=last + number, stage=Stage.UNDER_WAY, title=titles["zh-hans"],
            title_en=titles["en"], side=Side.ORGANISATION, evidence=[DocumentKind.VOUCHER], due_on=part.due_on,
            is_demo=project.is_demo,
        )  # fmt: skip


def _bind_agreements(project, pledge, by, signed_on, event):
    """The agreements of the pledge are now the project's too; where none was drafted, one is."""
    if not pledge.agreements.exists():
        draft_agreement(pledge=pledge, by=by, event=event)
    for agreement in pledge.agreements.select_for_update():
        agreement.project, agreement.event = project, event or agreement.event
        agreement.signed_on = agreement.signed_on or signed_on
        agreement.save(update_fields=["project", "event", "signed_on"])
        agreement.signatories.filter(signed_on__isnull=True).update(signed_on=signed_on)

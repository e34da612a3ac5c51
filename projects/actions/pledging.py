"""Pledges as their giver writes them: kept as a draft, handed in, taken back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Enterprise, Kind, Organisation
from projects.models import Campaign, Funding, Need, Pledge
from registry.core.actions import locked, next_number
from registry.core.clashes import begun_anew
from registry.core.dates import today
from registry.core.models import Change
from registry.core.quantity import format_quantity
from registry.core.trail import acting
from registry.core.turns import take_turns

from .matching import move_pledge

ITEM = ("kind", "what", "amount", "quantity", "unit", "need_item", "declared", "origin", "enterprise")
INSTALMENT = ("due_on", "amount")
DETAILS = {"text", "deliver_by", "contact_name", "contact_phone"}


@begun_anew
def save_pledge(
    *, by, organisation, need=None, campaign=None, county=None, field=None, items=None, instalments=None, pledge=None,
    version=None, once="", **details,
):  # fmt: skip
    """Keep a draft, a new one or `pledge`; returns it.

    Towards a `need` the county, the field and the campaign are the need's; a free one may name them. `items` and
    `instalments` are lists of dicts of their models' fields and replace what stands there; None leaves it. A `company`
    in an item is the name of the association's member company that gives it. `details` are those of `DETAILS`.
    `version`: of the draft as the person saw it. `once`: a token of the form; what was made with it is returned as it
    is instead of being made again.
    Raises TypeError for other details, Stale, ValidationError, PermissionDenied, or DoesNotExist for a need
    or draft that the person does not see.
    """
    if unknown := details.keys() - DETAILS:
        raise TypeError(f"no details of a pledge: {sorted(unknown)}")
    if not by.has_perm("projects.add_pledge"):
        raise PermissionDenied(_("Your role does not make pledges."))
    _refuse_other(organisation, by)
    with acting(by=by, action="pledge.save", batch=once):
        if pledge is None and once and (made := _made_with(once, by)):
            return made
        if towards := need or (pledge and pledge.need):
            locked(towards)  # before the pledge, as everywhere: the guard of its items asks for it at the commit
        draft = _new_draft(organisation) if pledge is None else _draft(pledge, by, version)
        _aim(draft, by, need, campaign, county, field)
        for name, value in details.items():
            setattr(draft, name, value)
        draft.organisation = organisation
        draft.updated_at = timezone.now()  # items and instalments count as the draft's own
        draft.full_clean()
        draft.save()
        if items is not None:
            _replace(draft, draft.items, [_item(organisation, values) for values in items], ITEM)
        if instalments is not None:
            _replace(draft, draft.instalments, instalments, INSTALMENT)
        draft.refresh_from_db()
    return draft


def submit_pledge(*, pledge, by, version=None):
    """Hand a draft in. Raises ValidationError with the gap where more is offered than is unmet or the need is not open
    any more, Stale, UnlawfulMove, PermissionDenied or DoesNotExist."""
    _refuse_other(pledge.organisation, by)
    if pledge.need_id:
        _open_need(pledge.need, by)
    return move_pledge(pledge=pledge, to=Pledge.Status.SUBMITTED, by=by, version=version)


def withdraw_pledge(*, pledge, by, reason, version=None):
    """The giver takes a pledge back, until the county has confirmed it; a draft is dropped so too.

    Raises ValidationError without a reason, Stale, UnlawfulMove, PermissionDenied or DoesNotExist.
    """
    if not Pledge.objects.spoken_for_by(by).filter(pk=pledge.pk).exists():
        raise PermissionDenied(_("Only the organisation that pledged takes a pledge back."))
    return move_pledge(pledge=pledge, to=Pledge.Status.WITHDRAWN, by=by, reason=reason, version=version)


def _refuse_other(organisation, by):
    if not by.memberships.approved().filter(organisation=organisation).exists():
        raise PermissionDenied(_("You pledge only for organisations that you speak for."))
    if organisation.status != Organisation.Status.ACTIVE:
        raise ValidationError(
            _("“%(organisation)s” is “%(status)s” and cannot pledge. Ask the bureau.")
            % {"organisation": organisation, "status": organisation.get_status_display()}
        )


def _made_with(once, by):
    """What was made with the token before. The trail keeps it as the batch of the pledge's first row; two posts at
    once take turns, so the second finds it."""
    take_turns(once)
    rows = Change.objects.filter(batch_id=once, table_name=Pledge._meta.db_table, operation=Change.Operation.INSERT)
    keys = [int(key) for key in rows.values_list("row_pk", flat=True)]
    return Pledge.objects.spoken_for_by(by).filter(pk__in=keys).first()


def _new_draft(organisation):
    number = next_number(Pledge, "CN", today().year)
    return Pledge(number=number, organisation=organisation, is_demo=organisation.is_demo)


def _draft(pledge, by, version):
    """The draft as it stands, locked. Raises Stale, DoesNotExist, or ValidationError once it has been handed in."""
    draft = locked(pledge, by=by, version=version)
    _refuse_other(draft.organisation, by)
    if draft.status != Pledge.Status.DRAFT:
        raise ValidationError(_("“%s” has been handed in: withdraw it and pledge anew to change it.") % draft)
    return draft


def _aim(draft, by, need, campaign, county, field):
    if need is not None:
        draft.need = _open_need(need, by)
        draft.campaign, draft.county, draft.field = draft.need.campaign, None, None
        return
    if county is not None and (county.level != "county" or not county.is_current):
        raise ValidationError({"county": _("Choose a county of today.")})
    draft.need, draft.county, draft.field = None, county, field
    draft.campaign = campaign or Campaign.objects.current()


def _open_need(need, by):
    found = Need.objects.visible_to(by).select_related("campaign").get(pk=need.pk)
    if found.status not in Need.OPEN:
        told = {"need": found, "status": found.get_status_display()}
        words = [_("“%(need)s” takes no more pledges: it is “%(status)s”.") % told]
        if found.status == Need.Status.MET:
            gaps = [f"{gap.name} {format_quantity(gap.unmet, 'exact')}" for gap in found.gaps()]
            words.append(_("The gap is now: %s.") % _(", ").join(gaps))
        raise ValidationError(words)
    return found


def _item(organisation, values):
    """The fields of an item; what a member company gives is mobilised."""
    values = dict(values)
    company = values.pop("company", "")
    if not company:
        return values
    if organisation.kind != Kind.ASSOCIATION:
        raise ValidationError(_("Only associations and chambers pledge for member companies."))
    origin = Funding.Origin.MOBILISED
    return values | {"origin": origin, "enterprise": _member_company(organisation, company)}


def _member_company(organisation, name):
    """The association's member company of that name, registered where it is not there yet."""
    company = organisation.member_enterprises.filter(name=name).first()
    if company is None:
        company = Enterprise(name=name, member_of=organisation, is_demo=organisation.is_demo)
        company.full_clean(exclude=("pinyin", "initials"))
        company.save()
    return company


def _replace(draft, rows, wanted, names):
    """All rows anew, in this order; untouched where they stand so already."""
    model = rows.model
    fresh = [model(pledge=draft, is_demo=draft.is_demo, **values) for values in wanted]
    standing = [[getattr(row, name) for name in names] for row in rows.all()]
    if standing == [[getattr(row, name) for name in names] for row in fresh]:
        return
    rows.all().delete()
    for row in fresh:
        row.full_clean()
        row.save()

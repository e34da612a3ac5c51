"""Suggestions passed on: the bureau tells an organisation of a need that may be for it. Nothing is assigned by it."""

from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.answerable import speakers_of
from projects.matching.told import told_lately
from projects.models import Need
from projects.places import place_of_need
from registry.core.actions import locked
from registry.core.dates import format_date
from registry.core.models import Notice
from registry.core.notices import notify
from registry.core.trail import action


@action("need.suggest")
def suggest_need(*, need, organisation, by):
    """Tell the people of an organisation of an open need, at most once a week; returns the messages.

    Raises PermissionDenied; DoesNotExist for a need out of the person's scope; ValidationError for a need that is not
    open, for an organisation for which nobody speaks in the registry, and within a week of the last time.
    """
    if not by.has_perm("projects.publish_need"):
        raise PermissionDenied(_("Your role does not suggest needs."))
    need = locked(need, by=by)
    if need.status not in Need.OPEN:
        raise ValidationError(_("The need is not open any more: there is nothing to suggest."))
    people = list(speakers_of(organisation))
    if not people:
        raise ValidationError(_("Nobody speaks for “%s” in the registry yet: ring it up instead.") % organisation)
    if told := told_lately([need]).get((need.number, organisation.pk)):
        raise ValidationError(
            _("“%(organisation)s” was told of this need on %(day)s. It is told once a week at most.")
            % {"organisation": organisation, "day": format_date(timezone.localdate(told))}
        )
    facts = {
        "what": "suggested", "title": str(need), "number": need.number, "organisation": organisation.pk,
        "due": need.expires_on and need.expires_on.isoformat(),
    }  # fmt: skip
    return notify(people, Notice.Kind.MATCHING, facts, url=partial(place_of_need, need), sender=by)

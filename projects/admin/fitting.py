"""Who could help with a need, and which needs a free pledge could help with: suggestions on their pages of the desk."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from projects.matches import matches_for_need, matches_for_pledge
from projects.matching.told import told_lately
from projects.models import Need
from registry.core.addresses import desk_page
from registry.core.admin import Panel
from registry.core.dates import format_instant

SHOWN = 10
TELL = "projects.publish_need"


def fitting_organisations(request, need):
    """The panel of an open need, for those who may pass it on; nothing for others."""
    if not request.user.has_perm(TELL) or need.status not in Need.OPEN:
        return ()
    matches = matches_for_need(need, SHOWN, user=request.user)
    panel = _panel(_("Organisations that could help"), _("organisation"), _("Nobody who fits is known yet."))
    told = told_lately([need]) if matches else {}
    for match in matches:
        organisation = match.organisation
        panel.add(
            desk_page(organisation), str(organisation), "; ".join(match.words),
            _way(need, organisation, told.get((need.number, organisation.pk))),
        )  # fmt: skip
    return (panel,)


def fitting_needs(request, pledge):
    """The panel of a free pledge, likewise. The organisation's words stay: the bureau only tells it of needs."""
    if not request.user.has_perm(TELL) or pledge.need_id:
        return ()
    matches = matches_for_pledge(pledge, SHOWN, user=request.user)
    panel = _panel(_("Needs that it could help with"), _("need"), _("No open need fits."))
    told = told_lately([match.need for match in matches]) if matches else {}
    for match in matches:
        need = match.need
        panel.add(
            desk_page(need), f"{need.county} · {need.name}", "; ".join(match.words),
            _way(need, pledge.organisation, told.get((need.number, pledge.organisation_id))),
        )  # fmt: skip
    return (panel,)


def _panel(title, head, empty):
    heads = ((head, ""), (_("why it fits"), ""), (_("told"), ""))
    return Panel(title, heads, empty, "fitting", note=_("Suggestions only: nothing is assigned by them."))


def _way(need, organisation, told):
    if told:
        return format_instant(told, "table")
    address = f"{reverse('admin:matching-tell')}?need={need.pk}&organisation={organisation.pk}"
    return format_html('<a class="btn btn-sm btn-outline-primary" href="{}">{}</a>', address, _("Tell them"))

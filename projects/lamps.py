"""The traffic light of a step and the status of a record, as markup for a column."""

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.models.checklists import Lamp


def lamp_of(step, on, rule):
    """The traffic light of a step in shape, word and colour, with the days that it is late or has left.

    By the thresholds of `rule` (`LampRule.objects.current()`, read once a page); fetch `depends_on` along.
    """
    days, shown = step.days_left(on), {"lamp": step.lamp(on, rule)}
    if step.status in step.OPEN and days is not None:
        if days < 0:
            shown["label"] = ngettext("%d day late", "%d days late", -days) % -days
        else:
            shown["days"] = ngettext("%d day left", "%d days left", days) % days
    return render_to_string("partials/lamp.html", shown)


def standing_of(step, on, rule, address=None):
    """The light of a step, and for which step it waits where it cannot start yet; `address(step)`: the way there."""
    light, before = lamp_of(step, on, rule), step.waits_for
    if before is None:
        return light
    told = format_html('<a href="{}">{}</a>', address(before), before) if address else before
    words = format_html(_("Cannot start yet: waits for “{}”."), told)
    return format_html('{}<span class="sub">{}</span>', light, words)


def status_of(record):
    """The status without its reason, for a column."""
    return render_to_string("admin/includes/status.html", {"record": record})


def month_lamp(owed, on):
    """The light of a monthly report that is owed: late, or due with the days left."""
    days = (owed.due - on).days
    if days < 0:
        shown = {"label": ngettext("%d day late", "%d days late", -days) % -days}
    else:
        shown = {"days": ngettext("%d day left", "%d days left", days) % days}
    return render_to_string("partials/lamp.html", {"lamp": owed.lamp(on), **shown})


SOON = 7
"""Days before the last one of a need from which it is near."""


def last_day_lamp(need, on):
    """The last day of an open need as a light: past, near, or with the days left; nothing where none is set."""
    if need.expires_on is None or need.status not in need.OPEN:
        return ""
    days = (need.expires_on - on).days
    if days < 0:
        shown = {"lamp": Lamp.OVERDUE, "label": ngettext("%d day past its day", "%d days past its day", -days) % -days}
    else:
        left = ngettext("%d day left", "%d days left", days) % days
        shown = {"lamp": Lamp.DUE, "days": left} if days <= SOON else {"lamp": Lamp.ON_TIME, "label": left}
    return render_to_string("partials/lamp.html", shown)

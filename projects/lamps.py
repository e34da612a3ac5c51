"""The traffic light of a step and the status of a record, as markup for a column."""

from django.template.loader import render_to_string
from django.utils.translation import ngettext


def lamp_of(step, on):
    """The traffic light of a step in shape, word and colour, with the days that it is late or has left."""
    days = step.days_left(on)
    words = ""
    if step.status in step.OPEN and days is not None:
        late, left = ngettext("%d day late", "%d days late", -days), ngettext("%d day left", "%d days left", days)
        words = late % -days if days < 0 else left % days
    return render_to_string("partials/lamp.html", {"lamp": step.lamp(on), "days": words})


def status_of(record):
    """The status without its reason, for a column."""
    return render_to_string("admin/includes/status.html", {"record": record})

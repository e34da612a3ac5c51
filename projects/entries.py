"""A project's entry as it is read: on its page, of an earlier version, and before it is published."""

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from projects.models import Project
from projects.publishing.pouring import entry_read
from projects.whole import Whole, whole_projects

STRANGER = AnonymousUser()


def entry_of(found, user):
    """What `projects/_entry.html` needs of a project read by `whole_projects`."""
    source = [(_("Summary"), found.summary), (_("Approach"), found.approach), (_("Channel"), found.channel)]
    return {
        "project": found,
        "whole": Whole(found, user),
        "texts": [(label, text) for label, text in source if text],
        "related": related(found, user),
    }


def entry_in_words(content, serial=1):
    """The HTML of an entry from its content alone, as a stranger reads it."""
    with entry_read(content, serial=serial):
        found = whole_projects(STRANGER).get()
        return render_to_string("projects/_entry.html", entry_of(found, STRANGER))


def related(found, user):
    """The projects that this one is part of, continues, or is continued by, where the person may know of them."""
    keys = {
        _("Part of"): found.parent_id,
        _("Continues"): found.continues_id,
        _("Continued by"): found.continued_by.pk if hasattr(found, "continued_by") else None,
    }
    visible = Project.objects.visible_to(user).in_bulk([key for key in keys.values() if key])
    return [(label, visible[key]) for label, key in keys.items() if key in visible]

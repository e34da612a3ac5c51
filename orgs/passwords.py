"""A rule of passwords that knows organisations."""

from difflib import SequenceMatcher

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST = 3
"""Initials of two letters are in half of all words."""


class NotTheOrganisationValidator:
    """Not the name of an organisation that the person speaks for, in characters, pinyin, initials or English."""

    def validate(self, password, user=None):
        if user is None or user.pk is None:
            return
        typed = password.casefold()
        for membership in user.memberships.select_related("organisation"):
            body = membership.organisation
            for name in (body.name, body.name_en, body.pinyin.replace(" ", ""), body.initials, body.code):
                if name and len(name) >= SHORTEST and _alike(typed, name.casefold()):
                    raise ValidationError(_("The password is too like the name of your organisation."), "password_like")

    def get_help_text(self):
        return _("Not like your name, or the name of your organisation.")


def _alike(typed, name):
    return name in typed or SequenceMatcher(a=typed, b=name).quick_ratio() >= 0.7

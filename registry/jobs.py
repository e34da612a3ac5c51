"""The jobs of the cellar: the daily sweep of what nobody needs any more, the daily checks of the trail, of the stored
files and of the backups, and mails with a link to a new password."""

import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry.core import attempts, guesses, once, rates, sign_ins
from registry.core.backup.notes import warn_when_old
from registry.core.daily import daily
from registry.core.file_checks import check_files
from registry.core.jobs import job
from registry.core.models import User
from registry.core.resets import send_link
from registry.core.sealing.watch import verify_as_job
from registry.file_care import in_words, tell_of


@daily(at=datetime.time(3))
@job("sweep", _("Sweep of kept answers"))
def sweep(progress, *, by, day):
    """Forget what is past its time."""
    number = sum(each.forget_old() for each in (once, attempts, rates, guesses, sign_ins))
    progress.step(number)
    return {"words": ngettext("%d row forgotten", "%d rows forgotten", number) % number}


daily(at=datetime.time(2))(verify_as_job)


@job("reset", _("New password by e-mail"))
def send_links(progress, *, by, users):
    """Tell these accounts where to choose a new password; nobody, where the address that was typed is nobody's."""
    for user in User.objects.filter(pk__in=users, is_active=True):
        send_link(user=user, by=None)
    return {}


@daily(at=datetime.time(3))
@job("files.check", _("Check of the stored files"))
def compare_files(progress, *, by, day):
    """Read every stored file and compare it with its row, both ways; tell who has to act where one is wrong."""
    found = check_files(step=progress.step)
    tell_of(found, compare_files.kind)
    return {"words": " ".join(in_words(found))}


@daily(at=datetime.time(8))
@job("backups", _("Watch over the backups"))
def watch_backups(progress, *, by, day):
    """Tell the system administrators where the last backup is too old."""
    told = warn_when_old(settings.BACKUP_HOURS)
    progress.step(len(told))
    return {"words": ngettext("%d person told", "%d persons told", len(told)) % len(told)}

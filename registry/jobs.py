"""The daily jobs of the cellar: the sweep of what nobody needs any more, and the check of the stored files."""

import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry.core import attempts, once, rates
from registry.core.daily import daily
from registry.core.file_checks import check_files
from registry.core.jobs import job
from registry.file_care import in_words, tell_of


@daily(at=datetime.time(3))
@job("sweep", _("Sweep of kept answers"))
def sweep(progress, *, by, day):
    """Forget what is past its time."""
    number = once.forget_old() + attempts.forget_old() + rates.forget_old()
    progress.step(number)
    return {"words": ngettext("%d row forgotten", "%d rows forgotten", number) % number}


@daily(at=datetime.time(3))
@job("files.check", _("Check of the stored files"))
def compare_files(progress, *, by, day):
    """Read every stored file and compare it with its row, both ways; tell who has to act where one is wrong."""
    found = check_files(step=progress.step)
    tell_of(found, compare_files.kind)
    return {"words": " ".join(in_words(found))}

"""The jobs of the cellar: the daily sweep of answers and attempts that nobody needs any more, and the daily check of
the trail."""

import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry.core import attempts, once, rates
from registry.core.daily import daily
from registry.core.jobs import job
from registry.core.sealing.watch import verify_as_job


@daily(at=datetime.time(3))
@job("sweep", _("Sweep of kept answers"))
def sweep(progress, *, by, day):
    """Forget what is past its time."""
    number = once.forget_old() + attempts.forget_old() + rates.forget_old()
    progress.step(number)
    return {"words": ngettext("%d row forgotten", "%d rows forgotten", number) % number}


daily(at=datetime.time(2))(verify_as_job)

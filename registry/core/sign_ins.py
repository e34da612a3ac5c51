"""What came of each try to come in: noted once, never changed, read by the audit administrator and by oneself."""

import datetime
import logging

from django.conf import settings
from django.utils import timezone

from .attempts import address_of
from .browsers import browser_in_words
from .models import SignIn
from .read_only import writing_after_all
from .trail import request_id

logger = logging.getLogger(__name__)


def note(what, *, user=None, by=None, request=None, number=None):
    """Write down what happened (`SignIn.What`). What was typed as a name that is none is not kept: it may be a
    password in the wrong field."""
    address = address_of(request) if request is not None else None
    browser = browser_in_words(request.headers.get("User-Agent", "")) if request is not None else ""
    with writing_after_all():
        SignIn.objects.create(
            what=what, user=user, by=by, address=address, browser=browser, request_id=request_id.get(), number=number
        )
    logger.info("sign-in: %s, account %s", what, user.pk if user else "unknown")


def forget_old(*, now=None):
    """Delete what is older than the settings ask for, which is half a year at least; returns how many."""
    before = (now or timezone.now()) - datetime.timedelta(days=settings.SIGN_INS_DAYS)
    return SignIn.objects.filter(at__lt=before).delete()[0]

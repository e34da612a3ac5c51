"""What was refused, for those who watch: who asked for which object, by keys alone and without a name."""

import logging

from .text import excerpt

logger = logging.getLogger("registry.permission")

KEYS = ("pk", "object_id", "number", "key", "row", "code", "batch", "change", "serial")
"""Parameters of addresses by which rows are known."""


def tell_refusal(request, response):
    """A line for each 403, and for each row that somebody who has signed in does not find: it may be another's.

    The request's id stands in the line as in every other.
    """
    match, user = request.resolver_match, getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    asked = {name: excerpt(str(match.kwargs[name]), 60) for name in KEYS if name in match.kwargs} if match else {}
    if response.status_code == 403 or (response.status_code == 404 and signed_in and asked):
        logger.warning(
            "refused %d: user=%s %s route=%s object=%s",
            response.status_code, user.pk if signed_in else "-", request.method,
            match.view_name if match else "-", " ".join(f"{name}={value}" for name, value in asked.items()) or "-",
        )  # fmt: skip

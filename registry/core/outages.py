"""What keeps the site from working though nothing is wrong with the request: told by the error that came of it.

Behind each stands a sentence with a remedy. Who meets one may send the same request again: nothing was done.
"""

import errno
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .clashes import IN_THE_WAY, Crowded, code_of


@dataclass(frozen=True)
class Outage:
    """What is told: `code` of HTTP, `after` how many seconds it is worth trying again (0: not at all), a heading and a
    sentence."""

    code: int
    after: int
    heading: Promise
    words: Promise


AWAY = Outage(
    503, 10, _("The database does not answer just now"),
    _("Nothing was changed. The site comes back by itself: wait a moment, and send it again."),
)  # fmt: skip
CROWDED = Outage(
    503, 5, _("Too many are working on the same records"),
    _("Nothing was changed. Somebody holds what you want to change: wait a moment, and send it again."),
)  # fmt: skip
SLOW = Outage(
    503, 30, _("This took too long and was stopped"),
    _("Nothing was changed. Ask for less at once, a shorter list or fewer rows, or try again later."),
)  # fmt: skip
FULL = Outage(
    507, 600, _("There is no room left to write"),
    _("Nothing was changed. Only reading is possible until the system administrator has made room."),
)  # fmt: skip
TOO_LARGE = Outage(
    413, 0, _("This is too large to be sent at once"),
    _("Nothing was kept. Go back, and send fewer or smaller files."),
)  # fmt: skip

_SLOW, _READ_ONLY, _FULL = "57014", "25006", ("53100",)
_AWAY = ("08", "57P", "53", "58", "25P03", "XX000")
"""Beginnings of PostgreSQL's codes: the connection, a server that is stopped or starts, too few of something, its disk;
`25P03`: a session that was ended because it had been idle in a transaction. 25006 is a standby that only reads."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class NoRoom(ValidationError):
    """There is no room for a file. Nothing was kept; what was typed beside it is not lost."""

    def __init__(self):
        super().__init__(
            _("There is no room for this file just now. Nothing was saved: try again once the system administrator has "
              "made room."),
            code="no_room",
        )  # fmt: skip


def lacks_room(error):
    """Whether the operating system could not write because its disk, or our share of it, is full."""
    return isinstance(error, OSError) and error.errno in _NO_ROOM


def outage_of(error):
    """The `Outage` behind an error, or behind what it was raised from; None for an error of our own."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if found := _outage_of_one(error):
            return found
        error = error.__cause__ or error.__context__
    return None


def _outage_of_one(error):
    if isinstance(error, Crowded):
        return CROWDED
    if lacks_room(error):
        return FULL
    if isinstance(error, InterfaceError):  # the driver's word for a connection that is closed
        return AWAY
    if not isinstance(error, DatabaseError):
        return None
    code = code_of(error)
    if code in IN_THE_WAY:
        return CROWDED
    if code == _SLOW:
        return SLOW
    if code in _FULL:
        return FULL
    is_away = code.startswith(_AWAY) or code == _READ_ONLY or (not code and isinstance(error, OperationalError))
    return AWAY if is_away else None

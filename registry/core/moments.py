"""A moment of the register, exact to the transaction: what a reader saw then, and what came since.

A clock cannot say it: a change that was under way when a list was read may carry an earlier instant and become visible
later. The trail knows the transaction of every change, so that two numbers do.
"""

import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

_WRITTEN = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


@dataclass(frozen=True)
class Moment:
    """`transaction`: the first that was not over yet; `change`: the last number of the trail that was seen.

    The number of the change alone would miss what was being written; the transaction alone would not outlive a restore
    into another database server, whose count begins anew.
    """

    transaction: int
    change: int

    def __str__(self):
        return f"{self.transaction}-{self.change}"

    @classmethod
    def now(cls):
        """The moment that this transaction sees. Ask it before the rows are read, or in their snapshot."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT txid_snapshot_xmin(txid_current_snapshot()), coalesce((SELECT max(id) FROM core_change), 0)"
            )
            return cls(*cursor.fetchone())

    @classmethod
    def read(cls, text):
        """The moment that `str` wrote, found anywhere in `text`; None where none stands there."""
        found = _WRITTEN.search(text)
        return cls(int(found[1]), int(found[2])) if found else None

    @property
    def before(self):
        """The changes that had happened: whatever was under way counts as later, so that nothing is missed."""
        return Q(transaction__lt=self.transaction, pk__lte=self.change)

    @property
    def since(self):
        return ~self.before

"""The sealer: committed records are chained afterwards, in blocks, and never in the transaction that writes them.

A chain made by the trigger would let one writer at a time into the register: 399 writes a second against 2,206.
"""

import hashlib
import time

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ..models import Change, Seal
from .canonical import FORM, digest_of_seal, leaves, ranges

BLOCK = 1000
"""Records of one seal at most."""

PATIENCE = 5
"""Seconds for which transactions are waited for that began before; what they hold back is sealed the next time."""

LOOK_AGAIN = 0.02

_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('registry.core.sealing', 0))"

_WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND relation = 'core_change'::regclass AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND mode = 'RowExclusiveLock' AND pid IS DISTINCT FROM pg_backend_pid()
"""
"""Transactions that have written into the trail, or may have: they hold this lock of its table until they are over,
whatever stronger one they hold besides. Those of other databases of the server, those that only read, and a vacuum,
which may take long, do not count."""

_VEILS = """
    INSERT INTO core_veil (change_id, salts, digests)
    SELECT c.id, jsonb_object_agg(p.name, gen_random_uuid()), '{}'
    FROM core_change c CROSS JOIN unnest(%s, %s) p (of_table, name)
    WHERE c.id > %s AND c.id <= %s AND c.table_name = p.of_table AND (c.before ? p.name OR c.after ? p.name)
    GROUP BY c.id
"""


def personal_columns():
    """[(table, column)] that hold something personal, as the models say."""
    return sorted(
        (model._meta.db_table, model._meta.get_field(name).column)
        for model in apps.get_models()
        for name in getattr(model, "personal", ())
    )


def settled(patience=PATIENCE):
    """The highest number of a record below which no other one can appear any more; None where that is not known yet.

    A number is drawn before its transaction ends, so a lower one may be committed later than a higher one. Whoever
    holds a lower one is writing already: once all who were are over, everything up to here is there or never will be.
    """
    newest = Change.objects.order_by("-id").values_list("id", flat=True).first()
    waited_for, until = set(_writers()), time.monotonic() + patience
    while waited_for:
        waited_for &= set(_writers())
        if waited_for and time.monotonic() > until:
            return None
        if waited_for:
            time.sleep(LOOK_AGAIN)
    return newest


def _writers():
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS)
        return [row[0] for row in cursor.fetchall()]


def seal(patience=PATIENCE):
    """Seal whatever is settled; returns the number of records. One sealer works at a time: a second one finds nothing
    to do. Each block is a transaction of its own."""
    upto, number = settled(patience), 0
    while upto is not None and (block := _seal_block(upto)) is not None:
        number += block.count
    return number


@transaction.atomic
def _seal_block(upto):
    """The next seal, or None."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if not cursor.fetchone()[0]:
            return None
        head = Seal.objects.defer("leaves", "numbers").first()
        after = head.upto_id if head else 0
        waiting = Change.objects.filter(id__gt=after, id__lte=upto).order_by("id")
        numbers = list(waiting.values_list("id", flat=True)[:BLOCK])
        if not numbers:
            return None
        personal = personal_columns()
        tables, columns = [table for table, _name in personal], [name for _table, name in personal]
        cursor.execute(_VEILS, [tables, columns, after, numbers[-1]])
        algorithm = settings.SEAL_DIGEST
        found = leaves(cursor, after, numbers[-1], algorithm)
    content = b"".join(leaf for _number, leaf in found)
    block = Seal(
        serial=head.serial + 1 if head else 1, after_id=after, upto_id=numbers[-1],
        numbers=ranges(number for number, _leaf in found), count=len(found), leaves=content,
        records=hashlib.new(algorithm, content).hexdigest(), previous=head.digest if head else "",
        algorithm=algorithm, form=FORM, at=timezone.now(),
    )  # fmt: skip
    block.digest = digest_of_seal(block)
    block.save(force_insert=True)
    return block

"""Everything read again: records and seals, the chain, the anchors, rows, triggers. Nothing is written or repaired."""

import hashlib
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from ..models import Change, Seal
from .anchors import RESTORE, read_line
from .canonical import BYTES, FORM, IN_DATABASE, RECORDS, digest_of_seal, leaves, numbers_in
from .guards import check_functions, check_rules, check_triggers
from .report import Report
from .rows import check_rows, traced

AT_A_TIME = 20
"""Seals that are read in one statement."""

_DIGESTS = """
    SELECT s.serial, r.number, r.digest FROM core_seal s CROSS JOIN LATERAL (
        SELECT count(*) AS number, encode({algorithm}(coalesce(string_agg(leaf, ''::bytea ORDER BY id), '')), 'hex')
        FROM (SELECT c.id, {algorithm}({bytes}) AS leaf FROM {records} WHERE c.id > s.after_id AND c.id <= s.upto_id) d
    ) r (number, digest)
    WHERE s.serial = ANY(%s)
"""

_UNNAMED = """
    SELECT v.change_id, k.name, r.id IS NULL FROM core_veil v CROSS JOIN jsonb_object_keys(v.digests) k (name)
    LEFT JOIN core_redaction r ON r.change_id = v.change_id AND k.name = ANY(r.columns)
    WHERE v.digests <> '{}' ORDER BY 1, 2
"""


def verify(*, since=0, anchors=None, progress=None):
    """Read the trail again from record `since` on; returns the ended `Report`. Raises OSError for anchors (a path)
    that were named and cannot be read.

    With `since` only the seals from there on, and only rows that were written since, are looked at; anchors, triggers
    and functions always. `progress` is a job's.
    """
    report, tables = Report(), traced()
    if progress is not None:
        progress.of(Seal.objects.filter(upto_id__gte=since).count() + len(tables))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = public, pg_temp")
        check_chain(report, since, progress)
        check_anchors(report, anchors)
        check_redactions(report)
        check_rows(report, tables, since, progress)
        check_triggers(report)
        check_functions(report)
        check_rules(report)
        cursor.execute("RESET search_path")
    return report.end()


def check_chain(report, since, progress):
    """Records against seals, and each seal against the one before it."""
    before = Seal.objects.filter(upto_id__lt=since).order_by("-serial").values("serial", "upto_id", "digest").first()
    last = before or {"serial": 0, "upto_id": 0, "digest": ""}
    if not before:
        for number, what in _named(Change.objects.filter(id__lte=0)):
            report.find("inserted", number=number, what=what)
    seals = Seal.objects.filter(serial__gt=last["serial"]).order_by("serial").defer("leaves")
    for group in _some(seals.iterator(chunk_size=AT_A_TIME), AT_A_TIME):
        found = _digests(group)
        for seal in group:
            for serial in range(last["serial"] + 1, min(seal.serial, last["serial"] + 1001)):
                report.find("seal missing", serial=serial)
            _check_seal(report, seal, last, found[seal.serial])
            last = {"serial": seal.serial, "upto_id": seal.upto_id, "digest": seal.digest}
            report.counts["records"] += found[seal.serial][0]
        report.counts["seals"] += len(group)
        if progress is not None:
            progress.step(len(group))
    report.counts["waiting"] = Change.objects.filter(id__gt=last["upto_id"]).count()


def _some(items, number):
    items = iter(items)
    while some := list(islice(items, number)):
        yield some


def _digests(seals):
    """{serial: (number of records, digest of their leaves)} as they are now."""
    found = {}
    with connection.cursor() as cursor:
        for algorithm in {seal.algorithm for seal in seals}:
            some = [seal for seal in seals if seal.algorithm == algorithm]
            if algorithm in IN_DATABASE:
                cursor.execute(
                    _DIGESTS.format(algorithm=algorithm, bytes=BYTES, records=RECORDS), [[seal.serial for seal in some]]
                )
                found |= {serial: (number, digest) for serial, number, digest in cursor.fetchall()}
            elif algorithm in hashlib.algorithms_available:
                for seal in some:
                    content = [leaf for _number, leaf in leaves(cursor, seal.after_id, seal.upto_id, algorithm)]
                    found[seal.serial] = (len(content), hashlib.new(algorithm, b"".join(content)).hexdigest())
            else:
                found |= {seal.serial: (0, "") for seal in some}
    return found


def _check_seal(report, seal, last, found):
    if seal.algorithm not in hashlib.algorithms_available or seal.form != FORM:
        report.find("seal", serial=seal.serial, what=gettext_noop("its form or its digest is not known here"))
        return
    if (seal.previous, seal.after_id) != (last["digest"], last["upto_id"]):
        report.find("seal", serial=seal.serial, what=gettext_noop("it does not follow the seal before it"))
    if seal.digest != digest_of_seal(seal):
        report.find("seal", serial=seal.serial, what=gettext_noop("its digest is not that of what it says"))
    if found != (seal.count, seal.records):
        _name_differences(report, seal)


def _name_differences(report, seal):
    """Which records of a seal are not as they were: the leaves that the seal keeps tell."""
    content, size = bytes(seal.leaves), hashlib.new(seal.algorithm).digest_size
    if hashlib.new(seal.algorithm, content).hexdigest() != seal.records:
        report.find("seal", serial=seal.serial, what=gettext_noop("its records or the digests of its records"))
        return
    try:
        numbers = numbers_in(seal.numbers)
    except ValueError:
        return  # the seal's own digest was told of above
    kept = {number: content[size * at : size * (at + 1)] for at, number in enumerate(numbers)}
    with connection.cursor() as cursor:
        there = dict(leaves(cursor, seal.after_id, seal.upto_id, seal.algorithm))
    what = dict(_named(Change.objects.filter(id__gt=seal.after_id, id__lte=seal.upto_id)))
    for number in sorted(kept.keys() | there.keys()):
        if number not in there:
            report.find("missing", number=number)
        elif number not in kept:
            report.find("inserted", number=number, what=what[number])
        elif kept[number] != there[number]:
            report.find("altered", number=number, what=what[number])


def _named(changes):
    return [(change.pk, f"{change.table_name} {change.row_pk}") for change in changes.only("table_name", "row_pk")]


def check_anchors(report, path=None):
    """The chain against what was told outside. Raises OSError for a named file that cannot be read."""
    if path is None and not settings.ANCHORS.exists():
        if Seal.objects.exists():
            report.find("no anchors")
        return
    last = Seal.objects.aggregate(last=Max("serial"))["last"] or 0
    with open(path or settings.ANCHORS, "rb") as file:
        lines = list(_read(report, file))
    for some in _some(lines, 1000):
        kept = dict(Seal.objects.filter(serial__in={told.serial for told in some}).values_list("serial", "digest"))
        for told in some:
            if told.serial not in kept:
                report.find("cut", serial=told.serial, last=last, at=told.at)
            elif kept[told.serial] != told.digest:
                report.find("rewritten", serial=told.serial, at=told.at)
    report.counts["anchors"] = len(lines)


def _read(report, file):
    """The anchors that still hold: those of a history that a restore gave up are counted, and left out."""
    held = {}
    for number, line in enumerate(file, 1):
        try:
            told = read_line(line)
        except ValueError:
            report.find("anchor", line=number)
            continue
        if told.kind == RESTORE:
            given_up = [key for key in held if key[0] > told.serial]
            report.counts["set aside"] += len(given_up)
            for key in given_up:
                del held[key]
        held.setdefault((told.serial, told.digest), told)
    return held.values()


def check_redactions(report):
    """Every value that was taken out was taken out by somebody who said so."""
    with connection.cursor() as cursor:
        cursor.execute(_UNNAMED)
        for number, column, is_unnamed in cursor.fetchall():
            report.counts["redacted"] += 1
            if is_unnamed:
                report.find("redaction", number=number, column=column)

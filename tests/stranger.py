"""Seals checked by a stranger, who has read how they are made (registry/core/sealing/canonical.py) and shares no code.

What he is given: a connection to the database and the file of anchors. `python -m tests.stranger DSN FILE` says what he
found, and exits with 1 where something was altered.
"""

import hashlib
import json
import sys

import psycopg2

RECORD = """
    SELECT ARRAY[c.id::text, extract(epoch FROM c.at)::text, c.transaction::text, c.db_user, c.table_name, c.row_pk,
        c.root_table, c.root_pk, c.operation, (c.before - s.names)::text, (c.after - s.names)::text,
        c.actor_id::text, c.action, c.reason, c.request_id, c.batch_id, c.through, c.undoes], s.personal
    FROM core_change c LEFT JOIN core_veil v ON v.change_id = c.id CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(k), '{}') AS names, json_agg(ARRAY[k, v.salts ->> k, v.digests ->> k,
               (c.before -> k)::text, (c.after -> k)::text]) AS personal
        FROM jsonb_object_keys(v.salts || v.digests) k
    ) s
    WHERE c.id > %s AND c.id <= %s ORDER BY c.id
"""
SEAL = """
    SELECT serial::text, after_id::text, upto_id::text, numbers, count::text, records, previous, algorithm,
           extract(epoch FROM at)::text, digest
    FROM core_seal ORDER BY serial
"""


def word(value):
    return b"-" if value is None else str(len(value.encode())).encode() + b":" + value.encode()


def leaf(values, personal, algorithm):
    content = b"change 1\n" + b"".join(map(word, values))
    for name, salt, digest, before, after in sorted(personal or (), key=lambda told: told[0].encode()):
        hidden = hashlib.sha256(word(salt) + word(before) + word(after)).hexdigest()
        content += word(name) + word(digest or hidden)
    return hashlib.new(algorithm, content).digest()


def problems(cursor, anchors):
    """What a stranger objects to, line by line."""
    told, previous, after = {}, "", "0"
    for line in anchors:
        line = json.loads(line)
        told[str(line["serial"])] = line["digest"]
    cursor.execute(SEAL)
    for *values, digest in cursor.fetchall():
        serial, after_id, upto, _numbers, _count, records, before, algorithm, _at = values
        cursor.execute(RECORD, [after_id, upto])
        leaves = b"".join(leaf(row, personal, algorithm) for row, personal in cursor.fetchall())
        if hashlib.new(algorithm, leaves).hexdigest() != records:
            yield f"records of seal {serial}"
        if (before, after_id) != (previous, after):
            yield f"place of seal {serial}"
        if hashlib.new(algorithm, b"seal 1\n" + b"".join(map(word, values))).hexdigest() != digest:
            yield f"digest of seal {serial}"
        if told.pop(serial, digest) != digest:
            yield f"anchor of seal {serial}"
        previous, after = digest, upto
    yield from (f"anchor without seal {serial}" for serial in told)


if __name__ == "__main__":
    with psycopg2.connect(sys.argv[1]) as connection, open(sys.argv[2]) as file:
        found = list(problems(connection.cursor(), file))
    sys.exit("\n".join(found) if found else 0)

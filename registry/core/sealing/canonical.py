"""The exact bytes that are sealed (form 1), so that anybody can work a seal out again.

A *word* stands for one value: `-` for none (NULL), else the number of its bytes in UTF-8 in decimal, a colon, and the
bytes. No word is the beginning of another, so that a row of words can be read in one way only.

*A record* is `change 1` and a line feed, then the words of the columns of `core_change` in the order of `COLUMNS`:
numbers in decimal, `at` in seconds since 1970 in UTC with six places, JSON as PostgreSQL prints `jsonb`. Columns of
`before` and `after` that hold something personal are left out there; they follow at the end, by name in the order of
their bytes, each as two words: the name, and the digest of its value. That is the SHA-256, in hexadecimal, of three
words: the salt, the column's JSON in `before`, the one in `after`. Salts stand in `core_veil`; where a value was taken
out, its digest stands there instead. A record's *leaf* is the digest of its bytes.

*A seal* is `seal 1` and a line feed, then the words of serial, after_id, upto_id, numbers, count, records, previous,
algorithm and at, as above; `records` is the digest of the leaves one after the other by number, and `previous` is
empty for the first. Digests are written in hexadecimal. Which digest a seal is made with it names itself: every one
that Python's hashlib knows, so that SM3 can follow SHA-256 in the same chain.

The bytes are put together by PostgreSQL's own functions alone, out of nothing that a session can set; a function of
ours could be replaced by whoever owns the database.
"""

import datetime
import hashlib
from itertools import groupby

FORM = 1

COLUMNS = (
    "id", "at", "transaction", "db_user", "table_name", "row_pk", "root_table", "root_pk", "operation", "before",
    "after", "actor_id", "action", "reason", "request_id", "batch_id", "through", "undoes",
)  # fmt: skip
"""A column that comes to the trail later needs a form of its own; seals say which form they have."""

IN_DATABASE = frozenset({"sha224", "sha256", "sha384", "sha512"})
"""Digests that PostgreSQL can make itself: a million records are then read without leaving it."""

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def word(value):
    """One value as a word, in bytes."""
    if value is None:
        return b"-"
    content = str(value).encode()
    return b"%d:%s" % (len(content), content)


def seconds(instant):
    """An instant as it is written into the bytes: seconds since 1970 with six places."""
    whole, rest = divmod((instant - EPOCH) // datetime.timedelta(microseconds=1), 1_000_000)
    return f"{whole}.{rest:06d}"


def seal_bytes(seal):
    """The bytes of a seal (form 1)."""
    values = (
        seal.serial, seal.after_id, seal.upto_id, seal.numbers, seal.count, seal.records, seal.previous, seal.algorithm,
        seconds(seal.at),
    )  # fmt: skip
    return b"seal 1\n" + b"".join(map(word, values))


def digest_of_seal(seal):
    return hashlib.new(seal.algorithm, seal_bytes(seal)).hexdigest()


# The same in SQL


def _word(expression):
    return f"coalesce(octet_length({expression}) || ':', '-'), {expression}"


_VEIL = """
    SELECT w.*, ARRAY(SELECT jsonb_object_keys(w.salts || w.digests)) AS names
    FROM core_veil w WHERE w.change_id = c.id OFFSET 0
"""
_JSON = """
    SELECT CASE WHEN v.change_id IS NULL THEN c.before::text ELSE (c.before - v.names)::text END AS before,
           CASE WHEN v.change_id IS NULL THEN c.after::text ELSE (c.after - v.names)::text END AS after
    OFFSET 0
"""
"""`before` and `after` as text without what is personal. OFFSET 0 has it made once and not once for each use, and the
salts of a record looked up by its number: a block must not read those of all others."""

_PERSONAL = f"""
    SELECT string_agg(concat({_word("k.key")}, {_word("k.digest")}), '' ORDER BY k.key COLLATE "C")
    FROM (
        SELECT k.key, encode(sha256(convert_to(concat(
            {_word("k.value")}, {_word("(c.before -> k.key)::text")}, {_word("(c.after -> k.key)::text")}
        ), 'UTF8')), 'hex') AS digest FROM jsonb_each_text(v.salts) k
        UNION ALL SELECT k.key, k.value FROM jsonb_each_text(v.digests) k
    ) k
"""  # noqa: S608 - of this module's own words

_TEXT = {"at": "extract(epoch FROM c.at)::text", "before": "j.before", "after": "j.after"}

BYTES = f"""
    convert_to(concat(E'change 1\\n', {", ".join(_word(_TEXT.get(name, f"c.{name}::text")) for name in COLUMNS)},
        CASE WHEN v.change_id IS NOT NULL THEN ({_PERSONAL}) END), 'UTF8')
"""
"""The bytes of the record `c` with the salts `v`, a row that may be missing, and its JSON `j`."""

RECORDS = f"core_change c LEFT JOIN LATERAL ({_VEIL}) v ON true CROSS JOIN LATERAL ({_JSON}) j"


def leaves(cursor, after, upto, algorithm):
    """[(number, leaf)] of the records with `after` < number <= `upto`, by number: a block's worth of them."""
    made = f"{algorithm}({BYTES})" if algorithm in IN_DATABASE else BYTES
    cursor.execute(
        f"SELECT c.id, {made} FROM {RECORDS} WHERE c.id > %s AND c.id <= %s ORDER BY c.id",  # noqa: S608
        [after, upto],
    )
    found = [(number, bytes(content)) for number, content in cursor.fetchall()]
    if algorithm in IN_DATABASE:
        return found
    return [(number, hashlib.new(algorithm, content).digest()) for number, content in found]


# The numbers of a block


def ranges(numbers):
    """Ascending numbers as text: "1-500,503"."""
    runs = []
    for _difference, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _position, number in run]
        runs.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
    return ",".join(runs)


def numbers_in(text):
    """The numbers of such a text. Raises ValueError for another text."""
    found = []
    for run in text.split(","):
        first, _dash, last = run.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found

"""What changed from one release to the next, row by row: told by the key of each set."""

import csv
import hashlib

from registry.core.blobs import bytes_of


def changes(path, before):
    """{"added", "removed", "changed"}: numbers of rows of the CSV file at `path` against the stored file `before`,
    a `DataFile` or None for nothing. Where the columns are others now, what stands in the common ones is compared."""
    now, then = _read(path.read_text("utf-8-sig")), _read(bytes_of(before.blob).decode("utf-8-sig")) if before else []
    common = [name for name in now[0] if not then or name in then[0]]
    now, then = _digests(now, common), _digests(then, common)
    return {
        "added": len(now.keys() - then.keys()),
        "removed": len(then.keys() - now.keys()),
        "changed": sum(then.get(key, digest) != digest for key, digest in now.items()),
    }


def _read(text):
    return list(csv.reader(text.splitlines(keepends=True)))


def _digests(lines, names):
    """{key: digest of the row's cells in the columns called `names`}."""
    if not lines:
        return {}
    places = [lines[0].index(name) for name in names]
    return {
        line[0]: hashlib.sha256("\x1f".join(line[place] for place in places).encode()).digest() for line in lines[1:]
    }

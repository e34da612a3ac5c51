"""The texts of a workbook: shared ones in one place, and characters written as _xHHHH_."""

import re
from array import array

from .limits import MAX_CELL_TEXT, MAX_CELLS, Fault
from .markup import fed, parser, prefix_of

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def unescape(text):
    """(text with _xHHHH_ resolved, whether something was left out): no NUL and no half of a character gets through."""
    if "_x" not in text:
        return text, False
    units = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).encode("utf-16-le", "surrogatepass")
    kept = units.decode("utf-16-le", "ignore").replace("\x00", "")
    return kept, kept.encode("utf-16-le") != units


class SharedStrings:
    """The shared table in a few large pieces of memory: a text takes as many bytes as in the file, and 8 more.

    `damaged`: the indexes of those from which characters were left out.
    """

    def __init__(self):
        self._bytes, self._ends = bytearray(), array("Q", [0])
        self.damaged = set()

    def __len__(self):
        return len(self._ends) - 1

    def __getitem__(self, index):
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._bytes[self._ends[index] : self._ends[index + 1]].decode()

    def add(self, text):
        text, is_damaged = unescape(text)
        if is_damaged:
            self.damaged.add(len(self))
        self._bytes += text.encode()
        self._ends.append(len(self._bytes))
        if len(self) > MAX_CELLS:
            raise Fault("TOO_MANY_CELLS", limit=MAX_CELLS)


def read_shared_strings(chunks, part):
    """The table of a part. Rich text is joined; phonetic runs are how a text is read aloud, and are left out."""
    reader = _Reader(part)
    for _step in fed(reader.parser, chunks, part):
        pass
    return reader.table


class _Reader:
    def __init__(self, part):
        self.part, self.table = part, SharedStrings()
        self.text, self.is_text, self.is_phonetic = "", False, False
        self.parser = parser(self.root, self.end, self.characters, names_spaces=False)

    def root(self, name, attributes):
        """The first element says which prefix all others have."""
        prefix = prefix_of(name, attributes, "sst", self.part)
        self.si, self.t, self.phonetic = (prefix + local for local in ("si", "t", "rPh"))
        self.parser.StartElementHandler = self.start

    def start(self, name, _attributes):
        if name == self.t:
            self.is_text = not self.is_phonetic
        elif name == self.phonetic:
            self.is_phonetic = True

    def end(self, name):
        if name == self.t:
            self.is_text = False
        elif name == self.si:
            self.table.add(self.text)
            self.text = ""
        elif name == self.phonetic:
            self.is_phonetic = False

    def characters(self, data):
        if self.is_text:
            self.text += data
            if len(self.text) > MAX_CELL_TEXT:
                raise Fault("CELL_TOO_LONG", part=self.part, limit=MAX_CELL_TEXT)

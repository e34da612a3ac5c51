"""The zip archive that a workbook is: its directory, its limits, and its parts unpacked piece by piece.

The standard library's `zipfile` believes the directory: it makes an object for each of a million entries, and hands out
as many bytes of a part as the directory says. Here entries are counted before they are kept, and what really comes out
of a part is counted and compared.
"""

import re
import struct
import zlib
from dataclasses import dataclass

from .limits import FREE_OF_RATIO, MAX_OTHER_ROWS, MAX_PARTS, MAX_RATIO, MAX_ROWS, MAX_TAGS, MAX_UNPACKED, MIB, Fault

_END = struct.Struct("<4s4H2LH")
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 65_535
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x1, 0x800
_CHUNK = 256 * 1024

_DECLARED = re.compile(
    b"|".join(
        re.escape(word.encode(form))
        for word in ("<!DOCTYPE", "<!ENTITY")
        for form in ("utf-8", "utf-16-le", "utf-16-be")
    )
)
_OVERLAP = 32
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<")
_XML_NAMES = (".xml", ".rels", ".vml")


@dataclass(frozen=True, slots=True)
class Part:
    """One entry of the directory. `name` has forward slashes and none in front; `offset` is its local header's."""

    name: str
    offset: int
    method: int
    packed: int
    unpacked: int
    crc: int


class Package:
    """An open archive. Making it reads the directory only; raises Fault."""

    def __init__(self, file):
        self.file = file
        self.size = file.seek(0, 2)
        self.parts = {}
        for part in self._entries():
            key = part.name.lower()  # names of parts that differ by case only are one name
            if key in self.parts:
                raise Fault("PART_TWICE", part=part.name)
            self.parts[key] = part

    def __contains__(self, name):
        return name.lower() in self.parts

    def chunks(self, name):
        """The bytes of a part in pieces; raises Fault where they are not what the directory says."""
        part = self.parts.get(name.lower())
        if part is None:
            raise Fault("PART_MISSING", part=name)
        checksum = unpacked = 0
        for chunk in self._unpack(part):
            checksum, unpacked = zlib.crc32(chunk, checksum), unpacked + len(chunk)
            if unpacked > part.unpacked:
                raise Fault("PART_LIES", part=part.name)
            yield chunk
        if (checksum, unpacked) != (part.crc, part.unpacked):
            raise Fault("PART_BROKEN", part=part.name)

    def check(self):
        """Unpack everything once and keep nothing: sizes, checksums, and what `_Markup` looks for. Raises Fault."""
        self._check_size(sum(part.unpacked for part in self.parts.values()))
        unpacked, markup = 0, _Markup()
        for part in self.parts.values():
            is_xml = part.name.lower().endswith(_XML_NAMES)
            markup.begin()
            for number, chunk in enumerate(self.chunks(part.name)):
                unpacked += len(chunk)
                self._check_size(unpacked)
                is_xml = is_xml or (number == 0 and bool(_MARKUP.match(chunk)))
                if is_xml:
                    markup.look(chunk, part.name)

    def _check_size(self, unpacked):
        if unpacked > MAX_UNPACKED:
            raise Fault("TOO_LARGE", limit=MAX_UNPACKED // MIB)
        if unpacked > max(FREE_OF_RATIO, MAX_RATIO * self.size):
            raise Fault("TOO_DENSE", ratio=MAX_RATIO, free=FREE_OF_RATIO // MIB)

    def _entries(self):
        number, size, offset = self._directory()
        place = offset
        for _number in range(number):
            sign, _by, _needs, flags, method, _time, _day, crc, packed, unpacked, *rest = self._struct(_ENTRY, place)
            name_length, extra_length, comment_length, _disk, _inner, _outer, start = rest
            if sign != b"PK\x01\x02":
                raise Fault("CUT_OFF")
            name = self._at(place + _ENTRY.size, name_length)
            extra = self._at(place + _ENTRY.size + name_length, extra_length)
            place += _ENTRY.size + name_length + extra_length + comment_length
            if flags & _ENCRYPTED:
                raise Fault("ENCRYPTED")
            unpacked, packed, start = _large(extra, unpacked, packed, start)
            name = name.decode("utf-8" if flags & _UTF8 else "cp437", "replace").replace("\\", "/").lstrip("/")
            if not name.endswith("/"):
                yield Part(name, start, method, packed, unpacked, crc)
        if place != offset + size:
            raise Fault("DIRECTORY_LIES")

    def _directory(self):
        """(number of entries, size, offset) of the directory; raises Fault where the end of the file is missing."""
        start = max(0, self.size - _END.size - _LONGEST_COMMENT)
        tail = self._at(start, self.size - start)
        found = tail.rfind(b"PK\x05\x06", 0, max(0, len(tail) - _END.size) + 4)
        if found < 0:
            raise Fault("CUT_OFF")
        end = start + found
        _sign, _disk, _first, _here, number, size, offset, _comment = self._struct(_END, end)
        if number == _FULL16 or _FULL32 in (size, offset):
            place = end - _END64_PLACE.size
            sign, _disk, end64, _disks = self._struct(_END64_PLACE, place)
            if sign == b"PK\x06\x07":
                *_rest, number, size, offset = self._struct(_END64, end64)
        if number > MAX_PARTS:
            raise Fault("TOO_MANY_PARTS", limit=MAX_PARTS)
        if offset + size > end:
            raise Fault("CUT_OFF")
        return number, size, offset

    def _unpack(self, part):
        """What comes out of a part, whatever the directory says of its size."""
        sign, *_facts, name_length, extra_length = self._struct(_LOCAL, part.offset)
        if sign != b"PK\x03\x04":
            raise Fault("PART_BROKEN", part=part.name)
        if part.method not in (_STORED, _DEFLATED):
            raise Fault("PACKED_OTHERWISE", part=part.name)
        place, left = part.offset + _LOCAL.size + name_length + extra_length, part.packed
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        while left and not inflate.eof:
            packed = self._at(place, min(left, _CHUNK))
            place, left = place + len(packed), left - len(packed)
            yield from [packed] if part.method == _STORED else _inflated(inflate, packed, part.name)
        if part.method == _DEFLATED and not inflate.eof:
            raise Fault("PART_BROKEN", part=part.name)

    def _struct(self, form, place):
        return form.unpack(self._at(place, form.size))

    def _at(self, place, length):
        """So many bytes from there; raises Fault where the file ends before."""
        if place < 0 or place + length > self.size:
            raise Fault("CUT_OFF")
        self.file.seek(place)
        return self.file.read(length)


class _Markup:
    """What the bytes of all XML parts show without being parsed, so that a hostile file is refused in a second or two.

    A row counts here when it is closed and holds a value: fewer than there may be, never more.
    """

    def __init__(self):
        self.tags = self.rows = 0

    def begin(self):
        self.tail, self.has_value = b"", False

    def look(self, chunk, name):
        if _DECLARED.search(self.tail + chunk):
            raise Fault("DECLARATION", part=name)
        self.tail = (self.tail + chunk)[-_OVERLAP:]
        self.tags += chunk.count(b"<")
        if self.tags > MAX_TAGS:
            raise Fault("TOO_MANY_TAGS", limit=MAX_TAGS)
        *closed, rest = chunk.split(b"</row>")
        for piece in closed:
            self.rows += self.has_value or _holds_value(piece)
            self.has_value = False
        self.has_value = self.has_value or _holds_value(rest)
        if self.rows > MAX_ROWS + MAX_OTHER_ROWS:
            raise Fault("TOO_MANY_ROWS", limit=MAX_ROWS)


def _holds_value(piece):
    return b"</v>" in piece or b"</t>" in piece


def _inflated(inflate, packed, name):
    """What the packed bytes give, never more than a chunk at a time."""
    while not inflate.eof:
        try:
            chunk = inflate.decompress(packed, _CHUNK)
        except zlib.error as error:
            raise Fault("PART_BROKEN", part=name) from error
        yield chunk
        packed = inflate.unconsumed_tail
        if not packed and len(chunk) < _CHUNK:
            return


def _large(extra, *numbers):
    """The numbers of an entry, those that are too large for their place taken from its extra field."""
    values, place = [], 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, place)
        if kind == 1:
            count = length // 8
            values = (
                list(struct.unpack_from(f"<{count}Q", extra, place + 4)) if place + 4 + count * 8 <= len(extra) else []
            )
        place += 4 + length
    return [values.pop(0) if number == _FULL32 and values else number for number in numbers]

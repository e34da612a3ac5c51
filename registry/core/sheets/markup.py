"""XML read as it comes, without declarations: nothing is expanded, nothing fetched, nothing kept.

Why expat and no library for workbooks (tried, see the design's dependencies and security notes): calamine tells neither
hidden rows nor which cells are formulas, turns `_x0000_` into a real NUL, and asks for 549 GB when one cell stands at
XFD1048576, which ends the process without an exception; openpyxl is twelve times slower than calamine and keeps each
cell as an object. Expat is in the standard library, reads in a few MB whatever the file holds, and the cells go out row
by row.
"""

from xml.parsers import expat

from .limits import Fault

TRANSITIONAL = "http://schemas.openxmlformats.org/"
STRICT = "http://purl.oclc.org/ooxml/"
MAIN = (f"{TRANSITIONAL}spreadsheetml/2006/main", f"{STRICT}spreadsheetml/main")
OFFICE = (f"{TRANSITIONAL}officeDocument/2006/relationships", f"{STRICT}officeDocument/relationships")
_ENCODINGS = {"UTF-8", "UTF-16", "US-ASCII", "ISO-8859-1"}
"""Those that expat knows; the standard of workbooks allows the first two."""

_BUFFER = 65_536


def names(*locals_, of=MAIN):
    """{name as expat gives it: local name} for the elements of a vocabulary in both its namespaces."""
    return {f"{space} {local}": local for space in of for local in locals_}


def parser(start=None, end=None, text=None, *, names_spaces=True):
    """An expat parser whose names are "namespace local", or without `names_spaces` as they stand there: it is faster.

    A declaration ends it by a Fault.
    """
    made = expat.ParserCreate(namespace_separator=" " if names_spaces else None)
    made.buffer_text, made.buffer_size = True, _BUFFER
    made.StartElementHandler, made.EndElementHandler, made.CharacterDataHandler = start, end, text
    made.StartDoctypeDeclHandler = made.EntityDeclHandler = _declared
    made.XmlDeclHandler = _encoded
    return made


def fed(parser, chunks, part):
    """Feed a part piece by piece, giving back control after each; raises Fault where it is no XML."""
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]:
            raise MemoryError from error
        raise Fault("XML_BROKEN", part=part) from error
    yield


def read_elements(chunks, part, handle):
    """Read a part and call `handle(name, attributes)` at the start of each element."""
    for _step in fed(parser(start=handle), chunks, part):
        pass


def prefix_of(name, attributes, root, part):
    """The prefix, with its colon, of our vocabulary in a part read without namespaces; raises Fault for other roots."""
    prefix, colon, local = name.rpartition(":")
    if local != root or attributes.get(f"xmlns:{prefix}" if prefix else "xmlns") not in MAIN:
        raise Fault("XML_BROKEN", part=part)
    return prefix + colon


def _declared(*_facts):
    raise Fault("DECLARATION")


def _encoded(_version, encoding, _standalone):
    if encoding and encoding.upper() not in _ENCODINGS:
        raise Fault("XML_ENCODING", encoding=encoding)

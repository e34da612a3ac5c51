"""A wording of the bureau's own: what its file may hold, and the file filled in.

Such a file is a program in the language of jinja. What it may say is a short list: the fields, `if` and `for` over the
lists. Everything else is refused by name when it is uploaded, in branches that a trial would not reach as well; so
nothing is left to guess, to call or to repeat without end when it is filled in.
"""

import io
import re
import zipfile
from collections import Counter
from xml.etree.ElementTree import ParseError

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError

from .vocabulary import Vocabulary

LARGEST, LARGEST_UNPACKED = 5 * 2**20, 10 * 2**20
"""Bytes of the file, and of its parts together."""

LOOP = {"index", "first", "last", "length"}
"""What may be asked of `loop`."""

_EXTERNAL = re.compile(rb'<Relationship\b[^>]*TargetMode\s*=\s*["\']External["\'][^>]*>')
_TROUBLE = (
    TemplateError, LxmlError, ParseError, PackageNotFoundError, zipfile.BadZipFile, LookupError, TypeError, ValueError,
    AttributeError, RecursionError,
)  # fmt: skip
"""What the libraries raise at files that are not what they should be."""


def environment():
    """Where wordings are filled in: nothing is called, what is unknown is a fault, and text is never markup."""
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def check_wording(content, vocabulary: Vocabulary):
    """Raises ValidationError with everything that keeps the file (bytes) from being a wording in this vocabulary.

    It is read, its fields are compared with the list, and it is filled in with made-up terms.
    """
    parts = _parts_of(content)
    faults = [fault for name, part in parts.items() for fault in _unsafe(name, part)]
    if not faults:
        faults = list(dict.fromkeys(fault for text in _patterns_of(content) for fault in _faults_of(text, vocabulary)))
    if faults:
        raise ValidationError(faults)
    fill(content, vocabulary.sample())


def fill(content, terms):
    """The wording `content` (bytes) filled in with `terms`, as the bytes of a .docx. Raises ValidationError."""
    try:
        document = DocxTemplate(io.BytesIO(content))
        document.render(terms, environment())
        out = io.BytesIO()
        document.save(out)
    except _TROUBLE as trouble:
        raise ValidationError(_("The file cannot be filled in: %s") % _in_short(trouble)) from trouble
    return out.getvalue()


def _in_short(trouble):
    return " ".join(str(trouble).split())[:200] or type(trouble).__name__


def _parts_of(content):
    """{name: bytes} of the parts of the package. Raises ValidationError."""
    if len(content) > LARGEST:
        raise ValidationError(_("The file is larger than %d MiB. Take the pictures out of it.") % (LARGEST // 2**20))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
                raise ValidationError(_("The file holds too much. Take the pictures out of it."))
            if max(Counter(entry.filename for entry in entries).values(), default=0) > 1:
                raise ValidationError(_("The file holds a part twice. Save it again in Word or WPS."))
            parts = {entry.filename: package.read(entry) for entry in entries}
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as trouble:
        raise ValidationError(_("This is no .docx file. Save it as one in Word or WPS.")) from trouble
    if "word/document.xml" not in parts:
        raise ValidationError(_("This is no .docx file. Save it as one in Word or WPS."))
    return parts


def _unsafe(name, part):
    """What a paper must not hold that goes out to others: programs, and parts fetched from elsewhere."""
    if name.lower().endswith("vbaproject.bin"):
        yield _("The file holds a program (macro). Save it as .docx without macros.")
    if not name.endswith((".xml", ".rels")):
        return
    try:
        part.decode("utf-8")
    except UnicodeDecodeError:
        yield _("The part “%s” is not written in UTF-8. Save the file again in Word or WPS.") % name
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        yield _("The part “%s” declares things of its own. Save the file again in Word or WPS.") % name
    if any(b"/hyperlink" not in link[0] for link in _EXTERNAL.finditer(part)):
        yield _("The file fetches something from another place. Put pictures into it instead of linking them.")


def _patterns_of(content):
    """The parts that are filled in, as jinja reads them. Raises ValidationError."""
    try:
        document = DocxTemplate(io.BytesIO(content))
        document.init_docx()
        texts = [document.patch_xml(document.get_xml())]
        for uri in (document.HEADER_URI, document.FOOTER_URI):
            texts += [document.patch_xml(document.get_part_xml(part)) for _k, part in document.get_headers_footers(uri)]
        about = document.docx.core_properties
        texts += [about.author, about.comments, about.identifier, about.language, about.subject, about.title]
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            notes = [name for name in package.namelist() if name.startswith("word/footnotes")]
            texts += [document.patch_xml(package.read(name).decode()) for name in notes]
    except _TROUBLE as trouble:
        raise ValidationError(_("This is no .docx file. Save it as one in Word or WPS.")) from trouble
    return texts


def _faults_of(text, vocabulary):
    """What a pattern says that is not on the list: sentences, in the order of the text."""
    try:
        tree = environment().parse(text)
    except TemplateError as trouble:
        return [_("The fields cannot be read: %s") % _in_short(trouble)]
    return list(_wrong(tree.body, {}, vocabulary))


def _wrong(found, lines, vocabulary):
    """Faults of a node or several; `lines` maps the names of the loops around it to their lists."""
    if isinstance(found, list | tuple):
        for each in found:
            yield from _wrong(each, lines, vocabulary)
    elif isinstance(found, nodes.Output | nodes.If | nodes.Not | nodes.And | nodes.Or | nodes.Test):
        yield from _wrong(list(found.iter_child_nodes()), lines, vocabulary)
    elif isinstance(found, nodes.For):
        yield from _wrong_loop(found, lines, vocabulary)
    elif isinstance(found, nodes.Name):
        if found.name not in vocabulary.fields and found.name not in vocabulary.lists:
            yield _("Unknown field: %s") % found.name
    elif isinstance(found, nodes.Getattr):
        yield from _wrong_field(found, lines, vocabulary)
    elif not isinstance(found, nodes.TemplateData):
        yield _("Not allowed in a wording: %s") % type(found).__name__


def _wrong_loop(loop, lines, vocabulary):
    plain = isinstance(loop.iter, nodes.Name) and isinstance(loop.target, nodes.Name)
    if not plain or loop.iter.name not in vocabulary.lists:
        yield _("A “for” goes over one of these lists: %s.") % ", ".join(vocabulary.lists)
    elif loop.test or loop.recursive or lines:
        yield _("A “for” stands alone: without a condition, and not within another one.")
    else:
        yield from _wrong([loop.body, loop.else_], {loop.target.name: loop.iter.name}, vocabulary)


def _wrong_field(found, lines, vocabulary):
    owner = found.node.name if isinstance(found.node, nodes.Name) else ""
    known = LOOP if owner == "loop" and lines else vocabulary.lists[lines[owner]][1] if owner in lines else ()
    if found.attr not in known:
        yield _("Unknown field: %s") % f"{owner}.{found.attr}"

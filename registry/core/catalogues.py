"""The message catalogues, made by Babel: neither set-up nor translators need a system gettext.

Message ids are the English sentences, so English needs no catalogue of its own. The files are written so
that they change only when a message does: sorted by id, places without line numbers, no dates.
"""

import io
import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize

SOURCES = ("registry", "counties", "orgs", "projects")
TEMPLATES = "templates"
_ONE, _SEVERAL, _IN_CONTEXT = None, (1, 2), ((1, "c"), 2)
KEYWORDS = {
    "_": _ONE,
    **{name + lazy: _ONE for name in ("gettext",) for lazy in ("", "_lazy", "_noop")},
    **{name + lazy: _SEVERAL for name in ("ngettext",) for lazy in ("", "_lazy")},
    **{name + lazy: _IN_CONTEXT for name in ("pgettext",) for lazy in ("", "_lazy")},
    **{name + lazy: ((1, "c"), 2, 3) for name in ("npgettext",) for lazy in ("", "_lazy")},
}
HEADER = """\
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_PLACEHOLDER = re.compile(r"%\([A-Za-z_][A-Za-z0-9_]*\)[a-z]|%[sdr](?![A-Za-z])|\{[A-Za-z0-9_.!:]*\}")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a catalogue: what, and with which message."""

    what: str
    message: str

    def __str__(self):
        return f"{self.what}: {self.message}"


def catalogue_path():
    """The Chinese catalogue, the only one there is."""
    return Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES" / "django.po"


def extracted():
    """A catalogue without translations: every message id of the sources and templates."""
    root = Path(settings.BASE_DIR)
    found = Catalog(locale="zh_Hans")
    for path, text in _texts(root):
        place = path.relative_to(root).as_posix()
        for _line, function, words, _comments in extract_python(io.BytesIO(text.encode()), KEYWORDS, (), {}):
            context, message = _message(function, words)
            if message:
                found.add(message, context=context, locations=[(place, 0)])
    return found


def _texts(root):
    """Python source, or what templatize makes of a template, with its path; always in the same order."""
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text("utf-8")
    for path in sorted((root / TEMPLATES).rglob("*.html")):
        yield path, templatize(path.read_text("utf-8"), origin=str(path))


def _message(function, words):
    """(context, message id) of one call; the id is a pair where there is a plural, None where it is no literal."""
    words = [words] if isinstance(words, str) else list(words or ())
    spec = KEYWORDS[function] or (1,)
    context = words[0] if isinstance(spec[0], tuple) else None
    numbers = [number for number in spec if isinstance(number, int)]
    chosen = [words[number - 1] if number <= len(words) else None for number in numbers]
    if not all(chosen):
        return None, None
    return context, chosen[0] if len(chosen) == 1 else tuple(chosen)


def load(path=None):
    """The stored catalogue; an empty one where there is none yet."""
    path = path or catalogue_path()
    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def updated(stored):
    """The extracted catalogue with the translations that `stored` has for the very same messages."""
    fresh = extracted()
    for message in _entries(fresh):
        known = stored.get(message.id, message.context)
        if known is not None and bool(known.pluralizable) == bool(message.pluralizable):
            message.string, message.flags = known.string, message.flags | (known.flags & {"fuzzy"})
    return fresh


def merge(catalogue, pairs):
    """Fill empty translations from {"message id": "translation"}; a message with a context is keyed
    "context|message id", a plural one by its singular, its translation alone or in a list.

    Returns the ids that the catalogue does not have.
    """
    entries = {_key(message): message for message in _entries(catalogue)}
    for key in pairs.keys() & entries.keys():
        message = entries[key]
        if not _forms(message.string) or "fuzzy" in message.flags:
            words = pairs[key] if isinstance(pairs[key], str) else pairs[key][0]
            message.string = (words,) if message.pluralizable else words
            message.flags.discard("fuzzy")
    return sorted(pairs.keys() - entries.keys())


def read_pairs(path):
    """The pairs of one JSON file. Raises ValueError when it holds anything but texts and lists of one text."""
    pairs = json.loads(Path(path).read_text("utf-8"))
    fits = isinstance(pairs, dict) and all(
        isinstance(words, str) or (isinstance(words, list) and len(words) == 1 and isinstance(words[0], str))
        for words in pairs.values()
    )
    if not fits:
        raise ValueError(f'{path}: {{"message id": "translation"}} is expected')
    return pairs


def rendered(catalogue):
    """The text of the .po file."""
    out = io.BytesIO()
    write_po(out, catalogue, width=110, omit_header=True, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return HEADER + out.getvalue().decode().lstrip()


def save(catalogue, path=None):
    path = path or catalogue_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rendered(catalogue), "utf-8")


def compile_to_mo():
    """Write the .mo beside the .po, in one stroke: a server may be reading the old one. Returns its path."""
    path = catalogue_path()
    target = path.with_suffix(".mo")
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, load(path))
    draft.replace(target)
    return target


def faults(path=None):
    """What is wrong with the stored catalogue: messages without translation, fuzzy ones, those whose placeholders
    differ, and a file that `messages --update` would write differently."""
    stored = load(path)
    fresh = updated(stored)
    for message in _entries(fresh):
        forms = _forms(message.string)
        if not forms:
            yield Fault("not translated", _key(message))
        elif message.fuzzy:
            yield Fault("fuzzy", _key(message))
        elif wrong := _wrong_placeholders(message, forms):
            yield Fault(f"placeholders differ ({wrong})", _key(message))
    path = path or catalogue_path()
    if not path.exists() or path.read_text("utf-8") != rendered(fresh):
        yield Fault("out of date, run `manage.py messages --update`", path.name)


def _wrong_placeholders(message, forms):
    wanted = message.id[1] if message.pluralizable else message.id
    wanted, given = (Counter(_PLACEHOLDER.findall(text)) for text in (wanted, forms[0]))
    return " ".join(sorted((wanted - given) + (given - wanted)))


def _entries(catalogue):
    return [message for message in catalogue if message.id]


def _forms(string):
    return [form for form in ((string,) if isinstance(string, str) else string or ()) if form]


def _key(message):
    singular = message.id[0] if message.pluralizable else message.id
    return f"{message.context}|{singular}" if message.context else singular

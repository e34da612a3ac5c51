"""Static files under names that hold a digest of their content, also where nobody has collected them (demo).

So a browser keeps them for a year without asking, and has the new ones as soon as they change, everywhere alike. In
production `collectstatic` writes such names (and whitenoise or nginx serves them); elsewhere a file is found by its
name with or without the digest. Files that name others (style sheets, scripts) name them without.
"""

import hashlib
import os
import re

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware

_DIGEST = re.compile(r"\.([0-9a-f]{12})(?=\.[^./]+$)")
_known: dict[str, tuple] = {}
"""{path: (when it was changed, its digest)}"""


def digest_of(path):
    """Twelve digits of a file's content, read anew when it has changed."""
    changed = os.stat(path).st_mtime_ns
    found = _known.get(path)
    if found is None or found[0] != changed:
        with open(path, "rb") as file:
            digest = hashlib.md5(file.read(), usedforsecurity=False).hexdigest()[:12]
        found = _known[path] = changed, digest
    return found[1]


class InPlace(StaticFilesStorage):
    """Addresses with a digest, of files that stay where they are."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = {}

    def url(self, name):
        if name not in self.places:
            self.places[name] = finders.find(name)
        if place := self.places[name]:
            stem, kind = os.path.splitext(name)
            name = f"{stem}.{digest_of(place)}{kind}"
        return super().url(name)


class ByDigest(finders.BaseFinder):
    """Finds a file by the name that holds its digest; one that holds another digest is not there any more."""

    def find(self, path, find_all=False):
        named = _DIGEST.search(path)
        place = named and finders.find(_DIGEST.sub("", path))
        if not place or digest_of(place) != named[1]:
            return []
        return [place] if find_all else place

    def list(self, ignore_patterns):
        """Nothing of its own: these are files of the other finders."""
        return []

    def check(self, **kwargs):
        return []


class StaticMiddleware(WhiteNoiseMiddleware):
    """Serves static files; those that are named by their digest are kept for a year."""

    FOREVER = 365 * 24 * 60 * 60

"""What comes of the check of stored files: administrators are told which files, the bureau which evidence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.models import Document
from registry.core.addresses import desk_page
from registry.core.models import Notice, User
from registry.core.notices import notify
from registry.core.roles import Role

SHOWN = 20
"""How many files are named; the command names all."""


def in_words(found):
    """What a check found, in sentences: first how much was compared, then what is wrong."""
    told = [
        ngettext("%(number)d file compared, %(size)d MiB.", "%(number)d files compared, %(size)d MiB.", found.number)
        % {"number": found.number, "size": found.size // 2**20}
    ]
    if found.orphans:
        told.append(
            ngettext("%d file without a row removed.", "%d files without a row removed.", found.orphans) % found.orphans
        )
    for words, names in (
        (_("Lost: %s."), [blob.sha256 for blob in found.lost]),
        (_("Altered: %s."), [blob.sha256 for blob in found.altered]),
        (_("Of unknown origin: %s."), found.strange),
    ):
        if names:
            told.append(words % ", ".join([*names[:SHOWN], *(["…"] if len(names) > SHOWN else [])]))
    return told


def tell_of(found, kind):
    """Messages to the system administrators, and to the bureau about each document that lost its bytes. Call it inside
    an action; `kind` is the job that found it."""
    if found.is_well:
        return
    words = " ".join([*in_words(found), _("Bring them back from a backup, and find out who had access.")])
    notify(User.objects.holding(Role.SYSTEM_ADMIN), Notice.Kind.JOB, _facts(kind, words))
    for document in evidence_among(found)[:SHOWN]:
        relied = _("Somebody has relied on it already.") if document.is_relied_on else ""
        words = _("The file “%(file)s” of “%(owner)s” is not what was uploaded any more, and is not handed out.")
        words = f"{words % {'file': document.original_name, 'owner': document.owner}} {relied}".strip()
        notify(User.objects.holding(Role.BUREAU), Notice.Kind.JOB, _facts(kind, words), url=desk_page(document))


def evidence_among(found):
    """The documents whose bytes are lost or altered."""
    return list(Document.objects.filter(blob__in=[*found.lost, *found.altered]).order_by("pk"))


def _facts(kind, words):
    return {"kind": kind, "state": "failed", "error": words}

"""Circulars drawn up, worded, checked, issued and corrected: every change to one goes through here."""

import hashlib
import json

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from projects.announcing import announce_circular
from projects.models import Circular, CircularFigure, CircularPart
from registry.core.actions import locked
from registry.core.blobs import store
from registry.core.clashes import begun_anew
from registry.core.dates import today
from registry.core.text import mask_numbers
from registry.core.trail import acting, action

from .checking import check_figures, codes_of, included
from .counting import Frame, count, refuse_unknown
from .marks import codes_in, refuse_broken
from .papers import annex_of, lines_of, paper_of, text_of
from .writing import OF_KIND, title_of, written

Kind = CircularPart.Kind
HEAD = ("sender", "addressee", "copies", "campaign", "kind", "period_from", "period_until", "rule", "is_demo")


WORDS = ("title", "addressee", "copies", "rule", "explanation")
"""What people type into the head."""

PERSONAL = gettext_lazy("An identity or bank card number stands here. Take it out: circulars are read by everybody.")


@action("circular.draft")
def draft_circular(*, by, kind, campaign, period_from, period_until, as_of, title="", progress=None, **head):
    """Draw up a circular from the register as it was at its `as_of`; `head` as for `head_of`.

    Raises what `head_of` raises, Cancelled of the `progress`.
    """
    named = {"kind": kind, "campaign": campaign, "period_from": period_from, "period_until": period_until}
    circular = head_of(by=by, as_of=as_of, title=title, **named, **head)
    circular.save()
    chosen = OF_KIND[circular.kind]
    order = [*chosen, *(each for each in Kind if each not in chosen)]
    with Frame.of(circular).read() as frame:
        first = {each: written(each, frame) for each in chosen}
        found = count(frame, codes_in("\n".join("\n".join(first[each]) for each in chosen)), progress)
    for place, each in enumerate(order, 1):
        heading, text = first.get(each, ("", ""))
        CircularPart.objects.create(
            circular=circular, kind=each, position=place * 10, is_included=each in chosen, heading=heading, text=text,
            is_demo=circular.is_demo,
        )  # fmt: skip
    _store(circular, found)
    return circular


def head_of(*, by, kind, campaign, period_from, period_until, as_of, title="", **more):
    """A circular that is not saved yet, `more` being further fields of its head.

    Raises PermissionDenied, and ValidationError for a head that makes no sense or an instant that has not come.
    """
    if not by.has_perm("projects.add_circular"):
        raise PermissionDenied(_("Your role does not write circulars."))
    circular = Circular(
        kind=kind, campaign=campaign, period_from=period_from, period_until=period_until, as_of=as_of,
        title=title or title_of(kind, campaign), **{"sender": host_of(campaign)} | more,
    )  # fmt: skip
    _sign(circular, by)
    _refuse_head(circular)
    return circular


def host_of(campaign):
    """The name of the bureau that hosts the campaign, "" where none does."""
    host = campaign.parts.filter(part="host").select_related("authority").first()
    return host.authority.name if host else ""


@action("circular.word")
def word_circular(*, circular, by, parts, version=None, reason="", later=False):
    """Save the wording of a draft: `parts` is {kind: {"is_included", "position", "heading", "text", "anew"}}.

    Paragraphs that are `to_draw_up` are drawn up from the register, and all figures counted again; `later`: both are
    left to `recount_circular`. Raises PermissionDenied; Stale where somebody was faster; ValidationError for broken and
    unknown marks, each by its name, and for a circular that is no draft.
    """
    fresh = _to_change(circular, by, version)
    faults, anew = [], to_draw_up(parts)
    rows = {part.kind: part for part in fresh.parts.select_for_update()}
    for kind, said in parts.items():
        part = rows.get(kind) or CircularPart(circular=fresh, kind=kind, is_demo=fresh.is_demo)
        part.is_included, part.position = said["is_included"], said["position"]
        part.heading, part.text = said["heading"], said["text"]
        rows[kind] = part
        if kind not in anew:
            faults += _broken(part)
    if faults:
        raise ValidationError(faults)
    refuse_unknown(codes_of(part for part in rows.values() if part.is_included and part.kind not in anew))
    for part in rows.values():
        part.full_clean()
        part.save()
    _sign(fresh, by)
    fresh.save()
    fresh.refresh_from_db()  # the database counts versions
    if not later:
        _draw_up_and_count(fresh, anew)
    return fresh


def to_draw_up(parts):
    """The kinds of those that are to be drawn up from the register: `anew`, or included without any words."""
    return [
        kind for kind, said in parts.items() if said.get("anew") or (said["is_included"] and not said["text"].strip())
    ]


def _broken(part):
    """What keeps a paragraph from being saved, in sentences that name it."""
    text, faults = f"{part.heading}\n{part.text}", []
    if mask_numbers(text) != text:
        faults.append(PERSONAL)
    try:
        refuse_broken(text)
    except ValidationError as fault:
        faults += fault.messages
    return [f"{part.get_kind_display()}: {words}" for words in faults]


@action("circular.recount")
def recount_circular(*, circular, by, anew=(), version=None, reason="", progress=None):
    """Draw up the paragraphs of the kinds `anew` of a draft, and count all its figures again at its instant.

    Raises PermissionDenied, Stale, ValidationError, Cancelled of the `progress`.
    """
    fresh = _to_change(circular, by, version)
    _refuse_head(fresh)
    _draw_up_and_count(fresh, anew, progress)
    _sign(fresh, by)
    fresh.save()
    return fresh


def _to_change(circular, by, version=None):
    if not by.has_perm("projects.change_circular"):
        raise PermissionDenied(_("Your role does not write circulars."))
    fresh = locked(circular, by=by, version=version)
    if fresh.status != Circular.Status.DRAFT:
        raise ValidationError(_("Only a draft is written on. Have it put back to draft first."))
    return fresh


def _sign(circular, by):
    """Whoever wrote on it last is its drafter, and may not check it."""
    circular.drafted_by, circular.drafted_at = by, timezone.now()


def _refuse_head(circular):
    circular.full_clean()
    personal = [name for name in WORDS if mask_numbers(getattr(circular, name)) != getattr(circular, name)]
    if personal:
        raise ValidationError(dict.fromkeys(personal, PERSONAL))
    if circular.as_of > timezone.now():
        raise ValidationError({"as_of": _("The instant lies ahead: the register knows only what has been entered.")})


def _draw_up_and_count(circular, anew=(), progress=None):
    """Both in one reading of the past; figures that no mark names any more go."""
    parts = {part.kind: part for part in circular.parts.all()}
    with Frame.of(circular).read() as frame:
        for kind in anew:
            heading, parts[kind].text = written(kind, frame)
            parts[kind].heading = parts[kind].heading or heading
        included = sorted((part for part in parts.values() if part.is_included), key=lambda part: part.position)
        found = count(frame, codes_of(included), progress)
    for kind in anew:
        parts[kind].full_clean()
        parts[kind].save()
    _store(circular, found)


def _store(circular, found):
    """The figures found, {code: Found} in their order, in the place of those that were stored."""
    circular.figures.exclude(code__in=found).delete()
    stored, new = {figure.code: figure for figure in circular.figures.all()}, []
    for place, (code, one) in enumerate(found.items(), 1):
        figure = stored.get(code) or CircularFigure(circular=circular, code=code, is_demo=circular.is_demo)
        figure.label, figure.rule, figure.position = one.label[:100], one.rule, place
        figure.value, figure.unit, figure.qualifier = one.quantity.value, one.quantity.unit, one.quantity.qualifier
        figure.wording, figure.shown, figure.is_quoted = one.quantity.wording, one.shown, one.is_quoted
        figure.row_table, figure.row_ids = one.row_table, list(one.row_ids)
        if figure.pk:
            figure.save()
        else:
            new.append(figure)
    CircularFigure.objects.bulk_create(new)


@begun_anew
def move_circular(*, circular, to, by, reason="", version=None, progress=None):
    """Move a circular along its life cycle. It is checked and issued only while all its figures agree.

    Issuing freezes it: the text with its figures printed, the bytes of the document and of its annex, and one digest
    over all of it. Raises UnlawfulMove, PermissionDenied, Stale, ValidationError naming the figures that differ.
    """
    with acting(by=by, action=f"circular.{to}", reason=reason):
        fresh = locked(circular, by=by, version=version)
        if not fresh.refusals(to, by=by):
            if to in (Circular.Status.CHECKED, Circular.Status.ISSUED):
                _refuse_differences(fresh, progress)
            if to == Circular.Status.ISSUED:
                _freeze(fresh, by)
        fresh.move_to(to, by=by, reason=reason)
        if to == Circular.Status.ISSUED:
            announce_circular(fresh)
    return fresh


def _refuse_differences(circular, progress):
    check = check_figures(circular, progress)
    if not check.agrees:
        raise ValidationError(check.differences)


def _freeze(circular, by):
    circular.dated_on = circular.dated_on or today()
    figures = list(circular.figures.all())
    circular.text = text_of(lines_of(included(circular)), {figure.code: figure for figure in figures})
    circular.docx = store(paper_of(circular, circular.text, is_draft=False), "circular.docx", by=by)
    circular.xlsx = store(annex_of(circular, figures), "annex.xlsx", by=by)
    circular.digest = digest_of(circular, figures)


def digest_of(circular, figures):
    """SHA-256 over what is issued: head, text, figures with their rows, and both files."""
    said = {
        "number": circular.number, "title": circular.title, "as_of": circular.as_of.isoformat(), "text": circular.text,
        "figures": [[one.code, f"{one.value}", one.unit, one.qualifier, one.shown, one.row_table, one.row_ids]
                    for one in figures],
        "docx": circular.docx.sha256, "xlsx": circular.xlsx.sha256,
    }  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@action("circular.correct")
def correct_circular(*, circular, by, explanation, reason="", progress=None):
    """Draw up a new circular that corrects an issued one: its wording with the figures of now. The old one stays.

    Raises PermissionDenied, and ValidationError without an explanation or for a circular that was not issued.
    """
    old = refuse_correction(circular=circular, by=by, explanation=explanation)
    with override(settings.LANGUAGE_CODE):
        title = _("Correction: %s") % old.title
    head = {name: getattr(old, name) for name in HEAD}
    new = Circular(title=title[:200], as_of=timezone.now(), corrects=old, explanation=explanation, **head)
    _sign(new, by)
    _refuse_head(new)
    new.save()
    for part in old.parts.all():
        CircularPart.objects.create(
            circular=new, kind=part.kind, position=part.position, is_included=part.is_included, heading=part.heading,
            text=part.text, is_demo=new.is_demo,
        )  # fmt: skip
    _draw_up_and_count(new, progress=progress)
    return new


def refuse_correction(*, circular, by, explanation):
    """The issued circular under a lock, where it may be corrected. Raises what `correct_circular` raises."""
    if not by.has_perm("projects.add_circular"):
        raise PermissionDenied(_("Your role does not write circulars."))
    if not explanation.strip():
        raise ValidationError({"explanation": _("Say what is corrected and why: it is shown beside the old circular.")})
    if mask_numbers(explanation) != explanation:
        raise ValidationError({"explanation": PERSONAL})
    old = locked(circular, by=by)
    if old.status != Circular.Status.ISSUED:
        raise ValidationError(_("Only an issued circular is corrected; a draft is simply written on."))
    return old

"""The handbook (扶贫手册): policies, published needs by county with their gaps, how to pledge, whom to ask.

It is handed out to everybody, so that it holds what everybody may see and nothing else, whoever asks for it.
"""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from projects.models import Campaign, Circular, Need
from projects.needs import gaps_of, with_gaps
from registry.core.dates import format_date, format_instant, today
from registry.core.exports import safe_name
from registry.core.jobs import enqueue, job
from registry.core.made_files import KEPT, made, path_of, sweep
from registry.core.models import Job
from registry.core.papers import Paper
from registry.core.quantity import Money, format_quantity

KIND = "matching.handbook"
EVERYBODY = AnonymousUser()
MAKE = "projects.publish_need"
DASH = "—"


def ask_for_handbook(campaign, by):
    """Queue the making of a campaign's handbook; the same job again while one of the person's is not over yet."""
    waiting = Job.objects.within_scope_of(by).unfinished().filter(kind=KIND, parameters__campaign=campaign.pk)
    return waiting.first() or enqueue(make_handbook, by=by, campaign=campaign.pk)


def handbook_file(key, user):
    """(path, name) of the handbook that `user` asked for by the job `key`.

    Raises Job.DoesNotExist for everybody else, ValidationError when its time is over.
    """
    found = Job.objects.within_scope_of(user).get(key=key, kind=KIND, state=Job.State.DONE)
    path = path_of(found, f"{found.batch}.docx")
    if path is None:
        raise ValidationError(_("Files are kept for seven days. This one is gone: ask for it again."), "gone")
    return path, found.result["name"]


@job(KIND, gettext_lazy("handbook of needs"), lambda job: reverse("admin:handbook"))
def make_handbook(progress, *, by, campaign):
    """Write the handbook of one campaign. One step of progress for each county."""
    if not by.has_perm(MAKE):
        raise PermissionDenied(_("Your role does not make handbooks."))
    found = Campaign.objects.get(pk=campaign)
    sweep()
    paper = write_handbook(found, progress)
    with made(f"{progress.batch}.docx") as path:
        paper.save(str(path))
    name = safe_name(f"{_('Handbook of needs')} {found} {today():%Y-%m-%d}.docx")
    until = (timezone.localdate() + KEPT).isoformat()
    words = _("The handbook of “%s” is ready.") % found
    url = reverse("admin:handbook-file", args=(UUID(progress.batch),))
    return {"url": url, "words": words, "name": name, "until": until}


def write_handbook(campaign, progress):
    """The `Paper` of a campaign's handbook, in the active language; `progress` as jobs have it."""
    needs = Need.objects.visible_to(EVERYBODY).open().filter(campaign=campaign)
    counties = {}
    for need in with_gaps(needs).select_related("county", "field").order_by("county__code", "expires_on", "pk"):
        counties.setdefault(need.county, []).append(need)
    progress.of(len(counties))
    paper = Paper(f"{campaign} · {_('Handbook of needs')}", get_language() or "zh-hans")
    _cover(paper, campaign, counties)
    _policies(paper, campaign)
    paper.heading(_("2. Needs, county by county"))
    if not counties:
        paper.paragraph(_("No need is open at present."))
    for county, of_county in counties.items():
        _county(paper, county, of_county)
        progress.step()
    _ways(paper)
    _contact(paper)
    return paper


def _cover(paper, campaign, counties):
    unmet = sum(
        gap.unmet.value for of_county in counties.values() for need in of_county for gap in gaps_of(need)
        if isinstance(gap.unmet, Money)
    )  # fmt: skip
    paper.facts(
        [
            (_("Issued by"), settings.SITE_OWNER or _("the provincial civil affairs bureau")),
            (_("Campaign"), str(campaign)),
            (_("Data as of"), format_instant(timezone.now())),
            (_("Counties"), str(len(counties))),
            (_("Open needs"), str(sum(map(len, counties.values())))),
            (_("Money still unmet"), format_quantity(Money(unmet), "exact") if unmet else DASH),
        ]
    )
    paper.page_break()


def _policies(paper, campaign):
    paper.heading(_("1. Policies"))
    circulars = Circular.objects.visible_to(EVERYBODY).filter(campaign=campaign).order_by("issued_at", "pk")
    texts = [(_("Appeal"), campaign.appeal)] if campaign.appeal else []
    texts += [(f"{one.title} {one.number}".strip(), one.text) for one in circulars]
    for title, text in texts:
        paper.heading(title, 2)
        if text:
            paper.paragraph(text)
    if not texts:
        paper.paragraph(_("Nothing has been published yet."))


def _county(paper, county, needs):
    paper.heading(f"{county.name} ({len(needs)})", 2)
    heads = (_("Need"), _("Field"), _("Wanted"), _("Promised"), _("Still unmet"), _("Open until"))
    paper.table(heads, [_row(need) for need in needs], (0.22, 0.09, 0.2, 0.17, 0.17, 0.15))
    for need in needs:
        if need.why:
            paper.paragraph(_("%(number)s: %(why)s") % {"number": need.number, "why": need.why})


def _row(need):
    gaps = gaps_of(need)
    wanted = [f"{gap.item.what or gap.item.get_kind_display()} {format_quantity(gap.wanted, 'exact')}" for gap in gaps]
    promised = [format_quantity(gap.accepted, "exact") for gap in gaps]
    unmet = [format_quantity(gap.unmet, "exact") for gap in gaps]
    until = format_date(need.expires_on, "table") if need.expires_on else DASH
    columns = ("\n".join(part) or DASH for part in (wanted, promised, unmet))
    return (f"{need.name}\n{need.number}", str(need.field), *columns, until)


def _ways(paper):
    paper.heading(_("3. How to pledge"))
    for words in (
        _("1. Sign up with the unified social credit code; the bureau approves the account."),
        _("2. Open the need in the registry and choose “Pledge”. A part of the gap is welcome too."),
        _("3. The bureau answers within five working days, then the county within five working days."),
        _("4. Once both have agreed they see each other's contacts; the agreement is drafted from the pledge."),
        _("5. With the signing the pledge becomes a project, and both sides follow it by its checklist."),
        _("Pledging is voluntary, and can be taken back until the county has confirmed."),
    ):
        paper.paragraph(words)
    if settings.SITE_URL:
        paper.paragraph(settings.SITE_URL)


def _contact(paper):
    paper.heading(_("4. Whom to ask"))
    told = [
        (_("Run by"), settings.SITE_OWNER), (_("Contact"), settings.SITE_CONTACT),
        (_("Supervision hotline"), settings.SITE_HOTLINE),
    ]  # fmt: skip
    known = [(label, text) for label, text in told if text]
    if known:
        paper.facts(known)
    else:
        paper.paragraph(_("Ask the bureau that has handed you this paper."))

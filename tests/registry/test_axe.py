"""Accessibility and layout in a real browser: nothing found by axe, no page wider than the window, no public
one heavier than 150 KB, nothing fetched from elsewhere, on phone and desktop, in both languages."""

import functools
import gzip
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from orgs.models import Organisation
from projects.actions.doubts import note_doubt
from projects.actions.pledging import save_pledge
from projects.models import (
    ChecklistTemplate,
    Commendation,
    Difficulty,
    Event,
    Field,
    MonthlyReport,
    Need,
    Objection,
    Pledge,
    Project,
    ProjectStep,
    Story,
)
from registry.core.dates import today
from registry.core.models import Change, User
from registry.core.trail import acting
from registry.reports.checks import CHECKS
from registry.reports.circulars.actions import correct_circular
from registry.reports.open_data.actions import make_release
from tests.browser import sign_in, wider
from tests.factories import make_pledge
from tests.house import ROOT
from tests.projects.importing import checked, imported, received
from tests.projects.ledger_books import realistic
from tests.reports.circulars import drawn_up, issued

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text() if (ROOT / "tests" / "vendor").exists() else ""
STRUCTURE = ["heading-order", "page-has-heading-one", "landmark-one-main", "landmark-unique", "region", "skip-link"]
LEVEL_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
CONTRAST = {"runOnly": ["color-contrast-enhanced"]}
"""The rule that asks for 7:1, for the high contrast."""
ALL = {"runOnly": LEVEL_AA, "rules": {rule: {"enabled": True} for rule in STRUCTURE}}
"""All rules of level AA, and those of structure."""
RUN = """async (rules) => {
    const asked = {...rules, resultTypes: ['violations']};
    const told = (nodes) => nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(' | ');
    return (await axe.run(document, asked)).violations.map((found) => `${found.id}: ${told(found.nodes)}`);
}"""
HEAVIEST = 150 * 1024
MISSING = "/no-such-page/"


def record(name, row):
    return reverse(f"admin:projects_{name}_change", args=(row.pk,))


def pages_of_the_county():
    project = Project.objects.within_scope_of(User.objects.get(username="county")).filter(reports__isnull=False).first()
    report = project.reports.order_by("month").last()
    step = project.steps.filter(side="county").first()
    needs = Need.objects.within_scope_of(User.objects.get(username="county"))
    draft, open_need = needs.filter(status="draft").first(), needs.open().first()
    return [
        reverse("my-needs"), reverse("my-need-new"), reverse("my-need", args=(open_need.number,)),
        *(reverse(name, args=(draft.number,)) for name in ("my-need", "my-need-edit", "my-need-check")),
        reverse("my"), reverse("my-projects"), reverse("my-reports"), reverse("my-difficulties"), reverse("notices"),
        reverse("channels"), reverse("jobs"), reverse("my-import"), reverse("my-project", args=(project.number,)),
        reverse("my-report", args=(project.number, report.month)), reverse("my-step", args=(step.pk,)),
    ]  # fmt: skip


def pages_of_the_desk():
    waiting = ProjectStep.objects.filter(status="open").first()
    doer = User.objects.get(username="county")
    ProjectStep.objects.filter(pk=waiting.pk).update(status="done", done_by=doer, done_at=timezone.now())
    event = Event.objects.filter(attendance__isnull=False).first()
    return [
        reverse("admin:board"), reverse("admin:board") + "?density=compact", reverse("admin:verify"),
        reverse("admin:verify-step", args=(waiting.pk,)), reverse("admin:difficulty-board"),
        reverse("admin:projects_difficulty_changelist"), record("difficulty", Difficulty.objects.first()),
        reverse("admin:projects_event_changelist"), record("event", event),
        reverse("admin:projects_monthlyreport_changelist"), record("monthlyreport", MonthlyReport.objects.first()),
        reverse("admin:projects_decision_changelist"), reverse("admin:projects_lamprule_changelist"),
        record("checklisttemplate", ChecklistTemplate.objects.first()), reverse("admin:core_calendarday_changelist"),
        reverse("admin:core_outgoing_changelist"), reverse("admin:import"), *pages_of_the_matching(),
    ]  # fmt: skip


def pages_of_the_matching():
    need, pledge = Need.objects.filter(status="published").first(), Pledge.objects.filter(need=None).first()
    organisation = pledge.organisation
    told = f"{reverse('admin:matching-tell')}?need={need.pk}&organisation={organisation.pk}"
    return [
        reverse("admin:matching"), reverse("admin:matching") + "?column=open", reverse("admin:matching-sheet"),
        reverse("admin:handbook"), reverse("admin:signing"), told, record("need", need), record("pledge", pledge),
        reverse("admin:projects_pledge_changelist") + "?queue=us", reverse("admin:projects_paperwording_changelist"),
        reverse("admin:projects_paperwording_add"),
    ]  # fmt: skip


def pages_about_pledges():
    """For the organisation: list, new ones, a draft at each step, one on its way; for the county: list and one."""
    org, county = (User.objects.get(username=name) for name in ("org", "county"))
    own = Pledge.objects.spoken_for_by(org)
    need = Need.objects.open().first()
    draft = save_pledge(
        by=org, organisation=org.memberships.get().organisation, need=need,
        items=[{"kind": "money", "amount": Decimal(10**9), "need_item": need.items.filter(kind="money").first()}],
    )  # fmt: skip
    giver = [reverse(name) for name in ("my", "my-pledges", "my-pledge-new", "my-people")]
    giver += [f"{reverse('my-pledge-new')}?need={need.number}"]
    giver += [reverse(f"my-pledge-{step}", args=(draft.number,)) for step in ("what", "when", "check")]
    for state in ("submitted", "accepted", "confirmed"):
        found = own.filter(status=state).first()
        giver += [reverse(name, args=(found.number,)) for name in ("my-pledge", "my-pledge-receipt") if found]
    waiting = Pledge.objects.received_by(county).filter(status="accepted").first() or make_pledge(
        county=county.postings.first().division, field=Field.objects.first(), status="accepted"
    )
    return giver, [reverse("my-received"), reverse("my-received-pledge", args=(waiting.number,))]


def pages_of_the_reports():
    """For the public: a notice, the list, an answer by its receipt. For the desk and auditors: history with a batch and
    an earlier state, data checks with a note, a dossier, an objection."""
    notice = Commendation.objects.filter(status="notice").earliest("pk")
    objection = Objection.objects.exclude(status="received").first()
    public = [reverse("praise"), reverse("commendation", args=(notice.pk,)), reverse("events")]
    public += [reverse("objection"), f"{reverse('objection')}?receipt={objection.receipt}"]
    found = CHECKS["no-evidence"]
    line = found.rows(found.asked(User.objects.get(username="bureau"), today())).first()
    note_doubt(rule=found.code, row=line.pk, words="凭证在县局，已核实。", by=User.objects.get(username="bureau"))
    project = Project.objects.filter(is_demo=True).first()
    with acting(by=User.objects.get(username="bureau"), action="test", batch="batch-axe"):
        Project.objects.filter(pk=project.pk).update(summary="改过的简介")
    change = Change.objects.filter(table_name="projects_project", row_pk=str(project.pk)).earliest("id")
    read = [
        reverse("history"), f"{reverse('history')}?table=projects_project", reverse("batch", args=("batch-axe",)),
        reverse("checks"), reverse("check", args=(found.code,)), f"{reverse('check', args=('idle',))}?months=3",
        reverse("check-note", args=(found.code, line.pk)), reverse("praise-dossier", args=(notice.pk,)),
        reverse("admin:projects_commendation_changelist"), record("commendation", notice),
        reverse("admin:projects_objection_changelist"), record("objection", objection),
    ]  # fmt: skip
    waiting = Objection.objects.open().first()
    kept = [reverse("admin:projects_project_restore", args=(project.pk, change.pk)), record("objection", waiting)]
    return public, read, kept


def pages_of_circulars():
    """For everybody: the list, an issued one and rows behind a figure of it; for the desk: at each step."""
    old, draft = issued(), drawn_up("quarterly")
    correct_circular(circular=old, by=User.objects.get(username="bureau"), explanation="漏计一笔到位资金")
    public = [reverse("circulars"), reverse("circular", args=(old.pk,))]
    public += [reverse("circular-figure", args=(old.pk, code)) for code in ("funds", "overdue_steps")]
    steps = [reverse("admin:projects_circular_compose", args=(one.pk,)) for one in (old, draft)]
    return public, [
        reverse("admin:projects_circular_changelist"), reverse("admin:projects_circular_add"), *steps,
        f"{steps[1]}?check=1", record("circular", draft), record("circular", old),
    ]  # fmt: skip


def imports_at_every_step():
    """An import of the bureau's that waits for its columns, one that was checked, its last question and one written."""
    clerk = User.objects.get(username="bureau")
    waiting, seen, written = received(realistic(5), clerk), checked(realistic(6), clerk), imported(realistic(7), clerk)
    addresses = [reverse("admin:import-ledger", args=(found.pk,)) for found in (waiting, seen, written)]
    return [*addresses, reverse("admin:import-confirm", args=(seen.pk,))]


def pages_of_the_pivot():
    """The pivot as a table, compared, as every picture; the rows of a total; what changed; a refusal is no page."""
    compared = "rows=county&columns=field&measure=funds&against=2021-01-01"
    pictures = ("rows=field&view=bars", "rows=year&columns=origin&view=lines", "rows=county&view=tiles")
    pivot = reverse("reports")
    return [
        pivot, f"{pivot}?{compared}", *(f"{pivot}?{picture}" for picture in pictures),
        f"{reverse('reports-cell')}?{compared}", f"{reverse('reports-changes')}?{compared}",
    ]  # fmt: skip


def pages_of_the_counties():
    """For the public: table, a prefecture, a county and its sheet, an organisation. For those signed in: the map."""
    here, county = reverse("counties"), ("130723",)
    organisation = Organisation.objects.filter(participations__project__visibility="published").first()
    public = [f"{here}?view=table&measure=gap", f"{here}?city=130700&measure=funds&year=2020"]
    public += [reverse("county", args=county), f"{reverse('county', args=county)}?year=2020&measure=organisations"]
    public += [reverse("county-sheet", args=county), reverse("org", args=(organisation.pk,))]
    return public, [f"{here}?view=map", f"{here}?view=map&city=130700&measure=funds"]


def pages_of_the_showcase():
    """For everybody: stories, campaigns, fields, the screen, the search. For the desk: stories and a photograph."""
    story = Story.objects.published().order_by("pk").first()
    draft = Story.objects.filter(status="draft").first()
    public = [reverse(name) for name in ("stories", "campaigns", "fields", "screen", "search")]
    public += [reverse("story", args=(story.pk,)), reverse("campaign", args=("poverty-relief-2018",))]
    public += [reverse("field", args=("education",)), f"{reverse('search')}?q=fpx", f"{reverse('search')}?q=zzzz"]
    public += [f"{reverse('search')}?q=a&kind=projects"]
    photo = draft.photos.first() or story.photos.first()
    new = f"{reverse('admin:projects_storyphoto_add')}?story={draft.pk}"
    return public, [record("story", story), record("story", draft), record("storyphoto", photo), new]


def pages():
    project = Project.objects.filter(steps__isnull=False, visibility="published").order_by("pk").first()
    public = [
        reverse(name)
        for name in ("home", "projects", "orgs", "counties", "cases", "rules", "data", "login", "signup", "needs",
                     "password-reset")
    ]  # fmt: skip
    public += [reverse("accessibility"), reverse("sitemap"), MISSING]
    public += [reverse("need", args=(Need.objects.open().first().number,))]
    public += [project.get_absolute_url(), reverse("figure", args=("funds",))]
    counties, maps = pages_of_the_counties()
    public += counties
    released, _new = make_release(by=None)
    public += [released.get_absolute_url()]
    desk = [reverse("admin:index"), reverse("admin:projects_project_changelist"), reverse("admin:projects_project_add")]
    desk += [
        *maps,
        *pages_of_the_desk(),
        *imports_at_every_step(),
        *pages_of_the_pivot(),
        reverse("admin:projects_project_change", args=(project.pk,)),
        reverse("admin:projects_project_history", args=(project.pk,)),
        reverse("admin:orgs_organisation_changelist"),
        reverse("admin:reports_datarelease_changelist"),
        reverse("admin:reports_datarelease_change", args=(released.pk,)),
        reverse("admin:release-data"),
        reverse("admin:projects_projectstep_change", args=(project.steps.first().pk,)),
    ]
    return public, desk


def tour():
    """Every page as (who opens it, the pages): None for everybody."""
    public, desk = pages()
    shown, read, kept = pages_of_the_reports()
    issued, composed = pages_of_circulars()
    showcase, written = pages_of_the_showcase()
    giver, receiver = pages_about_pledges()
    return [
        (None, [*public, *shown, *issued, *showcase]),
        ("bureau", [*desk, *read, *kept, *composed, *written]),
        ("auditor", read),
        ("county", [*pages_of_the_county(), *receiver]),
        ("org", [*giver, *map(reverse, ("account", "own-factor", "own-password", "own-sessions"))]),
        ("sysadmin", [reverse("admin:locks")]),
    ]


def look_at(page, width, rules):
    """What is wrong with the page in a window of `width` px: whether it is wider, and axe's rules broken, if any."""
    if page.viewport_size["width"] != width:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    faults = page.evaluate(RUN, rules) if rules else []
    if (much := wider(page)) > 0:
        faults.append(f"wider than the window by {much}px")
    return [f"{width}px: {fault}" for fault in faults]


def packed(content):
    return len(gzip.compress(content, 6))


@functools.cache
def packed_file(address):
    return packed(Path(finders.find(address.partition(settings.STATIC_URL)[2])).read_bytes())


def weight_of(page, answer):
    """Bytes that a first visit of a page loads, compressed: the page, its styles and scripts."""
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').map((one) => one.name).filter((name) => /\\.(css|js)$/.test(name))"
    )
    return packed(answer.body()) + sum(map(packed_file, sorted(set(loaded))))


def faults_of(page, address, looks, *, is_public):
    foreign, broken = [], []
    own = address.rsplit("/", address.count("/") - 2)[0]

    def on_request(request):
        if not request.url.startswith((own, "data:")):
            foreign.append(request.url)

    def on_console(message):
        if message.type == "error" and not message.location["url"].endswith(MISSING):
            broken.append(f"{message.text} {message.location['url']}")

    page.on("request", on_request)
    page.on("console", on_console)
    page.set_viewport_size({"width": looks[0][0], "height": 900})
    answer = page.goto(address, wait_until="load")
    faults = [f"console: {text}" for text in broken] + [f"foreign: {url}" for url in foreign]
    page.remove_listener("request", on_request)
    page.remove_listener("console", on_console)
    if any(rules for _width, rules in looks):
        page.evaluate(AXE)  # after the console was read: axe's own probing offends the content security policy
    for width, rules in looks:
        faults += look_at(page, width, rules)
    if is_public and (weight := weight_of(page, answer)) > HEAVIEST:
        faults.append(f"weighs {weight // 1024} KB compressed")
    if answer.status != (404 if address.endswith(MISSING) else 200):
        faults.append(f"status {answer.status}")
    return faults


LOOKS = {"zh-hans": [(1440, ALL), (390, None)], "en": [(390, ALL), (1440, None)]}
"""By language, at which widths a page is looked at: axe at the one where the languages differ most."""


def walk(page, site, visitor, pages, *, language, looks, reading="medium"):
    """What is wrong with the pages, opened by `language` and `reading`."""
    cookies = {settings.LANGUAGE_COOKIE_NAME: language, "reading": reading}
    page.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
    found = {path: faults_of(page, f"{site}{path}", looks, is_public=visitor is None) for path in pages}
    return [f"{language} {path}: {fault}" for path, faults in found.items() for fault in faults]


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.bench)], ids=["", "whole"])
def test_no_page_has_a_fault(page, site, whole):
    """Every page, on desktop and phone; every day in Chinese or in English, page by page in turn."""
    faults = []
    for visitor, pages in tour():
        if visitor:
            person = User.objects.get(username=visitor)
            sign_in(page, site, visitor, home=reverse("admin:index" if person.is_staff else "my"))
        for turn, (language, looks) in enumerate(LOOKS.items()):
            faults += walk(page, site, visitor, pages if whole else pages[turn::2], language=language, looks=looks)
        if visitor is None:  # elder mode on the narrowest window too: 320 px are 1280 px enlarged four times
            looks, shown = [(320, CONTRAST), (1440, None)], pages if whole else pages[::2]
            faults += walk(page, site, visitor, shown, language="zh-hans", looks=looks, reading="large.elder.contrast")
    assert not faults, "\n".join(faults)

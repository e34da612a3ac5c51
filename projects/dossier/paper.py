"""The paper of a project: facts, money, results, checklist, difficulties, agreements, reports and history in tables."""

from collections import Counter

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from projects.models import Funding
from registry.core.dates import format_date, format_instant
from registry.core.history import changes_of, describe, masked
from registry.core.papers import Paper
from registry.core.quantity import format_quantity
from registry.core.templatetags.values import percent

LAST_CHANGES = 30
DASH = "—"


def write_paper(overview, instant):
    """The `Paper` of an `Overview`, true of `instant`, in the active language."""
    project = overview.project
    paper = Paper(f"{project.number} {overview.text(project.name)}", get_language())
    told = {"at": format_instant(instant), "who": overview.prepared_by}
    paper.paragraph(_("Data as of %(at)s. Made by %(who)s.") % told)
    for write in (
        _facts, _texts, _parties, _places, _money, _lines, _results, _steps, _difficulties, _agreements, _reports,
        _history,
    ):  # fmt: skip
        write(paper, overview)
    return paper


def _day(day):
    return format_date(day, "table") if day else ""


def _instant(moment):
    return format_instant(moment, "table")[:10] if moment else ""


def _signed(person, moment):
    """Who did something and when, "" where nobody has."""
    return " ".join(filter(None, (person, _instant(moment))))


def _table(paper, title, heads, rows, widths=None):
    """A heading and its table; where there is nothing, a word that says so."""
    paper.heading(title)
    rows = list(rows)
    if rows:
        paper.table(heads, [[cell or DASH for cell in row] for row in rows], widths)
    else:
        paper.paragraph(_("None."))


def _facts(paper, overview):
    project = overview.project
    pairs = [
        (_("Number"), project.number),
        (_("Project name"), overview.text(project.name)),
        (_("Campaign"), f"{project.campaign} · {project.year}"),
        (_("Stage"), " ".join(filter(None, (project.get_stage_display(), overview.text(project.status_reason))))),
        (_("Planned"), _span(project.planned_start, project.planned_end)),
        (_("Actual"), _span(project.actual_start, project.actual_end)),
        (_("Responsible person"), overview.officer),
        (_("Channel"), project.channel),
        (_("Visibility"), project.get_visibility_display()),
    ]
    if project.is_locked:
        pairs.append(
            (
                _("Phase"),
                f"{project.get_phase_display()} {_signed(overview.person(project.phase_by), project.phase_at)}",
            )
        )
    for label, other in ((_("Continues"), project.continues), (_("Continued by"), project.successor)):
        if other is not None:
            pairs.append((label, f"{other.number} {overview.text(other.name)}"))
    paper.heading(_("Facts"))
    paper.facts([(label, value or DASH) for label, value in pairs])


def _span(start, end):
    return f"{_day(start) or DASH} – {_day(end) or DASH}" if start or end else ""


def _texts(paper, overview):
    project = overview.project
    for title, text in (
        (_("Summary"), project.summary), (_("Approach"), project.approach), (_("Source"), project.source),
        (_("Quoted from the source"), project.quote), (_("Caution"), project.caution),
    ):  # fmt: skip
        if text:
            paper.heading(title, 2)
            paper.paragraph(overview.text(text))


def _parties(paper, overview):
    rows = [(part.get_role_display(), str(part), overview.text(part.note)) for part in overview.parties]
    _table(paper, _("Parties"), (_("role"), _("party"), _("note")), rows, (0.2, 0.5, 0.3))


def _places(paper, overview):
    rows = [
        (
            str(site.division), str(site.division.home or ""), overview.text(site.address),
            f"{site.share:f}" if site.share else "",
        )
        for site in overview.sites
    ]  # fmt: skip
    heads = (_("division"), _("today's county"), _("place"), _("share, %"))
    _table(paper, _("Places"), heads, rows)
    rows = [(str(one), one.get_scheme_display(), _("primary") if one.is_primary else "") for one in overview.fields]
    _table(paper, _("Fields of help"), (_("field of help"), _("scheme"), _("rank")), rows)


def _money(paper, overview):
    for is_own, rungs in overview.ladders:
        title = _("Funding ladder (10,000 yuan)") if is_own else _("Company money mobilised (10,000 yuan)")
        rows = [
            (rung.label, rung.text, "" if rung.part is None else f"{rung.part}%", rung.of, rung.note) for rung in rungs
        ]
        _table(
            paper,
            title,
            (_("state"), _("sum"), _("share"), _("of"), _("precision")),
            rows,
            (0.15, 0.2, 0.15, 0.15, 0.35),
        )


def _lines(paper, overview):
    rows = []
    for line in overview.lines:
        receipt = _("confirmed on %s") % _instant(line.confirmed_at) if line.confirmed_at else ""
        state = _("voided: %s") % line.void_reason if line.is_voided else line.excess_reason or receipt
        rows.append((
            line.get_state_display(), str(line.party or _("joint, shares unknown")),
            f"{line.get_kind_display()} · {line.get_origin_display()}", format_quantity(line.money, "table"),
            _day(line.occurred_on), line.voucher, overview.text(state),
        ))  # fmt: skip
    received = sum(line.state == Funding.State.RECEIVED and not line.is_voided for line in overview.lines)
    heads = (_("state"), _("party"), _("kind"), _("amount"), _("date"), _("voucher"), _("remark"))
    title = _("Funding lines, %d instalments received (10,000 yuan)") % received
    _table(paper, title, heads, rows, (0.1, 0.2, 0.15, 0.13, 0.13, 0.12, 0.17))


def _results(paper, overview):
    rows = [
        (
            overview.text(result.indicator), result.get_level_display(), _quantity(result.target),
            _quantity(result.reached), percent(result.actual, result.planned), _day(result.occurred_on),
            result.get_status_display(),
            _signed(overview.person(result.approved_by), result.approved_at),
        )
        for result in overview.results
    ]  # fmt: skip
    heads = (
        _("indicator"), _("level"), _("target"), _("reached"), _("of the target"), _("as of"), _("status"),
        _("approved by"),
    )  # fmt: skip
    _table(paper, _("Results"), heads, rows)


def _quantity(quantity):
    return format_quantity(quantity, "exact") if quantity.is_stated else ""


def _steps(paper, overview):
    rows = []
    for item in overview.items:
        step = item.step
        rows.append((
            f"{step.position}. {overview.text(str(step))}", _day(step.due_on), step.get_status_display(),
            _signed(overview.person(step.done_by), step.done_at),
            _signed(overview.person(step.verified_by or step.waived_by), step.verified_at or step.waived_at),
            str(item.files), _(", ").join(str(label) for _kind, label in item.missing),
        ))  # fmt: skip
    heads = (_("step"), _("due"), _("status"), _("done by"), _("signed off by"), _("files"), _("missing"))
    title = _("Checklist, %(done)d of %(all)d done") % {"done": overview.settled, "all": len(overview.items)}
    _table(paper, title, heads, rows, (0.25, 0.13, 0.12, 0.16, 0.16, 0.06, 0.12))


def _difficulties(paper, overview):
    rows = []
    for one in overview.difficulties:
        measures = "\n".join(_measure(measure, overview) for measure in one.measures.all())
        rows.append((
            overview.text(one.title), one.get_level_display(), _day(one.wanted_by), one.get_status_display(),
            overview.text(one.answer), measures,
        ))  # fmt: skip
    heads = (_("difficulty"), _("level"), _("wanted by"), _("status"), _("answer"), _("measures"))
    _table(paper, _("Difficulties"), heads, rows, (0.2, 0.1, 0.13, 0.12, 0.2, 0.25))


def _measure(measure, overview):
    """What was done about it, by whom and when, or by whom it is to be done."""
    who = _signed(overview.person(measure.done_by), measure.done_at) or measure.get_side_display()
    return f"{overview.text(measure.text)} ({_day(measure.due_on)}, {who})"


def _agreements(paper, overview):
    rows = [
        (
            agreement.number, overview.text(agreement.name), _day(agreement.signed_on), str(agreement.event or ""),
            _signers(agreement, overview),
        )
        for agreement in overview.agreements
    ]  # fmt: skip
    heads = (_("number"), _("agreement"), _("signed on"), _("signed at"), _("signatories"))
    _table(paper, _("Agreements"), heads, rows)


def _signers(agreement, overview):
    return "\n".join(
        " ".join(filter(None, (str(one), masked(one.person, "name") if overview.masks else one.person, one.title)))
        for one in agreement.signatories.all()
    )


def _reports(paper, overview):
    rows = [
        (
            f"{report.month:%Y-%m}", f"{report.progress}%" if report.progress is not None else "",
            overview.text(report.done), overview.text(report.problems), overview.text(report.next_steps),
            report.get_status_display(),
        )
        for report in overview.reports
    ]  # fmt: skip
    heads = (_("month"), _("progress"), _("what was done"), _("problems"), _("next steps"), _("status"))
    _table(paper, _("Monthly reports"), heads, rows, (0.12, 0.1, 0.26, 0.2, 0.2, 0.12))


def _history(paper, overview):
    """For those who may read the trail: how many changes of each kind, and the last of them."""
    if not overview.user.has_perm("core.view_change"):
        return
    changes = changes_of(overview.project).order_by("-id")
    last = describe(changes[:LAST_CHANGES], overview.user)
    paper.heading(_("History"))
    counts = Counter(changes.order_by().values_list("operation", flat=True))
    words = {"all": sum(counts.values()), "new": counts["I"], "changed": counts["U"], "gone": counts["D"]}
    paper.paragraph(
        _("%(all)d changes are recorded: %(new)d rows entered, %(changed)d changed, %(gone)d removed. The last are:")
        % words
    )
    rows = [
        (
            format_instant(entry.change.at, "table"), str(entry.who or entry.outside), str(entry.action),
            str(entry.row), entry.change.reason,
        )
        for entry in last
    ]  # fmt: skip
    heads = (_("when"), _("who"), _("what was done"), _("row"), _("reason"))
    paper.table(heads, [[cell or DASH for cell in row] for row in rows], (0.18, 0.14, 0.22, 0.26, 0.2))

"""The dossier of a nominee, drawn from the register: what it did, what is exact about it, and what speaks against it.

It is sections of a title and rows of text, so that the page and the paper show the same. Everything is counted within
the reader's scope; what the register does not know is not made up.
"""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from orgs.models import Organisation
from projects.ladder import ladder
from projects.models import Commendation, Difficulty, Funding, Need, Participation, Pledge, Project, Result
from registry.core.addresses import desk_page
from registry.core.dates import format_date, format_instant, today
from registry.core.quantity import format_quantity, total, unit_word
from registry.core.templatetags.values import caveat
from registry.reports.checks import checks_open_to


@dataclass
class Section:
    """`heads` are (label, css class) of the columns; each row is the address of its first cell ("" for none), and its
    cells; `none` says what it means that there is no row; `note` stands below the rows."""

    title: str
    heads: tuple[tuple[str, str], ...]
    none: str
    note: str = ""
    rows: list[tuple[str, list[str]]] = field(default_factory=list)

    def add(self, *cells, url=""):
        self.rows.append((url, [str(cell or "—") for cell in cells]))

    @property
    def lines(self):
        """The rows, each cell with the label and the css class of its column, for the page."""
        return [
            (url, [(cell, label, css) for cell, (label, css) in zip(cells, self.heads, strict=True)])
            for url, cells in self.rows
        ]


class Dossier:
    """All sections for a commendation as `user` may see them; a constant number of queries."""

    def __init__(self, commendation, user):
        self.commendation, self.user, self.on = commendation, user, today()
        nominee = commendation.organisation
        self.names = [] if nominee is None else [nominee, *Organisation.objects.filter(merged_into=nominee)]
        mine = Project.objects.within_scope_of(user)
        if nominee is None:
            self.projects = mine.filter(pk=commendation.project_id)
        else:
            parts = Participation.objects.filter(organisation__in=self.names)
            self.projects = mine.filter(pk__in=parts.values("project"))

    def sections(self):
        return [
            self._projects(), self._money(), self._results(), self._pledges(), self._difficulties(), self._doubts(),
            self._earlier(), self._objections(),
        ]  # fmt: skip

    def _projects(self):
        section = Section(
            _("Projects"),
            ((_("number"), "nowrap"), (_("project"), ""), (_("part"), ""), (_("year"), "num"), (_("stage"), "")),
            _("It takes part in no project."),
        )
        parts = Participation.objects.filter(organisation__in=self.names, project__in=self.projects)
        roles = {}
        for part in parts:
            roles.setdefault(part.project_id, []).append(part.get_role_display())
        for project in self.projects.order_by("-year", "-id"):
            part = "、".join(roles.get(project.pk, ()))
            section.add(
                project.number, project.name, part, project.year, project.get_stage_display(), url=desk_page(project)
            )
        return section

    def _lines(self):
        lines = Funding.objects.standing().filter(project__in=self.projects)
        if not self.names:
            return lines, lines.none()
        own = Q(organisation__in=self.names) | Q(enterprise__member_of__in=self.names)
        return lines.filter(own), lines.filter(is_joint=True)

    def _money(self):
        """Own, raised and mobilised apart, each by its states; joint money is nobody's share."""
        section = Section(
            _("Money (10,000 yuan)"),
            ((_("origin of the money"), ""), (_("state"), ""), (_("sum"), "num"), (_("precision"), "")),
            _("No money of its own is registered."),
        )
        lines, joint = self._lines()
        lines = list(lines.order_by("id"))
        for origin, label in Funding.Origin.choices:
            for rung in ladder(line for line in lines if line.origin == origin):
                if rung.total.lines:
                    section.add(label, rung.label, rung.text, rung.note or _("exact"))
        if number := joint.count():
            section.note = _("%d lines were given jointly; its share of them is not known and not reckoned.") % number
        return section

    def _results(self):
        """Approved results, each unit for itself."""
        section = Section(
            _("Results approved"),
            ((_("level"), ""), (_("unit"), ""), (_("reached"), "num"), (_("results"), "num"), (_("precision"), "")),
            _("No result is approved."),
        )
        by_unit = {}
        for result in Result.objects.approved().filter(project__in=self.projects).order_by("level", "unit", "id"):
            by_unit.setdefault((result.get_level_display(), result.unit), []).append(result.reached)
        for (level, unit), reached in by_unit.items():
            sum_ = total(reached, unit)
            section.add(level, unit_word(unit), format_quantity(sum_, "exact"), sum_.lines, caveat(sum_) or _("exact"))
        if self.commendation.organisation_id and section.rows:
            section.note = _("Of the projects in which it takes part; others took part in them too.")
        return section

    def _pledges(self):
        section = Section(
            _("Pledges"),
            ((_("number"), "nowrap"), (_("need"), ""), (_("money offered"), "num"), (_("status"), ""), (_("kept"), "")),
            _("It has pledged nothing."),
        )
        of_nominee = Q(organisation__in=self.names) if self.names else Q(project=self.commendation.project_id)
        pledges = Pledge.objects.within_scope_of(self.user).filter(of_nominee)
        for pledge in pledges.select_related("need").prefetch_related("items").order_by("-pk"):
            section.add(
                pledge.number, pledge.need, format_quantity(pledge.money, "exact"), pledge.get_status_display(),
                _kept(pledge, self.on), url=desk_page(pledge),
            )  # fmt: skip
        return section

    def _difficulties(self):
        section = Section(
            _("Difficulties"), ((_("difficulty"), ""), (_("project"), ""), (_("status"), "")), _("None was raised.")
        )
        rows = Difficulty.objects.within_scope_of(self.user).filter(project__in=self.projects)
        for one in rows.select_related("project").order_by("-pk"):
            section.add(one.title, one.project.number, one.get_status_display(), url=desk_page(one))
        return section

    def _doubts(self):
        """The data checks that find rows of the nominee; what was looked into stays and is counted."""
        section = Section(
            _("Data checks that find something"),
            ((_("data check"), ""), (_("rows found"), "num"), (_("of them looked into"), "num")),
            _("No data check finds anything."),
        )
        for rule in checks_open_to(self.user):
            asked = rule.asked(self.user, self.on)
            doubts = rule.tell_all(rule.rows(asked).filter(self._of_nominee(rule)), asked)
            if doubts:
                section.add(rule.title, len(doubts), str(sum(doubt.note is not None for doubt in doubts)))
        return section

    def _of_nominee(self, rule):
        """The condition that a rule's rows are the nominee's."""
        if rule.model is Project:
            return Q(pk__in=self.projects)
        if rule.model is Organisation:
            return Q(pk__in=[one.pk for one in self.names])
        if rule.model is Pledge:
            return Q(organisation__in=self.names) if self.names else Q(project=self.commendation.project_id)
        if rule.model is Need:  # a county's; who answers it comes later
            return Q(pk__in=())
        return Q(project__in=self.projects)

    def _earlier(self):
        section = Section(
            _("Earlier praise and awards"),
            ((_("title"), ""), (_("kind"), ""), (_("level"), ""), (_("status"), "")),
            _("There is none."),
        )
        nominee = Q(organisation__in=self.names) if self.names else Q(project=self.commendation.project_id)
        rows = Commendation.objects.within_scope_of(self.user).filter(nominee).exclude(pk=self.commendation.pk)
        for one in rows.order_by("-pk"):
            cells = one.title, one.get_kind_display(), one.get_level_display(), one.get_status_display()
            section.add(*cells, url=desk_page(one))
        return section

    def _objections(self):
        section = Section(
            _("Objections"),
            ((_("receipt number"), "nowrap"), (_("received at"), "nowrap"), (_("status"), ""), (_("answer"), "")),
            _("No objection came in."),
        )
        for one in self.commendation.objections.within_scope_of(self.user).order_by("pk"):
            received = format_instant(one.received_at, "table")
            section.add(one.receipt, received, one.get_status_display(), one.answer, url=desk_page(one))
        return section

    def facts(self):
        """[(label, value)]: who is nominated for what, and how far it has come."""
        it = self.commendation
        notice = [format_date(day) for day in (it.notice_from, it.notice_until) if day]
        pairs = [
            (_("Nominee"), it.nominee),
            (_("Kind"), f"{it.get_kind_display()} · {it.get_level_display()}"),
            (_("Campaign"), it.campaign),
            (_("Status"), it.get_status_display()),
            (_("Grounds"), it.grounds),
            (_("Proposed"), _signed(it.proposed_by, it.proposed_at)),
            (_("Reviewed"), _signed(it.reviewed_by, it.reviewed_at)),
            (_("Public notice"), " – ".join(notice)),
            (_("Granted"), _signed(it.granted_by, it.granted_at)),
        ]
        return [(label, str(value or "—")) for label, value in pairs]


def _signed(person, moment):
    return f"{person} {format_instant(moment, 'table')}" if person else ""


def _kept(pledge, on):
    """Whether the pledge was kept: signed or carried; broken off; or still open, and since when late."""
    status = Pledge.Status
    if pledge.status in (status.SIGNED, status.CARRIED):
        return _("yes")
    if pledge.status in (status.WITHDRAWN, status.DECLINED):
        return _("no: %s") % (pledge.status_reason or pledge.get_status_display())
    if pledge.deliver_by and pledge.deliver_by < on:
        return _("not yet, due on %s") % format_date(pledge.deliver_by, "table")
    return _("not yet")

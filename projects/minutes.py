"""The minutes of a meeting as a paper: who was there, what was dealt with, what was decided."""

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from projects.difficulties import who_answers
from projects.models import Event
from registry.core.dates import format_date
from registry.core.history import masked, masks_personal
from registry.core.papers import Paper

LINE = "＿" * 8


def minutes_of(event, user):
    """The paper; names of attendees are masked for those who see personal data masked."""
    paper = Paper(_("Minutes: %s") % event.name, get_language() or "zh-hans")
    if event.status != Event.Status.HELD:
        paper.paragraph(_("Draft: the meeting is not recorded as held (%s).") % event.get_status_display())
    paper.facts([(label, value) for label, value in _facts(event) if value])
    paper.heading(_("Attendees"))
    _attendees(paper, event, masks_personal(user))
    paper.heading(_("Agenda and what was said"))
    _agenda(paper, event)
    paper.heading(_("Decisions"))
    _decisions(paper, event)
    paper.heading(_("Signed off"))
    for label in (_("Recorded by"), _("Checked by"), pgettext("of a signature", "Date")):
        paper.facts([(label, LINE)])
    return paper


def _facts(event):
    days = [format_date(day) for day in (event.starts_on, event.ends_on) if day]
    number = f"{event.get_attendees_qualifier_display()} {event.attendees}" if event.attendees else ""
    return [
        (_("Kind"), event.get_kind_display()),
        (_("Campaign"), str(event.campaign)),
        (_("Date"), " – ".join(dict.fromkeys(days)) or event.date_note),
        (_("Place"), " ".join(filter(None, (str(event.division or ""), event.place)))),
        (_("Hosts"), _(", ").join(map(str, event.hosts.all()))),
        (_("Number of attendees"), number.strip()),
        (_("Summary"), event.summary),
    ]


def _attendees(paper, event, mask):
    people = event.attendance.select_related("organisation").order_by("pk")
    rows = [
        (masked(one.person, "name") if mask else one.person, one.title, str(one.organisation or one.body))
        for one in people
    ]
    if rows:
        paper.table((_("Name"), _("Title on that day"), _("Body")), rows)
    else:
        paper.paragraph(_("Nobody has been entered."))


def _agenda(paper, event):
    items = event.agenda.select_related("need__county", "difficulty__project", "step__project")
    for number, item in enumerate(items, 1):
        paper.heading(f"{number}. {item}", level=2)
        if said := about_in_words(item):
            paper.paragraph(said)
        paper.paragraph(item.notes or _("Nothing has been written down."))
    if not items:
        paper.paragraph(_("Nothing has been put on the agenda."))


def about_in_words(item):
    """What an agenda item is about: its kind, and the county or project that it belongs to; "" for words alone."""
    about = item.about
    if about is None:
        return ""
    place = about.county if item.need_id else about.project
    return f"{about._meta.verbose_name} · {place}"


def _decisions(paper, event):
    decisions = event.decisions.select_related("responsible", "measure", "step").order_by("pk")
    rows = [
        (
            number, decision.text, who_answers(decision),
            format_date(decision.due_on, "table") if decision.due_on else "", became(decision),
        )
        for number, decision in enumerate(decisions, 1)
    ]  # fmt: skip
    if rows:
        paper.table((_("No."), _("Decision"), _("Responsible"), _("Due"), _("Carried out as")), rows)
    else:
        paper.paragraph(_("Nothing has been decided."))


def became(decision):
    """The kind of work that a decision became, in a word."""
    consequence = decision.consequence
    return consequence._meta.verbose_name if consequence else "—"

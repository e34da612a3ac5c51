"""Which rows a member's session finds: of every table a condition in SQL on its row `{t}`, or that it is open.

The conditions say once more, to PostgreSQL, what `visible_to` says; a test asks both and compares. They stand on a few
functions of the schema `scope`, each evaluated once a statement: whoever asks is set when the session takes its role.
"""

from counties.models import Designation, Division, Posting, Succession
from orgs.models import Authority, Enterprise, FormerName, Membership, Organisation
from projects import models as own
from registry.core import models as core

OPEN = "open"
"""Reference data, what is everybody's, and what stands beside every record (who signed, which bytes)."""


def _among(column, values):
    return f"{{t}}.{column} IN ({', '.join(repr(str(value)) for value in values)})"


def _set(function):
    """What the function of `scope` gives, an array, as rows. PostgreSQL is not told how many there are, which it would
    ask the function while planning: it charges the look at all of them to each row that an index finds."""
    return f"SELECT unnest((SELECT scope.{function}()))"


def _within(column, function):
    return f"{{t}}.{column} IN ({_set(function)})"


def _of(parent, column, condition):
    """The row hangs, by `column`, on a row of `parent` that fulfils the condition."""
    table = parent._meta.db_table
    met = condition.replace("{t}", table)
    return f"EXISTS (SELECT FROM public.{table} WHERE {table}.id = {{t}}.{column} AND ({met}))"


def _keys(model, condition):
    table = model._meta.db_table
    return f"SELECT {table}.id FROM public.{table} WHERE {condition.replace('{t}', table)}"


def _root(model, keys):
    """The change is read under a record of the model that is among `keys`."""
    return f"{{t}}.root_table = '{model._meta.db_table}' AND {{t}}.root_pk IN (SELECT k::text FROM ({keys}) keys (k))"


MINE = _within("project_id", "projects")
PUBLISHED = _of(own.Project, "project_id", "{t}.visibility = 'published'")
EVENTS = f"(scope.is_partner() OR {_within('division_id', 'grounds')})"
AGREEMENTS = f"({MINE} OR {_within('pledge_id', 'pledges')})"
NEEDS = _within("county_id", "grounds")
HONOURS = f"({MINE} OR {_within('organisation_id', 'organisations')})"
BY_ME, TO_ME = "{t}.user_id = scope.person()", "{t}.by_id = scope.person()"
_BOUND = f"({_among('status', own.Pledge.BINDING)} OR {{t}}.confirmed_at IS NOT NULL)"
_TOLD = f"({MINE} OR {{t}}.status = 'published' AND {PUBLISHED})"
_DOCUMENTS = " OR ".join((
    MINE, _within("pledge_id", "pledges"),
    *(
        _of(parent, f"{name}_id", MINE)
        for parent, name in (
            (own.ProjectStep, "step"), (own.Funding, "funding"), (own.Result, "result"),
            (own.Difficulty, "difficulty"), (own.MonthlyReport, "report"),
        )
    ),
    _of(own.Need, "need_id", NEEDS), _of(own.Agreement, "agreement_id", AGREEMENTS),
    _of(own.Event, "event_id", EVENTS), _of(own.Commendation, "commendation_id", HONOURS),
))  # fmt: skip

SEEN = {
    # Projects and what hangs on them
    own.Project: f"({{t}}.visibility = 'published' OR {_within('id', 'projects')})",
    **dict.fromkeys((own.ProjectField, own.Site, own.Participation, own.ProjectMark), f"({MINE} OR {PUBLISHED})"),
    **dict.fromkeys((own.ProjectStep, own.Difficulty, own.MonthlyReport), MINE),
    own.Funding: f"({MINE} OR {{t}}.voided_at IS NULL AND {PUBLISHED})",
    own.Result: f"({MINE} OR {{t}}.status = 'approved' AND {PUBLISHED})",
    own.Publication: f"""({MINE} OR {{t}}.kind <> 'withdrawal'
        AND NOT scope.was_withdrawn({{t}}.project_id, {{t}}.serial))""",
    own.Story: _TOLD,
    **dict.fromkeys((own.StoryPhoto, own.StoryCorrection), _of(own.Story, "story_id", _TOLD)),
    own.Chase: _of(own.ProjectStep, "step_id", MINE),
    own.Measure: _of(own.Difficulty, "difficulty_id", MINE),
    **dict.fromkeys((own.ReportedMoney, own.ReportedResult), _of(own.MonthlyReport, "report_id", MINE)),
    own.ChaseNotice: "EXISTS (SELECT FROM public.core_notice p WHERE p.id = {t}.notice_id"
    " AND p.recipient_id = scope.person())",
    # A member asks the register itself
    **dict.fromkeys((own.Listed, own.ListedRank, own.ListedCount, own.ListedGram), "false"),
    # Needs and pledges
    own.Need: f"({_among('status', own.Need.PUBLIC)} OR {NEEDS})",
    own.NeedItem: _of(own.Need, "need_id", f"{_among('status', own.Need.PUBLIC)} OR {NEEDS}"),
    own.Pledge: _within("id", "pledges"),
    **dict.fromkeys((own.PledgeItem, own.Instalment), _within("pledge_id", "pledges")),
    own.Agreement: AGREEMENTS,
    own.Signatory: _of(own.Agreement, "agreement_id", AGREEMENTS),
    # Meetings, praise, circulars
    own.Event: f"({{t}}.is_public OR {EVENTS})",
    **dict.fromkeys((own.Attendance, own.AgendaItem, own.Decision), _of(own.Event, "event_id", EVENTS)),
    own.Commendation: f"({_among('status', own.Commendation.PUBLIC)} OR {HONOURS})",
    own.Objection: "false",
    own.Circular: "{t}.status = 'issued'",
    **dict.fromkeys(
        (own.CircularPart, own.CircularFigure), _of(own.Circular, "circular_id", "{t}.status = 'issued'")
    ),
    # Files, and ledgers sent in
    own.Document: _DOCUMENTS,
    own.LedgerImport: "{t}.sender_id = scope.person()",
    own.LedgerRow: _of(own.LedgerImport, "ledger_id", "{t}.sender_id = scope.person()"),
    own.DataCheckNote: "{t}.noted_by_id = scope.person()",
    # Organisations and people
    Organisation: f"""({_among('status', Organisation.PUBLIC)} OR {_within('id', 'organisations')}
        OR {_within('id', 'registered')})""",
    Membership: f"({BY_ME} OR {_within('organisation_id', 'organisations')})",
    **dict.fromkeys(
        (core.SavedView, core.Channels, core.Factor, core.RecoveryCode, core.FormerPassword, core.SignIn,
         core.Session), BY_ME
    ),
    **dict.fromkeys((core.Job, core.Once), TO_ME),
    core.Notice: "{t}.recipient_id = scope.person()",
    **dict.fromkeys(
        (
            core.Outgoing, core.Token, core.Subscription, core.Delivery, core.Attempt, core.Usage, core.Guess,
            core.Seal, core.Veil, core.Redaction,
        ),
        "false",
    ),
    core.Change: " OR ".join((
        "{t}.actor_id = scope.person()",
        _root(own.Project, _set("projects")), _root(own.Pledge, _set("pledges")),
        _root(Organisation, f"{_set('organisations')} UNION ALL {_set('registered')}"),
        *(_root(model, _keys(model, seen)) for model, seen in (
            (own.Need, NEEDS), (own.Event, EVENTS), (own.Agreement, AGREEMENTS), (own.Commendation, HONOURS),
            (own.Story, MINE), (own.Document, _DOCUMENTS),
        )),
    )),
    # Reference data, and what stands beside every record: who signed, which bytes
    **dict.fromkeys(
        (
            Division, Succession, Designation, Posting, Authority, FormerName, Enterprise, own.Field, own.Campaign,
            own.CampaignBureau, own.LampRule, own.ChecklistTemplate, own.TemplateStep, own.StandardReason,
            own.Statement, own.PaperWording, core.Blob, core.CalendarDay, core.User, core.UserRole,
            own.Event.hosts.through,
        ),
        OPEN,
    ),
}  # fmt: skip
"""{model: which rows a member's session finds}. Whoever adds a model adds its line: a test asks for it."""

_MY_PLEDGES = f"SELECT p.need_id FROM public.projects_pledge p WHERE p.id IN ({_set('pledges')})"

ALSO = {
    Organisation: "{t}.id IN (SELECT m.organisation_id FROM public.orgs_membership m WHERE m.user_id = scope.person())",
    own.Publication: "{t}.kind = 'withdrawal'",
    own.Pledge: _BOUND,
    own.PledgeItem: _of(own.Pledge, "pledge_id", _BOUND),
    own.Need: f"{{t}}.id IN ({_MY_PLEDGES})",
    own.NeedItem: f"{{t}}.need_id IN ({_MY_PLEDGES})",
    own.Document: "{t}.shown_id IS NOT NULL AND " + _of(own.Need, "need_id", _among("status", own.Need.PUBLIC)),
}
"""Rows that pages need beyond what may be listed: a need's gap and whether pledges were kept are sums over those of
others, a pledge tells of the need that it answers though that is over, the photographs of needs are everybody's, and
the address of an entry that was withdrawn tells everybody so. Who has applied for an organisation reads its name."""


def condition(model, row):
    """The condition in SQL on the row that the statement calls `row`; None where the table is open."""
    if SEEN[model] == OPEN:
        return None
    return f"({SEEN[model]}) OR ({ALSO.get(model, 'false')})".replace("{t}", row)

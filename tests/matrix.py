"""What each account is answered at each address: the expectations of the route matrix. Default: a route without a row
fails.

One rule reads the table (`expected`): whoever only reads is refused every method that writes; a method that the route
does not know is refused; a closed door answers before anything is looked up; a row that one does not find answers like
one that does not exist; only then the route answers.
"""

import re
from dataclasses import dataclass

from django.apps import apps

from counties.models import Division, Posting
from orgs.models import Authority, Enterprise, Membership, Organisation
from projects import models as own
from registry.core import models as core
from registry.core.roles import DESK_ROLES, Role
from registry.permissions import holders
from registry.reports.models import DataRelease, PersonRequest
from tests.routes import DESK
from tests.world import LABELS

LOGIN, AWAY = "sent to sign in", "sent where one works"
METHODS = ("get", "head", "post", "put", "patch", "delete")
SAFE = ("get", "head")

ACCOUNTS = {
    "public": None, "organisation": Role.ORGANISATION, "other organisation": Role.ORGANISATION,
    "county": Role.COUNTY, "other county": Role.COUNTY, "city": Role.COUNTY, "bureau": Role.BUREAU,
    "partner": Role.PARTNER, "auditor": Role.AUDITOR, "system_admin": Role.SYSTEM_ADMIN,
    "security_admin": Role.SECURITY_ADMIN, "audit_admin": Role.AUDIT_ADMIN, "disabled": None, "no role": None,
}  # fmt: skip
STRANGERS = ("public", "disabled")
READERS = ("auditor", "audit_admin")
ALL = frozenset(ACCOUNTS)
EVERY = frozenset(LABELS) - {"missing"}

A, B = frozenset({"organisation", "county", "city", "partner"}), frozenset({"other organisation", "other county"})
WHOLE = frozenset({"bureau", "auditor"})


def finds(ours=A, theirs=B, shown=frozenset(), draft=frozenset(), whole=WHOLE):
    """{label: accounts that find such a row}; `whole` finds all of them."""
    rows = {"ours": ours, "theirs": theirs, "shown": shown, "draft": draft}
    return {label: who | whole for label, who in rows.items()}


NOBODY = dict.fromkeys(EVERY, frozenset())
EVERYBODY = dict.fromkeys(EVERY, ALL)
COUNTIES = finds(ours=frozenset({"county", "city"}), theirs=frozenset({"other county"}))
ORGANISATIONS = finds(ours=frozenset({"organisation"}), theirs=frozenset({"other organisation"}))
WORKS = finds()
KNOWS = finds(shown=ALL)
TOLD = finds(ours=frozenset({"organisation"}), theirs=frozenset({"other organisation"}), shown=ALL)
ONESELF = finds(ours=ALL - {*STRANGERS}, theirs=frozenset(), whole=frozenset())
"""Where `ours` is the asker's own row and `theirs` somebody else's."""
ISSUED = finds(ours=frozenset(), theirs=frozenset(), shown=ALL)
OFFICE = finds(ours=frozenset(), theirs=frozenset())


def door(*accounts, away=(), strangers=LOGIN):
    """{account: None where it is open, else the answer}."""
    answers = dict.fromkeys(ALL, 403) | dict.fromkeys(STRANGERS, strangers) | dict.fromkeys(away, AWAY)
    return answers | dict.fromkeys(accounts, None)


def holding(permission):
    return [account for account, role in ACCOUNTS.items() if role in holders(permission)]


AT_DESK = [account for account, role in ACCOUNTS.items() if role in DESK_ROLES]
OF_COUNTIES, OF_ORGANISATIONS = ("county", "other county", "city"), ("organisation", "other organisation")
MY = (*OF_ORGANISATIONS, *OF_COUNTIES)

DOORS = {
    "all": door(*ALL),
    "signed in": door(*(ALL - {*STRANGERS})),
    "my": door(*MY, away=AT_DESK),
    "my county": door(*OF_COUNTIES, away=AT_DESK),
    "my organisation": door(*OF_ORGANISATIONS, away=AT_DESK),
    "my report": door(*MY, "bureau", "partner", away=AT_DESK),
    "my reporters": door(*OF_COUNTIES, "bureau", "partner", away=AT_DESK),
    "waiting": door("no role", *MY, away=AT_DESK),
    "strangers": door(*STRANGERS, away=ALL),
    "reports": door("bureau", "partner", "auditor"),
    "keepers": door("bureau", "partner"),
    "desk": door(*AT_DESK),
    "sign out": door(*AT_DESK, away=STRANGERS),
    "decliners": door(*OF_COUNTIES, "bureau"),
    "nobody": door(),
}


def door_of(name):
    """A door by its name, or by the permissions that it asks for, joined by `&`; `desk …`: and to work at the desk."""
    if name in DOORS:
        return DOORS[name]
    place, _space, permissions = name.rpartition(" ")
    may = set.intersection(*(set(holding(one)) for one in permissions.split("&")))
    return door(*(account for account in may if place != "desk" or account in AT_DESK))


@dataclass(frozen=True)
class Row:
    """One line of the table. `names`: a pattern of routes' names; `get`, `post`, `other`: the statuses of a whole
    answer, empty where the route does not know the method; `posts`: the door of POST, where it is another one;
    `own_affairs`: readers may write there."""

    names: str
    door: str
    finds: dict | None = None
    get: tuple = (200,)
    post: tuple = ()
    posts: str = ""
    own_affairs: bool = False
    patch: tuple = ()
    other: tuple = ()
    api: bool = False


WRITES = (400, 409, 428)
NEEDS = finds(ours=COUNTIES["ours"], theirs=COUNTIES["theirs"], shown=ALL)
PLEDGES = WORKS
LEDGERS = finds(ours=frozenset({"bureau", "partner", "auditor"}), theirs=frozenset())

TABLE = (
    # Public pages
    Row("metrics", "all"),  # asked from this machine itself
    Row("security-txt", "all", get=(200, 404)),
    Row("healthz|readyz|accessibility|sitemap|sitemap-xml|sitemap-part|robots", "all"),
    Row("home|screen|search|campaigns?|fields?|cases|data|data-index|events|circulars|counties|county|county-sheet|orgs",
        "all"),
    Row("figure|statement|rules|projects|projects-facets|needs|stories|praise|objection", "all"),
    Row("data-release|data-file", "all", dict.fromkeys(EVERY, ALL)),
    Row("circular|circular-(file|figure)", "all", ISSUED),
    Row("circular-numbered", "all", ISSUED, get=(302,)),
    Row("org", "all", finds(ours=ALL, theirs=ALL, shown=ALL)),
    Row("project|story", "all", KNOWS),
    Row("project-version", "all", dict.fromkeys(EVERY, frozenset()) | {"shown": ALL}),
    Row("need", "all", NOBODY | {"shown": ALL}),
    Row("need-photo|project-file", "all", NOBODY),
    Row("story-photo", "all", KNOWS),
    Row("document", "all", WORKS),
    Row("agreement-paper", "all", WORKS),
    Row("commendation", "all", TOLD, post=(200, 302, 400)),
    Row("praise-dossier", "projects.view_commendation", OFFICE),
    # Reports
    Row("history", "core.view_change"),
    Row("batch", "core.view_change", get=(404,)),
    Row("checks|check", "projects.view_datachecknote"),
    Row("check-note", "projects.view_datachecknote", finds(ours=frozenset({"partner"})), post=(200, 302),
        posts="projects.add_datachecknote"),
    Row("reports|reports-cell|reports-changes", "reports"),
    Row("reports-view-save", "keepers", get=(), post=(302,)),
    Row("reports-view-delete", "keepers", NOBODY, get=(), post=(302,)),
    # Pages of counties and organisations
    Row("my|my-projects|my-ledger|my-reports|my-difficulties", "my"),
    Row("my-people", "my organisation", post=(404,)),
    Row("my-project", "my", WORKS),
    Row("my-money", "my organisation", WORKS, post=(400,)),
    Row("my-step|my-difficulty", "my", WORKS, post=(403, 409)),
    Row("my-receipt", "my", WORKS, post=(302,), posts="my county"),
    Row("my-unchanged", "my county", get=(302,), post=(302,)),
    Row("my-report", "my report", WORKS, post=(400,), posts="my reporters"),
    Row("my-needs|my-received", "my county"),
    Row("my-need-new", "my county", post=(400,)),
    Row("my-need", "my county", COUNTIES, post=(404,)),
    Row("my-need-edit|my-received-pledge", "my county", COUNTIES, post=(400,)),
    Row("my-need-check", "my county", COUNTIES, post=(409, 302)),
    Row("my-difficulty-new", "my", post=(400,)),
    Row("my-pledges", "my organisation"),
    Row("my-pledge-new", "my organisation", post=(400,)),
    Row("my-pledge-(what|when|check)", "my organisation", ORGANISATIONS, get=(302,), post=(302,)),
    Row("my-pledge-receipt", "my organisation", ORGANISATIONS),
    Row("my-pledge", "my organisation", ORGANISATIONS, post=(400,)),
    Row("my-import", "my", post=(400,)),
    Row("my-import-template", "my"),
    Row("my-import-(ledger|file)", "my", ONESELF),
    Row("my-import-(progress|confirm)", "my", ONESELF, get=(302,)),
    Row("my-import-faults", "my", ONESELF, get=(404,)),
    Row("my-import-columns", "my", ONESELF, get=(), post=(404,)),
    Row("my-import-(correct|decide|check|write|undo|drop)", "my", ONESELF, get=(), post=(302,)),
    # One's own
    Row("jobs|notices", "signed in"),
    Row("job|notice", "signed in", ONESELF, own_affairs=True),
    Row("cancel-job", "signed in", ONESELF, get=(), post=(302,), own_affairs=True),
    Row("ask-list", "signed in", get=(), post=(404,), own_affairs=True),
    Row("ask-past", "signed in", get=(), post=(404,), own_affairs=True),
    Row("made-list", "signed in", NOBODY),
    Row("read-notices", "signed in", get=(), post=(302,), own_affairs=True),
    Row("channels", "signed in", post=(302, 400), own_affairs=True),
    Row("login", "all", get=(200, 302), post=(200, 302, 400), own_affairs=True),
    Row("sign-in-(code|factor|password)", "all", get=(LOGIN,), post=(LOGIN,), own_affairs=True),
    Row("password-reset", "all", post=(200, 302, 400), own_affairs=True),
    Row("password-reset-sent", "all"),
    Row("password-new|password-link", "all", get=(302, 404, 410), post=(302, 404, 410), own_affairs=True),
    Row("my-data", "signed in"),
    Row("account", "signed in", own_affairs=True),
    Row("typed", "signed in", get=(302,), post=(302,), own_affairs=True),
    Row("own-(password|factor|sessions)", "signed in", post=(200, 302, 400), own_affairs=True),
    Row("signup-done", "all"),
    Row("signup|signup-(organisation|account|check)", "strangers", get=(200, 302), post=(200, 302, 400)),
    Row("waiting", "waiting", get=(200, 302)),
    Row("logout", "all", get=(), post=(302,), own_affairs=True),
    Row("preferences", "all", get=(), post=(302, 400), own_affairs=True),
    Row("set_language", "all", get=(), post=(302,), own_affairs=True),
    # The interface
    Row("(project|organisation|circular|county|projectstep)-list|project-(export|facets)|api-root", "all", api=True),
    Row("api-figures", "all", get=(200, 405), api=True),
    Row("need-list", "all", post=(400,), posts="projects.add_need", api=True),
    Row("pledge-list", "all", post=(400,), posts="projects.add_pledge", api=True),
    Row("schema|api-docs", "all"),
    Row("api-examples", "all"),
    Row("county-detail", "all", api=True),
    Row("project-detail", "all", KNOWS, api=True),
    Row("project-move", "all", KNOWS, get=(), post=WRITES, posts="projects.move_project", api=True),
    Row("organisation-detail", "all", finds(ours=ALL, theirs=ALL, shown=ALL), api=True),
    Row("circular-detail", "all", ISSUED, api=True),
    Row("need-detail", "all", NEEDS, patch=WRITES, posts="projects.change_need", api=True),
    Row("need-(publish|send-back)", "all", NEEDS, get=(), post=WRITES, posts="projects.publish_need", api=True),
    Row("need-(expire|renew|submit|withdraw)", "all", NEEDS, get=(), post=WRITES, posts="projects.submit_need",
        api=True),
    Row("pledge-detail", "all", PLEDGES, patch=WRITES, posts="projects.change_pledge", api=True),
    Row("pledge-accept", "all", PLEDGES, get=(), post=WRITES, posts="projects.accept_pledge", api=True),
    Row("pledge-confirm", "all", PLEDGES, get=(), post=WRITES, posts="projects.confirm_pledge", api=True),
    Row("pledge-decline", "all", PLEDGES, get=(), post=WRITES, posts="decliners", api=True),
    Row("pledge-(submit|withdraw)", "all", PLEDGES, get=(), post=WRITES, posts="projects.submit_pledge", api=True),
    Row("projectstep-detail", "all", WORKS, api=True),
    Row("projectstep-complete", "all", WORKS, get=(), post=WRITES, posts="projects.complete_projectstep", api=True),
    Row("projectstep-(reopen|send-back|verify)", "all", WORKS, get=(), post=WRITES, posts="projects.verify_projectstep",
        api=True),
    Row("projectstep-waive", "all", WORKS, get=(), post=WRITES, posts="projects.waive_projectstep", api=True),
    Row("", "all", get=(404,), post=(404,), other=(404,)),
    # Pages of the desk
    Row("admin:index|admin:app_list", "desk", get=(200, 404)),
    Row("admin:jsi18n", "desk"),
    Row("admin:login", "all", get=(LOGIN,), post=(LOGIN,), other=(LOGIN,)),
    Row("admin:logout", "sign out", get=(405,), post=(302,), own_affairs=True),
    Row("admin:password_change", "desk", get=(302,), post=(302,), own_affairs=True),
    Row("admin:password_change_done", "desk"),
    Row("admin:autocomplete", "desk", get=(403,)),
    Row("admin:", "desk", get=(302, 404), post=(302, 404)),
    Row("admin:board-view-save", "desk projects.view_projectstep", get=(), post=(302,), own_affairs=True),
    Row("admin:board-view-delete", "desk projects.view_projectstep", ONESELF, get=(), post=(302,), own_affairs=True),
    Row("admin:board-bulk", "desk projects.view_projectstep", get=(), post=(302, 400, 200)),
    Row("admin:board-done", "desk projects.view_projectstep", get=(404,), post=(404,)),
    Row("admin:board", "desk projects.view_projectstep"),
    Row("admin:difficulty-board", "desk projects.view_difficulty"),
    Row("admin:import", "desk projects.view_ledgerimport", post=(400,), posts="desk projects.add_ledgerimport"),
    Row("admin:import-template", "desk projects.view_ledgerimport"),
    Row("admin:import-(ledger|file)", "desk projects.view_ledgerimport", LEDGERS),
    Row("admin:import-(progress|confirm)", "desk projects.view_ledgerimport", LEDGERS, get=(302,)),
    Row("admin:import-faults", "desk projects.view_ledgerimport", LEDGERS, get=(404, 403)),
    Row("admin:import-columns", "desk projects.view_ledgerimport", LEDGERS, get=(), post=(404,)),
    Row("admin:import-(correct|decide|check|write|undo|drop)", "desk projects.view_ledgerimport", LEDGERS, get=(),
        post=(302, 403)),
    Row("admin:matching", "desk projects.view_pledge"),
    Row("admin:matching-move", "desk projects.view_pledge", get=(), post=(302, 400, 404)),
    Row("admin:matching-sheet", "desk projects.view_pledge", get=(200, 404)),
    Row("admin:matching-tell", "desk projects.publish_need", get=(400,), post=(302, 400, 404)),
    Row("admin:handbook", "desk projects.publish_need", get=(200, 302), post=(302, 400)),
    Row("admin:handbook-file", "desk projects.publish_need", NOBODY),
    Row("admin:permissions|admin:permissions-fields", "desk auth.view_group"),
    Row("admin:locks", "desk core.change_user", post=(200, 302, 400, 404)),
    Row("admin:unused-accounts", "desk core.change_user", post=(200, 302, 400)),
    Row("admin:seals", "desk core.view_seal"),
    Row("admin:running", "desk core.watch_site"),
    Row("admin:running-job", "desk core.watch_site", EVERYBODY, get=(), post=(302,)),
    Row("admin:seals-verify", "desk core.view_seal", get=(), post=(302,), own_affairs=True),
    Row("admin:reports_personrequest_held", "desk reports.answer_personrequest", OFFICE),
    Row("admin:late-reports", "desk projects.view_monthlyreport"),
    Row("admin:signing", "desk projects.sign_pledge", post=(200, 302, 400)),
    Row("admin:verify", "desk projects.verify_projectstep"),
    Row("admin:verify-step", "desk projects.verify_projectstep", WORKS, get=(200, 302), post=(302, 200, 400, 409)),
    Row("admin:verify-pass", "desk projects.verify_projectstep", get=(405, 302), post=(302, 400, 200)),
    Row("admin:release-data", "desk reports.make_datarelease", get=(200, 405), post=(302, 400)),
    # Pages of records at the desk
    Row("admin:projects_event_agenda", "desk projects.add_agendaitem", EVERYBODY, post=(200, 302, 400)),
    Row("admin:projects_event_(sheet|minutes)", "desk projects.view_decision", EVERYBODY),
    Row("admin:projects_project_publication", "desk projects.view_project", WORKS, post=(200, 302, 400),
        posts="desk projects.publish_project"),
    Row("admin:projects_project_file", "desk projects.view_project", WORKS, get=(), post=(302,), own_affairs=True),
    Row("admin:projects_project_publish[_-]changes", "desk projects.publish_project", post=(200, 302, 400)),
    Row("admin:projects_paperwording_(file|trial)", "desk projects.view_paperwording", OFFICE, get=(200, 404, 403),
        post=(200, 302, 400, 403, 404)),
    Row("admin:projects_paperwording_pattern", "desk projects.view_paperwording"),
    Row("admin:projects_circular_compose", "desk projects.view_circular", OFFICE, get=(200, 403, 409),
        post=(200, 302, 400, 403, 409)),
    Row("admin:projects_circular_check", "desk projects.view_circular", OFFICE, get=(), post=(302,), own_affairs=True),
)  # fmt: skip

FOUND = {
    Organisation: finds(ours=frozenset({"partner", "system_admin"}), theirs=frozenset({"system_admin"}),
                        shown=frozenset({"system_admin"})),
    Membership: finds(whole=WHOLE | {"system_admin"}, ours=frozenset(), theirs=frozenset()),
    Posting: EVERYBODY, core.User: EVERYBODY,
    **dict.fromkeys((own.Story, own.StoryPhoto, own.Commendation, own.Objection, own.Circular,
                     own.PaperWording, DataRelease, PersonRequest), OFFICE),
    own.Event: finds(ours=frozenset({"partner"}), theirs=frozenset({"partner"}), shown=frozenset({"partner"}),
                     draft=frozenset({"partner"})),
    own.Decision: OFFICE,
    own.Need: finds(ours=frozenset(), theirs=frozenset(), shown=frozenset({"partner"})),
}  # fmt: skip
"""Which rows of a model are found at the desk by those who may look at it; by default those of the scopes. Tables
without scopes are the same for all of them."""

WHOLE_TABLES = {
    core.CalendarDay, core.SignIn, core.Token, core.Subscription, core.Delivery, core.Outgoing, Division, Authority,
    Enterprise, own.Campaign, own.Field, own.StandardReason, own.LampRule, own.Statement, own.ChecklistTemplate,
}  # fmt: skip


def at_desk(found, name):
    """The line of a generated address of the desk."""
    model, view = apps.get_model(found["app"], found["model"]), found["view"]
    label = f"{found['app']}.{{}}_{found['model']}"
    rows = EVERYBODY if model in WHOLE_TABLES else FOUND.get(model, WORKS)
    look, add, change = (f"desk {label.format(verb)}" for verb in ("view", "add", "change"))
    if (model, view) in WITHOUT_PAGE:
        return Row(name, look, get=(404,), post=(404,))
    if view == "changelist":
        return Row(name, look, post=(200, 302, 405))
    if view == "export":
        return Row(name, look, get=(400,))
    if view == "add":
        return Row(
            name, "nobody" if model in NEVER_ADDED else ADDED_BY.get(model, add), get=(200, 302), post=(200, 302, 409)
        )
    if view == "change":
        posts = "nobody" if model in NEVER_CHANGED else change
        return Row(name, look, rows, post=SAVED.get(model, (200, 302, 409)), posts=posts)
    if view == "delete":
        return Row(name, f"desk {label.format('delete')}" if model in DELETED else "nobody", rows, post=(200, 302))
    if view == "history":
        return Row(name, f"{look}&core.view_change", rows)
    if view == "restore":
        return Row(name, f"{look}&projects.move_project&orgs.move_organisation", rows, get=(404, 409), post=(404, 409))
    if view in ("move", "deed"):
        return Row(name, look, rows, get=(404,), post=(404,))
    return None


NEVER_ADDED = {DataRelease, core.Change, core.SignIn, core.Delivery, core.Outgoing, own.Pledge, own.Measure,
               own.Objection, own.Decision, own.MonthlyReport, own.LampRule}  # fmt: skip
WITHOUT_PAGE = {(core.Change, "history"), (core.SignIn, "change")}
ADDED_BY = {core.Token: "desk core.assign_token"}
DELETED = {core.CalendarDay}
"""What the desk takes away for good: all else stays."""
SAVED = dict.fromkeys((Membership, own.Circular, own.MonthlyReport, own.Story), (200, 302, 403, 409)) | {
    core.Change: ()
}
"""What a form that is sent is answered, where that differs: some rows take no more edits, and the trail has no form."""
NEVER_CHANGED = {core.Change, core.SignIn, core.Token, core.Delivery, core.Outgoing}


def row_of(name, route):
    """The line of a route, or None."""
    if (found := DESK.match(name)) and (row := at_desk(found, name)):
        return row
    return next((row for row in TABLE if re.fullmatch(row.names, name)), None)


def expected(row, account, method, label):
    """The answers of which one is right: statuses, LOGIN or AWAY."""
    if method not in SAFE and account in READERS and not row.own_affairs:
        return {403}
    if row.api and method not in SAFE and account in STRANGERS:
        return {401}
    known = row.get if method in SAFE else {"post": row.post, "patch": row.patch}.get(method) or row.other
    answer = door_of(row.posts if method not in SAFE and row.posts else row.door)[account]
    found = row.finds is None or (label != "missing" and account in row.finds[label])
    if not known:
        return {405} | ({answer} if answer else set()) | (set() if found else {404})
    if answer:
        return {answer} | ({404} if answer == 403 and (not found or "admin:" in row.names) else set())
    return set(known) if found else {404}

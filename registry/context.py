"""What every page shows around its content: name, navigation by place and role, languages, reading, legal lines."""

from functools import cache, cached_property
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.db.models import Count, Value
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from registry.core.dates import format_instant
from registry.core.models import Notice
from registry.core.prepared import Asked, Prepared
from registry.core.roles import Role
from registry.preferences import SIZES, Reading
from registry.reports.guard import READERS

PUBLIC = (
    (_("Overview"), "home"),
    (_("Counties"), "counties"),
    (_("Organisations"), "orgs"),
    (_("Projects"), "projects"),
    (_("Needs"), "needs"),
    (_("Stories"), "stories"),
    (_("Events"), "events"),
    (_("Circulars"), "circulars"),
    (_("Praise and awards"), "praise"),
    (_("Open data"), "data"),
)
ABOUT = (
    (_("Campaigns"), "campaigns"),
    (_("Fields of help"), "fields"),
    (_("Search"), "search"),
    (_("Screen"), "screen"),
    (_("Counting rules"), "rules"),
    (_("Nine cases"), "cases"),
    (_("Interface"), "api-docs"),
    (_("Accessibility statement"), "accessibility"),
    (_("Site map"), "sitemap"),
)
DESK = (
    (_("Checklist board"), "board", "projects.view_projectstep"),
    (_("Sign-off queue"), "verify", "projects.verify_projectstep"),
    (_("Projects"), "projects_project_changelist", "projects.view_project"),
    (_("Import of ledgers"), "import", "projects.view_ledgerimport"),
    (_("Monthly reports"), "projects_monthlyreport_changelist", "projects.view_monthlyreport"),
    (_("Difficulties"), "projects_difficulty_changelist", "projects.view_difficulty"),
    (_("Events"), "projects_event_changelist", "projects.view_event"),
    (_("Organisations"), "orgs_organisation_changelist", "orgs.view_organisation"),
    (_("Matching board"), "matching", "projects.view_pledge"),
    (_("Needs"), "projects_need_changelist", "projects.view_need"),
    (_("Pledges"), "projects_pledge_changelist", "projects.view_pledge"),
    (_("Circulars"), "projects_circular_changelist", "projects.view_circular"),
    (_("Counties"), "counties_division_changelist", "counties.view_division"),
    (_("Open data"), "reports_datarelease_changelist", "reports.view_datarelease"),
    (_("How the site runs"), "running", "core.watch_site"),
    (_("Outbox"), "core_outgoing_changelist", "core.view_outgoing"),
    (_("Accounts"), "core_user_changelist", "core.view_user"),
    (_("Unused accounts"), "unused-accounts", "core.change_user"),
    (_("Locks"), "locks", "core.change_user"),
    (_("Sign-ins"), "core_signin_changelist", "core.view_signin"),
    (_("Tokens of systems"), "core_token_changelist", "core.view_token"),
    (_("Webhooks"), "core_subscription_changelist", "core.view_subscription"),
)
REPORTS = (_("Reports and circulars"), "reports")
HISTORY = (_("History of changes"), "history")
OWN = ("/notices/", "/jobs/", "/reports/", "/accounts/")
"""Pages of whoever looks at them, and reports: those who work at the desk keep its navigation there."""

LEGAL = (
    (_("Run by"), "SITE_OWNER"),
    (_("Contact"), "SITE_CONTACT"),
    (_("Supervision hotline"), "SITE_HOTLINE"),
    (_("Website code"), "SITE_CODE"),
    (_("ICP filing"), "SITE_ICP"),
    (_("Public security filing"), "SITE_POLICE"),
)


REGISTERS = {"SITE_ICP": "https://beian.miit.gov.cn/"}
"""Where a filing number can be looked up: whoever shows the ICP number must lead there (article 13 of the
非经营性互联网信息服务备案管理办法). A link only: nothing is fetched from there."""


class Link(NamedTuple):
    label: str
    url: str
    is_current: bool = False


class Language(NamedTuple):
    code: str
    name: str
    is_current: bool


class Shell:
    """Everything is worked out when a template first asks for it; only `unread` costs a query of its own."""

    name = _("Bangfu registry")
    demo = settings.DEMO
    sizes = SIZES.items()

    def __init__(self, request):
        self.request = request
        self.path = request.get_full_path()
        self.reading = Reading.of(request)

    @cached_property
    def user(self):
        user = getattr(self.request, "user", None)
        return user if user and user.is_authenticated else None

    @property
    def stands_at(self):
        """Up to when the page knows the register, in words, where the primary is away; else nothing."""
        instant = getattr(self.request, "stands_at", None)
        return format_instant(instant) if instant else ""

    @property
    def roles(self):
        """The roles of the person signed in, in words."""
        return [role.label for role in Role if self.user and role in self.user.roles]

    @property
    def languages(self):
        return [
            Language(code, get_language_info(code)["name_local"], code == get_language())
            for code, _name in settings.LANGUAGES
        ]

    @property
    def html_lang(self):
        """As the browser wants it; without the region it may pick the Japanese shapes of the characters."""
        return "zh-CN" if get_language() == "zh-hans" else get_language()

    @property
    def idle(self):
        """Minutes without a request after which the session of the person signed in ends; None for visitors."""
        session = getattr(self.request, "session", None)  # a job that asks for a list has none
        return session.get("idle", settings.SESSIONS["staff"]) if self.user and session else None

    @cached_property
    def unread(self):
        """How many messages the person signed in has not read."""
        if self.user is None or not self.user.is_active:
            return 0
        [(number,)] = _unread().ask(who=self.user.pk)
        return number

    @cached_property
    def is_desk(self):
        own = self.request.path.startswith(OWN) and self.user is not None and self.user.is_staff
        return own or self.request.path.startswith(reverse("admin:index"))

    @property
    def has_search(self):
        """Whether the bar has the search over all: not at the desk, whose lists have their own, nor where it leads."""
        return not self.is_desk and self.request.path != reverse("search")

    @property
    def navigation(self):
        return self._desk() if self.is_desk else self._public()

    @property
    def sitemap(self):
        return self.links(PUBLIC + ABOUT)

    @property
    def legal(self):
        """Label, text and where to look it up (or ""), of those lines that the settings give."""
        found = [(label, getattr(settings, name), REGISTERS.get(name, "")) for label, name in LEGAL]
        return [line for line in found if line[1]]

    @property
    def contact(self):
        """Who runs the site and how to reach them: the first three of the legal lines, where they are set."""
        return [(label, getattr(settings, name)) for label, name in LEGAL[:3] if getattr(settings, name)]

    @property
    def canonical(self):
        """The page's one address: without filters and order, with its number in a long list.

        Both languages stand at the same address (a switch chooses), so no page names another as its translation.
        """
        asked = "SERVER_NAME" in self.request.META  # a job that asks for a list does so from nowhere
        place = settings.SITE_URL or (f"{self.request.scheme}://{self.request.get_host()}" if asked else "")
        page = self.request.GET.get("page", "")
        return f"{place}{quote(self.request.path)}" + (f"?page={page}" if page.isascii() and page.isdigit() else "")

    def _public(self):
        works_at_desk = self.user is not None and self.user.is_staff
        works_at_home = self.user is not None and self.user.holds(Role.COUNTY, Role.ORGANISATION)
        own = (((_("Workbench"), "admin:index"),) if works_at_desk else ()) + (
            ((_("My work"), "my"),) if works_at_home else ()
        )
        if self.user is not None and not self.user.roles:
            own = ((_("My application"), "waiting"),)
        return self.links(own + PUBLIC)

    def _desk(self):
        if self.user is None or not self.user.is_staff:
            return self.links(PUBLIC)
        lists = tuple((label, f"admin:{name}") for label, name, permission in DESK if self.user.has_perm(permission))
        traced = (HISTORY,) if self.user.has_perm("core.view_change") else ()
        reports = (REPORTS,) if self.user.holds(*READERS) else traced
        return self.links(((_("Workbench"), "admin:index"), *lists, *reports, (_("Public site"), "home")))

    def links(self, table):
        """The `Link`s of a table of labels and names of pages; a page that is not there is left out."""
        links = []
        for label, name in table:
            if url := _place(name, get_script_prefix(), settings.ROOT_URLCONF):
                exact = name in {"home", "admin:index"}
                path = self.request.path
                links.append(Link(label, url, path == url if exact else path.startswith(url)))
        return links


@cache
def _place(name, _prefix, _addresses):
    """Where a page stands on a site at this place with these addresses; "" for one that there is not: a model that is
    not on the desk has no list."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@cache
def _unread():
    """How many messages an account has not read: `within_scope_of` it."""
    rows = Notice.objects.filter(recipient=Asked("who")).unread()
    return Prepared(rows.order_by().annotate(all=Value(1)).values("all").values_list(Count("pk")))


def shell(request):
    """Gives templates `shell`. Not called `site`: Django's sign-in view puts another thing under that name."""
    return {"shell": Shell(request)}

"""Pages about the site itself: the statement of accessibility, the site map for people and for machines, robots.txt."""

import datetime
import re

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index as answer_index
from django.contrib.sitemaps.views import sitemap as answer_part
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from counties.models import Division
from orgs.models import Organisation
from projects.models import Campaign, Circular, Commendation, Field, Need, Project, Story
from registry.context import ABOUT, PUBLIC, Shell
from registry.core.public_session import asks_no_records
from registry.preferences import MODES, Reading

REVIEWED = datetime.date(2026, 11, 26)
"""The day on which the statement was last compared with the site."""

TAKING_PART = (
    (_("Sign up your organisation"), "signup"),
    (_("Sign in"), "login"),
    (_("Find an answer by receipt number"), "objection"),
)
MACHINES = ((_("Description of the interface (OpenAPI)"), "schema"), (_("Site map for machines (XML)"), "sitemap-xml"))
MAIL, PHONE = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII), re.compile(r"\+?[0-9][0-9 -]{5,}[0-9]")
CLOSED = ("/desk/", "/my/", "/accounts/", "/reports/", "/history/", "/jobs/", "/notices/", "/preferences/", "/i18n/")


@require_safe
def accessibility(request):
    """The reading tools; what the site aims at, what was tested and how, what is known to lack, whom to tell."""
    reading = Reading.of(request)
    modes = [(mode, label, words, getattr(reading, mode)) for mode, (label, words) in MODES.items()]
    return render(request, "registry/accessibility.html", {"reviewed": REVIEWED, "modes": modes})


@require_safe
def site_map(request):
    """Every kind of public page; the counties and fields lead to the rest."""
    links = Shell(request).links
    parts = [
        (_("Contents"), links(PUBLIC)),
        (_("About the register"), links(ABOUT)),
        (_("Taking part"), links(TAKING_PART)),
        (_("For machines"), links(MACHINES)),
    ]
    counties = Division.objects.designated().select_related("parent").order_by("code")
    return render(request, "registry/sitemap.html", {"parts": parts, "counties": counties})


@require_safe
def robots(request):
    """What search engines may read: everything public, and where the site map is."""
    lines = ["User-agent: *", *(f"Disallow: {place}" for place in CLOSED)]
    lines += [f"Sitemap: {settings.SITE_URL or request.build_absolute_uri('/').rstrip('/')}{reverse('sitemap-xml')}"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@asks_no_records
@require_safe
def security(request):
    """Whom to tell of a weakness (RFC 9116): mail address or telephone of `SITE_CONTACT`; 404 where there is none."""
    mail, phone = MAIL.search(settings.SITE_CONTACT), PHONE.search(settings.SITE_CONTACT)
    if not (mail or phone):
        raise Http404
    contact = f"mailto:{mail[0]}" if mail else f"tel:{re.sub('[^+0-9]', '', phone[0])}"
    until = timezone.now() + datetime.timedelta(days=180)
    lines = [f"Contact: {contact}", f"Expires: {until:%Y-%m-%dT00:00:00Z}", "Preferred-Languages: zh, en"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


class _Pages(Sitemap):
    def items(self):
        return [name for _label, name in (*PUBLIC, *ABOUT)]

    def location(self, item):
        return reverse(item)


class _Records(Sitemap):
    """The records of one kind that everybody may see, each at the page `name`, called by `key`."""

    def __init__(self, name, key, rows):
        self.name, self.key, self.rows = name, key, rows

    def items(self):
        return self.rows(AnonymousUser()).order_by("pk").values_list(self.key, flat=True)

    def location(self, item):
        return reverse(self.name, args=(item,))


SITEMAPS = {
    "pages": _Pages(),
    "counties": _Records("county", "code", lambda _user: Division.objects.designated()),
    "projects": _Records("project", "number", Project.objects.visible_to),
    "organisations": _Records("org", "pk", Organisation.objects.visible_to),
    "needs": _Records("need", "number", lambda user: Need.objects.visible_to(user).exclude(number="")),
    "stories": _Records("story", "pk", Story.objects.visible_to),
    "campaigns": _Records("campaign", "code", lambda _user: Campaign.objects.all()),
    "fields": _Records("field", "code", lambda _user: Field.objects.active()),
    "circulars": _Records("circular", "pk", lambda user: Circular.objects.visible_to(user).issued()),
    "praise": _Records("commendation", "pk", Commendation.objects.visible_to),
}


@require_safe
def sitemap_xml(request):
    """The index of the parts, each of at most 50,000 addresses."""
    return answer_index(request, SITEMAPS, sitemap_url_name="sitemap-part")


@require_safe
def sitemap_part(request, section):
    return answer_part(request, SITEMAPS, section=section)

"""Pages about the site itself, and what every public page tells machines: description, address, the site map."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from registry.context import ABOUT, PUBLIC
from registry.site_pages import CLOSED
from tests.factories import make_need, make_project, make_user
from tests.reports.circulars import drawn_up

pytestmark = pytest.mark.django_db


def meta(page, name):
    return re.search(f'<meta name="{name}" content="([^"]*)">', page)[1]


def locations(client, address):
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "application/xml"
    return re.findall("<loc>([^<]+)</loc>", answer.content.decode())


def test_the_statement_names_its_standards_its_gaps_and_whom_to_tell(client, settings):
    settings.SITE_CONTACT = "0311-00000000"
    page = client.get(reverse("accessibility")).content.decode()

    assert "WCAG" in page
    assert "GB/T 37668-2019" in page
    assert page.count("0311-00000000") == 2, "in the statement and in the footer"


def test_without_a_contact_the_statement_says_so(client, settings):
    settings.SITE_OWNER = settings.SITE_CONTACT = settings.SITE_HOTLINE = ""
    client.cookies["django_language"] = "en"

    assert "has not named a contact yet" in client.get(reverse("accessibility")).content.decode()


def test_the_reading_tools_lead_back_to_the_statement(client):
    page = client.get(reverse("accessibility")).content.decode()
    form = page.split('<form method="post" action="/preferences/" data-plain>')[1].split("</form>")[0]

    assert 'name="next" value="/accessibility/"' in form
    assert set(re.findall(r'name="(elder|contrast|pointer)" value="1" aria-pressed="false"', form)) == {
        "elder", "contrast", "pointer",
    }  # fmt: skip


def test_the_site_map_leads_to_every_kind_of_public_page(client):
    page = client.get(reverse("sitemap")).content.decode()

    assert {reverse(name) for _label, name in (*PUBLIC, *ABOUT)} <= set(re.findall('href="([^"]+)"', page))


def test_the_site_map_for_machines_holds_what_everybody_may_see_and_nothing_else(client):
    shown, hidden = make_project(visibility="published"), make_project()
    client.force_login(make_user("bureau"))  # who may see more, but the map is everybody's

    parts = locations(client, reverse("sitemap-xml"))
    found = {location for part in parts for location in locations(client, part)}

    assert f"http://testserver{shown.get_absolute_url()}" in found
    assert f"http://testserver{hidden.get_absolute_url()}" not in found
    assert "http://testserver/projects/" in found


def test_drafts_are_in_no_site_map(client):
    make_need(status="draft"), drawn_up("quarterly")

    for section in ("needs", "circulars"):
        assert locations(client, reverse("sitemap-part", args=(section,))) == []


def test_search_engines_are_kept_from_what_is_nobodys_but_the_readers(client, settings):
    settings.SITE_URL = "https://registry.example"
    lines = client.get(reverse("robots")).content.decode().splitlines()

    assert lines[0] == "User-agent: *"
    assert "Sitemap: https://registry.example/sitemap.xml" in lines
    assert {reverse("admin:index"), reverse("my"), reverse("reports"), reverse("notices")} <= set(CLOSED)
    assert not [name for _label, name in PUBLIC if reverse(name).startswith(CLOSED)]


def test_a_description_is_the_pages_own_heading_and_lead_as_plain_text(client):
    project = make_project(name='"十里" <红> & 绿', visibility="published")
    page = client.get(project.get_absolute_url()).content.decode()

    words = meta(page, "description")

    assert words.startswith("&quot;十里&quot; &lt;红&gt; &amp; 绿")
    assert project.number in words


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_public_page_has_a_description_of_its_own(client, language):
    client.cookies["django_language"] = language
    pages = {
        name: client.get(reverse(name)).content.decode() for _label, name in (*PUBLIC, *ABOUT) if name != "api-docs"
    }
    words = {name: meta(page, "description") for name, page in pages.items()}

    assert len(set(words.values())) == len(words)
    assert not [name for name, text in words.items() if not 12 <= len(text) <= 200]


def test_a_page_without_a_lead_is_told_by_what_the_site_is(client):
    with translation.override("zh-hans"):
        about = translation.gettext(
            "The register of help from social organisations to the counties: who helps where with what."
        )

    assert meta(client.get(reverse("login")).content.decode(), "description") == about


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/projects/?field=1&ordering=name", "/projects/"),
        ("/projects/?page=2&field=1", "/projects/?page=2"),
        ('/projects/?page="><b>', "/projects/"),
    ],
)
def test_a_page_names_its_one_address(client, settings, asked, address):
    settings.SITE_URL = "https://registry.example"

    assert f'<link rel="canonical" href="https://registry.example{address}">' in client.get(asked).content.decode()

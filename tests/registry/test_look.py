"""Every page in one frame: language, navigation by role, reading preferences, error pages, nothing inline."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path, reverse
from django.utils import translation

from projects.models.checklists import Lamp
from registry import urls
from registry.context import LEGAL, Shell
from registry.templatetags.page import big_number, page_numbers, share
from tests.factories import make_user
from tests.house import ROOT, templates

INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"|javascript:", re.IGNORECASE)
ERROR_PAGES = {"400.html": "bad", "403_csrf.html": "csrf", "500.html": "broken"}
DESK_PAGES = ["admin:index", "admin:permissions"]


def broken(request):
    raise ZeroDivisionError


def forbidden(request):
    raise PermissionDenied("Only the second person may do this.")


def bad(request):
    raise BadRequest


urlpatterns = [path(f"{view.__name__}/", view) for view in (broken, forbidden, bad)] + urls.urlpatterns
handler400, handler500 = urls.handler400, urls.handler500
pytestmark = pytest.mark.urls(__name__)


def switch_on(page):
    """The language that the switch of a page offers, and where it leads back to."""
    form = page.split(f'action="{reverse("set_language")}"')[1].split("</form>")[0]
    return re.findall(r'name="language" value="([^"]+)"', form), re.search(r'name="next" value="([^"]+)"', form)[1]


def shell_of(rf, user=None, address="/"):
    request = rf.get(address)
    request.user = user or AnonymousUser()
    return Shell(request)


# Language


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "lang", "other"), [(None, "zh-CN", "en"), ("en", "en", "zh-hans")])
@pytest.mark.parametrize("address", ["/accounts/login/?next=/desk/", "/no-such-page/"])
def test_a_public_page_names_its_language_and_offers_the_other_one(client, address, language, lang, other):
    if language:
        client.cookies["django_language"] = language

    page = client.get(address).content.decode()

    assert f'<html lang="{lang}"' in page
    assert switch_on(page) == ([other], address)


@pytest.mark.django_db
@pytest.mark.parametrize("name", DESK_PAGES)
def test_a_desk_page_names_its_language_and_offers_the_other_one(client, name):
    client.force_login(make_user("bureau"))

    page = client.get(reverse(name)).content.decode()

    assert '<html lang="zh-CN"' in page
    assert switch_on(page) == (["en"], reverse(name))


@pytest.mark.django_db
def test_the_switch_keeps_the_page_and_is_remembered(client):
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/accounts/login/?next=/desk/"})

    assert answer.headers["Location"] == "/accounts/login/?next=/desk/"
    assert '<html lang="en"' in client.get("/accounts/login/").content.decode()


# Reading preferences


@pytest.mark.django_db
def test_size_and_elder_mode_are_kept_each_by_itself(client):
    client.post(reverse("preferences"), {"size": "large", "next": "/"})
    client.post(reverse("preferences"), {"elder": "1", "next": "/"})

    page = client.get("/accounts/login/").content.decode()

    assert 'class="size-large elder"' in page
    assert client.cookies["reading"].value == "large.elder"
    assert client.cookies["reading"]["samesite"] == "Lax"


@pytest.mark.django_db
def test_the_modes_are_kept_beside_each_other_and_switched_off_one_by_one(client):
    for sent in ({"elder": "1"}, {"contrast": "1"}, {"pointer": "1"}, {"elder": "0"}):
        client.post(reverse("preferences"), {**sent, "next": "/"})

    assert client.cookies["reading"].value == "medium.contrast.pointer"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/accessibility/", "/no-such-page/", "/forbidden/", "/broken/", "/bad/", "/desk/"]
)
def test_every_page_is_read_as_its_reader_chose_also_the_desk_and_pages_of_errors(address):
    client = Client(raise_request_exception=False)
    client.force_login(make_user("bureau"))
    client.cookies["reading"] = "large.elder.contrast"

    assert re.search('<html lang="[^"]+" class="size-large elder contrast">', client.get(address).content.decode())


def test_a_form_that_has_expired_says_so_as_its_reader_chose():
    client = Client(enforce_csrf_checks=True)
    client.cookies["reading"] = "small.contrast"

    assert 'class="size-small contrast"' in client.post(reverse("preferences")).content.decode()


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_preferences_lead_nowhere_outside(client, address):
    answer = client.post(reverse("preferences"), {"size": "small", "next": address})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_preferences_lead_back_to_the_page(client):
    answer = client.post(reverse("preferences"), {"size": "small", "next": "/projects/?q=1"})

    assert answer.headers["Location"] == "/projects/?q=1"


@pytest.mark.parametrize("sent", [{"size": "huge"}, {"elder": "yes"}, {}])
def test_unknown_preferences_change_nothing(client, sent):
    client.cookies["reading"] = "large.elder"

    client.post(reverse("preferences"), sent)

    assert client.cookies["reading"].value == "large.elder"


@pytest.mark.django_db
def test_a_forged_cookie_counts_as_the_usual(client):
    client.cookies["reading"] = '"><script>.elder!'

    assert 'class="size-medium"' in client.get("/accounts/login/").content.decode()


def test_preferences_are_not_changed_by_a_link(client):
    assert client.get(reverse("preferences"), {"size": "small"}).status_code == 405


# Navigation


def test_a_visitor_is_offered_no_desk(rf):
    assert reverse("admin:index") not in [link.url for link in shell_of(rf).navigation]


@pytest.mark.django_db
def test_those_who_work_at_the_desk_find_it_from_the_public_pages(rf):
    assert shell_of(rf, make_user("bureau")).navigation[0].url == reverse("admin:index")
    assert reverse("admin:index") not in [link.url for link in shell_of(rf, make_user("county")).navigation]


@pytest.mark.django_db
def test_the_desk_offers_the_lists_that_a_role_may_see(rf):
    def offered(role):
        return {link.url for link in shell_of(rf, make_user(role), reverse("admin:index")).navigation}

    projects = reverse("admin:projects_project_changelist")
    accounts = reverse("admin:core_user_changelist")

    assert projects in offered("bureau")
    assert {projects, reverse("reports")} <= offered("auditor")
    assert offered("audit_admin") & {projects, reverse("history"), reverse("reports")} == {reverse("history")}
    assert projects not in offered("system_admin")
    assert accounts in offered("system_admin")
    assert accounts not in offered("bureau")


@pytest.mark.django_db
def test_the_bar_marks_where_one_is(client):
    client.force_login(make_user("bureau"))

    page = client.get(reverse("admin:index")).content.decode()

    assert re.findall(r'<a href="([^"]+)" aria-current="page">', page.split("</nav>")[0]) == [reverse("admin:index")]


@pytest.mark.django_db
def test_the_frame_costs_a_visitor_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/accounts/login/")


@pytest.mark.django_db
def test_the_bar_says_who_is_signed_in_and_lets_them_out(client):
    client.force_login(make_user("auditor", name="审计员甲"))

    page = client.get(reverse("admin:index")).content.decode()

    assert "审计员甲" in page
    assert f'action="{reverse("logout")}"' in page


# Footer and demo line


@pytest.mark.django_db
def test_the_footer_shows_the_legal_lines_that_are_set(client, settings):
    for _label, name in LEGAL:
        setattr(settings, name, "")
    settings.SITE_ICP = "冀ICP备00000000号"

    page = client.get("/accounts/login/").content.decode()

    (line,) = re.findall("<dd>(.+?)</dd>", page.split("footer-legal")[1].split("</dl>")[0])
    assert line == '<a href="https://beian.miit.gov.cn/" rel="external">冀ICP备00000000号</a>'


@pytest.mark.django_db
@pytest.mark.parametrize("demo", [True, False])
def test_demo_data_are_called_so(client, monkeypatch, demo):
    monkeypatch.setattr(Shell, "demo", demo)

    assert ('class="demo-line"' in client.get("/accounts/login/").content.decode()) is demo


# Error pages


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_an_error_page_that_stands_alone_speaks_both_languages(name):
    page = render_to_string(name)

    sections = re.findall(r'<section lang="([^"]+)">.*?<h1>([^<]+)</h1>', page, re.DOTALL)

    assert [lang for lang, _head in sections] == ["zh-CN", "en"]
    assert sections[1][1] in {
        "bad": "This request could not be understood",
        "csrf": "This form has expired",
        "broken": "Something went wrong on our side",
    }.get(ERROR_PAGES[name])
    with translation.override("zh-hans"):
        assert translation.gettext(sections[1][1]) == sections[0][1]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "status"), [("/no-such-page/", 404), ("/forbidden/", 403), ("/broken/", 500)])
def test_an_error_page_tells_the_request_number_and_no_trace(address, status):
    answer = Client(raise_request_exception=False).get(address)

    assert answer.status_code == status
    assert f"<code>{answer.headers['X-Request-ID']}</code>" in answer.content.decode()
    assert "Traceback" not in answer.content.decode()


@pytest.mark.django_db
def test_a_refusal_says_why(client):
    assert "Only the second person may do this." in client.get("/forbidden/").content.decode()


def test_a_form_without_its_token_is_refused_in_words():
    answer = Client(enforce_csrf_checks=True).post(reverse("preferences"))

    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()


# Content security policy


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/no-such-page/", "/broken/"])
def test_every_page_carries_a_policy_that_forbids_inline_code(address):
    policy = Client(raise_request_exception=False).get(address).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", templates())
def test_no_template_writes_style_or_script_into_the_page(name):
    assert INLINE.findall((ROOT / name).read_text("utf-8")) == []


@pytest.mark.parametrize(
    "bad", ['<p style="color:red">', "<style>p{}</style>", "<script>go()</script>", '<a href="javascript:go()">']
)
def test_the_search_for_inline_code_finds_it(bad):
    assert INLINE.search(bad)
    assert not INLINE.search('<script src="/static/registry/app.js" defer></script>')


# Parts


@pytest.mark.parametrize("lamp", Lamp.values)
def test_a_lamp_is_never_colour_alone(lamp):
    page = render_to_string("partials/lamp.html", {"lamp": lamp})

    words = re.sub("<[^>]+>", "", page).strip()

    assert "lamp-shape" in page
    assert words == str(Lamp(lamp).label)


def test_the_pager_keeps_the_question():
    page = render_to_string("partials/pager.html", {"page_obj": Paginator(range(60), 20).page(2), "query": "q=a"})

    assert re.findall('href="([^"]+)"', page) == [
        "?q=a&amp;page=1",
        "?q=a&amp;page=1",
        "?q=a&amp;page=3",
        "?q=a&amp;page=3",
    ]


def test_a_long_pager_leaves_pages_out():
    assert page_numbers(Paginator(range(400), 20).page(10)) == [1, None, 8, 9, 10, 11, 12, None, 20]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("约 21.88 亿元", "<span>约</span> <strong>21.88</strong> <span>亿元</span>"),
        ("5,367 个", "<strong>5,367</strong> <span>个</span>"),
        ("<b>", "<span>&lt;b&gt;</span>"),
    ],
)
def test_a_figure_sets_its_number_apart(text, html):
    assert big_number(text) == html


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(640, 800, 80), (0, 800, 0), (5, 0, 0), (None, 8, 0), (9, 8, 100)]
)
def test_a_bar_stays_within_its_frame(part, whole, percent):
    assert share(part, whole) == percent

"""Two web servers on two ports over one database and one folder: `pytest -m bench tests/bench/test_nodes.py`.

What a person begins at one goes on at the other, and what is counted is counted for both.
"""

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.bench.standby import Nodes
from tests.factories import PASSWORD

pytestmark = pytest.mark.bench

MAKE = """
from tests.factories import make_org_user, make_organisation
people = [make_org_user(make_organisation(), username=name) for name in ("first", "second")]
print(json.dumps([person.username for person in people]))
"""
ASK = """
from registry.core.lists_out import ask_for_list
from registry.core.models import User
print(json.dumps(str(ask_for_list("/counties/?format=csv", User.objects.get(username=given["who"])).key)))
"""


class Browser:
    """Cookies of one person, who asks either server."""

    def __init__(self, ports):
        self.ports = ports
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
        )

    def ask(self, node, path, form=None):
        """(code, text, address where one ended)."""
        body = urllib.parse.urlencode(form).encode() if form else None
        try:
            answer = self.opener.open(f"http://127.0.0.1:{self.ports[node]}{path}", body, timeout=60)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        with answer:
            return answer.status, answer.read().decode(errors="replace"), urllib.parse.urlsplit(answer.url).path

    def send(self, node, path, shown_by=None, **form):
        """Send a form that the other server has shown."""
        page = self.ask(1 - node if shown_by is None else shown_by, path)[1]
        token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        return self.ask(node, path, {"csrfmiddlewaretoken": token, **form})

    def sign_in(self, node, name, password):
        return self.send(node, "/accounts/login/", username=name, password=password)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with Nodes(tmp_path_factory.mktemp("nodes")) as site:
        site.environment |= {"API_RATES": "4,300,600", "LOCKS": "3,50,15", "SECOND_FACTOR": "none"}
        site.people = site.ask(MAKE)
        site.nodes = [site.start_node("one"), site.start_node("two")]
        yield site


def test_who_signs_in_at_one_is_known_at_the_other_and_signed_out_of_both(site):
    browser = Browser(site.nodes)
    assert browser.sign_in(0, "first", PASSWORD)[0] == 200
    assert [browser.ask(node, "/my/")[2] for node in (0, 1)] == ["/my/", "/my/"]
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', browser.ask(0, "/my/")[1])[1]
    assert browser.ask(1, "/accounts/logout/", {"csrfmiddlewaretoken": token})[0] == 200
    assert [browser.ask(node, "/my/")[2] for node in (0, 1)] == ["/accounts/login/"] * 2


def test_wrong_guesses_are_counted_over_both(site):
    browser = Browser(site.nodes)
    for node in (0, 1, 0):
        browser.sign_in(node, "second", "a wrong one")
    browser.sign_in(1, "second", PASSWORD)
    assert [browser.ask(node, "/my/")[2] for node in (0, 1)] == ["/accounts/login/"] * 2


def test_requests_of_an_address_are_counted_over_both(site):
    time.sleep(60 - time.time() % 60 if time.time() % 60 > 50 else 0)  # not over the turn of a minute
    browser = Browser(site.nodes)
    codes = [browser.ask(number % 2, "/api/v1/counties/")[0] for number in range(6)]
    assert codes == [200, 200, 200, 200, 429, 429]


def test_a_file_made_by_a_worker_is_handed_out_by_both(site):
    browser = Browser(site.nodes)
    browser.sign_in(1, "first", PASSWORD)
    key = site.ask(ASK, who="first")
    site.start("work")
    for _each in range(300):
        if browser.ask(0, f"/lists/{key}/")[0] == 200:
            break
        time.sleep(0.2)
    answers = [browser.ask(node, f"/lists/{key}/") for node in (0, 1)]
    assert [code for code, _text, _path in answers] == [200, 200]
    assert answers[0][1] == answers[1][1]


def test_a_node_that_starts_does_not_wipe_out_what_another_has_counted(site):
    counted = site.folder / "metrics"
    before = sorted(path.name for path in (counted / "one").iterdir())
    assert before
    site.start_node("three")
    assert sorted(path.name for path in (counted / "one").iterdir()) == before
    assert {path.name for path in counted.iterdir()} == {"one", "two", "three"}


def test_either_server_may_go_at_any_time(site):
    browser = Browser(site.nodes)
    browser.sign_in(0, "first", PASSWORD)
    site.kill("one")
    assert browser.ask(1, "/my/")[2] == "/my/"

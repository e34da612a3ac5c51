"""The table of contents: names that others rely on, signing in and out, and the documentation of the interface."""

import re

import pytest
from django.urls import reverse
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from tests.factories import PASSWORD, make_user

NAMES = {
    "home": "/",
    "counties": "/counties/",
    "orgs": "/orgs/",
    "projects": "/projects/",
    "circulars": "/circulars/",
    "events": "/events/",
    "data": "/data/",
    "cases": "/cases/",
    "rules": "/rules/",
    "login": "/accounts/login/",
    "logout": "/accounts/logout/",
    "signup": "/accounts/signup/",
    "waiting": "/accounts/waiting/",
    "my-people": "/my/people/",
    "admin:index": "/desk/",
    "admin:verify": "/desk/verify/",
    "schema": "/api/schema/",
    "api-docs": "/api/docs/",
    "healthz": "/healthz",
    "readyz": "/readyz",
}


@pytest.mark.parametrize(("name", "url"), NAMES.items())
def test_an_address_keeps_its_name(name, url):
    assert reverse(name) == url


@pytest.mark.parametrize(
    ("name", "key", "url"),
    [
        ("county", "130624", "/counties/130624/"),
        ("org", 7, "/orgs/7/"),
        ("project", "XM-2020-0001", "/projects/XM-2020-0001/"),
        ("circular", 7, "/circulars/7/"),
        ("figure", "funds", "/figures/funds/"),
        ("statement", "funds", "/statements/funds/"),
        ("document", 7, "/documents/7/"),
    ],
)
def test_a_record_keeps_its_address(name, key, url):
    assert reverse(name, args=(key,)) == url


def sign_in(client, user, **more):
    return client.post("/accounts/login/", {"username": user.username, "password": PASSWORD, **more})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "target"),
    [("bureau", "/desk/"), ("partner", "/desk/"), ("auditor", "/desk/"), ("county", "/my/"), ("organisation", "/my/")],
)
def test_after_signing_in_each_role_stands_where_it_works(client, role, target):
    response = sign_in(client, make_user(role, is_demo=True))
    assert (response.status_code, response.url) == (302, target)


@pytest.mark.django_db
def test_signing_in_leads_back_to_the_page_that_asked_for_it(client):
    assert sign_in(client, make_user("bureau", is_demo=True), next="/projects/?year=2019").url == "/projects/?year=2019"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"]
)
def test_signing_in_never_leads_to_another_site(client, target):
    assert sign_in(client, make_user("county", is_demo=True), next=target).url == "/my/"


@pytest.mark.django_db
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(client):
    user = make_user("county")
    wrong = client.post("/accounts/login/", {"username": user.username, "password": "wrong"})
    unknown = client.post("/accounts/login/", {"username": "nobody", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 200
    told = [list(response.context["form"].non_field_errors()) for response in (wrong, unknown)]
    assert told[0] == told[1] != []


@pytest.mark.django_db
def test_signing_out_takes_a_button_and_ends_the_session(client):
    client.force_login(make_user("county"))
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").url == "/"
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_the_interface_describes_itself(client):
    schema = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    assert schema["openapi"].startswith("3.")
    paths = schema["paths"]
    for name in ("projects", "organisations", "counties", "circulars", "steps", "figures"):
        assert list(paths[f"/api/v1/{name}/"]) == ["get"]
    for name in ("needs", "pledges"):
        assert list(paths[f"/api/v1/{name}/"]) == ["get", "post"]
    told = {parameter["name"] for parameter in paths["/api/v1/projects/"]["get"]["parameters"]}
    assert {"search", "county", "field", "year", "stage", "ordering", "page", "page_size", "cursor"} <= told


@pytest.mark.django_db
def test_the_schema_is_made_without_a_warning(capsys):
    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(public=True)
    assert capsys.readouterr().err == ""


def test_the_documentation_has_no_inline_script_or_style_and_asks_no_other_site(client):
    text = client.get("/api/docs/").content.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    assert "<style" not in text
    assert re.findall(r'(?:src|href)="(?:https?:)?//', text) == []
    assert "SwaggerUIBundle" in client.get("/api/docs/?script=").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "/projects/%00/", "/projects/' OR 1=1--/", "/counties/%00/", "/counties/１３/", "/orgs/99999999999999999999/",
        "/circulars/99999999999999999999/", "/documents/99999999999999999999/", "/api/v1/projects/999999999999999999/",
    ],
)  # fmt: skip
def test_an_address_that_names_nothing_is_not_found_whatever_is_in_it(client, url):
    assert client.get(url).status_code == 404

"""What every answer carries, and what no request can bring the site to do."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from registry.core.access import METHODS
from tests.factories import PASSWORD, make_user
from tests.house import ROOT

EVIL = ("https://evil.example/", "//evil.example/", r"/\evil.example/", "javascript:alert(1)", "https:evil.example",
        "\thttps://evil.example", "http:///evil.example")  # fmt: skip
ADDRESSES = ("/", "/projects/", "/no-such-page/", "/accounts/login/", "/api/v1/projects/", "/healthz", "/robots.txt",
             "/static/registry/theme.css", "/desk/")  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_headers_that_guard_it(client, address):
    answer = client.get(address)
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    answer.close()


@pytest.mark.django_db
def test_the_policy_lets_in_nothing_inline_and_nothing_of_others(client):
    policy = dict(part.strip().split(" ", 1) for part in client.get("/").headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in str(policy)
    assert "http" not in str(policy)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/no-such-page/", "/api/v1/projects/", "/static/registry/icon.svg", "/desk/"])
def test_every_answer_has_the_policy_whoever_gives_it(client, address):
    usual = client.get("/").headers["Content-Security-Policy"]
    answer = client.get(address)
    assert answer.headers["Content-Security-Policy"] == usual
    answer.close()
    assert client.generic("TRACE", address).headers["Content-Security-Policy"] == usual


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/desk/", "/notices/", "/no-such-page/", "/api/v1/projects/"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_what_somebody_reads_who_signed_in_is_kept_nowhere(client, address, headers):
    client.force_login(make_user("bureau"))
    assert client.get(address, headers=headers).headers["Cache-Control"] == "no-store, private"


@pytest.mark.django_db
def test_a_proxy_is_told_to_send_on_what_is_made_bit_by_bit_and_nothing_else(client):
    export, page = client.get("/api/v1/projects/export/?format=csv"), client.get("/projects/")
    assert (export.streaming, export.headers["X-Accel-Buffering"]) == (True, "no")
    assert "X-Accel-Buffering" not in page.headers


@pytest.mark.django_db
def test_what_strangers_read_may_be_kept_and_static_files_too(client):
    assert "no-store" not in client.get("/").headers.get("Cache-Control", "")
    client.force_login(make_user("bureau"))
    answer = client.get("/static/registry/theme.css")
    assert "no-store" not in answer.headers.get("Cache-Control", "")
    answer.close()


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver:80@evil.example", "a b", ""])
def test_another_host_name_is_refused_in_words(client, host):
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()
    assert "这个请求" in answer.content.decode() or "无法" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("target", EVIL)
def test_no_address_of_others_is_gone_to(client, target):
    make_user("bureau", username="somebody")
    signed_in = client.post("/accounts/login/", {"username": "somebody", "password": PASSWORD, "next": target})
    switched = client.post("/i18n/setlang/", {"language": "en", "next": target})
    kept = client.post("/preferences/", {"size": "large", "next": target})
    left = client.post("/accounts/logout/", {"next": target})
    for answer in (signed_in, switched, kept, left):
        assert "evil" not in answer.headers.get("Location", "")
        assert "javascript" not in answer.headers.get("Location", "")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "FOO"])
def test_odd_methods_are_refused(client, method):
    answer = client.generic(method, "/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, ", ".join(METHODS))


@pytest.mark.django_db
def test_what_is_too_large_is_refused_and_is_no_fault(client):
    large = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    assert client.post("/accounts/login/", {"username": large}).status_code == 400
    assert client.post("/accounts/login/", {f"f{number}": "" for number in range(1001)}).status_code == 400
    many = {f"f{number}": SimpleUploadedFile("a", b"a") for number in range(101)}
    assert client.post("/accounts/login/", many).status_code == 400
    assert client.get(f"/projects/?q={'x' * 100_000}").status_code < 500
    assert client.get("/" + "x" * 100_000).status_code == 404


@pytest.mark.parametrize(
    ("contact", "line"),
    [
        ("石家庄市某路1号 信箱 help@registry.example", "Contact: mailto:help@registry.example"),
        ("电话 0311-8888 8888", "Contact: tel:031188888888"),
    ],
)
def test_whoever_finds_a_weakness_is_told_whom_to_tell(client, settings, contact, line, db):
    settings.SITE_CONTACT = contact
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    assert lines[0] == line
    assert lines[1].startswith("Expires: 2")


def test_without_a_contact_there_is_nobody_to_tell(client, db):
    assert client.get("/.well-known/security.txt").status_code == 404


FOREIGN = re.compile(
    rb"""(?:src|href|action|url\(|@import|from|fetch\(|import\()\s*[=(]?\s*["']?(?:https?:)?//([\w.-]+\.[a-z]{2,})"""
)
LINKS = re.compile(rb"""<a\s[^>]*href=""")


def test_no_template_and_no_file_of_ours_loads_anything_from_elsewhere():
    found = []
    for folder in ("templates", "static"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".html", ".css", ".js", ".svg", ".txt", ".xml"} and path.is_file():
                text = re.sub(rb"""<a\s[^>]*>""", b"", path.read_bytes())
                found += [(str(Path(path).relative_to(ROOT)), host[1]) for host in FOREIGN.finditer(text)]
    assert [one for one in found if one[1] != b"www.w3.org"] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/projects/", "/counties/", "/data/", "/api/docs/", "/accounts/login/", "/rules/"]
)
def test_no_page_loads_anything_from_elsewhere(client, address):
    page = re.sub(rb"<a\s[^>]*>|<link rel=\"canonical\"[^>]*>", b"", client.get(address).content)
    assert {host[1] for host in FOREIGN.finditer(page)} - {b"www.w3.org"} == set()


def test_a_page_of_another_host_would_be_found():
    assert FOREIGN.search(b'<script src="https://cdn.example.com/a.js">')
    assert FOREIGN.search(b"background: url(//fonts.example.com/a)")

"""Who gets pages compressed: visitors; never those whose pages hold what a stranger on the line must not guess at."""

import gzip
from contextlib import closing

import pytest
from django.conf import settings
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db

ASKED = {"Accept-Encoding": "gzip, deflate, br"}


def encoding(client, address, **headers):
    with closing(client.get(address, headers={**ASKED, **headers})) as answer:
        return answer.headers.get("Content-Encoding")


@pytest.mark.parametrize("address", ["/", "/projects/", "/api/schema/", "/sitemap.xml"])
def test_what_a_visitor_reads_is_compressed(client, address):
    plain, packed = client.get(address), client.get(address, headers=ASKED)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(b"".join(packed)).startswith(plain.content[:15])
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("address", ["/", "/desk/", "/projects/"])
def test_nothing_is_compressed_for_those_who_sign_in(client, address):
    client.force_login(make_user("bureau"))

    assert encoding(client, address) is None


def test_a_session_that_has_ended_counts_as_one(client):
    client.cookies[settings.SESSION_COOKIE_NAME] = "gone"

    assert encoding(client, "/") is None


def test_nothing_is_compressed_for_another_system_with_its_token(client):
    assert encoding(client, "/api/schema/") == "gzip"
    assert encoding(client, "/api/schema/", Authorization="Bearer x") is None


def test_a_file_that_is_compressed_already_is_left_alone(client):
    assert encoding(client, f"{reverse('counties')}?format=xlsx") is None

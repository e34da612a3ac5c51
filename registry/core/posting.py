"""A POST to an address that somebody has typed: to the outside only, over TLS, within ten seconds, never led on.

The name is looked up once and the connection made to the very address that was judged, so that a name which changes
its mind meanwhile leads nowhere. `WEBHOOKS_INSIDE` in the settings lifts both rules, for development.
"""

import ipaddress
import socket
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter

TIMEOUT = 10
"""Seconds for the connection, and again for the answer."""


class Forbidden(Exception):
    """The address leads to where nothing is sent; the text says why."""


class _ToAddress(HTTPAdapter):
    """Connects to the address in the URL, and asks for the certificate of the host that was named."""

    def __init__(self, host):
        self.host = host
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, assert_hostname=self.host, server_hostname=self.host, **kwargs)


def check_address(address):
    """Refuse, in words, what can be no address of a webhook. Where its name leads is found out when it is used."""
    try:
        parts = urlsplit(address)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    schemes = ("https", "http") if settings.WEBHOOKS_INSIDE else ("https",)
    if not is_whole or parts.scheme not in schemes or parts.username or parts.fragment or not address.isascii():
        raise ValidationError(_("Give a whole address that begins with https://, without a password."))


def post(address, body: bytes, headers) -> int:
    """Send `body`; returns the code of the answer, whatever it is: an answer that leads on is not followed.

    Raises Forbidden, and `requests.RequestException` or OSError where nobody answers.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" and not settings.WEBHOOKS_INSIDE:
        raise Forbidden("only https")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    place = _place_of(parts.hostname, port)
    target = urlunsplit((parts.scheme, f"{place}:{port}", parts.path or "/", parts.query, ""))
    with requests.Session() as session:
        session.trust_env = False
        if parts.scheme == "https":
            session.mount("https://", _ToAddress(parts.hostname))
        answer = session.post(
            target, data=body, headers={**headers, "Host": parts.netloc}, timeout=TIMEOUT, allow_redirects=False,
            stream=True,
        )  # fmt: skip
        with answer:
            return answer.status_code


def _place_of(host, port):
    """The first network address of a host, if all of them lie outside. Raises Forbidden, OSError."""
    found = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not settings.WEBHOOKS_INSIDE and not all(_is_outside(ipaddress.ip_address(one)) for one in found):
        raise Forbidden("an address of an inner network")
    return f"[{found[0]}]" if ":" in found[0] else found[0]


def _is_outside(address):
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_global and not mapped.is_multicast

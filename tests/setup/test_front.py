"""The sample of nginx, really run with TLS before the site in production."""

import gzip
import os
import signal
import threading
import time
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from tests.front import NAME, Front, Site
from tests.pooler import parameters

pytestmark = [pytest.mark.django_db, pytest.mark.nginx]

CONNECTIONS = int(os.environ.get("FRONT_CONNECTIONS", "4"))
MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"


def production(folder):
    """The environment of a site in production that asks the database of the tests, as pages do."""
    at = parameters()
    url = f"postgresql://bangfu_web@{quote(at['host'], safe='')}:{at['port']}/{at['dbname']}"
    return {
        "PRODUCTION": "1", "SECRET_KEY": "".join(map(chr, range(33, 127))), "ALLOWED_HOSTS": NAME, "DATABASE_URL": url,
        "DATA_DIR": str(folder), "TRUSTED_PROXY": "1", "METRICS_FROM": "192.0.2.9", "WEB_CONCURRENCY": "1",
    }  # fmt: skip


@pytest.fixture(scope="module")
def front(tmp_path_factory, django_db_setup, django_db_blocker):
    folder = tmp_path_factory.mktemp("front")
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": MANIFEST}}
    with override_settings(STATIC_ROOT=folder / "static", STORAGES=storages):
        left = ["admin", "drf_spectacular_sidecar", "rest_framework"]  # what the pages of these tests do not name
        call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=left)
    with django_db_blocker.unblock():
        environment = production(folder)
    with Site(folder, **environment) as site, Front(folder, folder / "static") as front:
        front.site = site
        site.start()
        assert front.ask("/healthz")[0] == 200, site.log.read_text()  # waits in the socket until it has started
        yield front


def test_pages_come_by_https_only_and_say_so(front):
    status, headers, _body = front.ask("/projects/?q=a", secure=False)
    assert (status, headers["Location"]) == (301, f"https://{NAME}/projects/?q=a")
    status, headers, _body = front.ask("/accounts/login/")
    assert status == 200
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")
    assert "Secure" in headers["Set-Cookie"]
    assert headers["Server"] == "nginx"


def test_another_name_is_not_answered(front):
    with pytest.raises(OSError, match="without response"):
        front.ask("/", name="evil.example")


def test_static_files_are_kept_for_a_year_and_sent_compressed(front):
    page = front.ask("/accounts/login/")[2].decode()
    address = next(part for part in page.split('"') if part.startswith("/static/registry/theme."))
    status, headers, body = front.ask(address, Accept_Encoding="gzip")
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert b"{" in gzip.decompress(body)
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert front.ask(address, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert front.ask("/static/registry/theme.css")[1]["Cache-Control"] == "public, max-age=60"
    assert front.ask("/static/none.0123456789ab.css")[0] == 404


def test_what_was_uploaded_has_no_address(front):
    (front.folder / "media").mkdir(exist_ok=True)
    (front.folder / "media" / "secret.txt").write_text("secret")
    for address in ("/media/secret.txt", "/static/../media/secret.txt", "/static..%2fmedia/secret.txt"):
        status, _headers, body = front.ask(address)
        assert (status in (400, 404), b"secret\n" in body) == (True, False)


def test_what_is_too_large_is_refused_in_both_languages(front):
    status, headers, body = front.ask("/accounts/login/", method="POST", body=b"x" * (2 * 2**20))
    assert (status, headers["Cache-Control"]) == (413, "no-store")
    assert "一次发送的内容过大" in body.decode()
    assert "This is too large" in body.decode()


def test_pages_of_those_who_sign_in_are_not_compressed_by_nginx(front):
    headers = front.ask("/accounts/login/", Accept_Encoding="gzip", Cookie="__Host-sessionid=a")[1]
    assert "Content-Encoding" not in headers


def test_nobody_tells_the_site_where_they_come_from(front):
    for header in ("X_Forwarded_For", "X_Real_IP", "Forwarded"):
        assert front.ask("/metrics", **{header: "192.0.2.9"})[0] == 404
    assert front.ask("/accounts/login/", X_Forwarded_Proto="http")[0] == 200
    assert front.ask("/accounts/login/", X_Forwarded_Host="evil.example")[0] == 200


def comes_to_stand_in(log, words):
    """Whether the words are written there within some seconds: a line is written when its answer has been sent."""
    for _each in range(100):
        if words in log.read_text():
            return True
        time.sleep(0.05)
    return False


def test_one_number_stands_in_both_logs(front):
    number = front.ask("/accounts/login/", X_Request_ID="chosen-by-visitor")[1]["X-Request-ID"]
    assert len(number) == 32
    for log in (front.folder / "access.log", front.site.log):
        assert comes_to_stand_in(log, number)


def test_what_is_made_bit_by_bit_arrives_bit_by_bit(front):
    asking, began = front.connected(), time.monotonic()
    asking.request("GET", "/trial/bits", headers={"Host": NAME})
    answer = asking.getresponse()
    assert answer.readline() == b"first\n"
    first = time.monotonic() - began
    assert answer.read() == b"last\n"
    assert time.monotonic() - began - first > 1
    asking.close()


def test_nobody_is_refused_while_the_site_is_reloaded_and_while_it_is_restarted(front):
    codes, over = [], threading.Event()

    def ask_on():
        while not over.is_set():
            codes.append(front.ask("/trial/long")[0])

    threads = [threading.Thread(target=ask_on) for _each in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    front.site.program.send_signal(signal.SIGHUP)
    time.sleep(4)
    front.site.stop()
    time.sleep(0.5)
    front.site.start()
    front.ask("/healthz")
    time.sleep(0.5)
    over.set()
    for thread in threads:
        thread.join()
    assert len(codes) > 20
    assert set(codes) == {200}


def test_while_nobody_is_there_a_page_says_so_in_both_languages(front):
    front.site.stop()
    place = front.folder / "web.sock"
    place.rename(front.folder / "away.sock")
    try:
        status, headers, body = front.ask("/projects/")
    finally:
        (front.folder / "away.sock").rename(place)
    assert (status, headers["Retry-After"]) == (503, "10")
    assert "系统正在更新或重新启动" in body.decode()
    assert "It comes back by itself" in body.decode()


def test_the_database_of_these_tests_is_the_one_that_is_asked():
    assert connection.settings_dict["NAME"] in production("/")["DATABASE_URL"]

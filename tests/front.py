"""The samples in deploy/ really run: nginx with TLS, and gunicorn on a socket that it is given, as systemd gives it."""

import contextlib
import datetime
import http.client
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.house import ROOT

NAME = "registry.example"
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
MAIN = """\
daemon off; {user} worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{ include {types}; gzip on; include {folder}/site.conf; }}
"""


GIVEN = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_certificate(folder):
    """A certificate of our own for `NAME`, beside its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "registry.crt").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    (folder / "registry.key").write_bytes(private)


class Front:
    """nginx by the sample, in front of the socket `folder/web.sock`; use it in a `with`. Ports: `http` and `https`."""

    def __init__(self, folder, static):
        self.folder, self.http, self.https = folder, free_port(), free_port()
        make_certificate(folder)
        told = {
            "listen 80": f"listen 127.0.0.1:{self.http}",
            "listen 443": f"listen 127.0.0.1:{self.https}",
            "/run/bangfu/web.sock": f"{folder}/web.sock",
            "/etc/bangfu/tls/": f"{folder}/",
            "/var/log/nginx/registry.log": f"{folder}/access.log",
            "/opt/bangfu/": f"{ROOT}/",
            "/var/lib/bangfu/static/": f"{static}/",
            "client_max_body_size 100m": "client_max_body_size 1m",
        }
        text = (ROOT / "deploy" / "nginx" / "registry.conf").read_text()
        for sample, ours in told.items():
            assert sample in text, sample
            text = text.replace(sample, ours)
        (folder / "site.conf").write_text(text)
        user, types = ("user root;" if os.geteuid() == 0 else ""), "/etc/nginx/mime.types"
        (folder / "nginx.conf").write_text(MAIN.format(user=user, folder=folder, types=types))

    def __enter__(self):
        nginx = shutil.which("nginx", path=PATH)
        place = ["-c", self.folder / "nginx.conf", "-e", self.folder / "error.log"]
        self.program = subprocess.Popen([nginx, *place], stderr=subprocess.DEVNULL)
        for _each in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.https), 1):
                return self
            time.sleep(0.05)
        raise TimeoutError((self.folder / "error.log").read_text())

    def __exit__(self, *problem):
        self.program.terminate()
        self.program.wait(10)

    def ask(self, path, *, method="GET", secure=True, body=None, name=NAME, **headers):
        """(status, headers, body) of one request on a connection of its own."""
        with contextlib.closing(self.connected(secure=secure)) as asking:
            headers = {key.replace("_", "-"): value for key, value in headers.items()}
            asking.request(method, path, body, {"Host": name, **headers})
            answer = asking.getresponse()
            return answer.status, answer.headers, answer.read()

    def connected(self, *, secure=True):
        """A connection to nginx that trusts its certificate and nobody else's."""
        asking = http.client.HTTPConnection("127.0.0.1", self.https if secure else self.http, timeout=60)
        asking.connect()
        if secure:
            trust = ssl.create_default_context(cafile=self.folder / "registry.crt")
            asking.sock = trust.wrap_socket(asking.sock, server_hostname=NAME)
        return asking


class Site:
    """gunicorn on a socket that stays when it ends; use it in a `with`. Started by `start`."""

    def __init__(self, folder, **environment):
        self.environment, self.program = {**os.environ, **environment}, None
        self.log = folder / "gunicorn.log"
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(folder / "web.sock"))
        self.socket.listen(2048)

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        if self.program:
            self.stop()
        self.socket.close()

    def start(self, application="tests.behind_nginx"):
        """As systemd starts it: the socket is the file number 3, told by LISTEN_FDS."""
        gunicorn = ["-m", "gunicorn", "--config=python:registry.serving", application]
        with self.log.open("ab") as log:
            self.program = subprocess.Popen(
                [sys.executable, "-c", GIVEN, str(self.socket.fileno()), *gunicorn],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, pass_fds=[self.socket.fileno()],
            )  # fmt: skip

    def stop(self):
        self.program.terminate()
        self.program.wait(60)
        self.program = None

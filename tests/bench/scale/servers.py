"""Which server of WSGI: the product under W8 behind each in turn, in the same run. Those not installed are left out."""

import contextlib
import importlib.util
import os
import time

from . import load
from .asking import Browser
from .memory import resident

SECONDS = float(os.environ.get("SERVER_SECONDS") or 10)
_GUNICORN = ["-m", "gunicorn", "--config=python:registry.serving", "--bind=127.0.0.1:{port}", "registry.wsgi"]
SERVERS = {
    **{
        f"gunicorn gthread, {workers} x {threads}": (
            "gunicorn", [*_GUNICORN, f"--workers={workers}", f"--threads={threads}", "--worker-class=gthread"],
        )
        for workers, threads in ((2, 2), (2, 4), (3, 4), (4, 2), (4, 4))
    },
    **{
        f"gunicorn sync, {workers}": (
            "gunicorn", [*_GUNICORN, f"--workers={workers}", "--threads=1", "--worker-class=sync"],
        )
        for workers in (2, 4)
    },
    **{
        f"granian, {workers} x {threads}": (
            "granian",
            ["-m", "granian", "--interface=wsgi", "--host=127.0.0.1", "--port={port}", f"--workers={workers}",
             f"--blocking-threads={threads}", "--log-level=error", "registry.wsgi:application"],
        )
        for workers, threads in ((2, 2), (2, 4))
    },
    "waitress, 1 x 8": (
        "waitress", ["-m", "waitress", "--listen=127.0.0.1:{port}", "--threads=8", "registry.wsgi:application"],
    ),
}  # fmt: skip


class Served:
    """A place whose program `web` is one of the servers."""

    def __init__(self, place, arguments):
        self.place, self.arguments = place, [part.format(port=place.port) for part in arguments]

    def __enter__(self):
        self.usual = self.place.command
        self.place.command = lambda name: self.arguments
        self.place.start("web", REGISTRY_PROCESS="web")
        Browser(self.place.port, "").get("/healthz")  # it listens before its processes can answer
        return self

    def __exit__(self, *problem):
        self.place.kill("web")
        self.place.command = self.usual
        time.sleep(0.5)  # until the port is free again


def measure(place):
    """{server: what `load.storm` says, and the memory of all its processes}; None for one that is not installed."""
    place.start("web")
    cookies = place.cookies()
    place.kill("web")
    requests = load.requests_of(load.drawn(place), lambda question, asked: question.api(asked), cookies)
    found = {}
    for name, (module, arguments) in SERVERS.items():
        found[name] = None
        if importlib.util.find_spec(module):
            with contextlib.suppress(TimeoutError), Served(place, arguments):
                load.storm(place.port, requests, min(3, SECONDS))
                found[name] = load.storm(place.port, requests, SECONDS)
                found[name]["memory"] = round(sum(map(resident, place.processes("web"))))
    return found

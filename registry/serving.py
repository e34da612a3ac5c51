"""How gunicorn serves the site: `gunicorn --config python:registry.serving registry.wsgi`.

Its own lines go into the same log as everybody's, and its processes count into one folder, which is emptied first. It
bears the name of the machine, or `NODE` where several servers stand on one: other nodes share `DATA_DIR`, not that.
"""

import gc
import os
import shutil
import socket
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
os.environ["REGISTRY_PROCESS"] = "web"  # the settings are read here first, and must know it

from registry.settings import DATA_DIR, LOGGING, WEB_REQUESTS, WEB_THREADS, WEB_TIMEOUT

COUNTED = DATA_DIR / "metrics" / (os.environ.get("NODE") or socket.gethostname())
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(COUNTED)

from django.urls import get_resolver  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402
from prometheus_client import multiprocess  # noqa: E402  it looks for the folder when it is imported

worker_class = "gthread"
threads = WEB_THREADS
timeout = WEB_TIMEOUT
graceful_timeout = WEB_TIMEOUT
max_requests, max_requests_jitter = WEB_REQUESTS, WEB_REQUESTS // 10
loglevel = "warning"
control_socket_disable = True
limit_request_line = 8190
logconfig_dict = LOGGING


TURN = 0.03
"""Seconds for which a thread may work before another one wants to go on (Python: 0.005): most requests end within
them, instead of being left half-way for one another, each time with cold caches."""


def on_starting(server):
    """What the processes of a server before have counted is over."""
    shutil.rmtree(COUNTED, ignore_errors=True)
    COUNTED.mkdir(parents=True)


def post_worker_init(worker):
    """What a process was made of stays as long as it does, so the collector need not look through it: a tenth of a
    second each fifty pages, for whoever asked then."""
    get_resolver().reverse_dict  # noqa: B018 - reads the addresses of all pages, and so imports the pages
    import_string("projects.filters.ProjectFilters").learn_with_the_first()  # models can be read only now
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(TURN)


def child_exit(server, worker):
    """A process that has ended is not counted as one that lives."""
    multiprocess.mark_process_dead(worker.pid)

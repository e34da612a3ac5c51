"""The operator's page of the desk: how the site runs just now, and its queue of jobs. Nothing of what is registered."""

import logging
import platform
import shutil
from datetime import timedelta

import django
from django.conf import settings
from django.contrib import admin, messages
from django.db import connection
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from registry.core import faults, measures
from registry.core.backup import notes
from registry.core.desk_pages import desk_page_at
from registry.core.jobs import begin_again, cancel, label_of
from registry.core.models import Job
from registry.core.replica import SENT_TO
from registry.core.sealing.watch import state
from registry.core.session_roles import role_taken
from registry.core.worker_sign import WORKER
from registry.health import asked

MAY = "core.watch_site"
SHOWN = 20
LATELY = timedelta(days=1)

SERVER = """
    SELECT current_setting('server_version'), pg_database_size(current_database()),
        (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
        (SELECT count(*) FROM core_job WHERE state = 'queued'),
        (SELECT count(*) FROM core_job WHERE state = 'running'),
        (SELECT min(queued_at) FROM core_job WHERE state = 'queued')
"""
SAFE_COPIES = (
    (notes.BACKUP, gettext_lazy("Last backup")),
    (notes.RESTORE, gettext_lazy("Last restore")),
    (notes.DRILL, gettext_lazy("Last restoring rehearsed")),
)


@desk_page_at("running/", "running", MAY)
@require_safe
def running(request):
    """Routes and faults are those of the machine that answers; the rest is the same for all."""
    free = shutil.disk_usage(settings.DATA_DIR).free
    with role_taken(""):  # PostgreSQL shows what a session does to its own login, and not to the role of a request
        version, size, sessions, waiting, at_work, oldest = _asked(SERVER)[0]
        worker, replicas = asked(WORKER), _asked(SENT_TO)
    unfinished = Job.objects.unfinished().select_related("by").order_by("id")[:SHOWN]
    failed = Job.objects.filter(state=Job.State.FAILED, ended_at__gt=timezone.now() - LATELY).select_related("by")
    context = {
        **admin.site.each_context(request), "title": _("How the site runs"),
        "versions": f"{settings.VERSION} · Python {platform.python_version()} · Django {django.get_version()}",
        "postgres": version.split()[0], "size": size, "sessions": sessions, "free": free,
        "is_short": free < settings.FREE_SPACE,
        "copies": [(words, found.at if (found := notes.last(kind)) else None) for kind, words in SAFE_COPIES],
        "seals": state(), "worker": worker, "waiting": waiting, "at_work": at_work,
        "oldest": oldest, "replicas": replicas,
        "slowest": [(route, number, seconds * 1000, asked) for route, number, seconds, asked in measures.slowest(10)],
        "faults": faults.latest(SHOWN),
        "jobs": [(job, label_of(job.kind)) for job in (*unfinished, *failed[:SHOWN])],
    }  # fmt: skip
    return TemplateResponse(request, "registry/running.html", context)


def _asked(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


@desk_page_at("running/jobs/<uuid:key>/", "running-job", MAY)
@require_POST
def running_job(request, key):
    """Stop a job, whoever asked for it; begin daily work again that has failed."""
    found = get_object_or_404(Job, key=key)
    if found.is_over:
        done = begin_again(found)
        words = _("It waits in the queue again.") if done else _("Whoever asked for it must ask for it again.")
    else:
        cancel(found)
        words = _("Asked to stop. It ends after the item in hand, and nothing is written.")
    logging.getLogger(__name__).info("job %s (%s) %s by an operator", found.pk, found.kind, found.state)
    messages.info(request, words)
    return HttpResponseRedirect(reverse("admin:running"))

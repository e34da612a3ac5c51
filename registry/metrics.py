"""`/metrics` for Prometheus: what the processes counted, and how queue, outbox, backups and disk stand just now.

Nothing here reads a large table whole: of jobs, texts and deliveries the newest thousand are looked at.
"""

import ipaddress
import shutil

from django.conf import settings
from django.db import Error, connection
from django.http import Http404, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from registry.core import replica
from registry.core.attempts import address_of
from registry.core.backup import notes
from registry.core.measures import counted
from registry.core.public_session import asks_no_records, tells_own_words
from registry.core.sealing.anchors import last_anchor
from registry.core.sealing.watch import untold_seconds
from registry.core.worker_sign import LAST_ASKED

NEWEST = 1000

STATES = """
    SELECT {what}, state, count(*)::float FROM
        (SELECT * FROM {table} ORDER BY id DESC LIMIT {newest}) AS newest GROUP BY 1, 2
"""
SINGLE = {
    "bangfu_jobs_oldest_seconds": (
        "Age of the oldest job that waits.",
        "SELECT coalesce(extract(epoch FROM now() - min(queued_at)), 0)::float FROM core_job WHERE state = 'queued'",
    ),
    "bangfu_trail_rows": (
        "Records of the trail, as PostgreSQL estimates them.",
        "SELECT greatest(reltuples, 0)::float FROM pg_class WHERE oid = 'public.core_change'::regclass",
    ),
    "bangfu_database_connections": (
        "Connections to the database.",
        "SELECT count(*)::float FROM pg_stat_activity WHERE datname = current_database()",
    ),
    "bangfu_database_bytes": ("Size of the database.", "SELECT pg_database_size(current_database())::float"),
    "bangfu_worker_seconds": (
        "Seconds since a worker last asked the database; absent: there is none.",
        LAST_ASKED,
    ),
    "bangfu_jobs_longest_seconds": (
        "Age of the running job that was begun first.",
        "SELECT coalesce(extract(epoch FROM now() - min(started_at)), 0)::float FROM core_job WHERE state = 'running'",
    ),
    "bangfu_database_oldest_seconds": (
        "Age of the oldest transaction of a session: it keeps dead rows from being cleared away.",
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0)::float FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    ),
    "bangfu_database_dead_rows": (
        "Dead rows in the tables, as PostgreSQL estimates them.",
        "SELECT coalesce(sum(n_dead_tup), 0)::float FROM pg_stat_user_tables",
    ),
    "bangfu_replicas": ("Replicas that the database sends to.", "SELECT count(*)::float FROM pg_stat_replication"),
}
GROUPS = {
    "bangfu_jobs": ("Jobs by kind and state, of the newest thousand.", "core_job", "kind"),
    "bangfu_outgoing": ("Texts by channel and state, of the newest thousand.", "core_outgoing", "channel"),
    "bangfu_deliveries": ("Webhooks by event and state, of the newest thousand.", "core_delivery", "event"),
}
ASKED = [(name, question) for name, (_words, question) in SINGLE.items()]
SESSIONS = """
    SELECT CASE WHEN application_name = 'bangfu worker' THEN 'worker' ELSE 'others' END, coalesce(state, ''),
        count(*)::float FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1, 2
"""
SPENT = f"""
    SELECT kind, '', avg(extract(epoch FROM ended_at - started_at))::float FROM
        (SELECT * FROM core_job ORDER BY id DESC LIMIT {NEWEST}) AS newest WHERE ended_at > started_at GROUP BY 1
"""  # noqa: S608  a number of ours


class Now:
    """How things stand, asked of the database and the disk when they are read."""

    def collect(self):
        yield self._told("bangfu_build_info", "1, with the version.", [((settings.VERSION,), 1.0)], ("version",))
        free = shutil.disk_usage(settings.DATA_DIR).free
        yield self._told("bangfu_free_bytes", "Free bytes of the folder of files.", [((), float(free))])
        if anchor := last_anchor():
            at = anchor.instant.timestamp()
            yield self._told("bangfu_anchor_time", "When the trail was last anchored, in Unix seconds.", [((), at)])
        try:
            rows = list(self._database())
        except Error:
            connection.close()
            rows = []
        yield from self._replica()
        yield self._told("bangfu_database_up", "Whether the database answers.", [((), float(bool(rows)))])
        yield from rows

    def _replica(self):
        if not replica.is_there():
            return
        state = replica.state()
        up = float(bool(state and state.is_replica))
        yield self._told("bangfu_replica_up", "Whether a replica answers, and is one.", [((), up)])

    def _database(self):
        for name, (words, table, what) in GROUPS.items():
            question = STATES.format(what=what, table=table, newest=NEWEST)
            told = [((one, state), number) for one, state, number in self._asked(question)]
            yield self._told(name, words, told, (what, "state"))
        spent = [((kind,), seconds) for kind, _none, seconds in self._asked(SPENT)]
        yield self._told("bangfu_job_seconds", "Mean seconds of a job by kind, of the same.", spent, ("kind",))
        sessions = [((who, state), number) for who, state, number in self._asked(SESSIONS)]
        yield self._told("bangfu_database_sessions", "Sessions by who holds them and state.", sessions,
                         ("who", "state"))  # fmt: skip
        lag = [((name, address), seconds) for name, address, _state, seconds in self._asked(replica.SENT_TO)]
        yield self._told("bangfu_replica_lag_seconds", "Seconds by which a replica is behind.", lag,
                         ("replica", "address"))  # fmt: skip
        yield self._told("bangfu_trail_untold_seconds", "Age of the oldest record whose seal was not told outside.",
                         [((), untold_seconds())])  # fmt: skip
        single = dict(self._asked(" UNION ALL ".join(f"SELECT '{name}', ({question})" for name, question in ASKED)))
        for name, (words, _question) in SINGLE.items():
            yield self._told(name, words, [((), single[name])] if single[name] is not None else [])
        ages = ((kind, notes.age(kind)) for kind in (notes.BACKUP, notes.RESTORE, notes.DRILL))
        told = [((kind,), seconds) for kind, seconds in ages if seconds is not None]
        yield self._told("bangfu_backup_age_seconds", "Seconds since the last backup, restore, drill.", told, ("kind",))

    @staticmethod
    def _asked(question):
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall()

    @staticmethod
    def _told(name, words, values, labels=()):
        family = GaugeMetricFamily(name, words, labels=labels)
        for label, value in values:
            family.add_metric(label, value)
        return family


@asks_no_records
@tells_own_words
@require_safe
@never_cache
def metrics(request):
    """`/metrics`, for the addresses of `METRICS_FROM` and the bearer of `METRICS_TOKEN`; 404 for anybody else."""
    if not may_read(request):
        raise Http404
    now = CollectorRegistry()
    now.register(Now())
    return HttpResponse(generate_latest(counted()) + generate_latest(now), content_type=CONTENT_TYPE_LATEST)


def may_read(request):
    """By token, or by an address that no unknown proxy stands before."""
    token = settings.METRICS_TOKEN
    if token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return True
    if not settings.TRUSTED_PROXY and {"X-Forwarded-For", "Forwarded", "X-Real-IP"} & set(request.headers):
        return False
    try:
        address = ipaddress.ip_address(address_of(request))
    except ValueError:
        return False
    return any(address in network for network in settings.METRICS_FROM)

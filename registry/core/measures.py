"""What is measured of the running site, for Prometheus: counted in every process, read at `/metrics`.

With `PROMETHEUS_MULTIPROC_DIR` set before this is imported (registry/serving.py), the processes of a web server write
into files of that folder and any of them can tell of all; without it each process knows of itself.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()

ANSWERS = Counter(
    "bangfu_answers", "Answers by route, method and code.", ("route", "method", "code"), registry=REGISTRY
)
SECONDS = Histogram(
    "bangfu_answer_seconds", "Seconds until an answer left.", ("route", "method"), registry=REGISTRY,
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)  # fmt: skip
QUERIES = Counter("bangfu_queries", "Queries asked for answers.", ("route",), registry=REGISTRY)
QUERY_SECONDS = Counter("bangfu_query_seconds", "Seconds spent waiting for them.", ("route",), registry=REGISTRY)
EXCEPTIONS = Counter("bangfu_exceptions", "Exceptions that no page caught, by class.", ("kind",), registry=REGISTRY)
READS = Counter(
    "bangfu_reads", "Requests that may read from a replica, by where they did and why.", ("place", "why"),
    registry=REGISTRY,
)  # fmt: skip


def answered(facts, seconds, query_seconds):
    """Count an answer; `facts` are those of its line in the log."""
    route, method = facts["route"], facts["method"]
    ANSWERS.labels(route, method, str(facts["status"])).inc()
    SECONDS.labels(route, method).observe(seconds)
    QUERIES.labels(route).inc(facts["queries"])
    QUERY_SECONDS.labels(route).inc(query_seconds)

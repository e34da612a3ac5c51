"""What is measured of the running site, for Prometheus: counted in every process, read at `/metrics`.

With `PROMETHEUS_MULTIPROC_DIR` set before this is imported (registry/serving.py), the processes of a web server write
into files of that folder and any of them can tell of all; without it each process knows of itself.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, multiprocess
from prometheus_client.samples import Sample

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
ASKED = Histogram(
    "bangfu_answer_queries", "Queries of one answer.", registry=REGISTRY, buckets=(2, 5, 10, 20, 40, 80, 160)
)
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
    ASKED.observe(facts["queries"])
    QUERIES.labels(route).inc(facts["queries"])
    QUERY_SECONDS.labels(route).inc(query_seconds)


def counted():
    """What all processes of the web server have counted; what this one has, where there is only one."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
    if not (folder and os.path.isdir(folder)):
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry


def slowest(number):
    """The routes on whose answers most seconds were spent on average since the web server was started, as
    [(route, answers, mean seconds, mean queries)], slowest first."""
    told = {
        (sample.name, sample.labels.get("route")): sample.value
        for name in ("bangfu_answer_seconds", "bangfu_queries")
        for sample in _summed(name)
    }
    routes = []
    for (name, route), answers in told.items():
        if name == "bangfu_answer_seconds_count" and answers:
            seconds = told["bangfu_answer_seconds_sum", route] / answers
            routes.append((route, int(answers), seconds, told.get(("bangfu_queries_total", route), 0) / answers))
    return sorted(routes, key=lambda one: -one[2])[:number]


def _summed(name):
    """The samples of a family, those of several methods of a route added up."""
    sums = {}
    for family in counted().collect():
        if family.name == name:
            for sample in family.samples:
                if sample.name.endswith(("_count", "_sum", "_total")):
                    key = sample.name, sample.labels["route"]
                    sums[key] = sums.get(key, 0) + sample.value
    return [Sample(name, {"route": route}, value) for (name, route), value in sums.items()]

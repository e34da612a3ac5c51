"""W8: many connections without think time, asked from processes of its own, by one loop over sockets in each.

`python -m tests.bench.scale.load` reads its orders as JSON from standard input and writes what came of them.
"""

import contextlib
import json
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from random import Random

from tests.house import ROOT

from .asking import summary
from .questions import BY_KEY

MIX = {"W1": 50, "W2": 15, "W3": 10, "W4": 5, "W5": 20}
CLIENTS = 2
"""Processes that ask."""
DRAWN = 200
"""Different questions of each kind."""
DRAIN = 120
"""Seconds for which the last answers are waited for."""


class Line:
    """One connection: sends a request, reads the answer to its end, and is given the next. A connection that the
    server has closed between two answers is opened again, which is no error; one that ends within an answer is."""

    def __init__(self, port, selector, choose, done):
        self.port, self.selector, self.choose, self.done = port, selector, choose, done
        self.socket = None
        self.send()

    def send(self, request=None):
        """The next request, unless there is to be none any more."""
        self.request = request or self.choose()
        if self.request is None:
            if self.socket is not None:
                self.close()
            return
        self.got, self.need, self.began = b"", None, time.perf_counter()
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), 60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.setblocking(False)
            self.selector.register(self.socket, selectors.EVENT_READ, self)
        with contextlib.suppress(OSError):  # a connection that is gone is seen when it is read
            self.socket.send(self.request[1])

    def close(self):
        self.selector.unregister(self.socket)
        self.socket.close()
        self.socket = None

    def read(self):
        try:
            part = self.socket.recv(262_144)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if not part:
            self.close()
            if self.got:
                self.done(self.request[0], "cut off", 0)
                self.send()
            else:
                self.send(self.request)
            return
        self.got += part
        if self.is_whole():
            status = self.got[9:12].decode()
            closing = b"connection: close" in self.got.split(b"\r\n\r\n", 1)[0].lower()
            self.done(self.request[0], status, time.perf_counter() - self.began)
            if closing:
                self.close()
            self.send()

    def is_whole(self):
        if self.need is None:
            head, blank, _body = self.got.partition(b"\r\n\r\n")
            if not blank:
                return False
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            self.need = len(head) + 4 + int(lengths[0].split(b":")[1]) if lengths else -1
        return len(self.got) >= self.need if self.need >= 0 else self.got.endswith(b"0\r\n\r\n")


def run(port, connections, seconds, requests, weights, seed):
    """Ask for so many seconds; {"statuses": {...}, "late": {...}, "spent": {kind: [milliseconds]}, "seconds"}.

    Then what was asked is waited for, so that the server is left idle; `late` counts those answers.
    """
    late = Counter()
    selector, chance, statuses, spent = selectors.DefaultSelector(), Random(seed), Counter(), {}
    kinds = {kind: [text.encode() for text in texts] for kind, texts in requests.items()}

    def choose():
        if time.perf_counter() >= began + seconds:
            return None
        kind = chance.choices(list(weights), weights.values())[0]
        return kind, chance.choice(kinds[kind])

    def done(kind, status, taken):
        if time.perf_counter() >= began + seconds:
            late[status] += 1
            return
        statuses[status] += 1
        spent.setdefault(kind, []).append(taken * 1000)

    began = time.perf_counter()
    for _each in range(connections):
        Line(port, selector, choose, done)
    while selector.get_map() and time.perf_counter() < began + seconds + DRAIN:
        for key, _events in selector.select(0.2):
            key.data.read()
    late["never"] += len(selector.get_map())
    return {"statuses": statuses, "late": late, "spent": spent, "seconds": seconds}


def drawn(place):
    """{kind: so many drawn questions} of the mix."""
    chance = Random(place.seed)
    with place.connected() as connection, connection.cursor() as cursor:
        return {kind: [BY_KEY[kind].draw(cursor, chance) for _each in range(DRAWN)] for kind in MIX}


def requests_of(drawn, address_of, cookies):
    """{kind: [whole requests]}: each drawn question asked by each of those who are signed in, in turn."""
    found = {}
    for kind in MIX:
        found[kind] = [
            f"GET {address_of(BY_KEY[kind], asked)} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n"
            f"Cookie: {cookies[place % len(cookies)]}\r\n\r\n"
            for place, asked in enumerate(drawn[kind])
        ]
    return found


def storm(port, requests, seconds, connections=100):
    """Ask by `CLIENTS` processes; {"works", "p95", "p50", "errors", "statuses", "by"}: works a second, milliseconds."""
    orders = {
        "port": port,
        "connections": connections // CLIENTS,
        "seconds": seconds,
        "requests": requests,
        "weights": MIX,
    }
    clients = [
        subprocess.Popen(
            [sys.executable, "-m", __name__], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _each in range(CLIENTS)
    ]
    for seed, client in enumerate(clients):
        client.stdin.write(json.dumps(orders | {"seed": seed}))
        client.stdin.close()
    said = [json.loads(client.stdout.read()) for client in clients]
    for client in clients:
        client.wait()
    statuses = sum((Counter(one["statuses"]) for one in said), Counter())
    by = {kind: [spent for one in said for spent in one["spent"].get(kind, ())] for kind in MIX}
    late = sum((Counter(one["late"]) for one in said), Counter())
    every = summary([spent for each in by.values() for spent in each] or [0])
    return {
        "works": round(statuses["200"] / max(one["seconds"] for one in said), 1),
        "p50": every["median"], "p95": every["p95"], "statuses": dict(statuses),
        "late": dict(late), "errors": (statuses + late).total() - (statuses + late)["200"],
        "by": {kind: summary(spent) for kind, spent in by.items() if spent},
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(run(**json.load(sys.stdin))))  # noqa: T201 - read by `storm`

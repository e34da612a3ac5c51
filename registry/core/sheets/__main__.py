"""The child of `reading.read_in_child`: limits itself, then sends the events of one file as lines of JSON.

It knows neither settings nor database, so it names faults by their code; the sentences are the parent's.
"""

import contextlib
import json
import os
import resource
import sys

from .events import events
from .limits import MIB, Fault
from .reading import OUT_OF_MEMORY

NICENESS = 10


def main(path, seconds, memory_mib):
    limit_itself(int(seconds), int(memory_mib) * MIB)
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
    send = sys.stdout.buffer.write
    last = None
    try:
        with open(path, "rb") as file:
            for event in events(file):
                send(dump(event).encode() + b"\n")
    except Fault as fault:
        last = ["refused", fault.code, fault.params]
    except MemoryError:
        last = ["refused", "OUT_OF_MEMORY", {"limit": int(memory_mib)}]
    if last is not None:
        send(dump(last).encode("utf-8", "replace") + b"\n")
    sys.stdout.flush()


def limit_itself(seconds, memory):
    """No more memory, processor time or files than this, and last in the queue for the processor."""
    os.nice(NICENESS)
    for kind, limit in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(kind, (limit, limit))
    with contextlib.suppress(ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except MemoryError:
        os._exit(OUT_OF_MEMORY)

"""Mutants tried in this process: the tests are loaded once, and each mutant is put into a fork of it.

cosmic-ray's own runner starts the tests anew for each mutant, which here takes ten seconds before the first one runs.
A fork has everything loaded, and a mutant only meets the tests that enter what is broken, the quickest first. What is
broken outside of functions (tables, defaults) is loaded already: such a mutant gets a process of its own.
"""

import contextlib
import functools
import gc
import importlib.machinery
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
from django.db import connections
from django.urls import get_resolver

ROOT = Path(__file__).resolve().parents[2]
KILLED, SURVIVED, TIMEOUT = "killed", "survived", "killed by time"
IN_A_FUNCTION = 0x1  # CO_OPTIMIZED: set for functions, not for modules and classes
LONGEST = 60  # seconds of work for one mutant: a busy machine must not count as its end
AWAITED = 15 * LONGEST
TWICE = 30  # so many tests are run in a fork without a mutant first: they must pass there


class Trying:
    """A plugin of pytest that runs the tests once, watching which functions each enters, and then tries the mutants."""

    def __init__(self, mutants, told):
        self.mutants, self.told = mutants, told
        self.sources = {str(ROOT / mutant.path): mutant.path for mutant in mutants}
        self.entered, self.took, self.failed = defaultdict(set), {}, set()
        self.elsewhere = []

    def pytest_runtest_logreport(self, report):
        self.took[report.nodeid] = self.took.get(report.nodeid, 0) + report.duration
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_runtestloop(self, session):
        get_resolver().url_patterns  # noqa: B018 - loads all views, so that a test enters only what it calls itself
        if session.testsfailed:
            raise session.Interrupted("the tests could not be collected")
        self._run_all(session)
        if self.failed:
            raise session.Interrupted(f"failed without a mutant: {sorted(self.failed)}")
        quickest = sorted(session.items, key=lambda item: self.took[item.nodeid])[:TWICE]
        if self._fork(session, quickest, [], {}) != SURVIVED:
            raise session.Interrupted("the tests fail when they are run a second time without a mutant")
        self._try_all(session)
        return True

    def _run_all(self, session):
        for item, following in _in_a_ring(session.items):
            sys.settrace(functools.partial(self._note, item.nodeid))
            try:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            finally:
                sys.settrace(None)

    def _note(self, nodeid, frame, event, argument):
        code = frame.f_code
        if code.co_filename in self.sources:
            self.entered[code.co_filename, code.co_firstlineno].add(nodeid)

    def _try_all(self, session):
        live = _live_functions(self.sources)
        for mutant in self.mutants:
            swaps = _swaps(mutant)
            if swaps is None:
                self.elsewhere.append(mutant)
                continue
            filename = str(ROOT / mutant.path)
            meeting = set().union(*(self.entered[filename, old.co_firstlineno] for old, _new in swaps))
            items = sorted((i for i in session.items if i.nodeid in meeting), key=lambda i: self.took[i.nodeid])
            if not items:  # no test calls it: it is run while its module is loaded, or never
                self.elsewhere.append(mutant)
                continue
            self.told(mutant, self._fork(session, items, swaps, live))

    def _fork(self, session, items, swaps, live):
        """What comes of these tests in a fork of this process, which works for `LONGEST` seconds at most."""
        for connection in connections.all():
            connection.close()
        child = os.fork()
        if child:
            return _awaited(child)
        with contextlib.suppress(BaseException):
            resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nothing, stream)
            for old, new in swaps:
                for function in live[_key(old)]:
                    function.__code__ = new
            _forget_what_was_cached()
            failed_before = session.testsfailed
            session._setupstate.teardown_exact(items[0])
            for item, following in _in_a_ring(items):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if session.testsfailed > failed_before:
                    os._exit(1)
            os._exit(0)
        os._exit(1)


def _in_a_ring(items):
    """Each item with the one after it; the last with the first, so that what belongs to the session is kept."""
    return zip(items, [*items[1:], items[0]], strict=True)


def _awaited(child):
    ends = time.monotonic() + AWAITED
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done and os.WIFSIGNALED(status):
            return TIMEOUT
        if done:
            return SURVIVED if status == 0 else KILLED
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return TIMEOUT


def _key(code):
    return code.co_filename, code.co_firstlineno, code.co_qualname


def _live_functions(filenames):
    live = defaultdict(list)
    for thing in gc.get_objects():
        if type(thing) is type(_key) and thing.__code__.co_filename in filenames:
            live[_key(thing.__code__)].append(thing)
    return live


def _forget_what_was_cached():
    for thing in gc.get_objects():
        if type(thing) is functools._lru_cache_wrapper and getattr(thing, "__module__", "").split(".")[0] in {
            "registry", "counties", "orgs", "projects",
        }:  # fmt: skip
            thing.cache_clear()


def _swaps(mutant):
    """[(code, broken code)] of the functions that a mutant breaks; None if it breaks what stands outside of them."""
    filename = str(ROOT / mutant.path)
    try:
        pairs = [(compile(Path(filename).read_text(), filename, "exec"), compile(mutant.source, filename, "exec"))]
    except SyntaxError:
        return None
    found = []
    while pairs:
        old, new = pairs.pop()
        if old == new and old.co_consts == new.co_consts:
            continue
        inner = [_inner_code(code) for code in (old, new)]
        if old.co_flags & IN_A_FUNCTION:
            if old.co_freevars != new.co_freevars:
                return None
            found.append((old, new))
        elif len(inner[0]) == len(inner[1]) and _outside(old) == _outside(new):
            pairs += zip(*inner, strict=True)
        else:
            return None
    return found


def _inner_code(code):
    return [constant for constant in code.co_consts if hasattr(constant, "co_code")]


def _outside(code):
    """What a module or class does itself, whatever stands in its functions."""
    plain = [constant for constant in code.co_consts if not hasattr(constant, "co_code")]
    return code.co_code, code.co_names, [(type(constant), constant) for constant in plain]


class Broken(importlib.machinery.SourceFileLoader):
    """Loads one module from the mutant's source; nothing is written to disk."""

    source = b""

    def get_code(self, fullname):
        return compile(self.source, self.path, "exec")


def load_broken(path, source):
    """From now on this process loads the module at `path` as `source` says."""
    filename = str(ROOT / path)

    class Finder:
        @staticmethod
        def find_spec(name, where, target=None):
            spec = importlib.machinery.PathFinder.find_spec(name, where, target)
            if spec and spec.origin == filename:
                spec.loader = Broken(name, filename)
                spec.loader.source = source
            return spec

    sys.meta_path.insert(0, Finder)


def pytest_arguments(tests):
    return [*tests, "-q", "-x", "--reuse-db", "--capture=no", "-p", "no:cacheprovider", "-p", "no:randomly"]


def run(tests, plugins=()):
    return pytest.main(pytest_arguments(tests), plugins=list(plugins))

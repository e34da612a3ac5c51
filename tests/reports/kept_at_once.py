"""Several writers at once, somebody who folds, and somebody who reads: for the ordinary suite and for the bench."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError, connection, transaction

from registry.core.summaries import fold_all

from .kept import Written, apart, wrong

PAUSE = 0.2
"""Seconds between two folds, and between two readings."""

QUESTIONS = 3
"""What is asked in one reading."""


@dataclass
class Found:
    """What came of it. `deadlocks` are all that PostgreSQL counted, `clashes` those that an action did not outlive,
    `problems` whatever else was raised."""

    done: Counter = field(default_factory=Counter)
    folds: int = 0
    readings: int = 0
    apart: list = field(default_factory=list)
    deadlocks: int = 0
    clashes: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    wrong: dict = field(default_factory=dict)
    seconds: float = 0

    def __str__(self):
        refused = sum(number for name, number in self.done.items() if name.endswith("refused"))
        return (
            f"{self.done.total()} actions ({refused} refused) in {self.seconds:.0f} s, {self.folds} folds,"
            f" {self.readings} readings, {len(self.apart)} apart, {self.deadlocks} deadlocks"
            f" ({len(self.clashes)} not outlived), {len(self.problems)} other problems,"
            f" summaries wrong: {self.wrong or 'none'}"
        )


def write_at_once(*, actions, writers, seeds):
    """`Found` after so many actions of so many writers, who share one register's projects and organisations."""
    register, found, over = Written(next(seeds)), Found(), threading.Event()
    start, deadlocks = time.monotonic(), _deadlocks()
    hands = _started(found, [(_write, _hand(register, number), actions // writers, found) for number in range(writers)])
    others = _started(found, [(_fold, found, over), (_read, register, found, over)])
    for one in hands:
        one.join()
    over.set()
    for one in others:
        one.join()
    found.apart += apart(register, 10)
    fold_all()
    found.apart += apart(register, 10)
    found.deadlocks = _deadlocks() - deadlocks
    found.wrong, found.seconds = wrong(), time.monotonic() - start
    return found


def _deadlocks():
    """How many there were in this database. A session tells of its own at its end at the latest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def _write(hand, actions, found):
    for _action in range(actions):
        try:
            found.done[hand.act()] += 1
        except ObjectDoesNotExist:  # somebody was quicker
            found.done["missed"] += 1
        except OperationalError as problem:
            found.clashes.append(str(problem))


def _fold(found, over):
    while not over.is_set():
        found.folds += fold_all()
        over.wait(PAUSE)


def _read(register, found, over):
    """What is kept and what is counted, both of one snapshot."""
    chance = random.Random(0)
    while not over.is_set():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            found.apart += apart(register, QUESTIONS, chance)
        found.readings += QUESTIONS
        over.wait(PAUSE)


def _hand(register, number):
    """The same register, with chances of a writer's own."""
    hand = object.__new__(Written)
    hand.__dict__ = register.__dict__ | {"random": random.Random(number)}
    return hand


def _started(found, jobs):
    def run(function, *values):
        try:
            function(*values)
        except Exception as problem:  # told by whoever asked for it
            found.problems.append(repr(problem))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    return threads

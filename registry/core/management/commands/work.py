"""The worker: queued jobs, daily work, outgoing texts, webhooks, seals over the trail. Any number may run at once."""

import logging
import os
import signal
import threading
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseProblem
from django.db import close_old_connections, connection

from registry.core.channels import deliver_next
from registry.core.crew import Crew
from registry.core.daily import ask_for_due
from registry.core.jobs import recover, run_next
from registry.core.sealing.watch import Sealer, round_of_sealing
from registry.core.session_roles import APP, role_taken
from registry.core.starting import refuse_unsafe
from registry.core.summaries import fold_all
from registry.core.webhooks import deliver_next as tell_next_system
from registry.core.worker_sign import known_as_worker

logger = logging.getLogger(__name__)

PAUSE = 1
"""Seconds between two looks at an empty queue."""

CLOCK = 30
"""Seconds between two looks at the clock."""

GRACE = 10
"""Seconds that the job in hand may go on once the worker was told to end; then it is given back to the queue."""


class Command(BaseCommand):
    help = (
        "Runs queued jobs, asks for the daily work (checks every night, the digest at 08:30 on working days), sends "
        "outgoing texts, tells other systems, seals the trail every minute, until it is told to end (SIGTERM or "
        "Ctrl-C): the job in hand has ten seconds to finish, else another worker begins it anew. Several at once share "
        "it all: WORKERS says how many this starts."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="end when nothing is left to do")

    def handle(self, *args, once, **options):
        refuse_unsafe()
        if settings.WORKERS > 1 and not once:
            Crew(settings.WORKERS, self._serve).run()
        else:
            self._serve(once)

    def _serve(self, once=False):
        self.over, self.clock = threading.Event(), float("-inf")
        before, sealer = self._listen(), Sealer()
        sealer.start()
        try:
            with known_as_worker():
                self._work(once)
            if once:
                round_of_sealing()
        finally:
            sealer.end()
            if before:
                signal.alarm(0)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _listen(self):
        """Hear the signals that end a worker; returns who heard them before."""
        if threading.current_thread() is not threading.main_thread():
            return {}
        return {number: signal.signal(number, self._end) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}

    def _end(self, number, frame):
        """The first time after the job in hand; the second time, or after GRACE, at once: what is in hand is rolled
        back and goes back into the queue."""
        if self.over.is_set():
            raise KeyboardInterrupt
        self.over.set()
        signal.alarm(GRACE)

    def _work(self, once):
        logger.info("worker %s is at work", os.getpid())
        while not self.over.is_set():
            close_old_connections()
            try:
                with role_taken(APP):
                    busy = self._round()
            except DatabaseProblem as problem:
                if once:
                    raise CommandError(f"The database does not answer: {problem}") from problem
                logger.warning("the database does not answer, trying again: %s", str(problem).strip())
                connection.close()
                busy = False
            if once and not busy:
                break
            if not busy:
                self.over.wait(PAUSE)
        logger.info("worker %s ends", os.getpid())

    def _round(self):
        """One thing of each kind, jobs first: slow gateways never keep people waiting. Whether there was any."""
        recover()
        if time.monotonic() - self.clock >= CLOCK:
            ask_for_due()
            self.clock = time.monotonic()
        fold_all()
        return bool(run_next() or deliver_next() or tell_next_system())

"""Several worker processes under one command: those that are lost are begun anew, and all are told to end together."""

import ctypes
import logging
import os
import signal
import sys
import time

from django.db import connections

logger = logging.getLogger(__name__)

PAUSE = 1
"""Seconds before a process that was lost is begun anew, so that one that cannot live does not keep the machine busy."""

ENDING = (signal.SIGTERM, signal.SIGINT)


class Crew:
    """`number` processes, each of which does `serve()` until it is told to end. The system looks after the one that
    started them; each is a copy of it, so that what it has read stands in memory once."""

    def __init__(self, number, serve):
        self.number, self.serve, self.members, self.over = number, serve, set(), False

    def run(self):
        """Until SIGTERM or Ctrl-C, which every process is told; returns when the last has ended."""
        connections.close_all()  # a session of the database belongs to one process
        for number in ENDING:
            signal.signal(number, self._end)
        for _each in range(self.number):
            self._begin()
        while self.members:
            ended, status = os.wait()
            self.members.discard(ended)
            if not self.over:
                logger.warning("worker %s was lost (%s): another begins", ended, os.waitstatus_to_exitcode(status))
                time.sleep(PAUSE)
            if not self.over:
                self._begin()

    def _begin(self):
        """What tells a new process to end waits until it has let go of this one's ears: they would hear it in vain."""
        held = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        if member := os.fork():
            self.members.add(member)
            if self.over:  # told to end while it was begun
                os.kill(member, signal.SIGTERM)
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
            return
        code = 1
        try:
            for number in ENDING:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
            end_with_parent()
            self.serve()
            code = 0
        except KeyboardInterrupt:
            code = 0
        except Exception:
            logger.exception("worker %s ends", os.getpid())
        finally:
            sys.stdout.flush()
            logging.shutdown()
            os._exit(code)  # what the first process has begun is not this one's to end

    def _end(self, number, frame):
        self.over = True
        for member in self.members:
            os.kill(member, signal.SIGTERM)


def end_with_parent():
    """In a member: told to end when the process that started it is gone, however that came about (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG

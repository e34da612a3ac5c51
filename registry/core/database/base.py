"""What stands for this request (session_settings.py) is told to PostgreSQL in the same message as the first statement
of each transaction: several statements in one message are one transaction, so it holds for that one and no longer,
and costs no message of its own. Below Django, so that no COPY and no cursor passes by.

Behind a pooler in transaction mode nothing else changes but cursors of the server: they last as long as a transaction.
"""

import select

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg2 import Error, extensions

from registry.core.session_settings import standing


class Cursor(extensions.cursor):
    """A cursor of the driver whose transactions begin with what stands."""

    def _first(self):
        """What the database must be told before the next statement: nothing within a transaction."""
        is_idle = self.connection.get_transaction_status() == extensions.TRANSACTION_STATUS_IDLE
        return standing() if is_idle else ""

    def execute(self, query, vars=None):  # noqa: A002 - the driver's word
        first = self._first()
        if first and self.name:
            return self._declare(first, query, vars)
        return super().execute(f"{_literal(first, vars)}; {query}" if first else query, vars)

    def executemany(self, query, vars_list):
        if not self._first():
            return super().executemany(query, vars_list)
        for values in vars_list:
            self.execute(query, values)
        return None

    def copy_expert(self, sql, file, size=8192):
        """Nothing can be sent along with a COPY: it is for a transaction, which is told first."""
        if first := self._first():
            if self.connection.autocommit:
                raise self.connection.NotSupportedError("COPY must be asked within a transaction: it knows who asks.")
            super().execute(first)
        return super().copy_expert(sql, file, size)

    def _declare(self, first, query, values):
        """A cursor of the server's, told first: outside of a transaction it is declared here, since the driver can
        send nothing along, and outlives the message by WITH HOLD, as the driver's own would."""
        with self.connection.cursor() as plain:
            if not self.connection.autocommit:
                extensions.cursor.execute(plain, first)
                return super().execute(query, values)
            return plain.execute(f'DECLARE "{self.name}" NO SCROLL CURSOR WITH HOLD FOR {query}', values)


JSONB = extensions.new_type((3802,), "JSONB", extensions.UNICODE)
"""Its text as it is, for Django's fields to read; the driver's own way gives the same, by a call of Python for each."""


def _literal(statement, values):
    """The statement as part of one whose parameters are filled in by the driver, which reads a % in it."""
    return statement if values is None else statement.replace("%", "%%")


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL's wrapper with these cursors."""

    def get_connection_params(self):
        return super().get_connection_params() | {"cursor_factory": Cursor}

    def get_new_connection(self, conn_params):
        connection = super().get_new_connection(conn_params)
        extensions.register_type(JSONB, connection)
        return connection

    def is_usable(self):
        """Whether the session still stands, and takes questions. A line on which nothing has come is one that nobody
        has closed: only what has come is looked into, by a question."""
        if self.connection.get_transaction_status() == extensions.TRANSACTION_STATUS_INERROR:
            return False
        line = select.poll()
        try:
            line.register(self.connection, select.POLLIN)
        except Error:
            return False  # closed from here
        return super().is_usable() if line.poll(0) else True

    def chunked_cursor(self):
        """One of the server's; outside of a transaction, behind a pooler, the client's: the session that would keep it
        may serve somebody else between two pages."""
        if settings.DATABASE_POOLED and self.get_autocommit():
            return self.cursor()
        return super().chunked_cursor()

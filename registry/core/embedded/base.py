"""Django's engine `registry.core.embedded`: PostgreSQL that is started when the first connection is wanted.

`DATABASES["default"]["DATA"]` names the data folder. Works the same for the web server, tests and commands, and
brings the server back after a crash without a restart of the process.
"""

from django.db.utils import OperationalError

from registry.core.database import base

from .server import PORT, Server, ServerError


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL's wrapper that knows where the server is and how to start it."""

    def get_connection_params(self):
        server = Server(self.settings_dict["DATA"])
        return super().get_connection_params() | {"host": str(server.socket), "port": PORT}

    def get_new_connection(self, conn_params):
        """Connects; starts the server and tries again if nobody answers. Raises OperationalError if it cannot."""
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            try:
                Server(self.settings_dict["DATA"]).start()
            except (ServerError, OSError) as problem:
                raise OperationalError(str(problem)) from problem
            return super().get_new_connection(conn_params)

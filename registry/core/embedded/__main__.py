"""`python -m registry.core.embedded start|stop|status FOLDER`, for the set-up; exit code 1 when refused."""

import sys

from .server import Server, ServerError


def main(arguments):
    """Does the one thing asked and prints the state in one word; returns the exit code."""
    if len(arguments) != 2 or arguments[0] not in {"start", "stop", "status"}:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    verb, folder = arguments
    try:
        server = Server(folder)
        if verb == "start":
            state = "started" if server.start() else "running"
        elif verb == "stop":
            state = "stopped" if server.stop() else "was not running"
        else:
            state = "running" if server.running() else "not running"
    except (ServerError, PermissionError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write(f"{state}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

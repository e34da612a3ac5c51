"""The site as gunicorn serves it behind nginx in the tests, with two answers of its own that take their time."""

import time

from registry.wsgi import application as site


def application(environ, start_response):
    if environ["PATH_INFO"] == "/trial/bits":
        start_response("200 OK", [("Content-Type", "text/plain"), ("X-Accel-Buffering", "no")])
        return _bits()
    if environ["PATH_INFO"] == "/trial/long":
        time.sleep(0.2)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]
    return site(environ, start_response)


def _bits():
    yield b"first\n"
    time.sleep(1.5)
    yield b"last\n"

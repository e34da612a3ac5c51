"""Receive a webhook: is it from the registry, unchanged, and fresh? Python 3.9 or newer, nothing else.

    BANGFU_SECRET=... python check_signature.py 8080

Answer 2xx within ten seconds and do the work afterwards: anything else is sent again. The same `id` may come twice.
"""

import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

OLDEST = 300
"""Seconds after which a delivery counts as played back by somebody else."""


def is_genuine(secret, header, body, now):
    """Whether `header` (`t=1764100000,v1=<64 hexadecimal digits>`) signs these bytes, at most OLDEST seconds ago."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    moment, given = parts.get("t", ""), parts.get("v1", "")
    if not moment.isdecimal() or abs(now - int(moment)) > OLDEST:
        return False
    expected = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), given.encode())


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        genuine = is_genuine(os.environ["BANGFU_SECRET"], self.headers["X-Bangfu-Signature"] or "", body, time.time())
        self.send_response(204 if genuine else 401)
        self.end_headers()
        if genuine:
            told = json.loads(body)
            print(told["id"], told["event"], told["url"], flush=True)


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()

"""What tests of the interface's writes share."""

import uuid


def send(client, method, path, body=None, *, key=None, version=None):
    """A request as a program sends it: a new key for every POST unless `key` is given, and the version that was seen.
    An empty `key` sends none."""
    headers = {}
    if key is None and method == "post" and version is None:
        key = str(uuid.uuid4())
    if key:
        headers["Idempotency-Key"] = key
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    ask = getattr(client, method)
    return ask(path, {} if body is None else body, content_type="application/json", headers=headers)

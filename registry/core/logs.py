"""The request's id in every line of the log, so that an error id told by a visitor finds its lines."""

import logging

from .trail import request_id


class RequestId(logging.Filter):
    """Adds `request_id` to each record, `-` outside requests; lets every record pass."""

    def filter(self, record):
        record.request_id = request_id.get() or "-"
        return True

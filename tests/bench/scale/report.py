"""What was measured, kept as JSON in docs/performance/ and told in the tables of docs/performance.md."""

import datetime
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from tests.house import ROOT

KEPT = ROOT / "docs" / "performance"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
WAYS = {
    "raw": "raw SQL", "bare": "handler", "known": "authenticated floor", "page floor": "page floor",
    "api": "product, API", "page": "product, page",
}  # fmt: skip


def say(words):
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def keep(place, part, found):
    """Keep what a part has found at this scale, with when and on what."""
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"scale-{place.scale:g}.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"scale": place.scale}
    kept["projects"], kept["made"] = place.projects, place.made
    kept[part] = {"on": _circumstances(place), **({"servers": found} if part == "servers" else found)}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    say(json.dumps(found, ensure_ascii=False))


def _circumstances(place):
    with place.connected() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    load = os.getloadavg()[0]
    return {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{os.cpu_count()} cores, {_processor()}, {_memory()} GiB, load {load:.1f}",
        "versions": f"Python {platform.python_version()}, Django {version('django')}, gunicorn {version('gunicorn')}, "
        f"PostgreSQL {server}",
        "revision": revision.stdout.strip(),
    }


def _processor():
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory():
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def write():
    """Put the tables of all scales that were measured into the page, between its two marks."""
    scales = [json.loads(path.read_text(encoding="utf-8")) for path in KEPT.glob("scale-*.json")]
    tables = "\n".join(_scale(kept) for kept in sorted(scales, key=lambda kept: kept["scale"]))
    text = PAGE.read_text(encoding="utf-8")
    before, _mark, rest = text.partition(BEGIN)
    _old, _mark, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables}\n{END}{after}", encoding="utf-8")
    say(f"Written to {PAGE.relative_to(ROOT)}.")


def _scale(kept):
    parts = {"asks": _asks, "exports": _exports, "imports": _imports, "load": _load, "servers": _servers}
    lines = [f"### Scale {kept['scale']:g}: {kept['projects']:,} projects", ""]
    for name, told in parts.items():
        if name in kept:
            on = kept[name]["on"]
            lines += [
                *told(kept[name]),
                "",
                f"{on['date']}, revision {on['revision']}; {on['machine']}; {on['versions']}.",
                "",
            ]
    return "\n".join(lines)


def _table(head, rows):
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


def _cell(spent):
    return f"{spent['median']:g} / {spent['p95']:g}" if spent else "-"


def _ratio(over, under):
    return f"{over['median'] / under['median']:.1f}" if under and under["median"] else "-"


def _asks(found):
    """Median / 95th percentile in ms, ratios of medians, statements."""
    head = ("", *WAYS.values(), "API : raw", "API : floor", "page : page floor", "statements, API", "statements, page")
    rows = []
    for key, ways in found["ms"].items():
        floor = ways.get("page floor")
        ratios = (_ratio(ways["api"], ways["raw"]), _ratio(ways["api"], ways["known"]), _ratio(ways["page"], floor))
        told = found["statements"]
        rows.append((key, *(_cell(ways.get(way)) for way in WAYS), *ratios, told[key], told[f"{key} page"]))
    memory = found["memory"]
    yield f"W1 to W5, median / p95 in ms over {found['rounds']} interleaved rounds."
    yield ""
    yield from _table(head, rows)
    yield ""
    yield (
        f"Memory of the server: {memory['before']:.0f} MiB in all processes before, {memory['after']:.0f} after, "
        f"{memory['peak']:.0f} at the most in one. {_apart(found)}"
    )


def _apart(found):
    if not found["apart"]:
        return "All answers were those of raw SQL."
    return f"DIFFERENT ANSWERS: {'; '.join(found['apart'])}."


def _exports(found):
    head = (
        "W6",
        "raw, ms",
        "product, ms",
        "first byte, ms",
        "product : raw",
        "MiB",
        "process grew by MiB",
        "at the most MiB",
    )
    yield from _table(
        head,
        (
            (
                form, one["raw"], one["product"], one["first"], f"{one['product'] / max(one['raw'], 1):.1f}",
                f"{one['bytes'] / 2**20:.1f}", one["grown"], one["peak"],
            )
            for form, one in found["forms"].items()
        ),
    )  # fmt: skip
    yield ""
    yield _apart(found)


def _imports(found):
    yield (
        f"W7: {found['rows']:,} rows, {found['accepted']:,} accepted, {found['found']:,} found afterwards: "
        f"{found['seconds']} s by the command ({found['raw']} s raw), taken back in {found['undo']} s. "
        f"Others' saves, median / p95 / most in ms: {_cell(found['quiet'])} / {found['quiet']['max']} before, "
        f"{_cell(found['during'])} / {found['during']['max']} meanwhile. {_apart(found)}"
        + (f" FAULTS: {'; '.join(found['faults'])}." if found["faults"] else "")
    )


_LOADED = ("works/s", "median, ms", "p95, ms", "errors", *("W1", "W2", "W3", "W4", "W5"))


def _loaded(one):
    by = one["by"]
    return one["works"], one["p50"], one["p95"], one["errors"], *(_cell(by.get(kind)) for kind in _LOADED[4:])


def _load(found):
    yield from _table(("W8", *_LOADED), ((name, *_loaded(found[name])) for name in ("product", "floor")))


def _servers(found):
    rows = ((name, *_loaded(one), one["memory"]) for name, one in found["servers"].items() if one)
    yield from _table(("W8 by server", *_LOADED, "MiB"), rows)

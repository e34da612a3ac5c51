"""What mutation found, as `docs/mutation.md`: scores from the results of the runs, survivors with their reasons.

The reasons are written there by hand, into the last column; they are kept for as long as the survivor survives.
"""

import re
from collections import Counter

from .breaking import mutants_of
from .guards import GUARDS

OWED = "a test is owed"
HEAD = """\
# Mutation: the code broken on purpose

`python -m tests.mutation [--sample N] [MODULE…]` breaks one thing at a time in the modules of
`tests/mutation/guards.py` and runs the tests that guard them. Operators: 34 of cosmic-ray's and six of our own (a
query's condition left out, a statement or a refusal left out, an answer of nothing, `filter` for `exclude`, `in` for
`not in`). Of large modules a share is tried, drawn by a fixed seed, and so it is of what stands outside of functions
(tables, defaults), where each mutant needs a process of its own: “60 of 284” says so. With
`--again FILE --report docs/mutation.md` the survivors of kept results are tried once more, and this page is written
anew.

| module | tried | killed | score |
|---|---|---|---|
"""
SURVIVED = """
## What survived

| place | operator | change | why |
|---|---|---|---|
"""
_ROW = re.compile(r"\| `(?P<module>[^`:]+):\d+` \| (?P<operator>\w+) \| (?P<change>.*) \| (?P<why>[^|]*) \|")


def write(path, results, killed):
    """Write the page at `path` from `results`, in which the outcomes in `killed` are good."""
    reasons = _reasons(path.read_text() if path.exists() else "")
    survivors = [one for one in results if one["outcome"] not in killed]
    lines = [
        *_scores(results, killed),
        *_not_measured(results),
        SURVIVED.rstrip("\n"),
        *(_line(one, reasons) for one in survivors),
    ]
    path.write_text(HEAD + "\n".join(lines) + "\n")


def _not_measured(results):
    measured = {one["module"] for one in results}
    missing = [path for guard in GUARDS for path in guard.modules if path not in measured]
    return ["", f"Not measured yet: {', '.join(f'`{path}`' for path in missing)}."] if missing else []


def _line(one, reasons):
    change = _change(one)
    why = reasons.get((one["module"], one["operator"], change), OWED)
    return f"| `{one['module']}:{one['line']}` | {one['operator']} | {change} | {why} |"


def _scores(results, killed):
    found = {path: len(mutants_of(path, guard)) for guard in GUARDS for path in guard.modules}
    for key in ("module", "subject"):
        for name, tried in Counter(one[key] for one in results).items():
            dead = sum(one[key] == name and one["outcome"] in killed for one in results)
            if key == "module":
                of = tried if tried >= found[name] else f"{tried} of {found[name]}"
                yield f"| `{name}` | {of} | {dead} | {dead * 100 / tried:.1f} % |"
            else:
                yield f"| **{name}** | {tried} | {dead} | {dead * 100 / tried:.1f} % |"
    dead = sum(one["outcome"] in killed for one in results)
    yield f"| **in all** | {len(results)} | {dead} | {dead * 100 / len(results):.1f} % |"


def _change(one):
    was, became = (one[key].replace("|", "\\|") for key in ("was", "became"))
    return f"`{was}` → `{became}`"


def _reasons(page):
    return {(row["module"], row["operator"], row["change"]): row["why"] for row in _ROW.finditer(page)}

"""How many of the ways in which the code may be wrong do the tests notice: `python -m tests.mutation [MODULE...]`.

Every mutant of the modules in `guards.py` (or a seeded share of them: `--sample N` of each module) is tried against
the tests that guard it. Prints score and survivors and, with `--write FILE`, keeps them as JSON lines.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import dev
from tests.mutation import report, running
from tests.mutation.breaking import mutants_of
from tests.mutation.guards import GUARDS

SEED = 20201
KILLED = {running.KILLED, running.TIMEOUT}


def main(arguments=None):
    """0 if the score is at least `--least` percent."""
    options = _options(arguments)
    if options.load:
        running.load_broken(options.modules[0], Path(options.load).read_bytes())
        return running.run(options.tests)
    if options.guard is not None:
        return _try_guard(options)
    results = _kept(options.again) if options.again else []
    results = [one for one in results if one["outcome"] in KILLED or not _is_asked_for(one["module"], options)]
    for number, guard in enumerate(GUARDS):
        if wanted := [module for module in guard.modules if _is_asked_for(module, options)]:
            results += _in_a_process(number, wanted, options)
    if options.write:
        Path(options.write).write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in results))
    if options.report:
        report.write(Path(options.report), results, KILLED)
    return _tell(results, options.least)


def _is_asked_for(module, options):
    return not options.modules or module in options.modules


def _options(arguments):
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help="paths of modules; without any all of tests/mutation/guards.py")
    parser.add_argument("--sample", type=int, default=0, help="so many mutants of each module, seeded; 0 = all")
    parser.add_argument("--outside", type=int, default=12, help="so many of each module outside of functions; 0 = all")
    parser.add_argument("--least", type=float, default=85, help="percent that must be killed")
    parser.add_argument("--again", help="such a file: only what survived in it is tried again")
    parser.add_argument("--write", help="a file for the result of each mutant, as lines of JSON")
    parser.add_argument("--report", help="the page that is written from the results: docs/mutation.md")
    parser.add_argument("--guard", type=int, help=argparse.SUPPRESS)  # one line of the table, in this process
    parser.add_argument("--load", help=argparse.SUPPRESS)  # one mutant, in this process
    parser.add_argument("--tests", nargs="*", default=[], help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _in_a_process(number, modules, options):
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as told:
        command = [sys.executable, "-m", "tests.mutation", "--guard", str(number), "--sample", str(options.sample),
                   "--outside", str(options.outside),
                   *(["--again", options.again] if options.again else []), "--write", told.name, *modules]  # fmt: skip
        done = subprocess.run(
            command, cwd=running.ROOT, env=dev.environment(), capture_output=True, text=True, check=False
        )
        results = [json.loads(line) for line in told]
    if done.returncode:
        raise SystemExit(f"{done.stdout[-3000:]}\nthe tests of {', '.join(modules)} did not run")
    for module in modules:
        _say(f"{time.strftime('%H:%M:%S')} {sum(one['module'] == module for one in results):5} {module}")
    return results


def _try_guard(options):
    guard = GUARDS[options.guard]
    chosen = [mutant for path in options.modules for mutant in _chosen(path, guard, options.sample)]
    if options.again:
        survived = {_key(one) for one in _kept(options.again) if one["outcome"] not in KILLED}
        chosen = [mutant for mutant in chosen if _key(_row(guard, mutant)) in survived]
    with Path(options.write).open("a") as file:

        def told(mutant, outcome):
            file.write(json.dumps({**_row(guard, mutant), "outcome": outcome}, ensure_ascii=False) + "\n")
            file.flush()

        trying = running.Trying(chosen, told)
        code = running.run(guard.tests, [trying])
        for mutant in _share_of_each(trying.elsewhere, options.outside) if code == 0 else ():
            told(mutant, _alone(mutant, guard.tests))
    return code


def _row(guard, mutant):
    return {"subject": guard.subject, "module": mutant.path, "line": mutant.line, "operator": mutant.operator,
            "was": mutant.was, "became": mutant.became}  # fmt: skip


def _key(row):
    """What a mutant is known by after lines have moved."""
    return row["module"], row["operator"], row["was"], row["became"]


def _kept(file):
    return [json.loads(line) for line in Path(file).read_text().splitlines()]


def _chosen(path, guard, sample):
    return _share(mutants_of(path, guard), sample)


def _share(found, number):
    """All of them, or so many by the seed."""
    if not number or len(found) <= number:
        return found
    return random.Random(SEED).sample(found, number)


def _share_of_each(found, number):
    paths = dict.fromkeys(mutant.path for mutant in found)
    return [one for path in paths for one in _share([mutant for mutant in found if mutant.path == path], number)]


def _alone(mutant, tests):
    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write(mutant.source)
        file.flush()
        command = [sys.executable, "-m", "tests.mutation", mutant.path, "--load", file.name, "--tests", *tests]
        try:
            done = subprocess.run(
                command,
                cwd=running.ROOT,
                env=dev.environment(),
                capture_output=True,
                timeout=running.AWAITED,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return running.TIMEOUT
    return running.KILLED if done.returncode else running.SURVIVED


def _tell(results, least):
    for one in results:
        if one["outcome"] not in KILLED:
            _say(f"{one['module']}:{one['line']} {one['operator']}: `{one['was']}` → `{one['became']}`")
    _say("")
    for key in ("module", "subject"):
        for name, number in Counter(one[key] for one in results).items():
            dead = sum(one[key] == name and one["outcome"] in KILLED for one in results)
            _say(f"{dead:5} of {number:5}  {dead / number:6.1%}  {name}")
    dead = sum(one["outcome"] in KILLED for one in results)
    score = dead * 100 / len(results)
    _say(f"{dead} of {len(results)} mutants killed: {score:.1f} %")
    return int(score < least)


def _say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.chdir(running.ROOT)
    sys.exit(main())

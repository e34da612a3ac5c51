"""W7: a full ledger of 5,367 rows imported by the command, all or nothing, while others save; then taken back."""

import csv
import http.client
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from random import Random

from tests.house import ROOT
from tests.projects.ledger_books import FULL, book, full
from tests.projects.ledger_files import save_csv, save_xlsx

from . import generator
from .asking import Browser, summary

ROWS = int(os.environ.get("LEDGER_ROWS") or generator.PROJECTS)
QUIET = 5
"""Seconds for which others save before the import begins: what their saves cost without it."""

MAKE = """
import datetime
from registry.core.models import Token, User
from registry.core.tokens import in_a_year, make_token
from projects.models import ProjectStep
owner, scopes = User.objects.get(username="bench0"), ["read", "steps:write"]
_token, secret = make_token(by=None, system="bench", owner=owner, scopes=scopes, expires_on=in_a_year())
steps = list(ProjectStep.objects.filter(status="open").order_by("pk").values_list("pk", "version")[:20])
print(json.dumps({"secret": secret, "steps": steps}))
"""
UNDO = """
import time
from registry.core.models import Change
from registry.core.undo import undo_batch
batch = Change.objects.filter(action="ledger.import", table_name="projects_project").latest("pk").batch_id
start = time.perf_counter()
undo_batch(batch, by=None, action="ledger.undo", reason="measured")
print(json.dumps(time.perf_counter() - start))
"""
STATE = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t"


class Saving(threading.Thread):
    """Somebody who saves one thing after the other: steps that do not apply, and then do. `spent`: (instant, ms)."""

    def __init__(self, port, made):
        super().__init__(daemon=True)
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.secret, self.steps = made["secret"], made["steps"]
        self.spent, self.faults, self.over = [], [], threading.Event()

    def run(self):
        while not self.over.is_set():
            for step in self.steps:
                for verb in ("waive", "reopen"):
                    self.save(step, verb)
                if self.over.wait(0.02):
                    self.line.close()
                    return

    def save(self, step, verb):
        headers = {
            "Authorization": f"Bearer {self.secret}",
            "Content-Type": "application/json",
            "If-Match": f'"{step[1]}"',
        }
        start = time.perf_counter()
        self.line.request("POST", f"/api/v1/steps/{step[0]}/{verb}/", json.dumps({"reason": "measured"}), headers)
        answer = self.line.getresponse()
        body = answer.read()
        self.spent.append((start, (time.perf_counter() - start) * 1000))
        if answer.status == 200:
            step[1] = int(answer.headers["ETag"].strip('"').partition("-")[0])
        else:
            self.faults.append(f"{answer.status} {body[:200]!r}")

    def between(self, start, end):
        return [spent for began, spent in self.spent if start <= began + spent / 1000 and began <= end] or [0]


def ledger_rows(cursor, chance, rows):
    """Rows of the full ledger: projects of organisations that the register knows, in its counties."""
    cursor.execute(
        "SELECT min(code), name FROM orgs_organisation GROUP BY name HAVING count(*) = 1 ORDER BY min(id) LIMIT %s",
        [max(rows, 10)],
    )
    organisations = cursor.fetchall()
    cursor.execute("SELECT DISTINCT county FROM raw.project ORDER BY 1")
    counties = [code for (code,) in cursor]
    found = []
    for number in range(1, rows + 1):
        (code, name), *others = chance.sample(organisations, 3)
        called = f"{generator.project_name(chance)}{number}期"  # a second project of the same name would be asked about
        found.append(
            full(
                number, number=f"TZ-2020-{number:06d}", project=called, code=code, org=name,
                county_code=chance.choice(counties), joint=";".join(code for code, _name in others),
                domain=chance.choice(generator.FIELDS),
            )
        )  # fmt: skip
    return found


def raw_import(connection, path):
    """The limit: the same file read and copied into tables of their own with their indexes; rolled back. Seconds."""
    names = ("project", "party", "funding", "result", "step")
    start = time.perf_counter()
    connection.autocommit = False
    with connection.cursor() as cursor, path.open(encoding="utf-8-sig", newline="") as source:
        cursor.execute("CREATE TABLE raw.w7_project (number text PRIMARY KEY, name text, county text, field text,"
                       " year int, stage text, amount numeric, grams text[]);"
                       "CREATE INDEX ON raw.w7_project (county, field, year, amount);"
                       "CREATE INDEX ON raw.w7_project USING gin (grams)")  # fmt: skip
        for name in names[1:]:
            cursor.execute(f"CREATE TABLE raw.w7_{name} (number text REFERENCES raw.w7_project, what text, sum int);"
                           f"CREATE INDEX ON raw.w7_{name} (number)")  # fmt: skip
        lines = {name: io.StringIO() for name in names}
        for row in csv.DictReader(source):
            _raw_rows(row, lines)
        for name, text in lines.items():
            text.seek(0)
            cursor.copy_expert(f"COPY raw.w7_{name} FROM STDIN", text)
    connection.rollback()
    connection.autocommit = True
    return time.perf_counter() - start


def _raw_rows(row, lines):
    number, name = row[FULL["number"]], row[FULL["project"]]
    grams = ",".join(sorted({name[place : place + 2] for place in range(len(name) - 1)}))
    cells = (number, name, row[FULL["county_code"]], row[FULL["domain"]], row[FULL["year"]], row[FULL["status"]],
             row[FULL["received"]], f"{{{grams}}}")  # fmt: skip
    lines["project"].write("\t".join(cells) + "\n")
    for code in (row[FULL["code"]], *row[FULL["joint"]].split(";")):
        lines["party"].write(f"{number}\t{code}\t\\N\n")
    for state in ("pledged", "promised", "received"):
        lines["funding"].write(f"{number}\t{state}\t{row[FULL[state]]}\n")
    lines["result"].write(f"{number}\t人次\t{row[FULL['people']]}\n")
    for place in range(12):
        lines["step"].write(f"{number}\t{generator.STEPS[place]}\t{place}\n")


def state_of(cursor, saved):
    """{table: what it holds} of the register; of steps all but those that are saved meanwhile."""
    cursor.execute(
        "SELECT relname FROM pg_stat_user_tables WHERE relname ~ '^(projects|orgs)_' AND schemaname = 'public'"
        " AND relname NOT IN ('projects_listedcount', 'projects_listedgram')"  # sums of changes, in any number of rows
    )
    found = {}
    for (table,) in cursor.fetchall():
        but = " WHERE id <> ALL(%s)" if table == "projects_projectstep" else ""
        cursor.execute(STATE.format(table) + but, [saved] if but else [])
        found[table] = cursor.fetchone()
    return found


def imported(place, file):
    """Run the command; (seconds, its report)."""
    report, start = file.with_suffix(".json"), time.perf_counter()
    command = [sys.executable, "manage.py", "import_ledger", str(file), "--commit", "--report", str(report)]
    done = subprocess.run(command, cwd=ROOT, env=place.environment, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return time.perf_counter() - start, json.loads(report.read_text(encoding="utf-8"))


def measure(place, rows=None):
    """{"seconds", "raw", "undo", "quiet", "during", "found", "apart"}: seconds; milliseconds of others' saves."""
    rows = rows or ROWS
    (ours, *_others), _theirs = place.serve()
    saving = Saving(place.port, place.ask(MAKE))
    saved = [key for key, _version in saving.steps]
    with tempfile.TemporaryDirectory() as folder, place.connected() as connection, connection.cursor() as cursor:
        ledger = book(ledger_rows(cursor, Random(place.seed), rows), head=FULL)
        sheet, text = Path(folder, "ledger.xlsx"), Path(folder, "ledger.csv")
        save_xlsx(ledger, sheet)
        save_csv(ledger, text)
        raw_seconds, before = raw_import(connection, text), state_of(cursor, saved)
        quiet = time.perf_counter()
        saving.start()
        time.sleep(QUIET)
        start = time.perf_counter()
        seconds, report = imported(place, sheet)
        end = time.perf_counter()
        saving.over.set()
        saving.join()
        found = json.loads(Browser(place.port, ours).get("/api/v1/projects/?search=TZ-2020-"))["count"]
        undo = place.ask(UNDO)
        after = state_of(cursor, saved)
    refused = [f"row {row['row']}: {row['errors'][0]['message']}" for row in report["rows"] if row["errors"]]
    apart = [f"{table}: {before[table]} and {after[table]}" for table in before if before[table] != after[table]]
    return {
        "rows": rows, "accepted": report["summary"]["accepted"], "found": found, "seconds": round(seconds, 2),
        "raw": round(raw_seconds, 2), "undo": round(undo, 2), "apart": apart, "faults": saving.faults[:5] + refused[:5],
        "quiet": summary(saving.between(quiet, start)) | {"max": round(max(saving.between(quiet, start)), 1)},
        "during": summary(saving.between(start, end)) | {"max": round(max(saving.between(start, end)), 1)},
    }  # fmt: skip

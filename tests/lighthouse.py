"""What Lighthouse makes of the main public pages: `python3 dev.py lighthouse`.

The demo data, served by gunicorn as in production (static files hashed and compressed, cookies for HTTPS only) and
looked at by the machine's own Chromium, as Lighthouse's phone on a slow line; nothing is asked of any other host.
Prints a line a page, writes the reports to `var/lighthouse`, and fails below `WANTED`.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import dev
from tests.in_production import production, served

SITE_PORT = 8391
BASE = f"http://127.0.0.1:{SITE_PORT}"
PLACE = Path(dev.path("var", "lighthouse"))
WANTED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
ATTEMPTS = 3  # on a busy machine Chromium's trace now and then begins too late, and Lighthouse gives up
PAGES = {"home": "/", "projects": "/projects/", "county": "/counties/130723/"}
FIND = """
import django
django.setup()
from projects.models import Project
from django.contrib.auth.models import AnonymousUser
print(Project.objects.visible_to(AnonymousUser()).filter(results__isnull=False).earliest("pk").get_absolute_url())
"""
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --no-first-run"


def manage(environment, *arguments):
    command = [dev.PYTHON, *arguments]
    return subprocess.run(command, cwd=dev.ROOT, env=environment, check=True, capture_output=True, text=True).stdout


def looked_at(name, address):
    """Lighthouse's scores of a page in percent, and what it found to be wrong: {category: score}, [sentence]."""
    report = PLACE / f"{name}.json"
    report.unlink(missing_ok=True)
    command = [*dev.node(), dev.path(dev.TOOLS, "node_modules/lighthouse/cli/index.js"), f"{BASE}{address}", "--quiet"]
    command += ["--output=json", f"--output-path={report}", f"--chrome-flags={FLAGS}", "--disable-full-page-screenshot"]
    command += [f"--only-categories={','.join(WANTED)}"]
    browser = next(filter(None, map(shutil.which, dev.BROWSERS)))
    for _attempt in range(ATTEMPTS):
        if not subprocess.run(command, cwd=PLACE, env=dev.environment(CHROME_PATH=browser)).returncode:
            break
    told = json.loads(report.read_text())
    scores = {category: round(100 * found["score"]) for category, found in told["categories"].items()}
    failed = [one["id"] for one in told["audits"].values() if one["score"] is not None and one["score"] < 0.9]
    return scores, failed


def main():
    PLACE.mkdir(parents=True, exist_ok=True)
    ours = dev.database("start") == "started"
    environment, missed = production(PLACE, dev.DATABASE, BASE), False
    try:
        manage(dev.environment(), "manage.py", "prepare")
        manage(environment, "manage.py", "collectstatic", "--noinput", "--verbosity=0")
        pages = {**PAGES, "project": manage(environment, "-c", FIND).strip()}
        with served(environment, SITE_PORT):
            for name, address in pages.items():
                scores, failed = looked_at(name, address)
                missed |= any(scores[category] < least for category, least in WANTED.items())
                dev.say(f"{name}: " + ", ".join(f"{category} {score}" for category, score in scores.items()))
                dev.say(f"  to look at: {', '.join(failed) or 'nothing'}")
    finally:
        if ours:
            dev.database("stop")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

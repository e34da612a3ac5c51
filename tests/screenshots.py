"""Pictures of the pages people see most, from the demo data: `python3 dev.py screenshots [FOLDER]`.

Each page at 1440 and 390 px in both languages goes to FOLDER (default var/screenshots); the pictures of the
README go to docs/screenshots. Fails where a page is wider than the window, says something on the browser's
console, or asks another host for anything.
"""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

import dev
from tests.in_production import served

ROOT = Path(__file__).resolve().parent.parent
PORT = 8390
BASE = f"http://127.0.0.1:{PORT}"
WIDTHS = (1440, 390)
LANGUAGES = ("zh-hans", "en")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PUBLIC = {"home": "/", "projects": "/projects/", "needs": "/needs/", "login": "/accounts/login/"}
DESK = {
    "desk": "/desk/", "board": "/desk/board/", "verify": "/desk/verify/", "difficulties": "/desk/difficulties/board/",
    "import": "/desk/import/", "matching": "/desk/matching/",
    "pivot": "/reports/?rows=city&columns=field&measure=funds", "checks": "/reports/checks/",
    "changelist": "/desk/projects/project/?stage__exact=under_way",
}  # fmt: skip
OWN = {"my": "/my/", "reports": "/my/reports/", "notices": "/notices/"}
README = ("home", "project", "desk", "changelist", "board", "changeform", "matching", "pivot")
LONGEST = 4000  # px of a picture; a longer page is cut
ENVIRONMENT = {**os.environ, "DJANGO_SETTINGS_MODULE": "registry.settings", "PYTHONUTF8": "1"}


@contextmanager
def site():
    """The site on its demo data, served by gunicorn, until the block ends."""
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=ENVIRONMENT, check=True)
    with served(ENVIRONMENT, PORT, application="registry.wsgi"):
        yield


def visitor(browser, width, language, complaints):
    """A window of `width` px in `language` that writes down what a page should not do."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="en-US", timezone_id="Asia/Shanghai")
    context.add_cookies([{"name": "django_language", "value": language, "url": BASE}])
    page = context.new_page()
    page.on("console", lambda said: said.type == "error" and complaints.append(f"{page.url}: {said.text}"))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("request", lambda asked: asked.url.startswith(BASE) or complaints.append(f"{page.url}: asked {asked.url}"))
    return page


def sign_in(page, username):
    page.context.clear_cookies(name="sessionid")
    page.goto(f"{BASE}{PUBLIC['login']}")
    page.fill("[name=username]", username)
    page.fill("[name=password]", "bangfu-demo")
    page.click("main form button")


def take(page, name, address, target, complaints):
    """One picture of the whole page; returns the page's first link to a record of the list, if it is a list."""
    page.goto(f"{BASE}{address}")
    wider, height = page.evaluate(
        "[document.documentElement.scrollWidth - document.documentElement.clientWidth, document.body.scrollHeight]"
    )
    if wider:
        complaints.append(f"{address}: {wider} px wider than the window")
    width = page.viewport_size["width"]
    clip = {"x": 0, "y": 0, "width": width, "height": min(max(height, 900), LONGEST)}
    page.screenshot(path=target, full_page=True, clip=clip)
    records = page.locator("main table tbody a").first
    return records.get_attribute("href") if name in {"projects", "changelist"} and records.count() else ""


def tour(browser, folder, width, language, complaints):
    """All pages in one window; the record pages are the first of their lists."""
    page = visitor(browser, width, language, complaints)

    def picture(name, address):
        target = folder / f"{name}-{width}-{language}.png"
        record = take(page, name, address, target, complaints)
        if name in README and (width, language) == (1440, "zh-hans"):
            page.screenshot(path=ROOT / "docs" / "screenshots" / f"{name}.png")
        return record

    found = [picture(name, address) for name, address in PUBLIC.items()]
    for address in filter(None, found):
        picture("project", address)
    sign_in(page, "bureau")
    found = [picture(name, address) for name, address in DESK.items()]
    for address in filter(None, found):
        picture("changeform", address)
    sign_in(page, "county")
    for name, address in OWN.items():
        picture(name, address)
    page.context.close()


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "var" / "screenshots").resolve()
    for place in (folder, ROOT / "docs" / "screenshots"):
        place.mkdir(parents=True, exist_ok=True)
    complaints = []
    with site(), sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, dev.BROWSERS)), None), args=FLAGS
        )
        for width in WIDTHS:
            for language in LANGUAGES:
                tour(browser, folder, width, language, complaints)
        browser.close()
    sys.stdout.write("\n".join([f"Pictures are in {folder}.", *complaints]) + "\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

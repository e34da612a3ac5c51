"""Attacks on the running site: `python -m tests.attack [wapiti] [sqlmap]`, in a folder of its own with the demo data.

The site is served by gunicorn as in production. Wapiti walks and attacks it as a stranger and with the cookie of an
organisation, a county and the bureau; sqlmap tries every parameter of the lists, of the search and of the interface,
bodies and cookies too. Both come from requirements/attack.txt, installed into an environment of their own:

    python3 -m venv var/attack/env
    var/attack/env/bin/python -m pip install --require-hashes -r requirements/attack.txt

`ATTACK_ENV` names another one. Prints what each found and keeps their reports in var/attack; docs/attacks.md tells what
came of the last run. Returns 1 if anything was found or the site answered 5xx.
"""

import argparse
import contextlib
import html.parser
import http.client
import json
import os
import re
import subprocess
import sys
import time
import urllib.parse
from collections import Counter
from pathlib import Path

import dev
from tests.in_production import production, served

SITE_PORT = int(os.environ.get("ATTACK_PORT", "8392"))
HOST = f"127.0.0.1:{SITE_PORT}"
BASE = f"http://{HOST}"
PLACE = Path(dev.path("var", "attack"))
TOOLS = Path(os.environ.get("ATTACK_ENV") or PLACE / "env") / "bin"
PASSWORD = "bangfu-demo"
WHO = (None, "org", "county", "bureau")

WAPITI = ("backup", "cookieflags", "crlf", "csp", "csrf", "exec", "file", "htaccess", "http_headers", "ldap",
          "log4shell", "methods", "permanentxss", "redirect", "shellshock", "spring4shell", "sql", "timesql", "upload",
          "xss")  # fmt: skip
"""All of Wapiti's modules that need no other machine and no list from the network. `ssrf` and `xxe` wait for a machine
outside; `cms`, `htp`, `nikto`, `wapp`, `wp_enum`, `network_device` and `buster` go by lists; `takeover` and `ssl` by
names and certificates; `brute_login_form` guesses passwords, which a limit of attempts answers."""

FALSE_ALARMS = {
    "Spring4Shell": "takes any 400 for the fault; every unknown parameter is answered 400 here, and there is no Java",
}
"""What Wapiti tells of though it cannot be; still printed."""

NOT_TO_ASK = ("/accounts/logout/", "/api/docs/", "/static/", "/desk/logout/")
LISTS = ("/projects/", "/needs/", "/orgs/", "/counties/", "/search/", "/circulars/", "/campaigns/", "/fields/",
         "/stories/", "/events/", "/data/", "/praise/")  # fmt: skip
STAFF_LISTS = ("/reports/", "/reports/history/", "/reports/checks/", "/desk/projects/project/",
               "/desk/orgs/organisation/", "/desk/projects/need/", "/desk/projects/pledge/",
               "/desk/projects/funding/")  # fmt: skip
GUESSES = ("1", "true", "2024-01-01", "2024", "money", "130623", "name", "x")
"""Values for parameters that offer none of their own: the first that is answered 200 is taken."""

RISK = "1"


@contextlib.contextmanager
def site():
    """The site with the demo data, on a database of its own, until the block ends."""
    PLACE.mkdir(parents=True, exist_ok=True)
    database = [dev.PYTHON, *dev.EMBEDDED]
    subprocess.run([*database, "start", str(PLACE / "postgres")], cwd=dev.ROOT, check=True, capture_output=True)
    told = production(PLACE, PLACE / "postgres", BASE, API_RATES="0,0,0", DEMO_SIGN_IN="1")
    demo = {**told, "PRODUCTION": "0", "DEMO": "1"}  # in production no demo accounts are made,
    demo = {name: value for name, value in demo.items() if not name.startswith("DATABASE_")}  # and no logins
    try:
        for step, where in ((["prepare"], demo), (["collectstatic", "--noinput", "--verbosity=0"], told)):
            subprocess.run([dev.PYTHON, "manage.py", *step], cwd=dev.ROOT, env=where, check=True, capture_output=True)
        with (PLACE / "log").open("w") as log, served(told, SITE_PORT, "--workers=2", "--timeout=60", log=log):
            yield
    finally:
        subprocess.run([*database, "stop", str(PLACE / "postgres")], cwd=dev.ROOT, check=True, capture_output=True)


def ask(method, path, body=None, cookie="", **headers):
    connection = http.client.HTTPConnection(HOST, timeout=60)
    try:
        connection.request(method, path, body, {"Cookie": cookie, "Referer": f"https://{HOST}/", **headers})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode(errors="replace")
    finally:
        connection.close()


def signed_in(username):
    """The value of the Cookie header after signing in; empty for a stranger."""
    if username is None:
        return ""
    _status, headers, page = ask("GET", "/accounts/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    jar = _cookies(headers)
    form = {"csrfmiddlewaretoken": token, "username": username, "password": PASSWORD}
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}"}
    status, headers, _page = ask("POST", "/accounts/login/", urllib.parse.urlencode(form), _header(jar), **kind)
    if status != 302:
        raise SystemExit(f"{username} was not let in: {status}")
    return _header({**jar, **_cookies(headers)})


def _cookies(headers):
    return dict(one.partition(";")[0].split("=", 1) for one in headers.get_all("Set-Cookie", []))


def _header(jar):
    return "; ".join(f"{name}={value}" for name, value in jar.items())


class Fields(html.parser.HTMLParser):
    """The names of all fields of a page's GET forms, each with a value."""

    def __init__(self):
        super().__init__()
        self.inside, self.found = False, {}

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        if tag == "form":
            self.inside = told.get("method", "get").lower() == "get"
        elif self.inside and tag in {"input", "select"} and told.get("name"):
            self.found.setdefault(told["name"], told.get("value") or "")
        elif self.inside and tag == "option" and told.get("value") and self.found:
            name = next(reversed(self.found))
            self.found[name] = self.found[name] or told["value"]


def addresses(username, cookie):
    """The lists of this person with all their parameters, as addresses for sqlmap."""
    for path in (*LISTS, *(STAFF_LISTS if username == "bureau" else ())):
        status, _headers, page = ask("GET", path, cookie=cookie)
        if status == 200:
            fields = Fields()
            fields.feed(page)
            yield from answered(path, fields.found or {"q": ""}, cookie)


def interface():
    """The lists of the interface with all their parameters, as its description has them."""
    _status, _headers, text = ask("GET", "/api/schema/", Accept="application/vnd.oai.openapi+json")
    for path, methods in json.loads(text)["paths"].items():
        names = [one["name"] for one in methods.get("get", {}).get("parameters", []) if one["in"] == "query"]
        if "{" not in path and names:
            yield from answered(path, dict.fromkeys(names, ""), "")


def answered(path, fields, cookie):
    """Addresses with these parameters: together those that a value is known for, alone those that refuse every guess.

    A page refuses a wrong value before it looks at the others, so each must be right while another one is tried.
    """
    right, refusing = {}, []
    for name, value in fields.items():
        guesses = [value] if value else GUESSES
        fitting = (guess for guess in guesses if _status(path, {name: guess}, cookie) == 200)
        if (found := next(fitting, None)) is not None:
            right[name] = found
        else:
            refusing.append(name)
    together = right and _status(path, right, cookie) == 200
    groups = [right] if together else [{name: value} for name, value in right.items()]
    for group in (*groups, *({name: "1"} for name in refusing)):
        yield f"{BASE}{path}?{urllib.parse.urlencode(group)}"


def _status(path, parameters, cookie):
    return ask("GET", f"{path}?{urllib.parse.urlencode(parameters)}", cookie=cookie)[0]


def wapiti(limit, thorough=False):
    """Findings of Wapiti, as whom each: [(who, kind, method and path, parameter, what)]."""
    found = []
    for username in WHO:
        report = PLACE / f"wapiti-{username or 'stranger'}.json"
        report.unlink(missing_ok=True)
        command = [str(TOOLS / "wapiti"), "-u", f"{BASE}/", "-m", ",".join(WAPITI), "-f", "json", "-o", str(report),
                   "--flush-session", "--no-bugreport", "-v", "0", "-d", "4", "--max-links-per-page", "40",
                   "--max-files-per-dir", "25", "--max-parameters", "12", "--max-scan-time", str(limit),
                   "--max-attack-time", str(max(5, limit // 8)), "--tasks", "4", "-t", "20", "-S", "normal",
                   "--store-session", str(PLACE / "wapiti"), "--store-config", str(PLACE / "settings")]  # fmt: skip
        for path in NOT_TO_ASK:
            command += ["-x", f"{BASE}{path}*"]
        if cookie := signed_in(username):
            command += ["-C", cookie, "--drop-set-cookie"]
        _run(command, limit + 300, PLACE / f"wapiti-{username or 'stranger'}.log")
        if not report.exists():
            found.append((username, "no report", "", "", "the tool did not end by itself"))
            continue
        told = json.loads(report.read_text())
        dev.say(f"wapiti as {username or 'a stranger'}: {told['infos'].get('crawled_pages_nbr')} pages crawled")
        for group in ("vulnerabilities", "anomalies"):
            for kind, rows in told[group].items():
                found += [
                    (username, kind, f"{row['method']} {row['path']}", row["parameter"], row["info"]) for row in rows
                ]
    return found


def sqlmap(limit, thorough=False):
    """Findings of sqlmap: [(who, "injection", address, "", what)], and what it had no time for.

    `thorough`: every parameter by every technique; else only those that a first look makes suspicious.
    """
    targets = []
    for username in (None, "bureau"):
        cookie = signed_in(username)
        cookies = ["--cookie", cookie] if cookie else []
        targets += [(username, address, cookies) for address in addresses(username, cookie)]
    targets += [(None, address, []) for address in interface()]
    kept = "django_language=zh-hans; preferences=1"
    targets.append((None, f"{BASE}/projects/", ["--cookie", kept, "--level", "2", "-p", "django_language,preferences"]))
    login = "username=org&password=x&csrfmiddlewaretoken=x"
    targets.append((None, f"{BASE}/accounts/login/", ["--data", login, "--skip", "csrfmiddlewaretoken"]))
    body = json.dumps({"number": "N-1", "title": "1", "items": [{"kind": "money", "value": "1"}]})
    targets += [
        (None, f"{BASE}/api/v1/{kind}/", ["--data", body, "-H", "Content-Type: application/json"])
        for kind in ("needs", "pledges")
    ]
    found, ends = [], time.monotonic() + limit
    for number, (who, address, more) in enumerate(targets, 1):
        log = PLACE / f"sqlmap-{number}.log"
        left = ends - time.monotonic()
        if left < 5 or not _run(_sqlmap(address, [*more, *([] if thorough else ["--smart"])]), left, log):
            found.append((who, "not finished", address[:120], "", "no time left"))
            continue
        text = log.read_text(errors="replace")
        tried = len(set(re.findall(r"testing if (?:\(custom\) )?\w+ parameter '([^']+)'", text)))
        dev.say(f"sqlmap {number}/{len(targets)} as {who or 'a stranger'}: {tried} parameters of {address[:80]}")
        if re.search(r"is vulnerable|identified the following injection", text):
            found.append((who, "injection", address, "", "see its log"))
    return found


def _sqlmap(address, more):
    level = [] if "--level" in more else ["--level", "1"]
    return [str(TOOLS / "sqlmap"), "-u", address, "--batch", "--dbms", "PostgreSQL", *level, "--risk", RISK,
            "--technique", "BEUST", "--time-sec", "2", "--disable-coloring", "--flush-session",
            "--output-dir", str(PLACE / "sqlmap"), "--ignore-code", "*", "--timeout", "20", "--retries", "1",
            *more]  # fmt: skip


def _run(command, limit, log):
    """Whether the program ended by itself within so many seconds."""
    with log.open("w") as file:
        try:
            subprocess.run(command, cwd=PLACE, stdout=file, stderr=file, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            return False
    return True


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__.splitlines()[0])
    parser.add_argument("tools", nargs="*", choices=[[], "wapiti", "sqlmap"], help="both without a name")
    parser.add_argument("--limit", type=int, default=600, help="seconds for sqlmap, and for Wapiti as each person")
    parser.add_argument("--thorough", action="store_true", help="sqlmap by every technique at every parameter: hours")
    options = parser.parse_args()
    found = []
    with site():
        for tool in options.tools or ("wapiti", "sqlmap"):
            rows = {"wapiti": wapiti, "sqlmap": sqlmap}[tool](options.limit, options.thorough)
            found += [(tool, *row) for row in rows]
    (PLACE / "found.json").write_text(json.dumps(found, ensure_ascii=False, indent=1))
    for (tool, who, kind), number in Counter((row[0], row[1], row[2]) for row in found).items():
        dev.say(f"{tool} as {who or 'a stranger'}: {kind}: {number}")
    codes = Counter(re.findall(r'"status": (\d{3})', (PLACE / "log").read_text(errors="replace")))
    dev.say(f"{sum(codes.values())} requests, answers {dict(sorted(codes.items()))}")
    real = [row for row in found if row[2] not in FALSE_ALARMS]
    return 1 if real or any(code >= "500" for code in codes) else 0


if __name__ == "__main__":
    sys.exit(main())

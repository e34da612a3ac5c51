"""How many statements each page and endpoint may ask of the database: the table, and how it is counted.

A line of `statements.txt` is `route account number`: what a GET of the route costs that account, where everything that
the page lists is there threefold. Counted is each statement that Django sends while the request is answered, to the
last chunk of a streamed answer: session, account, role and session settings are among them. Left out are savepoints
(tests/counting.py) and the note that a session is used, which is written once a minute.
"""

import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from orgs.models import Membership, Organisation
from projects import models as own
from registry.core import models as core
from registry.core.jobs import enqueue
from registry.core.lists_out import make_list
from registry.reports.models import DataFile, DataRelease
from tests import factories as make
from tests.counting import asked_by
from tests.matrix import expected, row_of
from tests.projects.test_circulars import make_circular
from tests.publishing import publish_what_is_marked
from tests.routes import address_of, model_of, patterns
from tests.world import attach, make_blob, make_ledger, make_photo

PLACE = Path(__file__).with_name("statements.txt")

STAFF = ("bureau", "county", "organisation", "system_admin", "security_admin", "audit_admin", "no role")
"""Of these the first that is let in asks for a page; and a stranger, where the page is public."""

COUNTED = {("admin:index", "bureau"): 4, ("my", "county"): 1}
"""Pages whose queues are counted by one statement more each where they hold more than is shown: so many queues."""

FEWER = 3
"""So many statements fewer than its line a page may ask: what tests before it have left known in the process."""

MANY = 70
"""More statements than this no page asks, whatever its line says."""


def table():
    """{(route, account): number} as it is written down."""
    lines = (line.split(" ") for line in PLACE.read_text("utf-8").splitlines())
    return {(route, account.replace("-", " ")): int(number) for route, account, number in lines}


def write(counted):
    lines = (f"{route} {account.replace(' ', '-')} {number}\n" for (route, account), number in sorted(counted.items()))
    PLACE.write_text("".join(lines), "utf-8")


def differences(limits, counted):
    """What is wrong with the table, in sentences."""
    told = [f"{' '.join(key)}: has no line, and asks {counted[key]}" for key in counted.keys() - limits.keys()]
    told += [f"{' '.join(key)}: nothing is asked there any more" for key in limits.keys() - counted.keys()]
    for key in counted.keys() & limits.keys():
        if not limits[key] - FEWER <= counted[key] <= limits[key]:
            words = "more than its line allows" if counted[key] > limits[key] else "fewer now: lower its line"
            told.append(f"{' '.join(key)}: {counted[key]} statements, {words} ({limits[key]})")
    return sorted(told)


def ask(client, address):
    """(status, statements) of a GET; whatever it writes is undone."""
    with transaction.atomic():
        answer, asked = asked_by(client, address)
        transaction.set_rollback(True)
    return answer.status_code, asked


def cells(world):
    """(route, account, address) of each page, as whoever is let in and finds its row: staff, and a stranger."""
    for name, route, _pattern in patterns():
        row, model = row_of(name, route), model_of(name, route)
        if row is None or not set(row.get) & {200, 302}:
            continue
        for accounts in (STAFF, ("public",)):
            found = ((account, *_found(world, row, model, account)) for account in accounts)
            account, _label, one = next((each for each in found if each[1] is not None), (None, None, None))
            if account:
                yield name or route, account, address_of(name, route, one, world.campaign.code)


def _found(world, row, model, account):
    """(label, row) with which the page opens for the account; None as the label where it does not."""
    if model is None:
        labels = {"": None}
    elif model in world.own:
        labels = {"ours": world.own[model].get(account)}
    else:
        labels = world.rows[model]
    for label, one in labels.items():
        if (model is None or one is not None) and set(row.get) & expected(row, account, "get", label):
            return label, one
    return None, None


def grow(world, turns):
    """Lay so many more of everything beside what is there. Once before the first count: a list of nothing asks less."""
    for _turn in range(turns):
        _more_projects(world)
        _more_matching(world)
        _more_of_the_house(world)
    publish_what_is_marked()


def _more_projects(world):
    """All in one county have one name: whether names made of numbers are alike, and so whether the check of likeness
    has rows to tell of, hangs on how many of anything were made before."""
    ours, bureau = world.organisation("ours"), world.accounts["bureau"]
    field = world.rows[own.Field]["shown"]
    here = {"county": world.county["ours"], "name": world.rows[own.Project]["ours"].name}
    fresh = [
        make.make_project(lead=ours, field=field, officer=bureau, **here),
        make.make_project(lead=make.make_organisation(), visibility="published", stage="under_way", **here),
    ]
    for project in [*world.rows[own.Project].values(), *fresh]:
        make.make_funding(project, organisation=ours)
        make.make_result(project, status="submitted", submitted_by=make.make_user(), submitted_at=timezone.now())
        step = make.make_step(project, responsible=bureau, due_on=datetime.date(2020, 9, 1))
        attach("photo", step=step)
        make.make_measure(make.make_difficulty(project, title="缺水"))
        make.make_participation(project, organisation=make.make_organisation(), role="implementer")
        month = own.MonthlyReport.objects.filter(project=project).count() + 1
        make.make_report(project, month=datetime.date(2021, month, 1), status="submitted")
    make.make_story("published", project=world.rows[own.Project]["shown"])
    make_photo(make.make_story(project=fresh[0]))
    make.make_commendation("notice", organisation=make.make_organisation())
    make.make_commendation(organisation=ours)


def _more_matching(world):
    ours, county, field = world.organisation("ours"), world.county["ours"], world.rows[own.Field]["shown"]
    for status in ("draft", "submitted", "published"):
        need = make.make_need(county=county, status=status)
    for status in ("accepted", "submitted"):
        pledge = make.make_pledge(organisation=ours, county=county, field=field, status=status)
    make.make_pledge(need=need, organisation=make.make_organisation(), status="submitted")
    event = make.make_event(division=county, is_public=True)
    make.make_decision(event)
    make.make_agreement(project=world.rows[own.Project]["ours"], pledge=pledge)
    make_circular("issued", docx=make_blob(b"docx"))
    make_circular()
    objected = world.rows[own.Commendation]["shown"]
    own.Objection.objects.create(commendation=objected, text="与事实不符", name="某人")


def _more_of_the_house(world):
    number = make.serial()
    make.make_posting(make.make_user("county"), make.make_division(code=f"1399{number % 90 + 10}"))
    make.make_membership(make.make_user("organisation"), world.organisation("ours"))
    Organisation.objects.filter(pk=make.make_organisation().pk).update(status="applied")
    Membership.objects.filter(pk=make.make_membership(make.make_user(), world.organisation("ours")).pk).update(
        status="applied"
    )
    make.make_enterprise()
    make.make_template(f"步骤{number}", year=2000 + number % 900)
    release = DataRelease.objects.create(
        number=f"2021-{number}", as_of=timezone.now(), fingerprint=f"{number:064d}", licence="x"
    )
    DataFile.objects.create(release=release, name="projects.csv", blob=make_blob(b"a,b\r\n"))
    core.CalendarDay.objects.create(day=datetime.date(2021, 2, 1) + datetime.timedelta(number), is_working=False)
    bureau = world.accounts["bureau"]
    core.SignIn.objects.create(what="in", user=bureau)
    core.Guess.objects.create(what="address", who=f"::{number:x}", number=5, most=5, until=timezone.now())
    core.Token.objects.create(
        system="外部系统", owner=world.accounts["county"], scopes=["read"], prefix=f"bf_{number % 1000:03d}",
        digest=f"{number:064d}", made_by=bureau, expires_on=timezone.localdate(),
    )  # fmt: skip
    hook = core.Subscription.objects.create(
        system="外部系统", address=f"https://example.org/{number}", events=["project.signed"]
    )
    core.Delivery.objects.create(subscription=hook, event="project.signed", body="{}")
    for user in world.accounts.values():
        if user.pk:
            notice = make.make_notice(user)
            enqueue(make_list, by=user, total=1, address="/projects/?format=csv")
            make_ledger(user)
            core.SavedView.objects.create(user=user, page="board", name=f"我{number}", query="")
    core.Outgoing.objects.create(notice=notice, channel="sms", address="13900005678", text="试验")

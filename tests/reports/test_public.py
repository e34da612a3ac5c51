"""What the public finds: no personal data on any page or in any file, the same numbers everywhere, each with its
rule."""

import csv
import io
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from orgs.models import Organisation
from projects.models import Attendance, Circular, Commendation, Objection, Project, ProjectStep, Story
from registry.core.models import User
from tests.registry.test_auditor import full_world  # noqa: F401 - a fixture
from tests.routes import filled_in, patterns

pytestmark = pytest.mark.django_db
MOBILE, IDENTITY = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), re.compile(r"(?<!\d)[1-9]\d{16}[\dX](?![\dA-Z])")


def secrets():
    """What the register knows of persons and shows to nobody outside: names, telephones, addresses."""
    known = set(Organisation.objects.exclude(contact_name="").values_list("contact_name", flat=True))
    known |= set(Organisation.objects.exclude(contact_phone="").values_list("contact_phone", flat=True))
    known |= set(User.objects.exclude(name="").values_list("name", flat=True))
    known |= set(Attendance.objects.values_list("person", flat=True))
    known |= set(Objection.objects.values_list("text", flat=True))
    return {words for words in known if len(words) > 1}


@pytest.fixture
def told(full_world):  # noqa: F811 - the fixture
    """The demo data with everything that a careless page could give away."""
    Organisation.objects.update(contact_name="欧阳明月", contact_phone="13912345678")
    User.objects.filter(username__in=("bureau", "county", "org")).update(name="司马长风")
    Project.objects.filter(pk=full_world.pk).update(officer=User.objects.get(username="bureau"))
    ProjectStep.objects.filter(status="open").update(responsible=User.objects.get(username="county"))
    Objection.objects.update(name="诸葛先生", contact="13800001111")


def test_no_page_open_to_the_public_names_a_person_or_a_telephone(client, told):
    hidden, given_away, shown = secrets() | {"诸葛先生", "13800001111"}, [], 0
    assert {"欧阳明月", "13912345678", "司马长风"} <= hidden
    addresses = [(name, filled_in(name, route)) for name, route, _pattern in patterns()]
    for name, model in (
        ("commendation", Commendation),
        ("org", Organisation),
        ("circular", Circular),
        ("story", Story),
    ):
        addresses += [(name, reverse(name, args=(one.pk,))) for one in model.objects.all()]
    addresses += [("project", one.get_absolute_url()) for one in Project.objects.all()]
    for name, address in addresses:
        answer = client.get(address)
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8", "ignore")
        shown += answer.status_code == 200
        found = [word for word in hidden if word in text] + MOBILE.findall(text)
        if answer.status_code == 200 and found:
            given_away.append((name, found[:3]))
    assert not given_away
    assert shown > 60


def test_files_open_to_the_public_name_nobody_either(client, told):
    for address in ("/projects/", "/orgs/", "/counties/", "/events/", "/circulars/", "/praise/", "/figures/funds/"):
        text = client.get(f"{address}?format=csv").getvalue().decode("utf-8-sig")
        assert [word for word in secrets() if word in text] == [], address
        assert MOBILE.findall(text) + IDENTITY.findall(text) == [], address


def files_of(client, address):
    return list(csv.DictReader(io.StringIO(client.get(address).getvalue().decode("utf-8-sig"))))


@pytest.mark.parametrize("query", ["", "year=2020", "stage=closed", "county=130723"])
def test_projects_are_the_same_on_the_page_in_the_file_and_by_the_interface(client, told, query):
    page = client.get(f"/projects/?{query}").context["listing"]
    answer = client.get(f"/api/v1/projects/?{query}&page_size=200").json()
    numbers = [row["number"] for row in answer["results"]]
    assert page.page.paginator.count == answer["count"] == len(numbers)
    in_file = [row["编号"] for row in files_of(client, f"/projects/?{query}&format=csv")]
    exported = files_of(client, f"/api/v1/projects/export/?{query}&format=csv")
    assert sorted(in_file) == sorted(numbers)
    assert len(exported) == len(numbers)


def test_figures_are_the_same_on_the_page_and_by_the_interface(client, told):
    shown = client.get("/").context["counted"]
    answer = {one["code"]: one for one in client.get("/api/v1/figures/").json()["figures"]}
    assert shown
    for figure in shown:
        assert figure.quantity.value == Decimal(answer[figure.definition.code]["value"]), figure.definition.code


def test_each_figure_says_its_rule_its_moment_and_opens_its_rows(client, told):
    answer = client.get("/")
    text = answer.content.decode()
    assert f'href="{reverse("rules")}"' in text
    cards = re.findall(r'<article class="figure-card".*?</article>', text, re.DOTALL)
    counted = [card for card in cards if "数据截至" in card and "口径" in card]
    assert len(counted) == len(answer.context["counted"])
    for card in counted:
        opened = client.get(re.search(r'href="(/figures/[^"]+)"', card)[1])
        assert opened.status_code == 200
        assert "口径" in opened.content.decode()

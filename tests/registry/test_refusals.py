"""What is another's answers like what does not exist, to the byte; rows are not moved to others; and refusals are told
to those who watch (T1, T2, T4, T5 of the list of threats)."""

import json
import logging
import re

import pytest
from django.test import Client
from django.urls import reverse

from orgs.models import Organisation
from projects import models as own
from registry.core.models import Change
from tests.matrix import expected, row_of
from tests.registry.test_matrix import rows_for
from tests.routes import address_of, model_of, patterns
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.plain]

ASKERS = ("organisation", "county", "partner", "public")
CHANGING = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]+"|[0-9a-f]{32}|/(?:desk|my|api|[a-z]+)/[^"\s]*|next=[^"]*|no\. [0-9]+'
    rb"|20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}"
)


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return World()


def client_of(world, account):
    client = Client(raise_request_exception=False)
    if world.accounts[account].pk:
        client.force_login(world.accounts[account])
    return client


def told(client, address):
    answer = client.get(address)
    return answer.status_code, answer.headers["Content-Type"], CHANGING.sub(b"", answer.content)


@pytest.mark.parametrize("account", ASKERS)
def test_another_s_row_answers_to_the_byte_like_one_that_does_not_exist(world, account):
    """One address of each kind of row and door: the desk's pages of all records are the same code."""
    client, pairs = client_of(world, account), 0
    asking = type("Asking", (), {"world": world})
    for name, route, _pattern in patterns():
        model, row = model_of(name, route), row_of(name, route)
        if model is None or row is None or row.finds is None or not row.get:
            continue
        if name.startswith("admin:") and not re.search("_(change|move)$|import-ledger", name):
            continue
        for label, one in rows_for(asking, model, account).items():
            if one is None or label == "missing" or expected(row, account, "get", label) != {404}:
                continue
            other, missing = (told(client, address_of(name, route, row_, world.campaign.code)) for row_ in (one, None))
            pairs += 1
            assert other == missing, (name, label)
            break
    assert pairs > 5


class TestBodies:
    """Nothing in a body moves one's row to another body or writes what is not asked for."""

    @pytest.fixture
    def county(self, world):
        return client_of(world, "county")

    def patch(self, client, need, **body):
        address = reverse("need-detail", args=(need.pk,))
        return client.patch(address, json.dumps(body), content_type="application/json",
                            headers={"If-Match": f'"{need.version}"'})  # fmt: skip

    @pytest.mark.parametrize(
        ("field", "value"),
        [("status", "published"), ("county_id", 1), ("published_by", 1), ("is_demo", True), ("id", 1), ("version", 9),
         ("number", "XQ-1"), ("submitted_by", 1), ("contact", {})],
    )  # fmt: skip
    def test_a_field_that_is_not_asked_for_is_400_and_nothing_changes(self, world, county, field, value):
        need, last = world.rows[own.Need]["ours"], Change.objects.latest("id").pk
        answer = self.patch(county, need, **{field: value})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
        assert Change.objects.latest("id").pk == last

    def test_a_need_is_not_moved_to_another_county(self, world, county):
        need = world.rows[own.Need]["ours"]
        answer = self.patch(county, need, county="130624")
        assert answer.status_code in (400, 403, 404)
        assert own.Need.objects.get(pk=need.pk).county_id == world.county["ours"].pk

    def test_a_pledge_is_not_moved_to_another_organisation(self, world):
        pledge, client = world.rows[own.Pledge]["ours"], client_of(world, "organisation")
        for body in ({"organisation": world.rows[Organisation]["theirs"].pk}, {"organisation_id": 1}):
            answer = client.patch(
                reverse("pledge-detail", args=(pledge.pk,)), json.dumps(body), content_type="application/json",
                headers={"If-Match": f'"{pledge.version}"'},
            )  # fmt: skip
            assert answer.status_code in (400, 403, 409)
        assert own.Pledge.objects.get(pk=pledge.pk).organisation_id == world.rows[Organisation]["ours"].pk

    def test_a_new_pledge_is_not_made_in_another_organisation_s_name(self, world):
        client, before = client_of(world, "organisation"), own.Pledge.objects.count()
        body = {"organisation": world.rows[Organisation]["theirs"].pk, "campaign": world.campaign.code, "items": []}
        answer = client.post(reverse("pledge-list"), json.dumps(body), content_type="application/json",
                             headers={"Idempotency-Key": "a-key-of-its-own"})  # fmt: skip
        assert answer.status_code in (400, 403, 404)
        assert own.Pledge.objects.count() == before

    def test_at_the_desk_a_row_is_not_hung_on_a_project_out_of_scope(self, world):
        client, before = client_of(world, "partner"), own.Difficulty.objects.count()
        data = {"project": world.rows[own.Project]["theirs"].pk, "title": "题", "raised_side": "bureau"}
        answer = client.post(reverse("admin:projects_difficulty_add"), data)
        assert answer.status_code in (200, 400, 403, 404)
        assert own.Difficulty.objects.count() == before

    def test_what_is_completed_while_typing_is_the_person_s_own(self, world):
        client = client_of(world, "partner")
        asked = {"app_label": "projects", "model_name": "funding", "field_name": "project", "term": ""}
        found = client.get(reverse("admin:autocomplete"), asked)
        keys = {row["id"] for row in found.json()["results"]}
        assert keys == {str(world.rows[own.Project]["ours"].pk)}


class TestTheLog:
    def lines(self, caplog):
        return [record.getMessage() for record in caplog.records if record.name == "registry.permission"]

    @pytest.fixture(autouse=True)
    def listening(self, caplog):
        caplog.set_level(logging.WARNING)

    def test_a_refusal_names_the_account_the_route_and_the_object_and_no_person(self, world, caplog):
        project, user = world.rows[own.Project]["theirs"], world.accounts["county"]
        client_of(world, "county").get(reverse("admin:projects_project_change", args=(project.pk,)))
        (line,) = self.lines(caplog)
        assert (
            line == f"refused 403: user={user.pk} GET route=admin:projects_project_change object=object_id={project.pk}"
        )
        assert user.name not in line

    def test_another_s_row_is_told_of_and_what_one_finds_is_not(self, world, caplog):
        client = client_of(world, "organisation")
        client.get(reverse("my-project", args=(world.rows[own.Project]["theirs"].number,)))
        client.get(reverse("my-project", args=(world.rows[own.Project]["ours"].number,)))
        (line,) = self.lines(caplog)
        assert f"object=number={world.rows[own.Project]['theirs'].number}" in line

    def test_a_stranger_who_mistypes_is_nobody_s_affair(self, world, caplog):
        client_of(world, "public").get(reverse("org", args=(999_999,)))
        assert self.lines(caplog) == []

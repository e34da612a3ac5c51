"""The description of the interface: complete, with real answers for examples, and programs that run as they stand.

`WRITE_EXAMPLES=1` writes the examples anew from what is answered now.
"""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import jsonschema
import pytest
from django.conf import settings as config
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from counties.models import Division
from orgs.models import Organisation
from projects.models import Circular, Need, Pledge, Project, ProjectStep
from registry import description
from registry.api import router
from registry.core.models import Scope, User
from registry.core.tokens import in_a_year, make_token
from registry.core.webhooks import signature
from registry.examples import EXAMPLES
from tests.factories import make_need, make_org_user, make_organisation
from tests.projects.writing import send

FOLDER = Path(config.BASE_DIR) / "static" / "registry" / "examples"
FILE = Path(description.__file__).with_name("examples.json")
WRITES = os.environ.get("WRITE_EXAMPLES") == "1"


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(schema):
    return [(path, method, operation) for path, found in schema["paths"].items() for method, operation in found.items()]


# Complete


@pytest.mark.django_db
def test_the_description_is_valid_and_made_without_a_warning(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_every_address_of_the_router_is_described(schema):
    served = set()
    for prefix, viewset, _name in router.registry:
        served |= {f"/api/v1/{prefix}/", f"/api/v1/{prefix}/{{{viewset.lookup_field.replace('pk', 'id')}}}/"}
        for extra in viewset.get_extra_actions():
            place = "{id}/" if extra.detail else ""
            served.add(f"/api/v1/{prefix}/{place}{extra.url_path}/")
    assert served | {"/api/v1/figures/"} == set(schema["paths"])


ALWAYS = {"400", "401", "403", "429", "503"}


def test_every_operation_states_its_errors_and_the_scope_of_a_token(schema):
    for path, method, operation in operations(schema):
        names = {one["name"] for one in operation["parameters"]}
        codes = set(operation["responses"])
        assert codes >= ALWAYS, path
        assert ("404" in codes) >= ("{" in path), path
        assert codes >= ({"412", "428"} if "If-Match" in names else set()), path
        assert codes >= ({"422"} if "Idempotency-Key" in names else set()), path
        assert codes >= ({"409", "415"} if method in ("post", "patch") else set()), path
        scope = "read" if method == "get" else f"{path.split('/')[3]}:write"
        assert f"`{scope}`" in operation["description"], path
        assert {"token": []} in operation["security"], path
        assert ({} in operation["security"]) == (method == "get"), path


@pytest.mark.parametrize("path", ["/api/v1/projects/facets/", "/api/v1/projects/export/"])
def test_facets_and_export_take_the_filters_of_the_list(schema, path):
    def names(address):
        return {one["name"] for one in schema["paths"][address]["get"]["parameters"] if one["in"] == "query"}

    assert names("/api/v1/projects/") - {"page", "page_size", "cursor"} <= names(path)


def test_the_files_of_the_export_are_named_by_their_kinds(schema):
    kinds = set(schema["paths"]["/api/v1/projects/export/"]["get"]["responses"]["200"]["content"])
    assert kinds == {"text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def test_it_says_where_it_is_and_what_holds_everywhere(schema, settings):
    assert schema["servers"] == [{"url": "/"}]
    for word in ("If-Match", "Idempotency-Key", "cursor", "X-Bangfu-Signature", "Retry-After", "400"):
        assert word in schema["info"]["description"]
    settings.SITE_URL = "https://registry.example"
    assert SchemaGenerator().get_schema(request=None, public=True)["servers"] == [{"url": "https://registry.example"}]


def test_it_speaks_chinese_where_the_reader_does(client):
    text = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    assert "令牌" in text["info"]["description"]


# Examples


def requests_of():
    """{operation: path} of every read, with a row that exists."""
    first = {
        "circulars": Circular.objects.issued(), "counties": Division.objects.filter(code="130624"),
        "needs": Need.objects.visible_to(AnonymousUser()),
        "organisations": Organisation.objects.filter(authority__isnull=False),
        "pledges": Pledge.objects.filter(need__isnull=False),
        "projects": Project.objects.filter(visibility="published"),
        "steps": ProjectStep.objects.filter(due_on__isnull=False),
    }  # fmt: skip
    asked = {}
    for family, rows in first.items():
        row = rows.order_by("pk").first()
        asked[f"{family}_list"] = f"/api/v1/{family}/?page_size=1"
        if row is not None:
            asked[f"{family}_retrieve"] = f"/api/v1/{family}/{row.code if family == 'counties' else row.pk}/"
    asked["figures"] = "/api/v1/figures/?by=year&field=education"
    asked["projects_facets_retrieve"] = "/api/v1/projects/facets/?year=2020"
    return asked


def faults(client):
    """{code: body} of refusals, each provoked."""
    client.logout()
    project = Project.objects.filter(stage="under_way", visibility="published").first()
    url = f"/api/v1/projects/{project.pk}/move/"
    found = {
        400: client.get("/api/v1/projects/?colour=red"),
        401: client.get("/api/v1/projects/", headers={"Authorization": "Bearer bangfu_"}),
        404: client.get("/api/v1/projects/999999999/"),
        406: client.get("/api/v1/projects/", headers={"Accept": "image/png"}),
    }
    client.force_login(User.objects.get(username="org"))
    found[403] = send(client, "post", url, {"to": "closed"}, version=1)
    client.force_login(User.objects.get(username="bureau"))
    found[428] = send(client, "post", url, {"to": "closed"}, key="")
    found[412] = send(client, "post", url, {"to": "closed"}, version=999)
    found[415] = client.post("/api/v1/needs/", "x", content_type="text/plain", headers={"Idempotency-Key": "12345678"})
    found[409] = send(client, "post", url, {"to": "closed"}, version=project.version)
    assert {int(code): answer.status_code for code, answer in found.items()} == {code: code for code in found}
    return {str(code): found[code].json() for code in sorted(found)}


def shape(value):
    """What a body is made of, without its contents; of a list its first row."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    return [shape(one) for one in value[:1]] if isinstance(value, list) else "…"


@pytest.mark.django_db
def test_every_example_is_a_real_answer(demo, client, schema):
    client.cookies["django_language"] = "en"
    client.force_login(User.objects.get(username="bureau"))
    asked = requests_of()
    answers = {name: client.get(path) for name, path in asked.items()}
    assert {answer.status_code for answer in answers.values()} == {200}
    found = {"answers": {name: answer.json() for name, answer in answers.items()}, "faults": faults(client)}
    if WRITES:
        text = json.dumps(found, ensure_ascii=False, indent=1)
        for name in User.objects.exclude(name="").values_list("name", flat=True):  # everybody reads the description
            text = text.replace(name, "某某")
        FILE.write_text(f"{text}\n", "utf-8")
    kept = json.loads(FILE.read_text("utf-8"))
    assert set(kept["answers"]) == set(found["answers"])
    assert {name: set(shape(body)) for name, body in kept["answers"].items()} == {
        name: set(shape(body)) for name, body in found["answers"].items()
    }
    assert {code: set(body) for code, body in kept["faults"].items()} == {
        code: set(body) for code, body in found["faults"].items()
    }


def test_every_read_has_an_example_that_keeps_to_its_schema(schema):
    missing = []
    for path, method, operation in operations(schema):
        if method != "get" or path.endswith("/export/"):
            continue
        content = operation["responses"]["200"]["content"]["application/json"]
        if "example" not in content:
            missing.append(operation["operationId"])
            continue
        assert complaints(schema, content["schema"], content["example"]) == [], path
    assert missing == ["circulars_retrieve"]  # the demo data has issued none


def complaints(schema, part, body):
    whole = json.loads(json.dumps({**part, "components": schema["components"]}))
    return [error.message for error in jsonschema.Draft7Validator(_as_json_schema(whole)).iter_errors(body)]


def _as_json_schema(part):
    """OpenAPI 3.0 says `nullable` where JSON Schema says null."""
    if isinstance(part, list):
        return [_as_json_schema(one) for one in part]
    if not isinstance(part, dict):
        return part
    part = {key: _as_json_schema(one) for key, one in part.items()}
    return {"anyOf": [part, {"type": "null"}]} if part.pop("nullable", False) is True else part


def test_an_example_that_breaks_its_schema_would_be_seen(schema):
    content = schema["paths"]["/api/v1/needs/"]["get"]["responses"]["200"]["content"]["application/json"]
    broken = json.loads(json.dumps(content["example"]))
    broken["results"][0]["county"] = 7
    assert complaints(schema, content["schema"], broken) == ["7 is not of type 'string'"]


def test_every_fault_that_can_be_provoked_has_an_example(schema):
    named = {code for code in description.FAULTS if str(code) in description.EXAMPLES["faults"]}
    assert set(description.FAULTS) - named == {304, 422, 429, 503}
    for code, body in description.EXAMPLES["faults"].items():
        assert complaints(schema, {"$ref": "#/components/schemas/Fault"}, body) == [], code


# Programs that run as they stand


def run(program, *words, **environment):
    command = [sys.executable, str(FOLDER / program)] if program.endswith(".py") else ["sh", str(FOLDER / program)]
    done = subprocess.run(
        [*command, *words], env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.django_db(transaction=True)
def test_the_program_reads_every_project_once_by_cursor(site):
    everything = Project.objects.filter(visibility="published")
    done = run("read_list.py", site, "ordering=-amount", "page_size=7")
    rows = json.loads(done.stdout)
    assert sorted(row["id"] for row in rows) == sorted(everything.values_list("pk", flat=True))
    assert f"{len(rows)} projects" in done.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_reads_a_list_a_file_and_only_what_has_changed(site, tmp_path):
    command = ["sh", str(FOLDER / "read.sh"), site]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    first, last = done.stdout.strip().splitlines()
    assert json.loads(first)["results"]
    assert last == "304"
    number = Project.objects.filter(visibility="published", year=2020).count()
    assert len((tmp_path / "projects.csv").read_text("utf-8-sig").splitlines()) == number + 1


@pytest.mark.django_db(transaction=True)
def test_the_program_pledges_once_and_hands_it_in(live_server):
    organisation, need = make_organisation(), make_need(amount="3000000.00")
    owner = make_org_user(organisation)
    scopes = [Scope.READ, Scope.PLEDGES]
    _token, secret = make_token(by=None, system="平台", owner=owner, scopes=scopes, expires_on=in_a_year())
    words = (live_server.url, str(organisation.pk), str(need.pk), "720000.00")
    done = run("pledge.py", *words, BANGFU_TOKEN=secret)
    pledge = Pledge.objects.get()
    assert (pledge.status, pledge.submitted_by, pledge.items.get().amount) == ("submitted", owner, 720000)
    assert done.stdout.splitlines()[1:] == [
        f"{pledge.number} draft repeated: true", f"{pledge.number} submitted",
    ]  # fmt: skip


def check_signature():
    spec = spec_from_file_location("check_signature", FOLDER / "check_signature.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("change", "genuine"),
    [
        ({}, True), ({"body": b'{"a": 2}'}, False), ({"secret": "other"}, False), ({"now": 1000 + 301}, False),
        ({"now": 1000 - 301}, False), ({"header": ""}, False), ({"header": "t=1000"}, False),
        ({"header": "t=x,v1=y"}, False), ({"header": "v1=é,t=1000"}, False),
    ],
)  # fmt: skip
def test_the_receiver_knows_a_genuine_delivery_from_any_other(change, genuine):
    body = b'{"a": 1}'
    told = {"secret": "geheim", "header": signature("geheim", body, 1000), "body": body, "now": 1010} | change
    assert check_signature().is_genuine(**told) is genuine


def test_the_page_shows_the_programs_and_what_holds_everywhere(client):
    text = client.get("/api/examples/").content.decode()
    for example in EXAMPLES:
        assert example.name in text
        assert (FOLDER / example.name).is_file()
    assert len(EXAMPLES) == sum(one.is_file() for one in FOLDER.iterdir())
    for heading, _text in description.RULES:
        assert str(heading) in text
    assert "<code>If-Match</code>" in text
    assert "`If-Match`" not in text
    assert "<style" not in text
    assert " style=" not in text

"""Lists as tests take them away: addresses and contents of their files, and something that they show."""

import csv
import io
from datetime import date

import openpyxl

from tests.desk import page
from tests.factories import make_funding, make_organisation, make_project


def desk(model, query="", form="csv"):
    return f"{page(model, 'export')}?{query}{'&' if query else ''}format={form}"


def rows(client, address):
    """The rows of a CSV file as dicts by their heads."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer)
    head, *found = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    return [dict(zip(head, row, strict=True)) for row in found]


def sheet(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer)
    return openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active


def published(**overrides):
    fields = {"visibility": "published", "stage": "under_way", "actual_start": date(2020, 3, 1)} | overrides
    project = make_project(**fields)
    make_funding(project, "720000", organisation=make_organisation())
    return project

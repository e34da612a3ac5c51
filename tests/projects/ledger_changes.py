"""Exported ledgers that were changed and come back: checked and committed as the wizard does, without its pages."""

from contextlib import contextmanager

from projects.ledger import importing
from projects.ledger.importing import Order
from projects.models import (
    Funding,
    Participation,
    Project,
    ProjectField,
    ProjectStep,
    Result,
    Site,
)
from registry.core.models import Change

from .exported_ledgers import HEAD, UPPER, laid, stamp

TABLES = (Change, Project, ProjectField, Site, Participation, Funding, Result, ProjectStep)
PLACE = "台账!5"


def check(*rows, by=None, head=HEAD, upper=UPPER, moment=None, **order):
    made = laid(list(rows), moment or stamp(), head=head, upper=upper)
    return importing.check(made, Order(**order), by=by)


def differences(outcome):
    return {one.key: one for verdict in outcome.verdicts.rows for one in verdict.differences}


def refusal(outcome, key):
    return str(differences(outcome)[key].refusal or "")


def update(*cells, place=PLACE):
    return {place: {"act": "update", "cells": list(cells)}}


def commit(row, *cells, by=None, head=HEAD, upper=UPPER, **order):
    """Write the chosen cells of one row."""
    made = laid([row], order.pop("moment", None) or stamp(), head=head, upper=upper)
    order = Order(**{"picks": update(*cells)} | order)
    return importing.commit(made, order, by=by, digest="x", batch="b58", name="台账.xlsx")


def state():
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


@contextmanager
def nothing_written():
    before = state()
    yield
    assert state() == before

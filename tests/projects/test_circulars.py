"""Circulars: checked by one, issued by another, and from then on never changed, not even by the database's owner."""

import datetime
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from projects.models import Circular, CircularFigure
from registry.core.actions import move
from registry.core.models import Change
from tests.factories import make_campaign, make_user, serial
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db
STAMPS = {"checked": ("checked",), "issued": ("checked", "issued")}


def make_circular(status="draft", **overrides):
    """A circular with one figure and its number; made as a draft, since an issued one takes no figure."""
    fields = {"campaign": make_campaign(), "kind": "progress", "title": "进展通报", "as_of": timezone.now()}
    fields |= {"period_from": datetime.date(2018, 3, 1), "period_until": datetime.date(2021, 10, 31)}
    fields |= {"number": f"冀民函〔2021〕{serial()}号"} | overrides
    for stamp in STAMPS.get(status, ()):
        fields |= {f"{stamp}_by": make_user(), f"{stamp}_at": timezone.now()}
    circular = Circular.objects.create(**fields)
    make_figure(circular)
    Circular.objects.filter(pk=circular.pk).update(status=status)
    return Circular.objects.get(pk=circular.pk)


def make_figure(circular, code="projects_landed"):
    fields = {"label": "落地项目", "value": 5367, "unit": "个", "rule": "实施及以后"}
    return CircularFigure.objects.create(circular=circular, code=code, row_ids=[1, 2], **fields)


class TestTheTableOfCirculars(LifecycleRules):
    model = Circular
    untrue = {
        "figures": lambda circular: circular.figures.all().delete(),
        "number": lambda circular: Circular.objects.filter(pk=circular.pk).update(number=""),
        "explained": lambda circular: Circular.objects.filter(pk=circular.pk).update(corrects=make_circular("issued")),
    }

    def make_in(self, state, towards=""):
        return make_circular(state)


@pytest.fixture
def issued():
    return make_circular("issued")


def sql(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE projects_circular SET text = 'x'",
        "UPDATE projects_circular SET status = 'draft'",
        "UPDATE projects_circular SET as_of = now()",
        "DELETE FROM projects_circular",
    ],
)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_an_issued_circular_never_changes(issued, statement, role):
    sql(f"SET LOCAL session_replication_role = {role}")
    before = Change.objects.of(issued).count()
    with pytest.raises(IntegrityError, match="an issued circular never changes"):
        sql(statement)
    assert Change.objects.of(issued).count() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE projects_circularfigure SET value = 5368",
        "UPDATE projects_circularfigure SET row_ids = '{1}'",
        "DELETE FROM projects_circularfigure",
        "INSERT INTO projects_circularfigure"
        " (circular_id, code, label, value, unit, qualifier, rule, row_table, row_ids, position)"
        " SELECT circular_id, 'more', label, value, unit, qualifier, rule, row_table, row_ids, 1"
        " FROM projects_circularfigure",
    ],
)
def test_a_figure_of_an_issued_circular_never_changes(issued, statement):
    with pytest.raises(IntegrityError, match="a figure of an issued circular never changes"):
        sql(statement)
    assert issued.figures.get().value == 5367


def test_a_figure_cannot_be_moved_into_or_out_of_an_issued_circular(issued):
    other = make_circular("draft")
    for source, target in ((issued, other), (other, issued)):
        with pytest.raises(IntegrityError, match="never changes"):
            sql(f"UPDATE projects_circularfigure SET circular_id = {target.pk} WHERE circular_id = {source.pk}")


def test_before_it_is_issued_it_can_be_mended():
    circular = make_circular("checked")
    circular.title = "更正的标题"
    circular.save()
    circular.figures.update(value=5368)
    assert circular.figures.get().quantity.value == 5368


def test_a_correction_is_a_new_circular_with_an_explanation(issued):
    correction = make_circular("checked", corrects=issued, explanation="县数误计一县")
    assert move(correction, to="issued", by=make_user("bureau")).status == "issued"
    assert list(issued.corrections.all()) == [correction]


@pytest.mark.parametrize(
    ("status", "columns", "constraint"),
    [
        ("draft", "status = 'flying'", "status_check"),
        ("draft", "status = 'issued'", "circular_issued_complete"),
        ("checked", "status = 'issued'", "circular_issued_complete"),
        ("draft", "period_until = period_from - 1", "circular_period"),
        ("checked", "checked_at = NULL", "circular_checked"),
        ("draft", "issued_at = now()", "circular_issued"),
        ("checked", "issued_by_id = checked_by_id, issued_at = now()", "circular_two_persons"),
        ("draft", "kind = 'rumour'", "kind_check"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(status, columns, constraint):
    make_circular(status)
    with pytest.raises(IntegrityError, match=constraint):
        sql(f"UPDATE projects_circular SET {columns}")


def test_a_number_is_given_once_and_drafts_may_have_none():
    first = make_circular(number="")
    make_circular(number="")
    make_circular(number="冀民函〔2021〕15号")
    with pytest.raises(IntegrityError, match="circular_number"):
        sql(f"UPDATE projects_circular SET number = '冀民函〔2021〕15号' WHERE id = {first.pk}")


def test_each_figure_stands_in_a_circular_once():
    circular = make_circular()
    with pytest.raises(IntegrityError, match="circular_figure_once"), transaction.atomic():
        make_figure(circular)


@pytest.mark.django_db(transaction=True)
def test_a_figure_that_races_the_issue_waits_for_it_and_is_refused():
    circular = make_circular("checked")
    refused = []

    def add_figure():
        try:
            make_figure(circular, code="late")
        except IntegrityError as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    late = threading.Thread(target=add_figure)
    with transaction.atomic():
        facts = {"status": "issued", "issued_by": make_user(), "issued_at": timezone.now()}
        Circular.objects.filter(pk=circular.pk).update(**facts)
        late.start()
        late.join(timeout=0.5)
        assert late.is_alive(), "the figure waits while the circular is being issued"
    late.join()
    assert len(refused) == 1
    assert not circular.figures.filter(code="late").exists()

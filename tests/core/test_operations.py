"""The database checks the same words as the model, also after the words have grown."""

import re

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from registry.core.fields import Choice
from tests.factories import make_project, make_step

pytestmark = pytest.mark.django_db

FIELDS = [
    field
    for model in apps.get_models()
    if not model._meta.proxy and model._meta.managed
    for field in model._meta.local_fields
    if isinstance(field, Choice)
]


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_the_check_of_a_choice_knows_the_words_of_the_model(field):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'"
            " AND conname = %s",
            [field.model._meta.db_table, f"{field.model._meta.db_table}_{field.column}_check"],
        )
        ((definition,),) = cursor.fetchall()
    words = {str(value) for value, _label in field.flatchoices} | ({""} if field.blank else set())
    assert set(re.findall(r"'([^']*)'::", definition)) == words


KEYS = """
    SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1] AND (
            i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname)
        )
    )
"""


def test_for_each_foreign_key_an_index_begins_with_it():
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        assert cursor.fetchall() == []


def test_an_index_of_the_rows_in_which_a_key_is_set_answers_for_the_key():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT FROM projects_projectstep WHERE done_by_id = ANY ('{1,2}')")
        assert "step_done_by" in str(cursor.fetchall())


def test_what_points_at_a_step_is_asked_for_when_it_goes_and_whether_there_is_one_at_the_commit():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confdeltype, condeferred, convalidated FROM pg_constraint"
            " WHERE contype = 'f' AND confrelid = 'projects_projectstep'::regclass ORDER BY 1"
        )
        pointing = ("agendaitem", "chase", "decision", "document", "projectstep")
        assert cursor.fetchall() == [(f"projects_{name}", "r", True, True) for name in pointing]


def test_a_step_that_is_pointed_at_is_refused_where_it_goes():
    step = make_step(make_project())
    make_step(step.project, depends_on=step)
    with pytest.raises(IntegrityError, match="depends_on"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM projects_projectstep WHERE id = %s", [step.pk])
    step.project.steps.all().delete()
    assert not step.project.steps.exists()

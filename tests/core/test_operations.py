"""The database checks the same words as the model, also after the words have grown."""

import re

import pytest
from django.apps import apps
from django.db import connection

from registry.core.fields import Choice

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

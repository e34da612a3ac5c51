"""What a session is set to ends with its block, and outlives the loss of the session itself."""

import pytest
from django.db import connection

from projects.models import Project
from registry.core.public_session import public_session
from registry.core.session_roles import MEMBER, role_taken
from registry.core.session_settings import session_set
from tests.factories import make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.plain]


def asked(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def test_what_was_set_ends_with_its_block_also_after_an_error():
    before = asked("SHOW lock_timeout")
    with pytest.raises(KeyError), session_set("SET SESSION lock_timeout = '7s'", "RESET lock_timeout"):
        raise KeyError(asked("SHOW lock_timeout"))
    assert asked("SHOW lock_timeout") == before


def test_a_session_that_is_lost_is_followed_by_one_that_is_set_like_it():
    before = asked("SHOW lock_timeout")
    with session_set("SET SESSION lock_timeout = '7s'", "RESET lock_timeout"), role_taken(MEMBER):
        connection.close()
        assert (asked("SHOW lock_timeout"), asked("SELECT current_user")) == ("7s", MEMBER)
    assert (asked("SHOW lock_timeout"), asked("SELECT current_user = session_user")) == (before, True)


def test_strangers_read_what_was_published_also_in_the_session_after_the_lost_one():
    make_project(visibility="internal")
    with public_session():
        connection.close()
        assert Project.objects.count() == 0
    assert Project.objects.count() == 1

"""The library's register of triggers, with ours in its place: the same names, the same refusals."""

import pgtrigger
import pytest
from pgtrigger import registry

from projects.models import Project
from registry.core.registered_triggers import Registered


def trigger(name):
    return pgtrigger.Trigger(name=name, operation=pgtrigger.Delete, when=pgtrigger.Before, func="RETURN OLD;")


def test_all_triggers_are_in_it_with_the_names_that_the_library_would_make_of_them():
    ours, library = registry._registry, registry._Registry
    assert isinstance(ours, Registered)
    assert len(ours) > 300
    assert ours.by_db_table == library.by_db_table.fget(ours)
    assert ours.pg_function_names == library.pg_function_names.fget(ours)


def test_a_name_is_given_once_and_is_free_when_its_trigger_is_gone():
    before = dict(registry._registry.by_db_table), set(registry._registry.pg_function_names)
    with trigger("tried").register(Project):
        with pytest.raises(KeyError, match="already used"):
            trigger("tried").register(Project)
        assert (dict(registry._registry.by_db_table), set(registry._registry.pg_function_names)) != before
    assert (registry._registry.by_db_table, registry._registry.pg_function_names) == before

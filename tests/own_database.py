"""A database of a test's own, copied from the empty test database: for what commits, dumps and restores.

Emptying every table after every test that commits, as must otherwise be done, takes longer than all of them.
"""

import copy
from contextlib import contextmanager

import psycopg2
from django.db import DEFAULT_DB_ALIAS, connection, connections

KEYS = ("dbname", "host", "port", "user", "password")


def make_copy(word="copy"):
    """Copy the test database as it is now; returns the copy's name, which ends with `word`."""
    name = connection.settings_dict["NAME"]
    copied = f"{name}_{word}"
    end_sessions()
    drop(copied)
    _administer(f'CREATE DATABASE "{copied}" TEMPLATE "{name}"')
    return copied


def end_sessions():
    """End all sessions of the test database: threads of tests that are over leave theirs open now and then, and as
    long as one is there the database can be neither copied nor dropped."""
    connection.close()
    name = connection.settings_dict["NAME"]
    _administer(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


def drop(name):
    _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def own_database(name):
    """Within, `connection` leads to the database `name`; the test's own connection is left as it is."""
    ours = connections[DEFAULT_DB_ALIAS]
    other = ours.copy()
    other.settings_dict = copy.deepcopy(ours.settings_dict) | {"NAME": name}
    connections[DEFAULT_DB_ALIAS] = other
    try:
        yield name
    finally:
        other.close()
        connections[DEFAULT_DB_ALIAS] = ours


def _administer(statement):
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    other = psycopg2.connect(**{key: value for key, value in parameters.items() if key in KEYS})
    other.autocommit = True
    try:
        with other.cursor() as cursor:
            cursor.execute(statement)
    finally:
        other.close()

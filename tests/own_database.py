"""A database of a test's own, copied from the empty test database: for what commits, dumps and restores.

Emptying every table after every test that commits, as must otherwise be done, takes longer than all of them.
"""

import copy
from contextlib import contextmanager

import psycopg2
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

elsewhere = []
"""Databases that a whole test had for its own, since it was last asked."""
KEYS = ("dbname", "host", "port", "user", "password")


def make_copy(word="copy", of=""):
    """Copy the test database, or the one called `of`, as it is now; returns the copy's name, which ends with `word`."""
    name = of or connection.settings_dict["NAME"]
    copied = f"{name}_{word}"
    end_sessions(name)
    drop(copied)
    _administer(f'CREATE DATABASE "{copied}" TEMPLATE "{name}"')
    return copied


def end_sessions(name=""):
    """End all sessions of the test database, or of the one of this name: threads of tests that are over leave theirs
    open now and then, and as long as one is there the database can be neither copied nor dropped."""
    connection.close()
    name = name or connection.settings_dict["NAME"]
    _administer(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


def drop(name):
    _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def connection_to(name):
    """A connection like the test's own, to the database `name`."""
    ours = connections[DEFAULT_DB_ALIAS]
    other = ours.copy()
    other.settings_dict = copy.deepcopy(ours.settings_dict) | {"NAME": name}
    return other


@contextmanager
def led_to(other):
    """Within, `connection` is this one in this thread; the test's own is left as it is."""
    ours = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = other
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = ours


@contextmanager
def own_database(name):
    """Within, `connection` leads to the database `name` in this thread."""
    other = connection_to(name)
    try:
        with led_to(other):
            yield name
    finally:
        other.close()


def poured(word, pour):
    """A connection to a copy of the test database, called by `word`, into which `pour` has poured."""
    other = connection_to(make_copy(word))
    with led_to(other):
        pour()
    return other


def take_away(other):
    """Drop the database of this connection."""
    other.close()
    drop(other.settings_dict["NAME"])


@contextmanager
def lent(other):
    """Within, a test has what is in the database of `other`. What it writes is undone; one that commits has a copy of
    its own."""
    if connection.in_atomic_block:
        with led_to(other), _undone():
            yield
    else:
        other.close()
        with _own_copy(other.settings_dict["NAME"]):
            yield


@contextmanager
def _undone():
    """Within, all is as in a test that does not commit: at the end nothing of it is left."""
    block = transaction.atomic()
    block._from_testcase = True  # as Django's own: what must be outermost may begin inside
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)


def was_elsewhere():
    """Whether a whole test had a database of its own; once told, it is forgotten."""
    told = bool(elsewhere)
    elsewhere.clear()
    return told


@contextmanager
def _own_copy(name):
    """Within, every new connection of this process, those of a live server among them, leads to a copy of `name`."""
    copied, told = make_copy("own", of=name), connection.settings_dict
    elsewhere.append(copied)
    ours, told["NAME"] = told["NAME"], copied
    try:
        yield
    finally:
        connection.close()
        told["NAME"] = ours
        drop(copied)


def _administer(statement):
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    other = psycopg2.connect(**{key: value for key, value in parameters.items() if key in KEYS})
    other.autocommit = True
    try:
        with other.cursor() as cursor:
            cursor.execute(statement)
    finally:
        other.close()

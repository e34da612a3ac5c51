"""Schemas of the database that are made after the migrations from what the code says, and made anew when that changes.

Their form is kept as a digest of their SQL in the schema's comment: where nothing has changed nothing is made.
"""

import hashlib

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def is_migrated():
    """Whether no migration of the code is missing in the database. Raises DatabaseError where that cannot be asked."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def digest_of(sql):
    return hashlib.sha256(sql.encode()).hexdigest()


def make_schema(schema, sql):
    """Make the schema anew by `sql`, which creates it, where it was not made by the same text. Does nothing while
    migrations are missing."""
    digest = digest_of(sql)
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", [schema])
        if cursor.fetchone()[0] != digest and is_migrated():
            cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE; {sql} COMMENT ON SCHEMA {schema} IS '{digest}'")

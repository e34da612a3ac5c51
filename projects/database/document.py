"""The function that puts one project together, made after the migrations from `document.sql`."""

from pathlib import Path

from registry.core.made_schemas import make_schema

SCHEMA = "document"


def after_migrations(**_kwargs):
    """`post_migrate` of this app."""
    make_schema(SCHEMA, Path(__file__).with_suffix(".sql").read_text())

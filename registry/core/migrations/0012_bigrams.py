from django.db import migrations

FUNCTION = """
CREATE FUNCTION bigrams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT ARRAY(SELECT DISTINCT substr(words, at, 2) FROM generate_series(1, length(words) - 1) at) $$
"""


class Migration(migrations.Migration):
    """What indexes of names are made of (registry/core/search.py)."""

    dependencies = [("core", "0011_trail_by_statement")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION bigrams(text)")]

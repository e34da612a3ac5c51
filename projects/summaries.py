"""The index of lists as summaries: the register's own, and that of what strangers find.

What an import wrote is taken back with the index made anew once, as it was written.
"""

from projects.listing.building import NAMED, OWN, PUBLIC, SCHEMA, refill_sql, tables
from projects.listing.definition import COLUMNS
from projects.listing.filling import listed_at_the_end
from projects.models import Publication
from registry.core.public_session import SCHEMA as PUBLISHED
from registry.core.summaries import Summary, kept_in_step
from registry.core.undo import undone_within


def _summaries(name, schema, written):
    listed, ranks, counts, grams = tables(schema)
    locked = (*written, *(f"{PUBLIC}.{model._meta.db_table}" for model in NAMED), listed, ranks, counts, grams)
    yield Summary(
        name=name,
        kept=f"SELECT {', '.join(COLUMNS)} FROM {listed}",
        recount=f"SELECT {', '.join(COLUMNS)} FROM {schema}.recount()",
        refill=refill_sql(schema),
        tables=locked,
    )
    yield Summary(
        name=f"{name}.ranks",
        kept=f"SELECT kind, amount_falling::numeric, project_id FROM {ranks}",
        recount=f"SELECT * FROM {schema}.recount_ranks()",
        refill=refill_sql(schema),
        tables=locked,
    )
    yield Summary(
        name=f"{name}.counts",
        kept=f"SELECT county::text, field::text, year::int, stage::text, sum(number) AS number FROM {counts}"
        " GROUP BY 1, 2, 3, 4 HAVING sum(number) <> 0",
        recount=f"SELECT * FROM {schema}.recount_counts()",
        refill=refill_sql(schema),
        tables=locked,
    )
    yield Summary(
        name=f"{name}.grams",
        kept=f"SELECT gram::text, sum(number) AS number FROM {grams} GROUP BY 1 HAVING sum(number) <> 0",
        recount=f"SELECT * FROM {schema}.recount_grams()",
        refill=refill_sql(schema),
        tables=locked,
    )


for found in (
    *_summaries("projects.listing", SCHEMA, [f"{PUBLIC}.{model._meta.db_table}" for model in OWN]),
    *_summaries("projects.listing.published", PUBLISHED, [f"{PUBLIC}.{Publication._meta.db_table}"]),
):
    kept_in_step(found)

undone_within(listed_at_the_end)

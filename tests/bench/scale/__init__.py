"""How fast the product is beside what is possible: `make bench SCALE=1|10|100`; see docs/performance.md.

`generator` writes the data set, `place` keeps a site of its own for each scale, `raw` holds the same data as fast as
PostgreSQL can give it, `questions` says what is asked of both, `floors` serves the raw answers through Django;
`asking`, `exports`, `ledgers` and `load` measure, `report` writes the table.
"""

"""The cube: figures kept, so that they need not be counted, and exact at every moment.

Writers are not made to count. A trigger notes which projects a change concerns (`cube.touched`), in the writer's own
transaction, by adding a line: no lock, no hot row, nothing to deadlock on. Readers take what is kept (`cube.cell`),
and where projects are noted, what those give now in the place of what they were kept with (`cube.share`), in one
statement and so of one snapshot. `cube.fold()` brings what is kept up to date, a second later, by the same SQL.

What a project gives is asked by the querysets of the definitions themselves: a rule is written once. PostgreSQL's part
is made of it after the migrations (`building`), as the walls are, and made anew where a rule has changed.
"""

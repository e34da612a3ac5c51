"""Figures by place: one measure over the counties as tiles, on the map and as a table, and what it is narrowed to."""

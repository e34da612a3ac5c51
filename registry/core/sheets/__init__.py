"""Workbooks and CSV files as plain cells, read under limits in a process of their own. Knows cells, not projects.

`kinds` tells by content what a file is, `package` checks the archive, `xlsx` and `delimited` turn it into a stream of
events, `reading` makes a `grid.Book` of them: here, or from a child process that may fail without harm.
"""

from .reading import begin_to_read, precheck, read_book, read_in_child

__all__ = ["begin_to_read", "precheck", "read_book", "read_in_child"]

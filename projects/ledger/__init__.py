"""The project ledger: what its columns mean, what becomes of its rows, and how they are written.

A book that was read (`registry.core.sheets`) becomes a `layout`, its lines become `rows`, these get `verdicts` by what
the register knows, and those that are accepted are written: `importing.check` and `importing.commit`.
"""

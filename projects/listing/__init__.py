"""The index of lists: one row a project with all that lists filter, order and show, kept in step by triggers.

`definition.py` says what a row holds, by the expressions that the register itself is asked with; `building.py` makes
triggers of it, for the register and for what strangers find in its place; `asking.py` says who is answered from it.
"""

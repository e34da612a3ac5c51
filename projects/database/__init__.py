"""The second wall: what the database itself lets a session read and write, whatever a page forgot to ask.

`rows.py` says which rows a member's session finds, `rights.py` which role may do what to which table; `building.py`
makes both after the migrations, and `faults.py` tells what differs from them. Sessions take their roles by
registry/core/session_roles.py.
"""

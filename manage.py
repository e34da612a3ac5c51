#!/usr/bin/env python3
"""Django's command line for the registry."""

import os
import sys

try:
    from django.core.management import execute_from_command_line

    from projects.ledger.ahead import begin
except ModuleNotFoundError:
    sys.exit("Django is not installed for this Python. Run `make run` once, then use .venv/bin/python manage.py")

if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        os.environ.setdefault("REGISTRY_PROCESS", "worker")  # comes to the database as pages do, not as its owner
    if sys.argv[1:2] == ["import_ledger"]:
        begin(sys.argv[2:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    execute_from_command_line(sys.argv)

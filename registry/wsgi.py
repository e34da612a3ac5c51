"""The door for the web server: `gunicorn registry.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from registry.core.starting import refuse_unsafe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
os.environ.setdefault("REGISTRY_PROCESS", "web")  # pages get time limits in the database, commands do not

application = get_wsgi_application()
refuse_unsafe()

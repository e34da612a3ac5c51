"""Settings of the floors: the product's database and accounts, Django's own session and nothing else in the way."""

from registry.settings import *  # noqa: F403
from registry.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.sessions"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "floor"
AUTH_PASSWORD_VALIDATORS = []
ROOT_URLCONF = "tests.bench.scale.floors"
DATABASES["default"]["OPTIONS"]["options"] += " -c search_path=raw,public"  # where the table of sessions stands
DATABASES["default"]["USER"] = "bangfu"

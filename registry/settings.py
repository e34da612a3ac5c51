"""Settings of the registry: one file, everything that differs between places comes from the environment.

| variable        | meaning                                                                                        |
|-----------------|------------------------------------------------------------------------------------------------|
| `PRODUCTION`    | `1`: refuse to start without the three below, cookies only over HTTPS, hashed static files      |
| `SECRET_KEY`    | signs sessions; outside production one is made once and kept in `DATA_DIR`                      |
| `ALLOWED_HOSTS` | host names the site answers to, separated by commas                                            |
| `DATABASE_URL`  | `postgresql://user:password@host:port/name?sslmode=require`; without it the embedded server     |
| `DATA_DIR`      | embedded database, uploaded files, secret key; default `var` in the checkout                    |
| `DEBUG`         | `1`: Django's error pages; refused in production                                               |
| `TRUSTED_PROXY` | `1`: a proxy in front sets `X-Forwarded-Proto` and `X-Forwarded-For`, so believe it            |
| `MAP_REVIEW_NO` | the review number (审图号) shown under an outline map; without it the site shows tiles instead  |
| `DEMO`          | `0`: no demo data, no demo accounts                                                            |
| `SITE_OWNER`    | footer: who runs the site; this line and the next five are shown when set                      |
| `SITE_CONTACT`  | footer: address, telephone or mail for questions                                               |
| `SITE_HOTLINE`  | footer: telephone for complaints (监督电话)                                                    |
| `SITE_CODE`     | footer: identification code of a government site (网站标识码)                                  |
| `SITE_ICP`      | footer: ICP filing number (备案号)                                                             |
| `SITE_POLICE`   | footer: filing number with public security (公安备案号)                                        |
| `DATA_LICENCE`  | licence of open data and its address; default CC BY 4.0, which is for the owner to decide      |
| `GIVING_PREFIX` | the publisher's prefix by 360Giving; the default `360G-bangfu` is not registered there         |
| `IATI_REPORTER` | the publisher's identifier by IATI; the default `BANGFU` is not registered there               |
| `SITE_URL`      | `https://registry.example`: where the site stands, for links in mails and the site map         |
| `EMAIL_URL`     | `smtp://user:password@host:25` (`smtps://`: TLS, `smtp+tls://`: STARTTLS); none: mails are kept |
| `EMAIL_FROM`    | the sender of e-mails                                                                          |
| `SMS_ADAPTER`   | dotted path of the text message adapter (registry/core/channels.py); none: texts are kept      |
| `API_RATES`     | requests a minute by one address, account, token; default `60,300,600`, 0: no limit             |
| `WEBHOOKS_INSIDE`| `1`: webhooks may also lead to this machine's own network and go without TLS (development)     |
| `PERSON_REQUEST_DAYS`| days to answer a person's request about their data; default 15, which is no term of a law  |
| `JOB_LEASE`     | seconds of silence after which a job's worker counts as lost; default 60                       |
| `TEST_DB_SUFFIX`| appended to the test database's name, so that two test runs do not meet                        |
"""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from registry.choice_names import CHOICE_NAMES
from registry.environment import (
    database_from_url,
    env_flag,
    env_list,
    kept_secret_key,
    mail_from_url,
    rates_from_text,
)

BASE_DIR = Path(__file__).resolve().parent.parent

# Where we are

PRODUCTION = env_flag("PRODUCTION")
DEBUG = env_flag("DEBUG")
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "var").resolve()
DEMO = env_flag("DEMO", "1")
MAP_REVIEW_NO = os.environ.get("MAP_REVIEW_NO", "").strip()
SITE_OWNER = os.environ.get("SITE_OWNER", "").strip()
SITE_CONTACT = os.environ.get("SITE_CONTACT", "").strip()
SITE_HOTLINE = os.environ.get("SITE_HOTLINE", "").strip()
SITE_CODE = os.environ.get("SITE_CODE", "").strip()
SITE_ICP = os.environ.get("SITE_ICP", "").strip()
SITE_POLICE = os.environ.get("SITE_POLICE", "").strip()
DATA_LICENCE = os.environ.get("DATA_LICENCE", "").strip() or "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/"
GIVING_PREFIX = os.environ.get("GIVING_PREFIX", "").strip() or "360G-bangfu"
IATI_REPORTER = os.environ.get("IATI_REPORTER", "").strip() or "BANGFU"

if PRODUCTION:
    missing = [name for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL") if not os.environ.get(name)]
    if missing:
        raise ImproperlyConfigured(f"In production (PRODUCTION=1) these must be set: {', '.join(missing)}.")
    if DEBUG:
        raise ImproperlyConfigured("DEBUG=1 would show internals to visitors: not in production (PRODUCTION=1).")

SECRET_KEY = os.environ.get("SECRET_KEY") or kept_secret_key(DATA_DIR / "secret_key")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]

# What it is made of

INSTALLED_APPS = [
    "registry.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "pgtrigger",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "registry.core",
    "counties",
    "orgs",
    "projects",
    "registry.reports",
    "registry.apps.RegistryConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "registry.core.middleware.VisitorGZip",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "registry.core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "registry.core.middleware.PersonalNumbersMiddleware",
    "registry.core.middleware.TrailMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "registry.core.middleware.PublicMiddleware",
    "registry.core.middleware.ReadOnlyMiddleware",  # last: what the others keep of a visit is no record
]

ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "registry.context.shell",
            ],
        },
    },
]

# Database

if os.environ.get("DATABASE_URL"):
    database = database_from_url(os.environ["DATABASE_URL"])
else:
    database = {
        "ENGINE": "registry.core.embedded",
        "DATA": DATA_DIR / "postgres",
        "NAME": "bangfu",
        "USER": "bangfu",
        "OPTIONS": {},
    }

# A page that takes longer than this is broken, and must let go of its locks; a command (a migration, the load of a
# million rows) may take its time. registry/wsgi.py says which of the two this process is.
limits = {"lock_timeout": "10s"}
if os.environ.get("REGISTRY_PROCESS") == "web":
    limits |= {"statement_timeout": "30s", "idle_in_transaction_session_timeout": "60s"}
database["OPTIONS"] = {
    "connect_timeout": 5,
    "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
    **database["OPTIONS"],
}

DATABASES = {
    "default": {
        **database,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": f"test_{database['NAME']}{os.environ.get('TEST_DB_SUFFIX', '')}"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People

AUTH_USER_MODEL = "core.User"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Messages and work in the background

SITE_URL = os.environ.get("SITE_URL", "").strip().rstrip("/")
globals().update(mail_from_url(os.environ.get("EMAIL_URL", "").strip()))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "").strip() or "registry@localhost"
SMS_ADAPTER = os.environ.get("SMS_ADAPTER", "").strip() or "registry.core.channels.Outbox"
WEBHOOKS_INSIDE = env_flag("WEBHOOKS_INSIDE")
API_RATES = rates_from_text(os.environ.get("API_RATES", ""))
PERSON_REQUEST_DAYS = int(os.environ.get("PERSON_REQUEST_DAYS") or 15)
JOB_LEASE = int(os.environ.get("JOB_LEASE") or 60)

# Language, time, formats: Chinese unless the visitor chose English by the switch

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "registry" / "locale"]
FORMAT_MODULE_PATH = "registry.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Files: static ones are hashed and compressed by collectstatic in production, found in place otherwise

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static" if PRODUCTION else None
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = not PRODUCTION
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Safety

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True  # no script of ours reads it; forms carry the token themselves
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by machines inside, without HTTPS
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"]
TRUSTED_PROXY = env_flag("TRUSTED_PROXY")
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# REST

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "registry.core.token_access.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticatedOrReadOnly",
        "registry.core.token_access.WithinScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["registry.core.rates.Rate"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "registry.core.paging.Paging",
    "DEFAULT_FILTER_BACKENDS": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "registry.core.api.handle",
    "URL_FORMAT_OVERRIDE": None,  # `format` is a parameter of the export, not of every endpoint
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Bangfu registry",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "defaultModelsExpandDepth": -1},
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "registry.description.complete",
    ],
    "ENUM_NAME_OVERRIDES": CHOICE_NAMES,
}

# Log: one line an event, on standard error, each with the id that the visitor sees on an error page

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "registry.core.logs.RequestId"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {request_id} {name}: {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "filters": ["request_id"], "formatter": "line"},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
    },
}

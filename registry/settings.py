"""Settings of the registry: one file, everything that differs between places comes from the environment.

| variable        | meaning                                                                                        |
|-----------------|------------------------------------------------------------------------------------------------|
| `PRODUCTION`    | `1`: refuse to start without the three below, cookies only over HTTPS, hashed static files      |
| `SECRET_KEY`    | signs sessions; outside production one is made once and kept in `DATA_DIR`                      |
| `ALLOWED_HOSTS` | host names the site answers to, separated by commas                                            |
| `DATABASE_URL`  | `postgresql://user:password@host:port/name?sslmode=require`; without it the embedded server     |
| `DATABASE_OWNER_URL` | the same as the owner of the tables: for commands (`migrate`, `restore`), never for pages |
| `DATABASE_POOL_URL` | the same through a pooler such as PgBouncer, in transaction mode too: for pages only         |
| `DATABASE_LIMITS` | `statement,lock,idle`: seconds that a page may take in the database; default `30,10,60`      |
| `DATABASE_KEPT` | seconds for which a thread keeps its session of the database; default 60                        |
| `REPLICA_URL`   | a streaming replica to read from, or several (hosts by commas): docs/growth.md                  |
| `REPLICA_LAG`   | seconds that a replica may be behind; beyond that the primary is read; default 10              |
| `DATA_DIR`      | embedded database, uploaded files, secret key; default `var` in the checkout                    |
| `STATIC_DIR`    | where `collectstatic` puts static files in production; default `static` in `DATA_DIR`           |
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
| `UPLOAD_LIMIT`  | MiB of one request with its files; default 100. The proxy in front should know it too          |
| `UPLOAD_QUOTA`  | MiB that one organisation, or one county, may upload in all; default 2048                      |
| `FREE_SPACE`    | MiB of the disk of uploaded files that stay free: below that none is taken; default 512        |
| `PERSON_REQUEST_DAYS`| days to answer a person's request about their data; default 15, which is no term of a law  |
| `JOB_LEASE`     | seconds of silence after which a job's worker counts as lost; default 60                       |
| `WORKERS`       | worker processes that `manage.py work` starts; default 1                                       |
| `SLOW_QUERY_MS` | statements that take longer are logged, with repeated ones; 0: none. Default 100, in production 0 |
| `SEAL_DIGEST`   | digest of the seals over the trail: `sha256`, or another that hashlib knows, such as `sm3`      |
| `ANCHORS`       | file to which the seals are told, on another account or machine; default in `DATA_DIR`         |
| `ANCHORS_URL`   | second place for them: an `https://` address that takes a POST                               |
| `PASSWORDS`     | `length,mixed,days,former`: shortest, 3 of 4 kinds of signs, days good for, not again; `10,1,90,5` |
| `LOCKS`         | `account,address,minutes`: wrong guesses after which one waits; default `5,50,15`              |
| `SECOND_FACTOR` | roles that sign in with a second factor, by commas; default: all but `organisation`; `none`    |
| `DEMO_SIGN_IN`  | `0`: demo accounts need a second factor and new passwords too; default: as `DEMO`              |
| `SESSIONS`      | `staff,others,hours`: minutes unused after which a session ends, hours at most; `15,30,12`     |
| `SIGN_INS_DAYS` | days for which sign-ins are kept; default 365, 180 at least                                    |
| `SECRET_KEY_FALLBACKS`| former secret keys, by commas, while second factors are still under them                 |
| `LOG_FORMAT`    | `json` (in production) or `line` (else)                                                        |
| `LOG_FILE`      | a file for the log instead of standard error; logrotate may move it away at any time           |
| `METRICS_FROM`  | addresses and networks that may read `/metrics`; default `127.0.0.1,::1`                       |
| `METRICS_TOKEN` | or a bearer token that may                                                                     |
| `WEB_CONCURRENCY` | processes of the web server; gunicorn's default is 1, `make run` and deploy/ take 2           |
| `WEB_THREADS`   | threads of each of them; default 4                                                             |
| `WEB_TIMEOUT`   | seconds without a sign of life after which a process is replaced; default 60                    |
| `WEB_REQUESTS`  | requests after which a process is replaced, give or take a tenth; default 0: never              |
| `NODE`          | name under which this server counts for `/metrics` where several share `DATA_DIR`; its host    |
| `BACKUP_HOURS`  | administrators are told when the last backup is older; default 26 in production, else 0: never  |
| `TEST_DB_SUFFIX`| appended to the test database's name, so that two test runs do not meet                        |
"""

import os
import tomllib
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from registry.choice_names import CHOICE_NAMES
from registry.environment import (
    database_for,
    database_from_url,
    env_flag,
    env_list,
    kept_secret_key,
    logging_to,
    mail_from_url,
    networks_from,
    numbers_from_text,
    rates_from_text,
    roles_from_text,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]["version"]

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
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]

# What it is made of

INSTALLED_APPS = [
    "registry.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
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
    "registry.core",
    "counties",
    "orgs",
    "projects",
    "registry.reports",
    "registry.apps.RegistryConfig",
]

MIDDLEWARE = [
    "registry.core.middleware.TrailMiddleware",  # first: whatever is refused below has a number to tell
    "registry.core.access.AccessMiddleware",
    "registry.core.access.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "registry.core.static_files.StaticMiddleware",
    "registry.core.middleware.VisitorGZip",
    "registry.error_pages.UploadLimit",
    "registry.core.replica_reads.ReplicaMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "registry.core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "registry.core.sessions.KnownAccount",
    "registry.core.sessions.SessionUse",
    "registry.core.typed.KeepTyped",
    "registry.core.middleware.PersonalNumbersMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "registry.core.middleware.PublicMiddleware",
    "registry.core.middleware.RoleMiddleware",
    "registry.core.middleware.ReadOnlyMiddleware",  # last: what the others keep of a visit is no record
]

ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"

LOADERS = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("registry.core.template_loader.Loader", LOADERS)],
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

FORM_RENDERER = "registry.core.form_html.Renderer"

# Database

PROCESS = os.environ.get("REGISTRY_PROCESS", "")  # "web" or "worker" of who serves; commands come as the owner
DATABASE_POOLED = PROCESS == "web" and bool(os.environ.get("DATABASE_POOL_URL"))
LIMITS = numbers_from_text("DATABASE_LIMITS", statement=30, lock=10, idle=60)
database = database_for(PROCESS, DATA_DIR / "postgres", LIMITS)

DATABASES = {
    "default": {
        **database,
        "CONN_MAX_AGE": int(os.environ.get("DATABASE_KEPT") or 60),
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": f"test_{database['NAME']}{os.environ.get('TEST_DB_SUFFIX', '')}"},
    }
}
REPLICA_LAG = float(os.environ.get("REPLICA_LAG") or 10)
if os.environ.get("REPLICA_URL"):  # asked how it stands by each request that reads from it, so no other check is wanted
    replica = database_from_url(os.environ["REPLICA_URL"])
    replica["OPTIONS"] = database["OPTIONS"] | {"connect_timeout": 2, "tcp_user_timeout": 5000} | replica["OPTIONS"]
    DATABASES["replica"] = {**replica, "CONN_MAX_AGE": 60, "TEST": {"MIRROR": "default"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People

AUTH_USER_MODEL = "core.User"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORDS = numbers_from_text("PASSWORDS", length=10, mixed=1, days=90, former=5)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "registry.core.passwords.LongEnoughValidator",
     "OPTIONS": {"min_length": PASSWORDS["length"]}},
    *({"NAME": name} for name in ("registry.core.passwords.MixedValidator",) if PASSWORDS["mixed"]),
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "name", "phone", "email")}},
    {"NAME": "orgs.passwords.NotTheOrganisationValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "registry.core.passwords.FormerPasswordValidator"},
]  # fmt: skip
PASSWORD_RESET_TIMEOUT = 30 * 60
LOCKS = numbers_from_text("LOCKS", account=5, address=50, minutes=15)
SECOND_FACTOR = roles_from_text(os.environ.get("SECOND_FACTOR", ""))
DEMO_SIGN_IN = env_flag("DEMO_SIGN_IN", "1" if DEMO else "0")
SIGN_INS_DAYS = max(180, int(os.environ.get("SIGN_INS_DAYS") or 365))
SESSIONS = numbers_from_text("SESSIONS", staff=15, others=30, hours=12)
SESSION_ENGINE = "registry.core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = SESSIONS["hours"] * 60 * 60
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
WORKERS = max(1, int(os.environ.get("WORKERS") or 1))
SEAL_DIGEST = os.environ.get("SEAL_DIGEST", "").strip() or "sha256"
ANCHORS = Path(os.environ.get("ANCHORS") or DATA_DIR / "anchors" / "anchors.jsonl")
ANCHORS_URL = os.environ.get("ANCHORS_URL", "").strip()

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

# Files: static ones are compressed by collectstatic in production, found in place otherwise; hashed names in both

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(os.environ.get("STATIC_DIR") or DATA_DIR / "static") if PRODUCTION else None
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "registry.core.static_files.InPlace",
    },
}
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "registry.core.static_files.ByDigest",
]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = not PRODUCTION
WHITENOISE_ALLOW_ALL_ORIGINS = False  # they are for our own pages
FILE_UPLOAD_PERMISSIONS = 0o640
UPLOAD_LIMIT, UPLOAD_QUOTA, FREE_SPACE = (
    int(os.environ.get(name) or default) * 2**20
    for name, default in (("UPLOAD_LIMIT", 100), ("UPLOAD_QUOTA", 2048), ("FREE_SPACE", 512))
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Safety

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}  # trusted types are not asked for: htmx and Django's own scripts write HTML that the site has sent
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True  # no script of ours reads it; forms carry the token themselves
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"  # no other host can set them
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked by machines inside, without HTTPS
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
    "DEFAULT_RENDERER_CLASSES": ["registry.core.quick_json.JSONRenderer"],
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

# Watching: the log (each line with the id that the visitor sees on an error page), figures, the age of backups

LOG_FORMAT = os.environ.get("LOG_FORMAT", "").strip() or ("json" if PRODUCTION else "line")
LOGGING = logging_to(LOG_FORMAT, os.environ.get("LOG_FILE", "").strip())
SLOW_QUERY_MS = int(os.environ.get("SLOW_QUERY_MS") or (0 if PRODUCTION else 100))
METRICS_FROM = networks_from(os.environ.get("METRICS_FROM", ""))
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "").strip()
WEB_THREADS, WEB_TIMEOUT, WEB_REQUESTS = (
    int(os.environ.get(name) or default)
    for name, default in (("WEB_THREADS", 4), ("WEB_TIMEOUT", 60), ("WEB_REQUESTS", 0))
)
BACKUP_HOURS = int(os.environ.get("BACKUP_HOURS") or (26 if PRODUCTION else 0))

"""How what differs between places is read from the environment: checked where it is read, refused in words."""

import contextlib
import ipaddress
import os
import secrets
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from registry.core.embedded.server import DATABASE, ROLE, WEB

ROLES = ("bureau", "partner", "county", "organisation", "auditor", "system_admin", "security_admin", "audit_admin")
MAIL_PORTS = {"smtp": 25, "smtps": 465, "smtp+tls": 587}


def env_flag(name, default="0"):
    """Whether the variable says yes; raises ImproperlyConfigured for anything but 1 and 0 (or true, false)."""
    value = os.environ.get(name, default).strip().lower() or default
    if value not in {"0", "1", "true", "false"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true"}


def env_list(name):
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def kept_secret_key(path):
    """The key kept in `path` (mode 0600), made on first use; two processes that start at once agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(get_random_secret_key())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


def database_from_url(url):
    """Django's database settings for `postgresql://user:password@host:port/name?option=value`.

    The query's options go to libpq. A socket folder is written percent-encoded in the place of the host. Of several
    hosts, by commas, libpq takes the first that is as `target_session_attrs` among the options wants it.
    Raises ImproperlyConfigured, without showing the password, when the address is of another form.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.strip("/"))
    user, _at, hosts = parts.netloc.rpartition("@")
    try:
        places = [urlsplit(f"//{host}") for host in hosts.split(",")]
        ports = [str(place.port or "") for place in places]
        understood = bool(name) and parts.scheme in {"postgresql", "postgres"}
    except ValueError:  # the port is not a number
        understood = False
    if not understood:
        raise ImproperlyConfigured(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name (only PostgreSQL will do)."
        )
    return {
        "ENGINE": "registry.core.database",
        "NAME": name,
        "USER": unquote(user.partition(":")[0]),
        "PASSWORD": unquote(user.partition(":")[2]),
        "HOST": ",".join(unquote(place.hostname or "") for place in places),
        "PORT": ",".join(ports) if any(ports) else "",
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def database_for(process, data, limits):
    """Django's database settings for this process: `web`, `worker`, or "" for a command, which comes as the owner.

    `data` is the folder of the embedded server. A page that takes longer than `limits` (seconds by name) is broken, and
    must let go of its locks; a command (a migration, the load of a million rows) may take its time. A pooler passes no
    such options on: there its own connect_query says the same (deploy/pgbouncer.ini), and pages do not start without.
    """
    own = {"": "DATABASE_OWNER_URL", "web": "DATABASE_POOL_URL"}.get(process, "")
    url = os.environ.get("DATABASE_URL") and (os.environ.get(own) or os.environ["DATABASE_URL"])
    user = WEB if process else ROLE
    embedded = {"ENGINE": "registry.core.embedded", "DATA": data, "NAME": DATABASE, "USER": user, "OPTIONS": {}}
    database, told = database_from_url(url) if url else embedded, {"lock_timeout": limits["lock"]}
    if process == "web":
        told |= {"statement_timeout": limits["statement"], "idle_in_transaction_session_timeout": limits["idle"]}
    options = " ".join(f"-c {name}={seconds}s" for name, seconds in told.items())
    options += " -c jit=off"  # to compile a statement takes longer than most of ours run
    is_pooled = url and url == os.environ.get(own) and process == "web"
    database["OPTIONS"] = {"connect_timeout": 5, **({} if is_pooled else {"options": options}), **database["OPTIONS"]}
    return database


def mail_from_url(url):
    """Django's mail settings for `smtp://user:password@host:25`; an empty host for an empty address: no server.

    Raises ImproperlyConfigured, without showing the password, when the address is of another form.
    """
    parts = urlsplit(url)
    try:
        port, understood = parts.port, not url or (parts.scheme in MAIL_PORTS and bool(parts.hostname))
    except ValueError:  # the port is not a number
        understood = False
    if not understood:
        raise ImproperlyConfigured(f"EMAIL_URL must look like {'|'.join(MAIL_PORTS)}://user:password@host:25.")
    return {
        "EMAIL_HOST": unquote(parts.hostname or ""),
        "EMAIL_PORT": port or MAIL_PORTS.get(parts.scheme, 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
    }


def numbers_from_text(variable, **defaults):
    """{name: whole number} of a variable that gives them all, in this order, by commas; `defaults` without it.

    Raises ImproperlyConfigured for anything else.
    """
    text = os.environ.get(variable, "").strip()
    numbers = [number.strip() for number in text.split(",")] if text else [str(number) for number in defaults.values()]
    if len(numbers) != len(defaults) or not all(number.isascii() and number.isdecimal() for number in numbers):
        example = ",".join(map(str, defaults.values()))
        raise ImproperlyConfigured(f"{variable} must be {len(defaults)} whole numbers, such as {example}.")
    return dict(zip(defaults, map(int, numbers), strict=True))


def roles_from_text(text):
    """The roles named by commas; all but social organisations for an empty text, none for `none`.

    Raises ImproperlyConfigured for a role that there is none of.
    """
    if text.strip() == "none":
        return frozenset()
    named = frozenset(part.strip() for part in text.split(",") if part.strip())
    if named - set(ROLES):
        raise ImproperlyConfigured(f"SECOND_FACTOR names roles among {', '.join(ROLES)}.")
    return named or frozenset(ROLES) - {"organisation"}


def rates_from_text(text):
    """Requests a minute by {"address", "account", "token"}; raises ImproperlyConfigured for anything else."""
    numbers = (text.strip() or "60,300,600").split(",")
    if len(numbers) != 3 or not all(number.strip().isdecimal() for number in numbers):
        raise ImproperlyConfigured("API_RATES must be three whole numbers, such as 60,300,600.")
    return dict(zip(("address", "account", "token"), map(int, numbers), strict=True))


def networks_from(text):
    """Networks written as addresses or as 10.0.0.0/8, separated by commas; this machine where none is named.

    Raises ImproperlyConfigured for anything else.
    """
    try:
        return [ipaddress.ip_network(part.strip()) for part in (text.strip() or "127.0.0.1,::1").split(",")]
    except ValueError as problem:
        raise ImproperlyConfigured(
            f"METRICS_FROM must be addresses or networks, such as 10.0.0.0/8: {problem}."
        ) from None


def logging_to(form, file):
    """Python's settings of the log in the form `json` or `line`, to a file or (empty) to standard error.

    The file is opened anew when it was moved away, so that logrotate can turn it over for all processes at once.
    Raises ImproperlyConfigured for another form.
    """
    forms = {"json": "registry.core.logs.Json", "line": "registry.core.logs.Line"}
    if form not in forms:
        raise ImproperlyConfigured(f"LOG_FORMAT must be json or line, not {form!r}.")
    way = (
        {"class": "logging.handlers.WatchedFileHandler", "filename": file}
        if file
        else {"class": "logging.StreamHandler"}
    )
    ours = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "registry.core.logs.RequestId"}},
        "formatters": {"told": {"()": forms[form]}},
        "handlers": {"log": way | {"filters": ["request_id"], "formatter": "told"}},
        "root": {"handlers": ["log"], "level": "INFO"},
        "loggers": {
            "django": ours | {"level": "INFO"},
            "django.server": ours | {"level": "INFO"},
            "gunicorn.error": ours | {"level": "WARNING"},
            "gunicorn.access": ours | {"level": "WARNING"},  # ours says more, and no addresses of pages
        },
    }

"""The site in production as behind a proxy that speaks HTTPS for it: `gunicorn tests.behind_proxy`, to look at it."""

from registry.wsgi import application as site


def application(environ, start_response):
    environ["HTTP_X_FORWARDED_PROTO"] = "https"
    return site(environ, start_response)

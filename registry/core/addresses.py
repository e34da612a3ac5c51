"""Where records stand: on the desk, and on pages of which a list names many."""

from urllib.parse import quote

from django.apps import apps
from django.urls import NoReverseMatch, reverse

PLAIN = "!$&'()*+,;=/~:@"
"""Signs that Django leaves as they are in a path (RFC 3986)."""


def addresses(page):
    """The function that gives the address of `page` for a key as `reverse` does, which works out once for all lines of
    a list what they have in common. Whether the page takes such a key is not looked at."""
    before, after = reverse(page, args=("0",)).rsplit("0", 1)
    return lambda key: f"{before}{quote(str(key), safe=PLAIN)}{after}"


def desk_page(record):
    """The address of a record on the desk."""
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=(record.pk,))


def desk_list(model, query=""):
    """The address of a model's list on the desk."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") + query


def desk_new(model, query=""):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add") + query


def desk_restore(change):
    """Where the state after a change can be put back; "" for rows without a page of their own, and for removed ones."""
    model = next((model for model in apps.get_models() if model._meta.db_table == change.table_name), None)
    if model is None or change.after is None:
        return ""
    try:
        return reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_restore", args=(change.row_pk, change.pk)
        )
    except NoReverseMatch:
        return ""

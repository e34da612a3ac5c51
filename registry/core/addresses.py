"""Where records stand on the desk."""

from django.urls import reverse


def desk_page(record):
    """The address of a record on the desk."""
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=(record.pk,))


def desk_list(model, query=""):
    """The address of a model's list on the desk."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") + query


def desk_new(model, query=""):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add") + query

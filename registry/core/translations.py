"""Sentences that are kept and told later to readers of either language."""

from django.conf import settings
from django.utils.translation import get_language, override


def in_each_language(make):
    """{language: what `make()` gives while that language is active}, for every language of the site."""
    kept = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            kept[language] = make()
    return kept


def in_own_language(kept, otherwise=None):
    """What stands in `kept` for the active language, else for any other."""
    return kept.get(get_language(), next(iter(kept.values()), otherwise)) if kept else otherwise

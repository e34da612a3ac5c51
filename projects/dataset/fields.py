"""Which campaign a data set belongs to, and which field of help its words mean."""

from django.utils.translation import gettext as _

from projects.models import Campaign, Field
from registry.core.text import excerpt

from .checks import placed
from .layout import PROJECTS
from .staging import Fault, Refused

WORDS = "dataset_words"
_HELP = ("扶贫", "帮扶", "振兴")


def campaign_for(cursor, code):
    """The campaign called `code`; without one that which knows most of the data set's fields and, of several,
    the latest that had begun in its first year (none had: the first). Raises Refused where there is none."""
    if code:
        found = Campaign.objects.filter(code=code).first()
        if found is None:
            known = ", ".join(Campaign.objects.values_list("code", flat=True)) or "-"
            message = _("there is no campaign “%(code)s”. Known are: %(known)s.") % {"code": code, "known": known}
            raise Refused([Fault("--campaign", message)])
        return found
    campaigns = list(Campaign.objects.all())
    if not campaigns:
        raise Refused([Fault("--campaign", _("the register has no campaign. Run load_reference first."))])
    cursor.execute(f"SELECT min(year)::int, array_agg(DISTINCT field) FROM {PROJECTS.table}")  # noqa: S608
    first_year, words = cursor.fetchone()
    return fitting_campaign(campaigns, [word for word in words or () if word], first_year)


def fitting_campaign(campaigns, words, first_year):
    """Of several campaigns that which knows most of the fields called `words` and, of several, the latest that had
    begun in `first_year` (none had: the first)."""
    terms = {scheme: terms_of(scheme) for scheme in {campaign.scheme for campaign in campaigns}}

    def rank(campaign):
        unknown = sum(1 for word in words if plain_word(word) not in terms[campaign.scheme])
        had_begun, day = campaign.starts_on.year <= (first_year or 0), campaign.starts_on.toordinal()
        return unknown, not had_begun, -day if had_begun else day

    return min(campaigns, key=rank)


def place_fields(cursor, campaign):
    """Make the table `dataset_words` (word, field_id, scheme); raises Refused for words that name no field.

    A field of the campaign's own scheme goes before one of the same name in another.
    """
    cursor.execute(f"SELECT field, min(row) FROM {PROJECTS.table} WHERE field IS NOT NULL GROUP BY field ORDER BY 2")  # noqa: S608
    words = cursor.fetchall()
    own = terms_of(campaign.scheme)
    others = {term: field for field in Field.objects.exclude(scheme=campaign.scheme) for term in _names(field)}
    known = {word: own.get(plain_word(word)) or others.get(plain_word(word)) for word, _row in words}
    unknown = [(row, word) for word, row in words if known[word] is None]
    if unknown:
        message = _("“%(word)s” is no field of help. Use one of: %(names)s.")
        names = ", ".join(str(field) for field in Field.objects.all())
        faults = [(row, "field", message % {"word": excerpt(word), "names": names}) for row, word in unknown]
        raise Refused(placed(cursor, PROJECTS, faults))
    cursor.execute(f"CREATE TEMP TABLE {WORDS} (word text, field_id bigint, scheme text) ON COMMIT DROP")
    cursor.executemany(
        f"INSERT INTO {WORDS} VALUES (%s, %s, %s)",  # noqa: S608
        [(word, field.pk, field.scheme) for word, field in known.items()],
    )


def terms_of(scheme):
    """The fields of a scheme by all their names, as `plain_word` writes them."""
    return {term: field for field in Field.objects.filter(scheme=scheme) for term in _names(field)}


def _names(field):
    return {plain_word(name) for name in (field.code, field.name, field.name_en) if name}


def plain_word(word):
    """教育扶贫, 教育帮扶 and 教育 are one word; so are 易地扶贫搬迁 and 易地搬迁."""
    for ending in _HELP:
        word = word.replace(ending, "")
    return word.strip().lower()

"""What every business table has: a version, a trail, and the marks of made-up data."""

from functools import cache
from typing import ClassVar

from django.core.exceptions import FieldError, ValidationError
from django.db import models, router
from django.db.models.functions import Now
from django.utils.encoding import force_str
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..fields import TextLine
from ..pinyin import search_keys
from ..refusals import put_in_words
from ..triggers import record_triggers


@cache
def _labels(field):
    return dict(field.flatchoices)


class Record(models.Model):
    """A row of the register: versioned, and every change of it recorded by the database itself.

    `trail_root` names the foreign key to the record under whose history this row's changes are read
    (a funding line's under its project); empty: under its own.
    `personal` maps the fields that hold personal data to their class (`name`, `phone`, `text`):
    auditors and public pages see them masked.
    `trail_hidden` lists columns that never enter the trail (secrets).
    """

    trail_root: ClassVar[str] = ""
    trail_hidden: ClassVar[tuple[str, ...]] = ()
    personal: ClassVar[dict[str, str]] = {}

    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)
    is_demo = models.BooleanField(
        _("demo data"), default=False, db_default=False, editable=False, help_text=_("Made up, not from a source.")
    )

    class Meta:
        abstract = True
        triggers = record_triggers()

    def _get_FIELD_display(self, field):  # noqa: N802 - Django's name
        """As Django gives it, which makes a dictionary of all choices each time."""
        value = getattr(self, field.attname)
        return force_str(_labels(field).get(value, value), strings_only=True)

    def validate_constraints(self, exclude=None):
        """As Django does, but asks for all checks of the row by one question; one by one only where one is broken.

        Raises ValidationError, which says in words what a broken constraint asks."""
        self.checks_hold = self._all_checks_hold(exclude)
        try:
            super().validate_constraints(exclude=exclude)
        except ValidationError as refused:
            raise put_in_words(refused, type(self)) from None
        finally:
            del self.checks_hold

    checks_hold = False

    def _all_checks_hold(self, exclude):
        values = self._get_field_expression_map(meta=self._meta, exclude=exclude)
        conditions = [
            one.condition
            for one in self._meta.constraints
            if isinstance(one, models.CheckConstraint) and self._knows_all_of(one.condition, values)
        ]
        try:
            return models.Q(*conditions).check(values, using=router.db_for_write(type(self), instance=self))
        except FieldError:
            return False

    def _knows_all_of(self, condition, values):
        """Whether no field of the check is left out: where one is, Django does not ask for it either."""
        return all(name in values for name, *_lookups in self._get_expr_references(condition))

    def get_constraints(self):
        """Those that are still to be asked for."""
        if not self.checks_hold:
            return super().get_constraints()
        return [
            (model, [one for one in constraints if not isinstance(one, models.CheckConstraint)])
            for model, constraints in super().get_constraints()
        ]


class Named(models.Model):
    """A record that people look up by its Chinese name, its pinyin or its initials (`fpx` for 阜平县)."""

    name = TextLine(_("name"), max_length=200)
    pinyin = models.CharField(_("pinyin"), max_length=600, editable=False, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=200, editable=False, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    def set_search_keys(self):
        """Fill pinyin and initials from the name; loaders that pass by `save` call it themselves."""
        self.pinyin, self.initials = search_keys(self.name)
        return self

    def save(self, *args, **kwargs):
        self.set_search_keys()
        fields = kwargs.get("update_fields")
        if fields is not None and "name" in fields:
            kwargs["update_fields"] = {*fields, "pinyin", "initials"}
        super().save(*args, **kwargs)


def in_both(name, name_en, language=None):
    """How a page calls a thing: in Chinese by its name; in English “English (中文)” where an English name is known.
    Whoever names many tells the reader's `language`."""
    return f"{name_en} ({name})" if name_en and (language or get_language()) == "en" else name


def in_one(name, name_en):
    """One name, for narrow places: the English one where English is read and one is known."""
    return name_en if name_en and get_language() == "en" else name


class Bilingual(Named):
    """A record that may be known by an English name too. `str` of it is what every page calls it."""

    name_en = TextLine(
        _("English name"), max_length=200, blank=True, help_text=_("Where one is known: it is never made up.")
    )

    class Meta:
        abstract = True

    def __str__(self):
        return in_both(self.name, self.name_en)

    @property
    def called(self):
        """One of the two names, see `in_one`."""
        return in_one(self.name, self.name_en)

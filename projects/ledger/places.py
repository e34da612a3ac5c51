"""Counties as ledgers write them: short, long, with the city before them, by a former name, several in one cell."""

import difflib
import re
from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from counties.models import Division, Level, Succession
from counties.models.divisions import stem
from projects.models import CampaignBureau
from registry.core.text import compact, excerpt, fold_width

from . import words
from .faults import Said, Wrong

_ENDING = re.compile(words.COUNTY_ENDINGS)
_SIGNS = re.compile(f"(?:{words.LIST_SIGNS}|[:\\s])+")
SHORTEST = 2
OFFERED = 3


class Gazetteer:
    """The county-level units of the campaign's own provinces, at any time, by all their names. Three queries."""

    def __init__(self, campaign):
        self.units = {unit.pk: unit for unit in Division.objects.exclude(level__in=(Level.TOWNSHIP, Level.VILLAGE))}
        own = _own_stems(campaign)
        self.successors = defaultdict(list)
        for before, after in Succession.objects.values_list("predecessor", "successor"):
            self.successors[before].append(after)
        self.names, self.shorts, self.codes = defaultdict(list), defaultdict(list), defaultdict(list)
        self.provinces, self.cities, self.outside = {}, {}, set()
        for unit in self.units.values():
            self._enter(unit, is_own=not own or unit.code.startswith(own))
        self._found = {}

    def _enter(self, unit, is_own):
        if not is_own:
            self.outside |= {unit.name, _ENDING.sub("", unit.name)}
        elif unit.level == Level.PROVINCE:
            self.provinces |= dict.fromkeys((unit.name, unit.name.removesuffix("省")), stem(unit.code))
        elif unit.level == Level.PREFECTURE:
            self.cities |= dict.fromkeys((unit.name, unit.name.removesuffix(words.CITY_ENDING)), stem(unit.code))
        else:
            self.codes[unit.code].append(unit)
            self.names[unit.name].append(unit)
            short = _ENDING.sub("", unit.name)
            if len(short) >= SHORTEST:
                self.shorts[short].append(unit)
            if unit.name.endswith(words.SELF_GOVERNED):
                self.shorts[f"{short}县"].append(unit)

    def find_all(self, text, year, told):
        """The units that a cell names, each once. Raises Wrong; what was understood freely goes to `told`."""
        whole = compact(text)
        if whole not in self._found:
            self._found[whole] = self._read(text)
        units, found = [], self._found[whole]
        if isinstance(found, Wrong):
            raise found
        for unit, written in found:
            settled = self._settle(unit, written, year, told)
            if settled not in units:
                units.append(settled)
        return tuple(units)

    def _read(self, text):
        try:
            return [self._find(compact(text))]
        except Wrong as wrong:
            whole, parts = wrong, [compact(part) for part in _SIGNS.split(fold_width(text)) if compact(part)]
        if len(parts) < 2:
            return whole
        city, found = "", []
        try:
            for part in parts:
                if part in self.cities or part in self.provinces:
                    city = part
                else:
                    found.append(self._find(part, city))
            return found or whole
        except Wrong as wrong:
            return wrong

    def _find(self, text, city=""):
        """(unit, text) of one name."""
        within = self.cities.get(city, "")
        rest = text
        if rest not in self.names:
            rest, told = self._without_superiors(rest)
            within = told or within
        if not rest or (rest in self.cities and rest not in self.names):
            raise Wrong(
                _("“%(text)s” is no county but the city or province above it. Name the county."), "not_a_county",
                self._close(rest), text=excerpt(text),
            )  # fmt: skip
        known = self.names.get(rest) or self.shorts.get(rest, ())
        if not known:
            raise self._unknown(text, rest)
        fitting = [unit for unit in known if _lies_in(unit, within)]
        if not fitting:
            raise Wrong(
                _("“%(text)s”: the county does not belong to that city. Correct one of the two."), "wrong_city",
                dict.fromkeys(map(self.long_name, known)), text=excerpt(text),
            )  # fmt: skip
        if len({unit.home_id or unit.pk for unit in fitting}) > 1:
            raise Wrong(
                _("“%(text)s” is the name of several counties. Write the city before it."), "ambiguous",
                dict.fromkeys(self.long_name(unit) for unit in fitting if unit.home_id), text=excerpt(text),
            )  # fmt: skip
        return next((unit for unit in fitting if unit.is_current), fitting[-1]), text

    def _without_superiors(self, text):
        """(what is left without the province and the city before it, digits or codes of the city)."""
        for name in sorted(self.provinces, key=len, reverse=True):
            if text.startswith(name):
                text = text[len(name) :]
                break
        if text in self.names or text in self.cities:
            return text, ""
        for name in sorted((*self.cities, *words.NEW_AREAS), key=len, reverse=True):
            if text.startswith(name) and len(text) > len(name):
                rest = text[len(name) :]
                if rest in self.names or rest in self.shorts or text not in self.shorts:
                    return rest, self.cities.get(name) or words.NEW_AREAS[name]
        return text, ""

    def _settle(self, unit, written, year, told):
        """The unit to be stored for the one named: a former one only for the years in which it stood, or where its
        ground went to several."""
        if not unit.home_id:
            heirs = [self.long_name(self.units[pk]) for pk in self.successors[unit.pk]]
            raise Wrong(
                _("“%(text)s” was divided among several counties in %(year)d. Name the one of today."), "split",
                heirs, text=excerpt(written), year=unit.valid_to,
            )  # fmt: skip
        home = self.units[unit.home_id]
        if unit.is_current:
            if written not in (unit.name, self.long_name(unit)):
                told.append(Said(_("“%(text)s” is read as %(name)s."),
                                 {"text": excerpt(written), "name": self.long_name(unit)}))  # fmt: skip
            return unit
        stood = year is not None and unit.valid_from <= year < unit.valid_to
        if stood or len(self.successors[unit.pk]) > 1:
            told.append(Said(_("“%(text)s” is kept as the county of that time; it is counted under %(name)s."),
                             {"text": excerpt(written), "name": self.long_name(home)}))  # fmt: skip
            return unit
        told.append(Said(_("“%(text)s” is a former name; the county is called %(name)s today."),
                         {"text": excerpt(written), "name": self.long_name(home)}))  # fmt: skip
        return home

    def by_code(self, code, year):
        """The unit that had a code in a year, else the one that has it today. Raises Wrong."""
        units = [unit for unit in self.codes.get(code, ()) if unit.home_id]
        if not units:
            raise Wrong(_("“%(text)s” is the code of no county that the register knows."), "unknown",
                        text=excerpt(code))  # fmt: skip
        then = [unit for unit in units if year and unit.valid_from <= year and (unit.valid_to or 9999) > year]
        return (then or [unit for unit in units if unit.is_current] or units)[-1]

    def today(self):
        """The county-level units of today, by code."""
        return [unit for code in sorted(self.codes) for unit in self.codes[code] if unit.is_current]

    def long_name(self, unit):
        """张家口市康保县."""
        city = self.units.get(unit.parent_id)
        return f"{city.name}{unit.name}" if city and city.level == Level.PREFECTURE else unit.name

    def _unknown(self, text, rest):
        if rest in self.outside or any(len(name) > SHORTEST and rest.startswith(name) for name in self.outside):
            return Wrong(_("“%(text)s” lies outside the province."), "outside", text=excerpt(text))
        return Wrong(
            _("“%(text)s” is no county of the province. Write the name of one county-level unit."), "unknown",
            self._close(rest), text=excerpt(text),
        )  # fmt: skip

    def _close(self, text):
        """The names of counties that come nearest: those that the text begins with, else the most alike."""
        begun = sorted((name for name in self.names if text.startswith(name)), key=len, reverse=True)
        alike = begun or [name for name in self.names if text and _ENDING.sub("", name) == _ENDING.sub("", text)]
        for name in difflib.get_close_matches(text, self.names, OFFERED, 0.6):
            alike.append(name)
        today = [unit for name in dict.fromkeys(alike) for unit in self.names[name] if unit.home_id]
        return list(dict.fromkeys(self.long_name(self.units[unit.home_id]) for unit in today))[:OFFERED]


def _own_stems(campaign):
    """The code stems of the provinces whose bureaux host the campaign; none: every province."""
    hosts = CampaignBureau.objects.filter(campaign=campaign, part=CampaignBureau.Part.HOST)
    return tuple(stem(code) for code in hosts.values_list("authority__division__code", flat=True) if code)


def _lies_in(unit, within):
    return unit.code in within if isinstance(within, set) else unit.code.startswith(within)

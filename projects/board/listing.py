"""One page of the board: its places, and the chips with their counts."""

from django.utils.translation import pgettext

from registry.core.paging import Listing

from .filters import LAMP_NAMES
from .place import RANKS

LARGEST = 500


class BoardListing(Listing):
    """Rows are (project's key, place); the total comes from the counts of the chips."""

    largest = LARGEST

    def __init__(self, filters):
        super().__init__(filters, lambda _found: filters.shown, as_file=True)

    def total(self, found):
        """The number of all rows found."""
        return len(self.filters.shown)

    @property
    def lamps(self):
        """The chips: all, then each lamp; that of projects without a list only where there are some."""
        if self.fault:
            return
        counts, chosen = self.filters.counts, self.filters.form.cleaned_data["lamp"]
        everything = {"label": pgettext("lamps", "All"), "count": sum(counts.values())}
        yield everything | {"url": f"?{self.address(lamp=None)}", "current": not chosen}
        for lamp in RANKS:
            if counts[lamp] or lamp == chosen or lamp != "not_yet":
                yield {
                    "lamp": lamp.value, "label": LAMP_NAMES[lamp], "count": counts[lamp],
                    "url": f"?{self.address(lamp=lamp.value)}", "current": lamp == chosen,
                }  # fmt: skip

    @property
    def chips(self):
        """The filters in use; the lamp has chips of its own."""
        return [chip for chip in super().chips if chip["name"] != "lamp"]

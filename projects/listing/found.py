"""What pages are cut from (projects/listing/pages.py), as Django's paginator cuts them."""

from registry.core.paging import LARGEST


class Found:
    """`pages` are cut where rows are asked for; `number` is that of all of them."""

    def __init__(self, pages, number):
        self.pages, self.number = pages, number

    def __len__(self):
        return self.number

    def __getitem__(self, cut):
        """The last page is asked for as a whole one, however few rows are left: each length would be a statement."""
        start = cut.start or 0
        if start >= min(cut.stop, self.number):
            return []
        return self.pages.part(start, cut.stop if cut.stop < self.number else start + LARGEST)[: cut.stop - start]

"""What pages are cut from (projects/listing/pages.py), as Django's paginator cuts them."""


class Found:
    """`pages` are cut where rows are asked for; `number` is that of all of them."""

    def __init__(self, pages, number=None):
        self.pages, self.number = pages, number

    def __len__(self):
        return self.number

    def __getitem__(self, cut):
        return self.pages.part(cut.start or 0, cut.stop)

"""How much a file may hold, and how a reader says that it reads no further."""

MIB = 2**20

MAX_PARTS = 10_000
"""Parts of a workbook's package."""

MAX_UNPACKED = 200 * MIB
"""Bytes of all parts together, as they really unpack; also the longest CSV file."""

FREE_OF_RATIO = 128 * MIB
MAX_RATIO = 100
"""Beyond `FREE_OF_RATIO` a package must not unpack to more than this many times its own size."""

MAX_TAGS = 40_000_000
"""Signs < in the XML parts: what the time of reading goes by."""

MAX_COLUMNS = 1_000
MAX_ROWS = 200_000
"""Rows with data in the whole file. Whoever knows which rows are data holds the exact limit."""

MAX_OTHER_ROWS = 100
"""Rows that a reader lets pass beyond `MAX_ROWS`: titles, heads, notes."""

MAX_CELLS = 4_000_000
"""Cells that hold something; also the texts of the shared table."""

MAX_EMPTY_CELLS = 10_000_000
MAX_MERGES = 200_000
MAX_CELL_TEXT = 100_000
"""Characters of one cell; a spreadsheet itself stops at 32,767."""

MAX_LINE = 4 * MIB
"""Characters of one line of a CSV file, or of all cells of one row."""

MAX_TEXT = 128 * MIB
"""Characters of all cells together, with those of their number formats."""


class Fault(Exception):
    """The file is not read: the code of a sentence in `words.REFUSALS` and what it names."""

    def __init__(self, code, **params):
        super().__init__(code, params)
        self.code, self.params = code, params


class Tally:
    """What was read so far of a whole file; raises Fault when it is too much."""

    def __init__(self):
        self.rows = self.cells = self.empty = self.characters = self.merges = 0

    def row(self, cells, characters):
        self.rows += 1
        self.cells += cells
        self.characters += characters
        if self.rows > MAX_ROWS + MAX_OTHER_ROWS:
            raise Fault("TOO_MANY_ROWS", limit=MAX_ROWS)
        if self.cells > MAX_CELLS:
            raise Fault("TOO_MANY_CELLS", limit=MAX_CELLS)
        if self.characters > MAX_TEXT:
            raise Fault("TOO_MUCH_TEXT", limit=MAX_TEXT)

    def empty_cells(self, number):
        """Cells that hold nothing cost time all the same."""
        self.empty += number
        if self.empty > MAX_EMPTY_CELLS:
            raise Fault("TOO_MANY_CELLS", limit=MAX_CELLS)

    def merge(self):
        self.merges += 1
        if self.merges > MAX_MERGES:
            raise Fault("TOO_MANY_MERGES", limit=MAX_MERGES)

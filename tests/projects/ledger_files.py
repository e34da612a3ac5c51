"""Books made in Python saved as the files that people send: XLSX with its merges and hidden rows, CSV."""

import csv

from openpyxl import Workbook

from registry.core.sheets.grid import BOOL, DATE, NUMBER


def save_xlsx(book, path):
    workbook = Workbook()
    workbook.remove(workbook.active)
    for sheet in book.sheets:
        page = workbook.create_sheet(sheet.name)
        page.sheet_state = "hidden" if sheet.is_hidden else "visible"
        for row in sheet.rows:
            page.row_dimensions[row.number].hidden = row.is_hidden
            for column, cell in row.cells.items():
                target = page.cell(row.number, column)
                if cell.kind in (NUMBER, DATE, BOOL):
                    target.value = cell.value
                else:
                    target.value, target.data_type = cell.value, "s"  # a text that begins with = stays text
                if cell.format:
                    target.number_format = cell.format
        for merge in sheet.merges:
            page.merge_cells(None, merge.top, merge.left, merge.bottom, merge.right)
    workbook.save(path)


def save_csv(book, path, encoding="utf-8-sig", delimiter=","):
    """The first sheet; merged cells leave blanks, as they do when Excel saves a CSV file."""
    (sheet, *_others) = book.sheets
    rows = {row.number: row.cells for row in sheet.rows}
    widest = max(column for cells in rows.values() for column in cells)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        for number in range(1, max(rows) + 1):
            cells = rows.get(number, {})
            writer.writerow([str(cells[place].value) if place in cells else "" for place in range(1, widest + 1)])

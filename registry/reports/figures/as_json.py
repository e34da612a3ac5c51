"""A report as JSON: the form that the interface and the command share."""

from weakref import WeakKeyDictionary

from registry.core.dates import SHANGHAI

_slices = WeakKeyDictionary()
"""{slice: its JSON}: a report that is remembered is asked for again and again, and is mostly made of these."""


def report_json(report):
    """Numbers as decimal strings (yuan with two decimals), null where none is stated; instants in Shanghai.

    `figures`: the whole. `slices`: one entry per dimension asked for, and one for both together, each with
    `rows` of cells and figures; `additive` says for which figures the rows add up to the whole.
    """
    return {
        "as_of": report.as_of.astimezone(SHANGHAI).isoformat(),
        "campaign": report.campaign.code if report.campaign else None,
        "filters": {one.code: _cell(cell) for one, cell in report.filters},
        "figures": [_figure(figure) for figure in report.figures],
        "slices": [_slice(part, [figure.definition for figure in report.figures]) for part in report.slices],
    }


def _figure(figure):
    return {
        "code": figure.code,
        "label": str(figure.label),
        **total_json(figure.quantity),
        "unit": figure.quantity.unit,
        "text": figure.text,
        "rule": str(figure.rule),
        "note": figure.note,
        "additive": figure.is_sum,
    }


def _slice(part, definitions):
    if part not in _slices:
        _slices[part] = {
            "by": [one.code for one in part.by],
            "additive": {each.code: part.adds_up(each) for each in definitions},
            "rows": [
                {one.code: _cell(cell) for one, cell in zip(part.by, row.cells, strict=True)}
                | {"figures": {code: total_json(total) for code, total in row.totals.items()}}
                for row in part.rows
            ],
        }
    return _slices[part]


def _cell(cell):
    return {"value": cell.value, "label": cell.label}


def total_json(total):
    return {
        "value": total.plain,
        "qualifier": str(total.qualifier),
        "lines": total.lines,
        "inexact": total.inexact,
        "not_stated": total.not_stated,
    }

import json

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from registry.core.dates import format_instant
from registry.core.quantity import format_quantity
from registry.reports.as_of import parse_instant
from registry.reports.asking import campaign_called
from registry.reports.figures import DIMENSIONS, FIGURES, report
from registry.reports.figures.as_json import report_json

REFUSED = ("future", "unknown_campaign")
LINE = "  "


class Command(BaseCommand):
    help = (
        "Prints the counted figures of the whole register, published or not. "
        "Exit 0 done, 1 refused (an unknown campaign, an instant in the future), 2 wrong usage."
    )

    def add_arguments(self, parser):
        parser.add_argument("--campaign", metavar="CODE", help="only this campaign (default: all together)")
        parser.add_argument(
            "--as-of",
            metavar="INSTANT",
            help="as the register was then: an ISO date (the end of that day) or date and time, in Shanghai",
        )
        parser.add_argument(
            "--by",
            metavar="DIMENSION",
            default="",
            help=f"divide by one of {', '.join(DIMENSIONS)}, or by two: year,field",
        )
        parser.add_argument("--json", action="store_true", help="print JSON, as the interface gives it")

    def handle(self, *args, **options):
        by = [code.strip() for code in options["by"].split(",") if code.strip()]
        try:
            campaign = campaign_called(options["campaign"]) if options["campaign"] is not None else None
            instant = parse_instant(options["as_of"]) if options["as_of"] is not None else None
            found = report(user=None, campaign=campaign, as_of=instant, by=by)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=1 if error.code in REFUSED else 2) from error
        if options["json"]:
            self.stdout.write(json.dumps(report_json(found), ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(_lines(found)))


def _lines(found):
    """The report as lines: the whole, then every slice."""
    whole = _("All campaigns") if found.campaign is None else found.campaign
    yield _("%(what)s, data as of %(instant)s") % {"what": whole, "instant": format_instant(found.as_of, "table")}
    for figure in found.figures:
        yield f"{LINE}{figure.label}: {figure.exact}" + (f" ({figure.note})" if figure.note else "")
    for part in found.slices:
        yield ""
        yield _("By %s") % " × ".join(str(one.label) for one in part.by)
        rest = [str(each.label) for each in found.figures if not part.adds_up(each.definition)]
        if rest:
            yield LINE + _("These counts do not add up: %s.") % ", ".join(rest)
        for row in part.rows:
            yield LINE + " · ".join(cell.label for cell in row.cells)
            for code, total in row.totals.items():
                if total.lines:
                    yield f"{LINE * 2}{FIGURES[code].label}: {format_quantity(total, 'exact')}"

"""Tokens of other systems from the command line: for whoever sets the site up."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from registry.core.dates import format_date, parse_date
from registry.core.models import Scope, Token, User
from registry.core.tokens import in_a_year, make_token, revoke_token


class Command(BaseCommand):
    help = "Makes, lists or revokes the tokens by which other systems ask the interface."

    def add_arguments(self, parser):
        deeds = parser.add_subparsers(dest="deed", required=True)
        make = deeds.add_parser("make", help="make one, and print its secret once")
        make.add_argument("system", help="what the other system is called")
        make.add_argument("owner", help="user name of the account that it acts as")
        make.add_argument("--scope", action="append", choices=Scope.values, required=True, help="may be given again")
        make.add_argument("--until", default="", help="its last day, such as 2027-06-30; default: a year from now")
        deeds.add_parser("list", help="list those that are not revoked")
        revoke = deeds.add_parser("revoke", help="shut one out")
        revoke.add_argument("prefix", help="the eight signs after bangfu_")
        revoke.add_argument("reason")

    def handle(self, *args, deed, **options):
        try:
            getattr(self, f"_{deed}")(options)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal

    def _make(self, options):
        owner = User.objects.filter(username=options["owner"]).first()
        if owner is None:
            raise CommandError(f"There is no account {options['owner']}.")
        until = parse_date(options["until"]) if options["until"] else in_a_year()
        _token, secret = make_token(
            by=None, system=options["system"], owner=owner, scopes=options["scope"], expires_on=until
        )
        self.stdout.write(secret)

    def _list(self, options):
        for token in Token.objects.filter(revoked_at=None).select_related("owner"):
            until = format_date(token.expires_on, "table")
            self.stdout.write(
                f"{token.prefix}  {until}  {token.owner.username}  {','.join(token.scopes)}  {token.system}"
            )

    def _revoke(self, options):
        token = Token.objects.filter(prefix=options["prefix"]).first()
        if token is None:
            raise CommandError(f"There is no token {options['prefix']}.")
        revoke_token(token=token, by=None, reason=options["reason"])

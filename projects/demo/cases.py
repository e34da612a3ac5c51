"""The nine cases of the article as records, from projects/data/cases.json. Nothing is assigned that it does not say.

Choices that the source leaves open, each told in a note or caution of the record: giving that is reported as done
is “received”; the stage is “finished”, since results are reported and no acceptance; the year is that of the
report; whether money was own or raised is told for one case only, the others stand as own.
"""

from django.utils import timezone

from counties.models import Certainty, Division
from orgs.models import Authority, Enterprise, Organisation
from projects.models import Event, Field, Funding, Participation, Project, ProjectField, ProjectMark, Result, Site
from projects.reference import DATA, FIRST_CAMPAIGN
from registry.core.loading import read_json, write_all


class Cases:
    """The file with what its names stand for in the register."""

    def __init__(self, campaign, approver):
        self.campaign, self.approver = campaign, approver
        self.told = read_json(DATA / "cases.json")
        self.units = {unit.code: unit for unit in Division.objects.today()}
        self.fields = {one.code: one for one in Field.objects.all()}
        self.bureaux = {bureau.name: bureau for bureau in Authority.objects.all()}
        self.organisations, self.enterprises = {}, {}

    def load(self):
        self.make_parties()
        for case in self.told["cases"]:
            self.make_case(case)
        for event in self.told["events"]:
            self.make_event(event)

    def make_parties(self):
        """Organisations without credit codes: the source states none. What was inferred says so."""
        made = write_all(
            Organisation,
            [
                Organisation(
                    **row | {"authority": self.bureaux[row["authority"]]},
                    certainty=Certainty.DERIVED, status=Organisation.Status.ACTIVE,
                )
                for row in self.told["organisations"]
            ],
        )  # fmt: skip
        self.organisations = {organisation.name: organisation for organisation in made}
        companies = [
            Enterprise(**row | {"member_of": self.organisations[row["member_of"]]}) for row in self.told["enterprises"]
        ]
        self.enterprises = {company.name: company for company in write_all(Enterprise, companies)}

    def make_case(self, case):
        project = Project.objects.create(
            number=case["number"], name=case["name"], campaign=self.campaign, year=case["year"],
            stage=self.told["stage"], status_reason=self.told["stage_reason"], approach=case.get("approach", ""),
            channel=case.get("channel", ""), visibility=Project.Visibility.PUBLISHED, source=self.told["source"],
            quote=case["quote"], caution=case["caution"],
        )  # fmt: skip
        for position, code in enumerate(case["fields"]):
            ProjectField.objects.create(project=project, field=self.fields[code], is_primary=position == 0)
        for site in case["sites"]:
            Site.objects.create(project=project, division=self.units[site["code"]], address=site["address"])
        for mark in case.get("marks", ()):
            ProjectMark.objects.create(project=project, **mark)
        for party in case["parties"]:
            Participation.objects.create(project=project, **self.named(party))
        for line in case["funding"]:
            Funding.objects.create(project=project, **self.named(line))
        for result in case["results"]:
            Result.objects.create(
                project=project, **result | {"note": result["note"] + self.told["result_note"]},
                status=Result.Status.APPROVED, approved_by=self.approver, approved_at=timezone.now(),
            )  # fmt: skip

    def named(self, row):
        """The row with records in the place of the names of parties."""
        found = {"organisation": self.organisations, "enterprise": self.enterprises}
        return {key: found[key][value] if key in found and value else value for key, value in row.items()}

    def make_event(self, told):
        row = {key: told[key] for key in told if key != "hosts"}
        event = Event.objects.create(
            **row | {"division": self.units[told["division"]]}, campaign=self.campaign,
            status=Event.Status.HELD, is_public=True,
        )  # fmt: skip
        event.hosts.set(self.bureaux[name] for name in told["hosts"])


def load_cases(campaigns, people):
    """The nine cases, their parties, and the meetings that sources name; results approved by the demo bureau."""
    campaign = next(one for one in campaigns if one.code == FIRST_CAMPAIGN)
    Cases(campaign, people["bureau"]).load()

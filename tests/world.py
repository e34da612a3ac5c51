"""One small world for the permission matrix: of everything a row that is `ours` (county A, organisation A), one that is
`theirs` (county B, organisation B), where it may be published one that is `shown`, and one that is nobody's `draft`."""

import datetime
import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from counties.models import Posting
from orgs.models import Membership, Organisation
from projects import models as own
from projects.papers.vocabulary import VOCABULARIES
from registry.core import models as core
from registry.core.jobs import enqueue
from registry.core.lists_out import make_list
from registry.core.roles import Role
from registry.reports.models import DataFile, DataRelease, PersonRequest
from tests import factories as make
from tests.projects.test_circulars import make_circular
from tests.publishing import publish_what_is_marked

LABELS = ("ours", "theirs", "shown", "draft", "missing")
DAY = datetime.date(2021, 1, 1)


class World:
    """`rows`: {model: {label: row}}; `accounts`: {name: user}; `own`: {model: {name of account: row}} of what belongs
    to one person."""

    def __init__(self):
        self.rows, self.own = {}, {}
        self._places()
        self.accounts = self._accounts()
        self._projects()
        self._matching()
        self._told()
        self._kept()
        self._of_the_house()
        self._own()

    @property
    def campaign(self):
        return self.rows[own.Campaign]["shown"]

    def organisation(self, label):
        return self.rows[Organisation][label]

    def _places(self):
        province = make.make_province()
        self.city = make.make_division(code="130700", name="甲市", level="prefecture", parent=province)
        county = make.make_division(code="130723", name="甲县", parent=self.city)
        other = make.make_division(code="130624", name="乙县")
        beijing = make.make_authority(division=make.make_division(code="110000", name="京市", level="province"))
        make.make_designation(county)
        self.county = {"ours": county, "theirs": other}
        self.jurisdiction = beijing.division
        organisations = {
            "ours": make.make_organisation(name="甲组织", authority=beijing),
            "theirs": make.make_organisation(name="乙组织"),
            "shown": make.make_organisation(name="丙组织"),
            "draft": make.make_organisation(name="丁组织", status="applied"),
        }
        self.rows[Organisation] = organisations
        self.rows[type(beijing)] = {"shown": beijing}
        self.rows[type(county)] = {"shown": county}
        company = make.make_enterprise()
        self.rows[type(company)] = {"shown": company}

    def _accounts(self):
        county, organisations = self.county, self.rows[Organisation]
        city, partner = make.make_user(Role.COUNTY), make.make_user(Role.PARTNER)
        postings = [make.make_posting(city, self.city), make.make_posting(partner, self.jurisdiction)]
        accounts = {
            "public": AnonymousUser(),
            "organisation": make.make_org_user(organisations["ours"]),
            "other organisation": make.make_org_user(organisations["theirs"]),
            "county": make.make_county_user(county["ours"]),
            "other county": make.make_county_user(county["theirs"]),
            "city": city,
            "bureau": make.make_user(Role.BUREAU),
            "partner": partner,
            "auditor": make.make_user(Role.AUDITOR),
            **{role.value: make.make_user(role) for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)},
            "disabled": make.make_user(Role.BUREAU, is_active=False),
            "no role": make.make_user(),
        }
        self.rows[Posting] = {"shown": postings[0]}
        self.rows[Membership] = {
            "ours": accounts["organisation"].memberships.get(),
            "theirs": accounts["other organisation"].memberships.get(),
        }
        self.rows[core.User] = {"shown": accounts["no role"]}
        return accounts

    def _each(self, build):
        return {label: build(project) for label, project in self.rows[own.Project].items()}

    def _projects(self):
        organisations = self.rows[Organisation]
        projects = {
            label: make.make_project(lead=organisations[label], county=self.county[label])
            for label in ("ours", "theirs")
        }
        projects["shown"] = make.make_project(visibility="published", stage="under_way", lead=organisations["shown"])
        projects["draft"] = make.make_project()
        self.rows[own.Project] = projects
        self.rows[own.Funding] = self._each(make.make_funding)
        self.rows[own.Result] = self._each(lambda project: make.make_result(project, status="draft"))
        self.rows[own.ProjectStep] = steps = self._each(make.make_step)
        self.rows[own.Document] = {label: attach("photo", step=step) for label, step in steps.items()}
        self.rows[own.Difficulty] = difficulties = self._each(make.make_difficulty)
        self.rows[own.Measure] = {label: make.make_measure(one) for label, one in difficulties.items()}
        self.rows[own.MonthlyReport] = self._each(make.make_report)
        self.handed_in = make.make_report(projects["ours"], month=datetime.date(2020, 10, 1), status="submitted")
        publish_what_is_marked()
        self.rows[own.Story] = stories = {
            "shown": make.make_story("published", project=projects["shown"]),
            "draft": make.make_story(project=projects["draft"]),
            "ours": make.make_story(project=projects["ours"]),
            "theirs": make.make_story(project=projects["theirs"]),
        }
        photo = make_photo(stories["draft"])
        self.rows[own.StoryPhoto] = {"draft": photo, "ours": make_photo(stories["ours"])}
        self.rows[own.Commendation] = {
            "ours": make.make_commendation(organisation=organisations["ours"]),
            "theirs": make.make_commendation(organisation=organisations["theirs"]),
            "shown": make.make_commendation("notice", organisation=organisations["shown"]),
        }

    def _matching(self):
        organisations, county, field = self.rows[Organisation], self.county, make.make_field(code="field-a")
        self.rows[own.Field] = {"shown": field}
        needs = {
            "ours": make.make_need(county=county["ours"], status="draft"),
            "theirs": make.make_need(county=county["theirs"], status="draft"),
            "shown": make.make_need(county=make.make_division()),
            "draft": make.make_need(county=make.make_division(), status="submitted"),
        }
        self.rows[own.Need] = needs
        self.rows[own.Pledge] = {
            label: make.make_pledge(
                organisation=organisations[label], county=county[label], field=field, status="accepted"
            )
            for label in ("ours", "theirs")
        }
        self.rows[own.Pledge] |= {
            "draft": make.make_pledge(organisation=organisations["draft"], field=field, status="submitted"),
        }
        self.rows[own.Event] = events = {
            "ours": make.make_event(division=county["ours"]),
            "theirs": make.make_event(division=county["theirs"]),
            "shown": make.make_event(is_public=True),
            "draft": make.make_event(),
        }
        self.rows[own.Decision] = {label: make.make_decision(event) for label, event in events.items()}
        self.rows[own.Agreement] = {
            label: make.make_agreement(project=self.rows[own.Project][label], pledge=self.rows[own.Pledge].get(label))
            for label in ("ours", "theirs", "draft")
        }

    def _told(self):
        now = timezone.now()
        self.rows[own.Circular] = {
            "shown": make_circular("issued", docx=make_blob(b"docx"), xlsx=make_blob(b"xlsx")),
            "draft": make_circular(),
        }
        notice = self.rows[own.Commendation]["shown"]
        objection = own.Objection.objects.create(commendation=notice, text="与事实不符", name="某人")
        self.rows[own.Objection] = {"draft": objection}
        release = DataRelease.objects.create(number="2021-01", as_of=now, fingerprint="0" * 64, licence="x")
        DataFile.objects.create(release=release, name="projects.csv", blob=make_blob(b"a,b\r\n"))
        self.rows[DataRelease] = {"shown": release}
        self.release = release
        self.rows[own.Statement] = {"shown": make.make_statement(code="funds")}

    def _kept(self):
        """Tables that the bureau keeps, and those of the administrators."""
        accounts = self.accounts
        template, wording = make.make_template("签约"), VOCABULARIES[own.PaperWording.Use.AGREEMENT].pattern()
        self.rows |= {
            own.Campaign: {"shown": own.Campaign.objects.first()},
            own.ChecklistTemplate: {"shown": template},
            own.LampRule: {"shown": own.LampRule.objects.get_or_create(pk=1)[0]},
            own.StandardReason: {"shown": own.StandardReason.objects.create(use="return_need", text="材料不全")},
            own.PaperWording: {
                "draft": own.PaperWording.objects.create(name="文书", blob=make_blob(wording), original_name="a.docx")
            },
            core.CalendarDay: {"shown": core.CalendarDay.objects.create(day=DAY, is_working=False, name="元旦")},
        }
        token = core.Token.objects.create(
            system="外部系统", owner=accounts["county"], scopes=["read"], prefix="bf_abc", digest="1" * 64,
            made_by=accounts["security_admin"], expires_on=timezone.localdate(),
        )  # fmt: skip
        hook = core.Subscription.objects.create(
            system="外部系统", address="https://example.org/hook", events=["project.signed"]
        )
        delivery = core.Delivery.objects.create(subscription=hook, event="project.signed", body="{}")
        self.rows |= {
            core.Token: {"draft": token},
            core.Subscription: {"draft": hook},
            core.Delivery: {"draft": delivery},
        }

    def _of_the_house(self):
        self.rows[core.Change] = {"draft": core.Change.objects.order_by("-id").first()}
        notice = make.make_notice(self.accounts["bureau"])
        self.rows[core.SignIn] = {"draft": core.SignIn.objects.create(what="in", user=self.accounts["bureau"])}
        self.rows[core.Guess] = {
            "draft": core.Guess.objects.create(what="address", who="::1", number=5, most=5, until=timezone.now())
        }
        self.rows[PersonRequest] = {
            "draft": PersonRequest.objects.create(kind="erasure", name="某人", words="请删除", received_on=DAY)
        }
        outgoing = core.Outgoing.objects.create(notice=notice, channel="sms", address="13900005678", text="试验")
        self.rows[core.Outgoing] = {"draft": outgoing}

    def _own(self):
        """What belongs to one person, for each account; whoever looks sees its own and no other's."""
        for model, build in (
            (core.Job, lambda user: enqueue(make_list, by=user, total=1, address="/projects/?format=csv")),
            (core.Notice, make.make_notice),
            (core.SavedView, lambda user: core.SavedView.objects.create(user=user, page="board", name="我", query="")),
            (own.LedgerImport, make_ledger),
        ):
            self.own[model] = {name: build(user) for name, user in self.accounts.items() if user.pk}


def make_blob(content):
    blob, _made = core.Blob.objects.get_or_create(
        sha256=hashlib.sha256(content).hexdigest(), defaults={"size": len(content), "media_type": "text/plain"}
    )
    place = Path(settings.MEDIA_ROOT) / blob.path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return blob


def attach(kind, **owner):
    return own.Document.objects.create(kind=kind, original_name="照片.jpg", blob=make_blob(b"jpg"), **owner)


def make_photo(story):
    """A photograph whose pictures are not read: what is asked is who may have them."""
    return own.StoryPhoto.objects.create(
        story=story, full=make_blob(b"full"), card=make_blob(b"card"), width=4, height=3, alt="大棚", consent="nobody"
    )


def make_ledger(user):
    return own.LedgerImport.objects.create(sender=user, blob=make_blob(b"xlsx"), original_name="台账.xlsx")

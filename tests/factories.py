"""Small true records for tests: `make_x(**overrides)` saves and returns one, with what it needs around it."""

import datetime
import io
import itertools
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import Group
from django.utils import timezone
from PIL import Image

from counties.models import Designation, Division, Posting
from orgs.models import Authority, Enterprise, Membership, Organisation
from projects.models import (
    Agreement,
    Campaign,
    ChecklistTemplate,
    Commendation,
    Decision,
    Difficulty,
    Event,
    Field,
    Funding,
    Measure,
    MonthlyReport,
    Need,
    NeedItem,
    Participation,
    Pledge,
    PledgeItem,
    Project,
    ProjectField,
    ProjectStep,
    Result,
    Site,
    Statement,
    Story,
    StoryPhoto,
    TemplateStep,
)
from registry.core.dates import today
from registry.core.models import Factor, Notice, User
from registry.core.pictures import store_redrawn
from registry.core.second_factor import key_mark, new_secret, sealed

_serial = itertools.count(100_001)  # six digits each: none begins with another, nor is the small one of a test
_position = itertools.cycle(range(1, 32_768))  # of steps: a smallint, of which a long run needs more than there are
PASSWORD = "right-horse-7"


def serial():
    return next(_serial)


def make_user(*roles, **overrides):
    """An account holding `roles`, which are in every test database."""
    number = serial()
    fields = {"username": f"user{number}", "name": f"用户{number}"} | overrides
    user = User.objects.create_user(password=fields.pop("password", PASSWORD), **fields)
    user.groups.set(Group.objects.filter(name__in=roles))
    return User.objects.get(pk=user.pk)


def make_factor(user):
    """Gives the account a second factor that was never used; returns its secret."""
    secret = new_secret()
    Factor.objects.create(user=user, secret=sealed(secret), key=key_mark(settings.SECRET_KEY))
    return secret


def make_division(**overrides):
    number = serial()
    code = f"13{number % 80 + 20}{number // 80 % 90 + 10}"  # prefectures 1320 to 1399, of which there are none
    fields = {"code": code, "name": f"试验{number}县", "level": "county"}
    division = Division(**fields | {"valid_from": 1983} | overrides)
    division.save()
    if division.level == "county" and division.valid_to is None and division.home is None:
        division.home = division
        division.save()
    return division


def make_province(**overrides):
    return Division.objects.filter(code="130000").first() or make_division(
        **{"code": "130000", "name": "河北省", "level": "province"} | overrides
    )


def make_designation(division=None, **overrides):
    fields = {"kind": "national", "counts": True, "certainty": "verified"} | overrides
    return Designation.objects.create(division=division or make_division(), **fields)


def make_posting(user, division, **overrides):
    return Posting.objects.create(
        **{"user": user, "division": division, "starts_on": datetime.date(2018, 1, 1)} | overrides
    )


def make_county_user(county, **overrides):
    user = make_user("county", **overrides)
    make_posting(user, county)
    return user


def make_authority(**overrides):
    fields = {"name": f"试验民政局{serial()}", "level": "province"} | overrides
    if fields["level"] != "national":
        fields.setdefault("division", make_province())
    return Authority.objects.create(**fields)


def make_organisation(**overrides):
    fields = {"name": f"试验基金会{serial()}", "kind": "foundation", "level": "province", "origin": "hebei"}
    return Organisation.objects.create(**fields | {"status": "active"} | overrides)


def make_enterprise(**overrides):
    return Enterprise.objects.create(**{"name": f"试验公司{serial()}"} | overrides)


def make_membership(user, organisation, **overrides):
    fields = {"status": "approved", "approved_by": user, "approved_at": timezone.now()} | overrides
    return Membership.objects.create(user=user, organisation=organisation, **fields)


def make_org_user(organisation, **overrides):
    user = make_user("organisation", **overrides)
    make_membership(user, organisation)
    return user


def make_campaign(**overrides):
    fields = {"code": f"campaign-{serial()}", "name": "试验行动", "starts_on": datetime.date(2018, 3, 1)} | overrides
    return Campaign.objects.create(**fields)


def make_field(**overrides):
    number = serial()
    fields = {"code": f"field-{number}", "name": f"领域{number}", "scheme": "relief"} | overrides
    return Field.objects.create(**fields)


def make_project(*, lead=None, county=None, field=None, **overrides):
    """A project; with `lead`, `county` and `field` also its leading organisation, site and primary field."""
    number = serial()
    fields = {"number": f"XM-2020-{number:04d}", "name": f"试验项目{number}", "year": 2020} | overrides
    fields.setdefault("campaign", Campaign.objects.first() or make_campaign())
    project = Project.objects.create(**fields)
    if lead:
        make_participation(project, organisation=lead)
    if county:
        Site.objects.create(project=project, division=county)
    if field:
        ProjectField.objects.create(project=project, field=field, is_primary=True)
    return project


def make_participation(project, **overrides):
    return Participation.objects.create(project=project, **{"role": "lead"} | overrides)


def make_funding(project, amount="1000.00", **overrides):
    fields = {"state": "received", "amount": amount and Decimal(amount)} | overrides
    if not {"organisation", "enterprise"} & fields.keys():
        fields.setdefault("is_joint", True)
    return Funding.objects.create(project=project, **fields)


def make_result(project, actual=10, **overrides):
    """A result; approved by someone unless another status is given."""
    fields = {"indicator": "受益群众", "level": "beneficiary", "unit": "人次", "status": "approved"} | overrides
    if fields["status"] == "approved":
        fields.setdefault("approved_by", make_user())
        fields.setdefault("approved_at", timezone.now())
    return Result.objects.create(project=project, actual=actual, **fields)


def make_step(project, **overrides):
    fields = {"position": next(_position), "stage": "under_way", "title": "签订协议", "side": "bureau"} | overrides
    return ProjectStep.objects.create(project=project, **fields)


def make_template(*titles, **overrides):
    """A checklist template with a step for each title."""
    template = ChecklistTemplate.objects.create(
        **{"code": f"template-{serial()}", "name": "试验清单", "kind": "cash"} | overrides
    )
    for position, title in enumerate(titles, 1):
        TemplateStep.objects.create(
            template=template, position=position, stage="under_way", title=title, side="bureau", due_after=position * 30
        )
    return template


def make_need(*, amount="3000000.00", **overrides):
    """A published need for a sum of money (no item with `amount=None`)."""
    fields = {"number": f"XQ-2020-{serial():04d}", "name": "大棚改造", "status": "published"} | overrides
    fields.setdefault("campaign", Campaign.objects.first() or make_campaign())
    for name, make in (("county", make_division), ("field", make_field)):
        fields.setdefault(name, None)
        fields[name] = fields[name] or make()
    if fields["status"] in Need.PUBLIC:
        fields.setdefault("published_by", make_user())
        fields.setdefault("published_at", timezone.now())
    need = Need.objects.create(**fields)
    if amount is not None:
        NeedItem.objects.create(need=need, kind="money", amount=Decimal(amount))
    return need


def make_pledge(*, need=None, amount="720000.00", **overrides):
    """A submitted pledge of a sum of money towards a need (a free one with `need=None`)."""
    fields = {"number": f"CN-2020-{serial():04d}", "status": "submitted", "need": need} | overrides
    fields.setdefault("campaign", Campaign.objects.first() or make_campaign())
    fields["organisation"] = fields.get("organisation") or make_organisation()
    if fields["status"] in Pledge.BINDING:
        fields.setdefault("accepted_by", make_user())
        fields.setdefault("accepted_at", timezone.now())
    pledge = Pledge.objects.create(**fields)
    if amount is not None:
        item = need.items.first() if need else None
        PledgeItem.objects.create(pledge=pledge, kind="money", amount=Decimal(amount), need_item=item)
    return pledge


def make_difficulty(project, **overrides):
    fields = {"title": "冬季施工受限", "raised_side": "county"} | overrides
    return Difficulty.objects.create(project=project, **fields)


def make_event(**overrides):
    fields = {"name": f"对接会{serial()}", "kind": "matching", "starts_on": datetime.date(2020, 9, 1)} | overrides
    fields.setdefault("campaign", Campaign.objects.first() or make_campaign())
    return Event.objects.create(**fields)


def make_measure(difficulty, **overrides):
    fields = {"text": "协调供电", "side": "bureau", "due_on": datetime.date(2021, 1, 31)} | overrides
    return Measure.objects.create(difficulty=difficulty, **fields)


def make_decision(event, **overrides):
    return Decision.objects.create(event=event, **{"text": "月底前恢复施工"} | overrides)


def make_agreement(**overrides):
    return Agreement.objects.create(**{"number": f"XY-{serial()}", "name": "帮扶协议"} | overrides)


def make_statement(**overrides):
    number = serial()
    fields = {"code": f"statement-{number}", "title": "参与组织", "value": Decimal(6300), "unit": "家"}
    fields |= {"qualifier": "over", "wording": "多", "quote": "6300多家社会组织", "source": "报道"} | overrides
    fields.setdefault("campaign", Campaign.objects.first() or make_campaign())
    return Statement.objects.create(**fields)


def make_commendation(status="proposed", **overrides):
    """Its public notice was yesterday."""
    yesterday = today() - datetime.timedelta(days=1)
    fields = {"campaign": make_campaign(), "kind": "praise", "level": "province", "title": "通报表扬"}
    fields |= {"notice_from": yesterday, "notice_until": yesterday, "status": status} | overrides
    if "project" not in fields:
        fields.setdefault("organisation", make_organisation())
    return Commendation.objects.create(**fields)


def make_story(status="draft", *, project=None, **overrides):
    """A story of a published project, stamped as its status asks for."""
    project = project or make_project(visibility="published", stage="under_way")
    fields = {
        "project": project,
        "name": f"大棚里的春天{serial()}",
        "text": "大棚建成了。",
        "status": status,
    } | overrides
    stamps = {"checked": ("checked",), "published": ("checked", "published"), "withdrawn": ("checked", "published")}
    for stamp in stamps.get(status, ()):
        fields |= {f"{stamp}_by": make_user(), f"{stamp}_at": timezone.now()}
    if "published" in stamps.get(status, ()):
        fields.setdefault("first_published_at", fields["published_at"])
    return Story.objects.create(**fields)


def make_picture(form="JPEG", size=(64, 48), colour=(90, 140, 70), **saved):
    """The bytes of a small picture; `saved` goes to Pillow (`exif=`)."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, form, **saved)
    return buffer.getvalue()


def make_story_photo(story, **overrides):
    """A photograph of a story that is still a draft; needs a MEDIA_ROOT of the test's own."""
    (full, drawn), (card, _small) = store_redrawn(make_picture(), by=None)
    fields = {
        "full": full,
        "card": card,
        "width": drawn.width,
        "height": drawn.height,
        "alt": "大棚",
        "consent": "nobody",
    }
    return StoryPhoto.objects.create(story=story, **fields | overrides)


def make_notice(recipient, **overrides):
    fields = {"kind": "decided", "facts": {"title": "试验消息"}} | overrides
    return Notice.objects.create(recipient=recipient, **fields)


def make_report(project, **overrides):
    """A draft of a monthly report; submitted and approved by somebody where the status asks for it."""
    fields = {"month": datetime.date(2020, 9, 1), "progress": 50, "status": "draft"} | overrides
    for stamp, states in (("submitted", ("submitted", "approved")), ("approved", ("approved",))):
        if fields["status"] in states:
            fields.setdefault(f"{stamp}_by", make_user())
            fields.setdefault(f"{stamp}_at", timezone.now())
    return MonthlyReport.objects.create(project=project, **fields)

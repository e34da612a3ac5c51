"""Who sees what, told on one small world with strangers whose data could leak.

Of everything there is an `ours` (county A, organisation A), a `theirs` (county B, the Beijing organisation B) and
where it may be published a `shown`. `within_scope_of`: what one works with; `visible_to`: what one may know of.
"""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from orgs.models import Membership, Organisation
from projects import models
from tests.factories import (
    make_agreement,
    make_authority,
    make_commendation,
    make_county_user,
    make_difficulty,
    make_division,
    make_event,
    make_funding,
    make_membership,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_posting,
    make_project,
    make_result,
    make_step,
    make_story,
    make_story_photo,
    make_user,
)
from tests.projects.test_checklists import attach
from tests.projects.test_circulars import make_circular

pytestmark = pytest.mark.django_db
ALL = {"ours", "theirs", "shown"}


@pytest.fixture
def world():
    """{model: {label: record}}."""
    county, other_county = make_division(code="130723", name="康保县"), make_division(code="130624", name="阜平县")
    beijing = make_authority(division=make_division(code="110000", name="北京市", level="province"))
    ours, theirs = make_organisation(name="本组织"), make_organisation(name="他组织", authority=beijing)
    shown_need = make_need(county=other_county)
    projects = {
        "ours": make_project(lead=ours, county=county),
        "theirs": make_project(lead=theirs, county=other_county),
        "shown": make_project(visibility="published"),
    }
    steps, difficulties = each(projects, make_step), each(projects, make_difficulty)
    return {
        models.Project: projects,
        models.Funding: each(projects, make_funding),
        models.ProjectStep: steps,
        models.Document: each(steps, lambda step: attach("photo", step=step)),
        models.Difficulty: difficulties,
        models.Measure: each(difficulties, make_measure),
        models.Result: each(projects, lambda project: make_result(project, status="draft")),
        models.Agreement: each(projects, lambda project: make_agreement(project=project)),
        models.Story: each(projects, lambda project: make_story(project=project)),
        models.Commendation: {"ours": make_commendation(organisation=ours), "theirs": make_commendation()},
        models.Need: {
            "ours": make_need(county=county, status="draft"),
            "theirs": make_need(county=other_county, status="submitted"),
            "shown": shown_need,
        },
        models.Pledge: {
            "ours": make_pledge(organisation=ours, status="draft"),
            "theirs": make_pledge(organisation=theirs, need=shown_need, status="accepted"),
        },
        models.Event: {
            "ours": make_event(division=county),
            "theirs": make_event(),
            "shown": make_event(is_public=True),
        },
        models.Circular: {"theirs": make_circular(), "shown": make_circular("issued")},
        Organisation: {"ours": ours, "theirs": theirs, "shown": make_organisation(name="新组织", status="applied")},
    }


def each(rows, make):
    return {label: make(record) for label, record in rows.items()}


def make_measure(difficulty):
    day = datetime.date(2021, 1, 1)
    return models.Measure.objects.create(difficulty=difficulty, text="协调供电", side="county", due_on=day)


def make_applicant(organisation):
    user = make_user("organisation")
    make_membership(user, organisation, status="applied", approved_by=None, approved_at=None)
    return user


def make_posted(role, division, **overrides):
    user = make_user(role)
    make_posting(user, division, **overrides)
    return user


def person(role, world):
    """An account of a role, or in one of the situations that have a name here."""
    county, other_county = (world[models.Need][label].county for label in ("ours", "theirs"))
    ours, theirs = (world[Organisation][label] for label in ("ours", "theirs"))
    situations = {
        "anonymous": AnonymousUser,
        "county": lambda: make_county_user(county),
        "other county": lambda: make_county_user(other_county),
        "disabled officer": lambda: make_county_user(county, is_active=False),
        "no longer posted": lambda: make_posted("county", county, ends_on=datetime.date(2021, 1, 1)),
        "organisation": lambda: make_org_user(ours),
        "stranger": lambda: make_org_user(make_organisation()),
        "disabled member": lambda: make_org_user(ours, is_active=False),
        "not yet approved": lambda: make_applicant(ours),
        "partner": lambda: make_posted("partner", theirs.authority.division),
        "disabled": lambda: make_user("bureau", is_active=False),
    }
    return situations.get(role, lambda: make_user(role))()


def seen(world, model, rows):
    labels = {record.pk: label for label, record in world[model].items()}
    return {labels[pk] for pk in rows.values_list("pk", flat=True) if pk in labels}


EVERYTHING = (
    models.Project, Organisation, models.Funding, models.ProjectStep, models.Difficulty, models.Result,
    models.Agreement, models.Story, models.Commendation, models.Need, models.Event, models.Circular,
    models.Measure, models.Document,
)  # fmt: skip
OF_PROJECTS = (
    models.Project, models.Funding, models.ProjectStep, models.Difficulty, models.Result, models.Agreement,
    models.Story, models.Measure, models.Document,
)  # fmt: skip
NOTHING = {model: set() for model in (*EVERYTHING, models.Pledge)}
OURS = {model: {"ours"} for model in OF_PROJECTS}
THEIRS = {model: {"theirs"} for model in OF_PROJECTS}

SCOPES = {
    "bureau": dict.fromkeys(EVERYTHING, ALL) | {models.Pledge: {"theirs"}},
    "auditor": dict.fromkeys((*EVERYTHING, models.Pledge), ALL),
    "partner": THEIRS | {Organisation: {"theirs"}, models.Pledge: {"theirs"},
                         models.Event: ALL},
    "county": OURS | {models.Commendation: set(), models.Need: {"ours"}, models.Event: {"ours"}},
    "other county": THEIRS | {models.Need: {"theirs", "shown"}, models.Pledge: {"theirs"}},
    "organisation": OURS | {Organisation: {"ours"}, models.Commendation: {"ours"}, models.Pledge: {"ours"}},
    **{role: {} for role in ("stranger", "not yet approved", "no longer posted", "system_admin", "security_admin",
                             "audit_admin", "anonymous", "disabled", "disabled officer", "disabled member")},
}  # fmt: skip


@pytest.mark.parametrize("role", SCOPES)
def test_one_works_with_one_s_own_rows_and_with_no_others(role, world):
    user = person(role, world)
    wanted = NOTHING | SCOPES[role]
    found = {model: seen(world, model, model.objects.within_scope_of(user)) for model in wanted}
    assert found == {model: labels & world[model].keys() for model, labels in wanted.items()}


PUBLIC = {
    models.Project: {"shown"}, Organisation: {"ours", "theirs"}, models.Funding: {"shown"},
    models.Need: {"shown"}, models.Event: {"shown"}, models.Circular: {"shown"},
}  # fmt: skip


@pytest.mark.parametrize("role", SCOPES)
def test_one_knows_of_what_was_published_and_of_one_s_own_rows(role, world):
    user = person(role, world)
    own = NOTHING | SCOPES[role]
    found = {model: seen(world, model, model.objects.visible_to(user)) for model in own}
    assert found == {model: (own[model] | PUBLIC.get(model, set())) & world[model].keys() for model in own}


def test_of_a_published_project_only_approved_results_are_shown():
    project = make_project(visibility="published")
    rows = {status: make_result(project, status=status) for status in models.Result.Status}
    assert list(models.Result.objects.visible_to(AnonymousUser())) == [rows["approved"]]


def test_of_a_published_project_the_public_sees_no_voided_line():
    project = make_project(visibility="published")
    standing = make_funding(project)
    make_funding(project, voided_by=make_user(), voided_at=timezone.now(), void_reason="重复登记")
    assert list(models.Funding.objects.visible_to(AnonymousUser())) == [standing]
    assert models.Funding.objects.visible_to(make_user("bureau")).count() == 2


def test_a_partner_bureau_that_is_posted_nowhere_sees_nothing(world):
    user = make_user("partner")
    assert [model.objects.within_scope_of(user).count() for model in OF_PROJECTS] == [0] * len(OF_PROJECTS)


def test_a_city_s_officer_sees_all_counties_below(world):
    user = make_user("county")
    make_posting(user, make_division(code="130700", name="张家口市", level="prefecture"))
    assert seen(world, models.Project, models.Project.objects.within_scope_of(user)) == {"ours"}


def test_two_roles_see_what_either_sees(world):
    user = make_user("county", "organisation")
    make_posting(user, world[models.Need]["theirs"].county)
    make_membership(user, world[Organisation]["ours"])
    assert seen(world, models.Project, models.Project.objects.within_scope_of(user)) == {"ours", "theirs"}


def test_a_posting_without_the_role_opens_nothing(world):
    user = make_user("auditor")
    user.groups.clear()
    make_posting(user, world[models.Need]["ours"].county)
    assert (
        seen(world, models.Project, models.Project.objects.within_scope_of(type(user).objects.get(pk=user.pk))) == set()
    )


def test_a_story_and_a_commendation_are_public_once_they_are_published():
    stories = {status: make_story(status) for status in models.Story.Status}
    commendations = {status: make_commendation(status) for status in models.Commendation.Status}
    visitor = AnonymousUser()
    assert list(models.Story.objects.visible_to(visitor)) == [stories["published"]]
    shown = models.Commendation.objects.visible_to(visitor)
    assert set(shown) == {commendations["notice"], commendations["granted"]}


def test_a_photograph_is_known_to_those_who_know_its_story(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    organisation = make_organisation()
    of_ours = make_story(project=make_project(lead=organisation, visibility="published", stage="under_way"))
    ours, theirs = make_story_photo(of_ours), make_story_photo(make_story())
    photos = models.StoryPhoto.objects
    assert not photos.visible_to(AnonymousUser()).exists()
    assert set(photos.visible_to(make_user("bureau"))) == {ours, theirs}
    for scope in (photos.visible_to, photos.within_scope_of):
        assert list(scope(make_org_user(organisation))) == [ours]


def test_a_project_of_several_parties_and_places_is_seen_once(world):
    project = world[models.Project]["ours"]
    county = world[models.Need]["ours"].county
    models.Site.objects.create(project=project, division=county, address="另一村")
    models.Participation.objects.create(project=project, organisation=world[Organisation]["ours"], role="funder")
    for user in (person("county", world), person("organisation", world)):
        assert models.Project.objects.within_scope_of(user).count() == 1
        assert models.Project.objects.visible_to(user).count() == 2


def test_speakers_see_the_memberships_of_their_organisation_and_the_bureau_all():
    organisation = make_organisation()
    mine, other = make_org_user(organisation), make_org_user(organisation)
    stranger = make_org_user(make_organisation())
    assert {m.user for m in Membership.objects.within_scope_of(mine)} == {mine, other}
    assert [m.user for m in Membership.objects.within_scope_of(stranger)] == [stranger]
    for role in ("bureau", "auditor", "system_admin"):
        assert {m.user for m in Membership.objects.within_scope_of(make_user(role))} == {mine, other, stranger}
    assert not Membership.objects.within_scope_of(AnonymousUser()).exists()
    assert Membership.objects.approved().count() == 3


def test_a_pledge_reaches_the_bureau_when_submitted_and_the_county_when_accepted():
    county, now = make_division(), timezone.now()
    accepted = {"accepted_by": make_user(), "accepted_at": now}
    rows = {
        "draft": make_pledge(county=county, status="draft"),
        "submitted": make_pledge(county=county),
        "accepted": make_pledge(county=county, status="accepted"),
        "taken back": make_pledge(county=county, status="withdrawn", **accepted),
    }
    pledges = models.Pledge.objects
    assert set(pledges.within_scope_of(make_user("bureau"))) == set(rows.values()) - {rows["draft"]}
    assert set(pledges.within_scope_of(make_county_user(county))) == {rows["accepted"], rows["taken back"]}
    assert set(pledges.within_scope_of(make_user("auditor"))) == set(rows.values())

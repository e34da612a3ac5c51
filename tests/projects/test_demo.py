"""The demo data: the nine cases as the article tells them, and made-up projects in every state, marked as such."""

import io
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connection, transaction

from counties.models import Division
from orgs.credit_code import validate_code
from orgs.models import Enterprise, Organisation
from projects.models import (
    Circular,
    Commendation,
    Difficulty,
    Document,
    Event,
    Funding,
    LampRule,
    Need,
    Pledge,
    Project,
    ProjectStep,
    Result,
    Story,
)
from projects.models.stages import Stage
from registry.core.dates import today
from registry.core.models import Change, Record, User
from registry.core.quantity import format_quantity

pytestmark = pytest.mark.django_db
SIZE = 120


def load(**options):
    said = io.StringIO()
    call_command("load_demo", stdout=said, **options)
    return said.getvalue()


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """Loaded once for all tests of this module, each of which undoes what it does, and undone at the end."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr("django.conf.settings.MEDIA_ROOT", tmp_path_factory.mktemp("media"))
        load(projects=SIZE, seed=1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        transaction.set_rollback(True)


def case(number):
    return Project.objects.get(number=f"AL-{number}")


def printed(quantity):
    return format_quantity(quantity, "prose", "zh-hans")


def parties(project):
    return {
        (str(party.organisation or party.enterprise or party.unnamed_count), party.role)
        for party in project.participations.all()
    }


# The nine cases of the article

CASES = (
    (1, "泛海助学行动", {("中国泛海公益基金会", "lead")}, [], ["1.05亿元 received cash own"], ["21040名"]),
    (
        2, "丰宁蔬菜大棚捐建", {("河北省三强公益基金会", "lead")}, ["丰宁满族自治县"],
        ["3000余万元 received goods own"], ["150座", "2000余户"],
    ),
    (
        3, "阳原一中师生免费验配眼镜",
        {("河北省眼镜协会", "lead"), ("中国眼镜协会", "joint"), ("30", "mobilised")}, ["阳原县阳原一中"],
        ["not stated received goods own"], ["1160副"],
    ),
    (4, "贫困地区科技扶贫", {("河北省专家咨询协会", "lead")}, [], [], ["153名", "120多次", "9000多人", "60余个"]),
    (
        5, "八十亩地村小学全面改造", {("天津纯懿公益帮扶服务中心", "lead")}, ["平泉市八十亩地村小学"],
        ["72万元 received cash raised"], ["1所"],
    ),
    (
        6, "贫困家庭太阳能并网发电系统", {("河北省凤凰谷零碳发展研究院", "lead")}, ["阜平县", "顺平县"],
        ["56万余元 received not_stated own"], ["34个"],
    ),
    (
        7, "蔚县生态猪场", {("北京畜牧产业协会", "lead"), ("北京四方红农牧公司", "mobilised")}, ["蔚县"],
        ["3亿元 received cash mobilised"], ["7500头", "10万头"],
    ),
    (
        8, "阜平食用菌产业", {("阜平县食用菌协会", "lead")}, ["阜平县"], [],
        ["1.5万户", "13个", "140个", "4.5亿元", "2.5亿元"],
    ),
    (
        9, "康保县南乔家营新村易地搬迁",
        {
            ("新联合公益基金会", "funder"), ("新奥公益基金会", "funder"), ("敬业公益基金会", "funder"),
            ("君乐宝公益基金会", "funder"), ("7", "funder"),
        },
        ["康保县南乔家营村"], ["800余万元 received cash own"], ["94户", "1个"],
    ),
)  # fmt: skip


@pytest.mark.parametrize(("number", "name", "who", "where", "money", "results"), CASES)
def test_a_case_prints_as_the_article_tells_it(number, name, who, where, money, results):
    project = case(number)
    assert project.name == name
    assert parties(project) == who
    assert [str(site) for site in project.sites.order_by("division__code")] == where
    assert [
        f"{printed(line.money) if line.money.is_stated else 'not stated'} {line.state} {line.kind} {line.origin}"
        for line in project.funding.all()
    ] == money
    assert [printed(result.reached) for result in project.results.approved()] == results


@pytest.mark.parametrize("number", range(1, 10))
def test_a_case_is_published_with_its_quote_its_source_and_its_caution(number):
    project = case(number)
    assert (project.visibility, project.is_demo, project.stage) == ("published", False, "finished")
    assert project.quote
    assert project.caution
    assert "2020年11月" in project.source
    assert "推定" in project.status_reason


def test_the_first_two_cases_are_money_given_and_goods_with_a_value():
    students, greenhouses = case(1).funding.get(), case(2).funding.get()
    assert (students.organisation.name, students.measure) == ("中国泛海公益基金会", None)
    assert (printed(greenhouses.measure), greenhouses.goods, greenhouses.value_basis) == ("150座", "蔬菜大棚", "source")


def test_goods_without_a_value_have_a_quantity_and_no_amount():
    glasses = case(3).funding.get()
    assert (glasses.amount, glasses.value_basis, glasses.is_joint) == (None, "none", True)
    assert printed(glasses.measure) == "1160副"


def test_companies_that_are_only_counted_stand_as_a_number():
    unnamed = case(3).participations.get(unnamed="enterprises")
    assert (unnamed.unnamed_count, unnamed.unnamed_qualifier) == (30, "over")


def test_two_counties_have_no_shares():
    assert set(case(6).sites.values_list("share", flat=True)) == {None}


def test_company_money_is_the_company_s():
    line = case(7).funding.get()
    assert (line.enterprise.name, line.organisation) == ("北京四方红农牧公司", None)
    assert not case(7).funding.of_organisations().exists()
    assert line.enterprise.member_of.name == "北京畜牧产业协会"


def test_eleven_givers_whose_shares_nobody_knows():
    joint = case(9).funding.get()
    named = case(9).participations.filter(organisation__isnull=False)
    unnamed = case(9).participations.get(unnamed="organisations")
    assert named.count() + unnamed.unnamed_count == 11
    assert (joint.is_joint, joint.party) == (True, None)
    assert not case(9).participations.filter(role="lead").exists()
    assert case(9).marks.get().kind == "exemplar"
    assert case(9).approach == "党建引领、集中安置、产业带动、政策兜底"


def test_no_real_organisation_has_a_credit_code_and_what_was_inferred_says_so():
    real = Organisation.objects.filter(is_demo=False)
    assert real.count() == 13
    assert not real.filter(code__isnull=False).exists()
    assert not real.filter(kind_basis="").exists()
    assert not real.filter(registered_basis="").exists()
    assert set(real.values_list("certainty", flat=True)) == {"derived"}
    assert real.exclude(name_basis="").count() == 4
    assert not Enterprise.objects.filter(is_demo=False, code__isnull=False).exists()


def test_fields_of_a_case_begin_with_the_primary_one():
    fields = [field.field.code for field in case(4).project_fields.all()]
    assert fields[0] == "technology"
    assert sorted(fields) == ["education", "health", "industry", "technology"]


def test_the_closing_conference_is_an_event_with_its_hosts():
    conference = Event.objects.get(kind="showcase", is_demo=False)
    assert (conference.starts_on.isoformat(), conference.ends_on.isoformat()) == ("2020-10-28", "2020-10-29")
    assert {host.name for host in conference.hosts.all()} == {"河北省民政厅", "北京市民政局", "天津市民政局"}
    assert not conference.attendance.exists()


# What is made up


LOADING = ("demo.load", "project.carry", "project.register", "checklist.open")


def test_some_projects_were_carried_into_the_next_campaign_and_their_old_phase_is_locked():
    carried = Project.objects.filter(continues__isnull=False).select_related("continues", "campaign")
    assert len(carried) == 4
    for project in carried:
        assert project.continues.is_locked
        assert project.continues.campaign.successor == project.campaign
        assert project.steps.exists()
        assert not project.funding.exists()


def test_everything_made_up_is_marked():
    sourced = {"Project": 9, "Organisation": 13, "Enterprise": 1, "Event": 2}
    for model in apps.get_models():
        if issubclass(model, Record):
            made = Change.objects.filter(table_name=model._meta.db_table, action__in=LOADING, operation="I").count()
            marked = model.objects.filter(is_demo=True).count()
            real = model.objects.filter(is_demo=False).count() if made else 0
            if model.__name__ in sourced:
                assert real == sourced[model.__name__]
            elif made and model._meta.app_label == "projects":
                assert model.objects.filter(is_demo=False).exclude(pk__in=_of_cases(model)).count() == 0
            assert made == marked + real


def _of_cases(model):
    names = {field.name for field in model._meta.fields}
    return model.objects.filter(project__number__startswith="AL-").values("pk") if "project" in names else []


def test_made_up_organisations_show_it_in_their_names_and_codes():
    made_up = Organisation.objects.filter(is_demo=True)
    assert not made_up.exclude(name__startswith="演示·").exists()
    codes = list(made_up.filter(code__isnull=False).values_list("code", "kind"))
    assert len(codes) > SIZE // 4
    for code, kind in codes:
        validate_code(code, kind)
        assert code[2:8] == "990000"


def test_every_stage_and_every_state_is_there():
    assert set(Project.objects.filter(is_demo=True).values_list("stage", flat=True)) == set(Stage.values)
    for model, states in (
        (Need, Need.Status), (Pledge, Pledge.Status), (Difficulty, Difficulty.Status), (Event, Event.Status),
        (Result, Result.Status), (ProjectStep, ProjectStep.Status), (Commendation, Commendation.Status),
        (Story, Story.Status), (Organisation, Organisation.Status),
    ):  # fmt: skip
        assert set(model.objects.filter(is_demo=True).values_list("status", flat=True)) == set(states.values), model
    lines = Funding.objects.filter(is_demo=True)
    assert set(lines.values_list("state", flat=True)) == set(Funding.State.values)
    assert set(lines.values_list("origin", flat=True)) == set(Funding.Origin.values)
    assert set(lines.values_list("qualifier", flat=True)) == {"exact", "over", "about", "at_least"}
    assert lines.filter(amount=None).exists()
    assert lines.exclude(voided_at=None).exists()
    assert Circular.objects.filter(status="draft").exists()


def test_all_sixty_two_counties_and_all_years_are_there():
    covered = Division.objects.designated().filter(folded__sites__project__is_demo=True).distinct()
    assert covered.count() == 62
    years = set(Project.objects.filter(is_demo=True).values_list("year", flat=True))
    assert years == set(range(2018, today().year + 1))


def test_projects_belong_to_the_campaign_of_their_year_and_have_its_fields():
    for project in Project.objects.filter(is_demo=True).select_related("campaign").prefetch_related("project_fields"):
        assert project.campaign.scheme == ("relief" if project.year <= 2020 else "revitalisation")
        primary = [field.scheme for field in project.project_fields.all() if field.is_primary]
        assert project.campaign.scheme in primary


def test_some_steps_are_overdue_and_some_are_due_this_week():
    assert ProjectStep.objects.overdue(today()).count() >= 3
    assert ProjectStep.objects.due_soon(today(), LampRule()).count() >= 3
    assert ProjectStep.objects.overdue(today()).count() < ProjectStep.objects.filter(status="open").count() / 4


def test_checklists_keep_the_order_the_evidence_and_the_second_person():
    steps = ProjectStep.objects.filter(is_demo=True).select_related("depends_on").prefetch_related("documents")
    for step in steps:
        if step.status in ("done", "verified"):
            assert step.missing_evidence() == []
            assert step.depends_on is None or step.depends_on.status not in ProjectStep.UNSETTLED
        if step.status == "verified":
            assert step.done_at <= step.verified_at
            assert step.done_by_id != step.verified_by_id


def test_a_project_that_was_accepted_has_no_step_open_before_acceptance():
    accepted = Project.objects.filter(is_demo=True, stage__in=("accepted", "aftercare", "closed"))
    assert not ProjectStep.objects.filter(project__in=accepted).blocking(("planned", "signed", "finished")).exists()


def test_needs_follow_from_what_was_accepted():
    for need in Need.objects.filter(status__in=Need.PUBLIC):
        gaps = need.gaps()
        assert all(0 <= gap.unmet.value <= gap.wanted.value for gap in gaps)
        met = all(gap.unmet.value == 0 for gap in gaps)
        begun = any(gap.given > 0 for gap in gaps)
        assert need.status == ("met" if met else "partly_met" if begun else "published")


def test_evidence_can_be_opened(settings):
    documents = Document.objects.select_related("blob")
    assert documents.exists()
    for blob in {document.blob for document in documents}:
        content = (Path(settings.MEDIA_ROOT) / blob.path).read_bytes()
        assert len(content) == blob.size
        assert content.startswith((b"%PDF-", b"\x89PNG"))


# The accounts


@pytest.mark.parametrize(
    ("username", "role"),
    [
        ("bureau", "bureau"), ("verifier", "bureau"), ("beijing", "partner"), ("county", "county"),
        ("org", "organisation"), ("auditor", "auditor"), ("sysadmin", "system_admin"),
        ("secadmin", "security_admin"), ("auditadmin", "audit_admin"),
    ],
)  # fmt: skip
def test_there_is_an_account_for_every_role(username, role):
    user = authenticate(username=username, password="bangfu-demo")
    assert (user.roles, user.is_demo) == ({role}, True)


def test_the_accounts_that_stand_for_others_let_nobody_in():
    for user in User.objects.filter(username__startswith="demo-"):
        assert not user.is_active
        assert not user.has_usable_password()


@pytest.mark.parametrize("username", ["beijing", "county", "org"])
def test_everybody_has_something_to_work_with(username):
    user = User.objects.get(username=username)
    mine = Project.objects.within_scope_of(user)
    assert 0 < mine.count() < Project.objects.count()
    assert ProjectStep.objects.within_scope_of(user).filter(status="open").exists()
    if username != "beijing":
        assert ProjectStep.objects.assigned_to(user).filter(status="open").exists()
        assert Pledge.objects.within_scope_of(user).exists()


def test_the_county_has_needs_to_work_on():
    own = Need.objects.within_scope_of(User.objects.get(username="county"))
    assert {"draft", "submitted", "published"} <= set(own.values_list("status", flat=True))
    assert set(own.values_list("county__name", flat=True)) == {"康保县"}


def test_a_stranger_has_drafts_that_could_leak():
    stranger = Organisation.objects.get(name="演示·邻家互助公益基金会")
    hidden = Pledge.objects.filter(organisation=stranger, status="draft", need__county__code="130723")
    assert hidden.exists()
    for username in ("org", "county", "bureau"):
        assert not Pledge.objects.within_scope_of(User.objects.get(username=username)).filter(pk__in=hidden).exists()


def test_loading_again_changes_nothing():
    before = Change.objects.count()
    load()
    assert Change.objects.count() == before

"""Organisations: one code each, found by whatever they were ever called; a company is never one."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q

from orgs.models import Authority, Enterprise, FormerName, Organisation
from registry.core.search import bilingual_like, named_like
from tests.factories import make_authority, make_enterprise, make_organisation
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db
FOUNDATION, ASSOCIATION = "53130000500000000D", "51130000500000001B"


class TestTheTableOfOrganisations(LifecycleRules):
    model = Organisation

    def make_in(self, state, towards=""):
        into = make_organisation() if state == "merged" else None
        organisation = make_organisation(status=state, merged_into=into)
        if towards == "merged":
            organisation.merged_into = make_organisation()
        return organisation


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize(
    "words",
    [
        "新奥公益",
        "xinao",
        "xagyjjh",
        "XAGYJJH",
        "53130000",
        FOUNDATION.lower(),
        "旧名字",
        "jiumingzi",
        "新奥基金会",
        " 新奥 ",
    ],
)
def test_it_is_found_by_name_former_and_short_name_pinyin_initials_and_code(words):
    organisation = make_organisation(name="新奥公益基金会", code=FOUNDATION)
    FormerName.objects.create(organisation=organisation, name="旧名字基金会", until="2019-01-01")
    FormerName.objects.create(organisation=organisation, name="新奥基金会", sort="short")
    make_organisation(name="君乐宝公益基金会")
    assert list(Organisation.objects.search(words)) == [organisation]


PIECES = (
    "新", "新奥", "奥公", "奥新", "ENN Found", "enn", "n f", "100%", "0%会", "%_", "_", "\\", "甲_乙", "xi", "xag",
    "５３",
)  # fmt: skip


@pytest.mark.parametrize("words", PIECES)
def test_by_indexes_as_many_are_found_as_by_looking_at_each(words):
    FormerName.objects.create(organisation=make_organisation(name="丙会"), name="新奥一百%会", until="2019-01-01")
    for name, english in (
        ("新奥公益基金会", "ENN Foundation"),
        ("甲_乙会", ""),
        ("百分之100%会", ""),
        ("反\\斜会", ""),
    ):
        make_organisation(name=name, name_en=english)
    former = Exists(FormerName.objects.filter(named_like(words), organisation=OuterRef("pk")))
    each = bilingual_like(words) | Q(code__startswith=words.strip().upper()) | Q(former)
    assert set(Organisation.objects.search(words)) == set(Organisation.objects.filter(each))


def test_a_piece_of_a_name_is_found_without_reading_every_organisation():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for words in ("光伏", "光伏发电", "guang", "53130"):
        assert "Seq Scan on orgs_organisation" not in Organisation.objects.search(words).order_by().explain()


def test_whoever_looks_for_nothing_finds_all():
    make_organisation(code=None)
    assert Organisation.objects.search(" ").count() == 1


def test_pages_show_the_name_of_the_day():
    organisation = make_organisation(name="丙会")
    for name, until in (("甲会", "2018-01-01"), ("乙会", "2020-01-01")):
        FormerName.objects.create(organisation=organisation, name=name, until=until)
    FormerName.objects.create(organisation=organisation, name="丙", sort="short")
    days = [datetime.date(year, 1, 1) for year in (2017, 2018, 2019, 2020, 2021)]
    assert [organisation.name_on(day) for day in days] == ["甲会", "乙会", "乙会", "丙会", "丙会"]


def test_a_name_is_lost_once_a_day():
    organisation = make_organisation()
    FormerName.objects.create(organisation=organisation, name="甲", until="2018-01-01")
    FormerName.objects.create(organisation=organisation, name="甲", until="2020-01-01")
    FormerName.objects.create(organisation=organisation, name="甲", sort="short")
    for until in ("2020-01-01", None):
        with refused("former_name_once"), transaction.atomic():
            FormerName.objects.create(organisation=organisation, name="甲", until=until)


def test_a_code_is_kept_as_it_is_written_officially_and_an_empty_one_as_not_stated():
    organisation = make_organisation()
    for written, kept in (
        (FOUNDATION.lower(), FOUNDATION),
        (f" {FOUNDATION[:8]} {FOUNDATION[8:]}", FOUNDATION),
        ("", None),
    ):
        organisation.code = written
        organisation.clean()
        assert organisation.code == kept


def test_several_without_a_code_are_lawful_and_two_with_one_are_not():
    make_organisation()
    make_organisation(code=FOUNDATION)
    make_organisation()
    with refused("code"), transaction.atomic():
        make_organisation(code=FOUNDATION)


def test_a_wrong_check_character_is_named():
    organisation = make_organisation(code=FOUNDATION)
    organisation.code = FOUNDATION[:-1] + "E"
    with pytest.raises(ValidationError) as refusal:
        organisation.full_clean(exclude=("pinyin", "initials"))
    assert list(refusal.value.message_dict) == ["code"]


def test_a_code_of_another_kind_is_refused():
    organisation = make_organisation(kind="association")
    organisation.code = FOUNDATION
    with pytest.raises(ValidationError, match="code"):
        organisation.clean()


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("code = '123'", "organisation_code_shape"),
        ("code = '53130000500000000O'", "organisation_code_shape"),
        ("code = '5313000050000000 D'", "organisation_code_shape"),
        ("is_chamber = true", "organisation_chamber"),
        ("status = 'merged'", "organisation_merged"),
        ("merged_into_id = id", "organisation_merged"),
        ("status = 'merged', merged_into_id = id", "organisation_not_into_itself"),
        ("status = 'flying'", "status_check"),
        ("kind = 'company'", "kind_check"),
        ("level = 'world'", "level_check"),
        ("origin = 'moon'", "origin_check"),
        ("certainty = 'rumour'", "certainty_check"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(columns, constraint):
    make_organisation()
    with refused(constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE orgs_organisation SET {columns}")


def test_only_a_merged_one_points_elsewhere():
    organisation, other = make_organisation(), make_organisation()
    with refused("organisation_merged"), transaction.atomic():
        Organisation.objects.filter(pk=organisation.pk).update(merged_into=other)


def test_those_taking_part_are_neither_applying_nor_merged():
    rows = {status: make_organisation(status=status) for status in ("applied", "active", "suspended", "deregistered")}
    make_organisation(status="merged", merged_into=rows["active"])
    assert set(Organisation.objects.filter(status__in=Organisation.TAKING_PART)) == set(rows.values()) - {
        rows["applied"]
    }


def test_a_company_is_found_likewise_and_its_code_checked():
    company = make_enterprise(name="新奥能源公司")
    assert list(Enterprise.objects.search("xany")) == [company]
    company.code = "91130000000000000X"
    with pytest.raises(ValidationError, match="code"):
        company.full_clean(exclude=("pinyin", "initials"))
    company.code = " "
    company.clean()
    assert company.code is None


def test_an_authority_below_the_ministry_has_a_division_and_the_ministry_has_none():
    make_authority(level="national")
    for authority in ({"level": "national"}, {"level": "county"}):
        with refused("authority_division"), transaction.atomic():
            division = make_authority().division if authority["level"] == "national" else None
            Authority.objects.create(name="某部门", division=division, **authority)
    with refused("authority_name"), transaction.atomic():
        make_authority(name=Authority.objects.first().name)


def test_a_very_long_name_can_be_kept():
    organisation = make_organisation(name="庄" * 200)
    assert (len(organisation.pinyin), len(organisation.initials)) == (600, 200)

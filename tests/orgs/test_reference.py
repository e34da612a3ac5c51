import pytest

from counties.models import Division
from counties.reference import load_designations, load_divisions
from orgs.models import Authority
from orgs.reference import load_authorities


@pytest.fixture(autouse=True)
def authorities(db):
    load_divisions()
    load_designations()
    load_authorities()


def test_there_is_an_authority_at_every_level():
    levels = list(Authority.objects.values_list("level", flat=True))
    assert {level: levels.count(level) for level in set(levels)} == {
        "national": 1, "province": 3, "prefecture": 11, "county": 62,
    }  # fmt: skip


def test_every_designated_county_has_its_bureau():
    with_bureau = Authority.objects.filter(level="county").values("division")
    assert not Division.objects.designated().exclude(pk__in=with_bureau).exists()


def test_the_provinces_of_the_campaign_have_their_own():
    assert dict(Authority.objects.filter(level="province").values_list("name", "division__name")) == {
        "河北省民政厅": "河北省", "北京市民政局": "北京市", "天津市民政局": "天津市",
    }  # fmt: skip


def test_loading_again_adds_none():
    assert load_authorities() == 0

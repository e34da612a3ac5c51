"""Divisions in their years: a code is not a key over time, and what was counts under what is."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from counties.models import Designation, Division, Succession
from counties.models.divisions import stem
from tests.factories import make_designation, make_division

pytestmark = pytest.mark.django_db


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


@pytest.fixture
def xiangdu():
    """襄都区, until 2020 桥东区 under the same code."""
    today = make_division(code="130502", name="襄都区", valid_from=2020)
    make_division(code="130502", name="桥东区", valid_from=1983, valid_to=2020, home=today)
    return today


def test_one_code_means_one_unit_in_each_year(xiangdu):
    names = {year: Division.objects.in_force(year).get(code="130502").name for year in (1983, 2019, 2020, 2021)}
    assert names == {1983: "桥东区", 2019: "桥东区", 2020: "襄都区", 2021: "襄都区"}
    assert Division.objects.today().get(code="130502") == xiangdu


@pytest.mark.parametrize(("start", "end"), [(2019, None), (1983, 1984), (1980, 1984), (2025, 2030)])
def test_two_units_never_have_one_code_at_once(xiangdu, start, end):
    with refused("division_one_at_a_time|division_identity"), transaction.atomic():
        make_division(code="130502", level="prefecture", valid_from=start, valid_to=end)


def test_a_unit_is_found_by_what_it_was_called(xiangdu):
    make_division(code="130503", name="信都区")
    for words in ("襄都", "桥东", "qiaodong", "xdq", "qdq", "130502"):
        assert xiangdu in Division.objects.today().search(words)
    assert list(Division.objects.today().search("qiaodong")) == [xiangdu]


@pytest.mark.parametrize(
    ("code", "digits"),
    [("130000", "13"), ("130700", "1307"), ("130723", "130723"), ("130723100", "130723100"), ("130723100200",) * 2],
)
def test_codes_nest_by_their_first_digits(code, digits):
    assert stem(code) == digits


def test_within_a_unit_is_the_unit_and_all_below():
    rows = {code: make_division(code=code) for code in ("130700", "130723", "130724", "130800")}
    rows["130723100200"] = make_division(code="130723100200", level="village", home=rows["130723"])

    def within(code):
        return set(Division.objects.within(code).values_list("code", flat=True))

    assert within("130723") == {"130723", "130723100200"}
    assert within("130700") == {"130700", "130723", "130724", "130723100200"}
    assert within("130000") == rows.keys()


def test_a_county_of_today_counts_under_itself(xiangdu):
    assert (xiangdu.home, xiangdu.is_current) == (xiangdu, True)
    with refused("division_home"), transaction.atomic():
        Division.objects.filter(pk=xiangdu.pk).update(home=make_division())


def test_a_county_counts_as_designated_when_its_predecessor_was():
    renamed, plain = make_division(name="任泽区", valid_from=2020), make_division()
    old = make_division(name="任县", valid_to=2020, home=renamed)
    make_designation(old)
    make_designation(old, kind="area")
    make_designation(plain, counts=False)
    make_designation(make_division(level="prefecture"))
    assert list(Division.objects.designated()) == [renamed]
    assert Designation.objects.counting().count() == 3


def test_years_run_forwards():
    with refused("division_years"), transaction.atomic():
        make_division(valid_from=2000, valid_to=2000)


@pytest.mark.parametrize("code", ["13", "13070", "1307231", "13072310020", "13o723", "１３０７２３"])
def test_a_code_has_six_nine_or_twelve_digits(code):
    with pytest.raises(ValidationError, match="6 位、9 位或 12 位"):
        Division(code=code, name="某县", level="county", valid_from=2000).full_clean(exclude=("pinyin", "initials"))


def test_a_succession_joins_two_units_once():
    old, new = make_division(valid_to=2020), make_division(valid_from=2020)
    Succession.objects.create(predecessor=old, successor=new)
    assert list(old.successors.all()) == [new]
    assert list(new.predecessors.all()) == [old]
    with refused("succession_once"), transaction.atomic():
        Succession.objects.create(predecessor=old, successor=new)
    with refused("succession_two_units"), transaction.atomic():
        Succession.objects.create(predecessor=new, successor=new)


def test_a_designation_of_one_kind_is_given_once_at_a_time():
    county = make_division()
    make_designation(county, starts_on=datetime.date(2012, 3, 1), ends_on=datetime.date(2019, 5, 5))
    make_designation(county, starts_on=datetime.date(2019, 5, 5))
    make_designation(county, kind="deep_poverty", starts_on=datetime.date(2018, 1, 1))
    for start in (datetime.date(2015, 1, 1), datetime.date(2021, 1, 1), None):
        with refused("designation_once_at_a_time"), transaction.atomic():
            make_designation(county, starts_on=start)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("kind = 'city'", "kind_check"),
        ("certainty = 'rumour'", "certainty_check"),
        ("delisting_certainty = 'rumour'", "delisting_certainty_check"),
        ("starts_on = '2020-01-02', ends_on = '2020-01-01'", "designation_dates"),
    ],
)
def test_the_database_refuses_a_designation_that_makes_no_sense(columns, constraint):
    make_designation()
    with refused(f"{constraint}|range lower bound"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE counties_designation SET {columns}")

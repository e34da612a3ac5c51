"""A small register for open data, with everything that a careless file could give away; and files read by readers."""

import csv
import io
import json
from types import SimpleNamespace

from django.conf import settings
from django.utils import timezone

from projects.models import Site
from registry.reports.open_data import actions
from tests.factories import (
    make_campaign,
    make_designation,
    make_division,
    make_enterprise,
    make_field,
    make_funding,
    make_need,
    make_organisation,
    make_participation,
    make_project,
    make_result,
    make_user,
)
from tests.publishing import publish_what_is_marked

SECRET = "机密"
MOBILE, IDENTITY, CARD = "13912345678", "130104198001011234", "6222021234567890123"
TELEPHONE, MAIL = "0311-87654321", "someone@example.org"
PLANTED = (MOBILE, "139 1234 5678", "１３９１２３４５６７８", IDENTITY, CARD, TELEPHONE, MAIL)
PLANT = "；".join(PLANTED)


def make_release(**asked):
    """A release of what is marked as published."""
    publish_what_is_marked()
    return actions.make_release(**asked)


def make_register():
    """Two published projects of which one has landed, an inner one, needs; telling texts in all that is not open."""
    county = make_designation(make_division(code="130723", name="康保县")).division
    field = make_field(code="education", name="教育", name_en="Education")
    campaign = make_campaign(code="relief", name="脱贫行动", name_en="Relief")
    giver = make_organisation(
        name="演示助学基金会", code="53130000MJ0000000X", legal_representative=f"{SECRET}法人",
        address=f"{SECRET}路 1 号", contact_name=f"{SECRET}联系人", contact_phone=MOBILE, note=f"{SECRET}{PLANT}",
    )  # fmt: skip
    applied = make_organisation(name=f"{SECRET}申请中", status="applied")
    company = make_enterprise(name="演示牧业公司", note=f"{SECRET}{PLANT}", member_of=giver)
    landed = make_project(
        number="XM-2020-0001", name=f"助学 {PLANT}", summary=f"=SUM(A1) {PLANT}", approach=SECRET, caution=SECRET,
        lead=giver, county=county, field=field, campaign=campaign, stage="under_way", visibility="published",
        planned_start="2020-03-01", actual_start="2020-03-02", source=SECRET,
    )  # fmt: skip
    Site.objects.create(project=landed, division=county, address=f"{SECRET}村 {PLANT}")
    make_participation(landed, enterprise=company, role="mobilised")
    make_participation(landed, unnamed="organisations", unnamed_count=7, role="joint", note=PLANT)
    make_funding(landed, "2000000.00", state="committed", organisation=giver, is_joint=False, occurred_on="2020-03-01")
    received = make_funding(
        landed, "560000.00", organisation=giver, is_joint=False, qualifier="over", wording="余",
        note=f"{SECRET}{PLANT}", voucher=f"{SECRET}凭证", occurred_on="2020-04-01", goods=f"课桌 {MOBILE} {CARD}",
    )  # fmt: skip
    make_funding(landed, None, kind="goods", quantity=150, unit="座", goods="大棚")
    make_funding(landed, "10.10", occurred_on="2020-05-01")
    make_funding(landed, "300000000.00", enterprise=company, origin="mobilised", is_joint=False)
    void = {"voided_by": make_user(name="司马长风"), "voided_at": timezone.now(), "void_reason": SECRET}
    make_funding(landed, "77777777.00", **void)
    make_result(landed, 320, occurred_on="2020-06-01", note=PLANT)
    make_result(landed, 99, status="draft", indicator=f"{SECRET}草稿")
    signed = make_project(
        number="XM-2020-0002", name="签约项目", lead=giver, campaign=campaign, stage="signed", visibility="published"
    )
    make_funding(signed, "5000.00", state="committed", organisation=giver, is_joint=False)
    inner = make_project(name=f"{SECRET}项目", lead=giver, county=county, stage="under_way")
    make_funding(inner, "888888.00")
    need = make_need(
        name="修缮校舍", county=county, field=field, campaign=campaign, why=f"{SECRET}{PLANT}",
        place=f"{SECRET}{PLANT}", contact_name=f"{SECRET}人", contact_phone=MOBILE,
    )  # fmt: skip
    make_need(name=f"{SECRET}需求", county=county, field=field, campaign=campaign, status="draft")
    publish_what_is_marked()
    return SimpleNamespace(
        county=county, giver=giver, applied=applied, landed=landed, signed=signed, inner=inner, need=need,
        received=received,
    )  # fmt: skip


def content_of(release, name):
    return (settings.MEDIA_ROOT / release.files.get(name=name).blob.path).read_bytes()


def rows_of(release, code):
    """The rows of a set as its CSV file has them."""
    return list(csv.DictReader(io.StringIO(content_of(release, f"{code}.csv").decode("utf-8-sig"))))


def json_of(release, name):
    return json.loads(content_of(release, name))

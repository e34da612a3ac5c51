"""The dossier of a nominee: what the register says of them, for those who decide."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document as Docx

from projects.actions.doubts import note_doubt
from tests.counting import queries_of
from tests.factories import (
    make_commendation,
    make_difficulty,
    make_enterprise,
    make_funding,
    make_need,
    make_organisation,
    make_pledge,
    make_project,
    make_result,
    make_user,
)

from .test_praise import make_notice

pytestmark = pytest.mark.django_db


class TestTheDossier:
    @pytest.fixture
    def nominee(self):
        """Own money inexact, raised and mobilised; an approved and an unapproved result; a pledge; a difficulty."""
        organisation = make_organisation(name="甲基金会")
        project = make_project(name="大棚改造", lead=organisation, stage="accepted")
        own = make_funding(project, "100000", organisation=organisation, qualifier="about", wording="约")
        make_funding(project, "20000", organisation=organisation, origin="raised")
        company = make_enterprise(member_of=organisation)
        make_funding(project, "3000000", enterprise=company, origin="mobilised")
        make_funding(project, "500000", is_joint=True, state="committed")
        make_funding(make_project(), "999000000")
        make_result(project, 120)
        make_result(project, 77, status="draft")
        make_pledge(organisation=organisation, need=make_need(), status="confirmed", confirmed_by=make_user(),
                    confirmed_at=timezone.now())  # fmt: skip
        make_difficulty(project)
        note_doubt(rule="no-evidence", row=own.pk, words="凭证在县局", by=make_user("bureau"))
        return organisation

    def sections(self, client, commendation):
        client.force_login(make_user("bureau"))
        client.cookies["django_language"] = "en"
        answer = client.get(reverse("praise-dossier", args=(commendation.pk,)))
        return {one.title: one for one in answer.context["sections"]}

    def test_money_is_told_by_origin_with_its_precision_and_joint_money_is_nobody_s(self, client, nominee):
        money = self.sections(client, make_notice(organisation=nominee))["Money (10,000 yuan)"]
        told = {cells[0]: (cells[1], cells[2], cells[3]) for _url, cells in money.rows}
        assert told["own funds"] == ("received", "about 10.00", "Of 1 lines 1 are inexact and 0 not stated.")
        assert told["raised from the public"] == ("received", "2.00", "exact")
        assert told["mobilised from member companies"] == ("received", "300.00", "exact")
        assert len(money.rows) == 3
        assert "1 lines were given jointly" in money.note

    def test_only_approved_results_count_and_the_rest_is_a_doubt(self, client, nominee):
        found = self.sections(client, make_notice(organisation=nominee))
        assert [cells[2] for _url, cells in found["Results approved"].rows] == ["120 person-times"]
        doubts = {cells[0]: cells[1:] for _url, cells in found["Data checks that find something"].rows}
        assert doubts["Results without approval"] == ["1", "0"]
        assert doubts["Received without evidence"] == ["3", "1"]

    def test_projects_pledges_difficulties_and_earlier_praise_stand_in_it(self, client, nominee):
        make_commendation("granted", organisation=nominee, title="往年表扬")
        found = self.sections(client, make_notice(organisation=nominee))
        assert [cells[1] for _url, cells in found["Projects"].rows] == ["大棚改造"]
        assert [cells[4] for _url, cells in found["Pledges"].rows] == ["not yet"]
        assert len(found["Difficulties"].rows) == 1
        assert [cells[0] for _url, cells in found["Earlier praise and awards"].rows] == ["往年表扬"]

    def test_a_project_s_dossier_holds_all_money_of_the_project(self, client, nominee):
        project = nominee.participations.get().project
        money = self.sections(client, make_notice(organisation=None, project=project))["Money (10,000 yuan)"]
        assert ["own funds", "committed", "50.00", "exact"] in [cells for _url, cells in money.rows]

    def test_the_paper_says_what_the_page_says(self, client, nominee):
        notice = make_notice(organisation=nominee)
        found = self.sections(client, notice)
        answer = client.get(reverse("praise-dossier", args=(notice.pk,)), {"format": "docx"})
        paper = Docx(io.BytesIO(answer.getvalue()))
        cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
        for section in found.values():
            assert all(cell in cells for _url, row in section.rows for cell in row), section.title

    def test_it_costs_the_same_for_one_project_and_for_three(self, client, nominee):
        notice = make_notice(organisation=nominee)
        client.force_login(make_user("bureau"))
        dossier = reverse("praise-dossier", args=(notice.pk,))
        first = queries_of(client, dossier)
        for name in ("修路", "打井"):
            project = make_project(lead=nominee, stage="accepted", name=name)
            make_funding(project, "1", organisation=nominee)
            make_result(project, 1)
        assert queries_of(client, dossier) == first

    @pytest.mark.parametrize("role", ["county", "organisation", "partner"])
    def test_it_is_for_those_who_decide_and_for_auditors(self, client, role):
        notice = make_notice()
        client.force_login(make_user(role))
        assert client.get(reverse("praise-dossier", args=(notice.pk,))).status_code == 403
        client.force_login(make_user("auditor"))
        assert client.get(reverse("praise-dossier", args=(notice.pk,))).status_code == 200

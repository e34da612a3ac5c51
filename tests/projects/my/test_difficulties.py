"""Difficulties under `/my/`: raised, followed, agreed or doubted by the side that has them."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from projects.models import Difficulty
from tests.factories import make_difficulty, make_measure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_a_county_raises_a_difficulty_follows_it_and_agrees_or_doubts(client, user, project):
    new = reverse("my-difficulty-new")
    assert client.get(f"{new}?project={project.number}").context["form"]["project"].value() == project.pk
    typed = {"project": project.pk, "title": "缺电", "level": "serious", "side": "county", "wanted_from": "bureau"}
    answer = client.post(new, typed | {"wanted_by": "2021.11.1"})
    difficulty = Difficulty.objects.get()
    assert answer.url == reverse("my-difficulty", args=(difficulty.pk,))
    assert (difficulty.raised_by, difficulty.raised_side, difficulty.wanted_by) == (
        user,
        "county",
        datetime.date(2021, 11, 1),
    )
    assert "lamp--overdue" in client.get(reverse("my-difficulties")).content.decode()
    assert client.post(answer.url, {"act": "agree"}).status_code == 409
    Difficulty.objects.update(status="answered", answer="已协调供电")  # by the desk
    assert "已协调供电" in client.get(answer.url).content.decode()
    assert client.post(answer.url, {"act": "open"}).status_code == 409
    client.post(answer.url, {"act": "open", "reason": "仍停电"})
    difficulty.refresh_from_db()
    assert (difficulty.status, difficulty.status_reason) == ("in_hand", "仍停电")
    Difficulty.objects.update(status="answered")
    client.post(answer.url, {"act": "agree"})
    difficulty.refresh_from_db()
    assert difficulty.raiser_agreed_by == user


@pytest.mark.parametrize(
    "changes", [{"side": "organisation"}, {"project": "0"}, {"title": ""}, {"wanted_by": "昨天"}, {"level": "x"}]
)
def test_a_difficulty_that_makes_no_sense_is_told(client, user, project, changes):
    typed = {"project": project.pk, "title": "缺电", "level": "serious", "side": "county", "wanted_from": "bureau"}
    assert client.post(reverse("my-difficulty-new"), typed | changes).status_code == 400
    assert not Difficulty.objects.exists()


def test_the_other_side_s_difficulty_is_read_and_neither_agreed_nor_doubted(client, user, project):
    difficulty = make_difficulty(project, raised_side="organisation", status="answered")
    url = reverse("my-difficulty", args=(difficulty.pk,))
    assert client.get(url).status_code == 200
    for act in ({"act": "agree"}, {"act": "open", "reason": "不行"}):
        assert client.post(url, act).status_code == 403
    assert Difficulty.objects.get().status == "answered"


def test_a_side_reports_its_own_measures_as_carried_out_where_it_reads_of_them(client, user, project):
    difficulty = make_difficulty(project, raised_side="county", status="in_hand")
    ours, theirs = (make_measure(difficulty, side=side) for side in ("county", "organisation"))
    elsewhere = make_measure(make_difficulty(project), side="county")
    url = reverse("my-difficulty", args=(difficulty.pk,))
    assert [may for _measure, may in client.get(url).context["measures"]] == [True, False]
    for key in ("", "x", "²", "9" * 19, elsewhere.pk):
        assert client.post(url, {"act": "done", "measure": key}).status_code == 404, key
    assert client.post(url, {"act": "done", "measure": theirs.pk}).status_code == 403
    assert client.post(url, {"act": "done", "measure": ours.pk, "reason": "已通电"}).url == url
    ours.refresh_from_db()
    assert (ours.done_by, [may for _measure, may in client.get(url).context["measures"]]) == (user, [False, False])
    assert client.post(url, {"act": "done", "measure": ours.pk}).status_code == 409


def test_a_county_reopens_its_closed_difficulty_with_a_reason_that_it_reads_there(client, user, project):
    now = timezone.now()
    agreed = {"raiser_agreed_by": user, "raiser_agreed_at": now, "bureau_agreed_by": user, "bureau_agreed_at": now}
    difficulty = make_difficulty(project, raised_side="county", status="closed", **agreed)
    url = reverse("my-difficulty", args=(difficulty.pk,))
    assert client.get(url).context["may_doubt"]
    assert client.post(url, {"act": "open"}).status_code == 409
    assert client.post(url, {"act": "open", "reason": "又停电"}).url == url
    difficulty.refresh_from_db()
    assert difficulty.status == "in_hand"
    assert "又停电" in client.get(url).content.decode()
    other = make_difficulty(project, raised_side="organisation", status="closed", **agreed)
    assert client.post(reverse("my-difficulty", args=(other.pk,)), {"act": "open", "reason": "不行"}).status_code == 403

"""The columns of the board, the view that an address holds, and views that a person keeps."""

import re

import pytest
from django.urls import reverse

from projects.board.columns import chosen_columns, offered_columns
from registry.core.models import Change, SavedView
from tests.factories import make_project, make_step, make_template, make_user

from .test_board import BOARD, day, shown, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(client):
    user = make_user("bureau", name="张丽")
    client.force_login(user)
    return user


@pytest.fixture
def template():
    return make_template("签订协议", "资金到账", "竣工验收")


class TestColumns:
    def test_the_items_that_most_templates_share_are_shown_in_the_order_of_the_stages(self):
        kinds = ("cash", "goods", "service", "construction")
        titles = [f"事项{number}" for number in range(12)]
        for number, kind in enumerate(kinds):
            make_template(*titles[: 12 - number], kind=kind)
        make_template("旧事项", *["新"], kind="cash", is_active=False)
        usual = chosen_columns(offered_columns(), [])
        assert [column.title for column in usual] == titles[:8]
        assert {"旧事项", "新"} <= offered_columns().keys()

    def test_they_are_chosen_by_the_address(self, client, bureau, template):
        chosen = client.get(f"{BOARD}?columns=竣工验收&columns=签订协议").context["columns"]
        assert [column.title for column in chosen] == ["签订协议", "竣工验收"]


def test_the_address_reproduces_the_view(client, bureau, template):
    step = make_step(make_project(), title="签订协议", due_on=day(-1))
    query = "lamp=overdue&columns=%E7%AD%BE%E8%AE%A2%E5%8D%8F%E8%AE%AE&density=compact&page_size=20&ordering=name"
    page = text(client, f"?{query}")
    assert "board--compact" in page
    assert page.count('<th scope="col" class="step">') == 2
    assert shown(client, f"?{query}") == [step.project_id]
    for kept in ("columns", "density", "page_size", "ordering", "lamp"):
        assert f'type="hidden" name="{kept}"' in page
    for address in re.findall(r'class="chip[^"]*" href="\?([^"]*)"', page):
        assert "density=compact" in address


class TestSavedViews:
    def save(self, client, name="我的超期", query="lamp=overdue&density=compact"):
        return client.post(reverse("admin:board-view-save"), {"name": name, "query": query})

    def test_a_view_is_kept_opened_and_deleted(self, client, bureau):
        assert self.save(client).url == f"{BOARD}?lamp=overdue&density=compact"
        [view] = SavedView.objects.all()
        assert (view.user, view.page, view.name) == (bureau, "board", "我的超期")
        assert f'href="{BOARD}?lamp=overdue&amp;density=compact"' in text(client)
        client.post(reverse("admin:board-view-delete", args=(view.pk,)))
        assert not SavedView.objects.exists()
        actions = Change.objects.filter(table_name="core_savedview").order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["view.save", "view.delete"]

    def test_one_of_the_same_name_is_replaced(self, client, bureau):
        self.save(client)
        self.save(client, query="lamp=due")
        assert SavedView.objects.get().query == "lamp=due"

    def test_nobody_sees_or_deletes_the_view_of_another(self, client, bureau):
        view = SavedView.objects.create(user=make_user("bureau"), page="board", name="别人的视图")
        assert "别人的视图" not in text(client)
        assert client.post(reverse("admin:board-view-delete", args=(view.pk,))).status_code == 404

    @pytest.mark.parametrize(
        ("name", "query"), [("", "lamp=due"), ("x" * 41, ""), ("x", "columns=" + "列" * 1001), ("a\x00b", "")]
    )
    def test_what_cannot_be_kept_is_refused_in_words(self, client, bureau, name, query):
        answer = self.save(client, name, query)
        assert answer.status_code == 302
        assert not SavedView.objects.exists()

    def test_a_view_leads_nowhere_but_to_the_board(self, client, bureau):
        assert self.save(client, query="//evil.example/").url.startswith(f"{BOARD}?")

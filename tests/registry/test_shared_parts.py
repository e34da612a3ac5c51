"""What the parts that all pages share are given: chips, places of the navigation, unread messages."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import set_script_prefix

from registry.context import PUBLIC, Shell
from registry.core.models import Notice
from registry.templatetags.page import chip_cells
from tests.factories import make_user


def test_a_chip_shows_what_it_has_and_escapes_it():
    chips = [
        {"label": "<甲>", "url": "?a=1&b=2", "count": 0, "current": True, "lamp": "due"},
        {"label": "乙", "url": "?c=3", "count": None, "current": False},
    ]
    first, second = (
        line for line in render_to_string("partials/chips.html", {"chips": chips}).splitlines() if "<li>" in line
    )
    assert first.strip() == (
        '<li><a class="chip lamp lamp--due" href="?a=1&amp;b=2" aria-current="true">'
        '<span class="lamp-shape" aria-hidden="true"></span>&lt;甲&gt; <span class="chip-count">0</span></a></li>'
    )
    assert second.strip() == '<li><a class="chip" href="?c=3">乙</a></li>'
    assert list(chip_cells([])) == []


def test_the_navigation_stands_where_the_site_stands():
    shell = Shell(RequestFactory().get("/"))
    usual = [link.url for link in shell.links(PUBLIC)]
    try:
        set_script_prefix("/registry/")
        assert [link.url for link in shell.links(PUBLIC)] == [f"/registry{url}" for url in usual]
    finally:
        set_script_prefix("/")
    assert [link.url for link in shell.links((*PUBLIC, ("Nowhere", "no-such-page")))] == usual


@pytest.mark.django_db
def test_unread_messages_are_counted_of_whoever_asks_alone():
    reader, other, closed = make_user(), make_user(), make_user()
    for who in (reader, reader, other, closed):
        Notice.objects.create(recipient=who, kind=Notice.Kind.values[-1], facts={}, url="/")
    closed.is_active = False
    request = RequestFactory().get("/")

    def unread(user):
        request.user = user
        return Shell(request).unread

    assert [unread(user) for user in (reader, other, closed, make_user())] == [2, 1, 0, 0]
    Notice.objects.filter(recipient=reader).update(read_at="2026-01-01T00:00Z")
    assert unread(reader) == 0

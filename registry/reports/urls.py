from django.urls import path

from . import (
    campaign_pages,
    circular_pages,
    county_pages,
    drilldown,
    history_pages,
    home_pages,
    organisation_pages,
    past_pages,
    search_pages,
    views,
)
from .checks import pages as checks
from .open_data import pages as open_data
from .persons.pages import my_data
from .pivot import pages as pivot
from .pivot import views_kept
from .praise import pages as praise

urlpatterns = [
    path("", home_pages.home, name="home"),
    path("screen/", home_pages.screen, name="screen"),
    path("search/", search_pages.search, name="search"),
    path("campaigns/", campaign_pages.campaigns, name="campaigns"),
    path("campaigns/<slug:code>/", campaign_pages.campaign, name="campaign"),
    path("fields/", campaign_pages.fields, name="fields"),
    path("fields/<slug:code>/", campaign_pages.field, name="field"),
    path("cases/", views.cases, name="cases"),
    path("data/", open_data.data, name="data"),
    path("data/index.json", open_data.index, name="data-index"),
    path("data/<slug:number>/", open_data.release, name="data-release"),
    path("data/<slug:number>/<str:name>", open_data.file, name="data-file"),
    path("events/", views.events, name="events"),
    path("circulars/", circular_pages.circulars, name="circulars"),
    path("circulars/<int:pk>/", circular_pages.circular, name="circular"),
    path("circulars/<int:pk>/<slug:form>/", circular_pages.circular_file, name="circular-file"),
    path("circulars/<int:pk>/figures/<slug:code>/", circular_pages.circular_figure, name="circular-figure"),
    path("circulars/<str:number>/", circular_pages.circular_numbered, name="circular-numbered"),
    path("counties/", county_pages.counties, name="counties"),
    path("counties/<slug:code>/", county_pages.county, name="county"),
    path("counties/<slug:code>/sheet/", county_pages.sheet, name="county-sheet"),
    path("orgs/", organisation_pages.organisations, name="orgs"),
    path("orgs/<int:pk>/", organisation_pages.organisation, name="org"),
    path("figures/<slug:code>/", drilldown.figure_rows, name="figure"),
    path("statements/<slug:code>/", drilldown.statement_page, name="statement"),
    path("praise/", praise.praise, name="praise"),
    path("praise/objections/", praise.objection, name="objection"),
    path("praise/<int:pk>/", praise.commendation, name="commendation"),
    path("praise/<int:pk>/dossier/", praise.dossier, name="praise-dossier"),
    path("reports/history/", history_pages.history, name="history"),
    path("reports/history/batches/<path:batch>/", history_pages.batch, name="batch"),
    path("reports/checks/", checks.checks, name="checks"),
    path("reports/checks/<slug:code>/", checks.check, name="check"),
    path("reports/checks/<slug:code>/<int:row>/", checks.note, name="check-note"),
    path("reports/", pivot.pivot, name="reports"),
    path("reports/ask/", past_pages.ask_past, name="ask-past"),
    path("reports/cell/", pivot.cell, name="reports-cell"),
    path("reports/changes/", pivot.changes, name="reports-changes"),
    path("reports/views/", views_kept.save_view, name="reports-view-save"),
    path("reports/views/<int:key>/delete/", views_kept.delete_view, name="reports-view-delete"),
    path("account/data/", my_data, name="my-data"),
    path("rules/", drilldown.rules_page, name="rules"),
]

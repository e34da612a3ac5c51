from django.urls import path

from . import county_pages, drilldown, organisation_pages, views

urlpatterns = [
    path("", views.home, name="home"),
    path("cases/", views.cases, name="cases"),
    path("data/", views.data, name="data"),
    path("events/", views.events, name="events"),
    path("circulars/", views.circulars, name="circulars"),
    path("circulars/<int:pk>/", views.circular, name="circular"),
    path("counties/", county_pages.counties, name="counties"),
    path("counties/<slug:code>/", county_pages.county, name="county"),
    path("orgs/", organisation_pages.organisations, name="orgs"),
    path("orgs/<int:pk>/", organisation_pages.organisation, name="org"),
    path("figures/<slug:code>/", drilldown.figure_rows, name="figure"),
    path("statements/<slug:code>/", drilldown.statement_page, name="statement"),
    path("rules/", drilldown.rules_page, name="rules"),
]

"""The pages under `/my/`; a report stands at the number of its project and its month, 2026-10."""

import datetime

from django.urls import path, register_converter

from projects.imports.frames import MY
from projects.imports.routes import routes_in

from .deeds import money, receipt, step
from .difficulties import difficulties, difficulty, new_difficulty
from .guard import my_page
from .home import home
from .needs import check_need, edit_need, need, needs, new_need
from .people import people
from .pledges import pledge, pledge_receipt, pledges
from .pledging import check, new, what, when
from .projects import printed, project, projects
from .received import received, received_pledge
from .reports import report, reports, unchanged


class MonthConverter:
    """A month as its first day."""

    regex = "(?:199[0-9]|20[0-9]{2})-(?:0[1-9]|1[0-2])"

    def to_python(self, value):
        return datetime.date.fromisoformat(f"{value}-01")

    def to_url(self, value):
        return value if isinstance(value, str) else f"{value:%Y-%m}"


register_converter(MonthConverter, "month")

urlpatterns = [
    path("", home, name="my"),
    path("people/", people, name="my-people"),
    path("projects/", projects, name="my-projects"),
    path("projects/ledger/", printed, name="my-ledger"),
    path("projects/<path:number>/money/", money, name="my-money"),
    path("projects/<path:number>/", project, name="my-project"),
    path("steps/<int:pk>/", step, name="my-step"),
    path("receipts/<int:pk>/", receipt, name="my-receipt"),
    path("reports/", reports, name="my-reports"),
    path("reports/unchanged/", unchanged, name="my-unchanged"),
    path("reports/<path:number>/<month:month>/", report, name="my-report"),
    path("needs/", needs, name="my-needs"),
    path("needs/new/", new_need, name="my-need-new"),
    path("needs/<str:number>/", need, name="my-need"),
    path("needs/<str:number>/edit/", edit_need, name="my-need-edit"),
    path("needs/<str:number>/check/", check_need, name="my-need-check"),
    path("difficulties/", difficulties, name="my-difficulties"),
    path("difficulties/new/", new_difficulty, name="my-difficulty-new"),
    path("difficulties/<int:pk>/", difficulty, name="my-difficulty"),
    path("pledges/", pledges, name="my-pledges"),
    path("pledges/new/", new, name="my-pledge-new"),
    path("pledges/<path:number>/what/", what, name="my-pledge-what"),
    path("pledges/<path:number>/when/", when, name="my-pledge-when"),
    path("pledges/<path:number>/check/", check, name="my-pledge-check"),
    path("pledges/<path:number>/receipt/", pledge_receipt, name="my-pledge-receipt"),
    path("pledges/<path:number>/", pledge, name="my-pledge"),
    path("received/", received, name="my-received"),
    path("received/<path:number>/", received_pledge, name="my-received-pledge"),
    *(path(f"import/{route}", my_page(view), name=name) for route, name, view in routes_in(MY)),
]

"""The pages under `/my/`; a report stands at the number of its project and its month, 2026-10."""

import datetime

from django.urls import path, register_converter

from projects.imports.frames import MY
from projects.imports.routes import routes_in

from .deeds import money, receipt, step
from .difficulties import difficulties, difficulty, new_difficulty
from .guard import my_page
from .home import home
from .projects import printed, project, projects
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
    path("projects/", projects, name="my-projects"),
    path("projects/ledger/", printed, name="my-ledger"),
    path("projects/<path:number>/money/", money, name="my-money"),
    path("projects/<path:number>/", project, name="my-project"),
    path("steps/<int:pk>/", step, name="my-step"),
    path("receipts/<int:pk>/", receipt, name="my-receipt"),
    path("reports/", reports, name="my-reports"),
    path("reports/unchanged/", unchanged, name="my-unchanged"),
    path("reports/<path:number>/<month:month>/", report, name="my-report"),
    path("difficulties/", difficulties, name="my-difficulties"),
    path("difficulties/new/", new_difficulty, name="my-difficulty-new"),
    path("difficulties/<int:pk>/", difficulty, name="my-difficulty"),
    *(path(f"import/{route}", my_page(view), name=name) for route, name, view in routes_in(MY)),
]

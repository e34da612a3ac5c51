from django.urls import path

from projects.documents import document
from projects.views import project, projects

urlpatterns = [
    path("projects/", projects, name="projects"),
    path("projects/<path:number>/", project, name="project"),
    path("documents/<int:pk>/", document, name="document"),
]

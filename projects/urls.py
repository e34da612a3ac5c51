from django.urls import path

from projects.documents import document, project_file
from projects.views import project, projects

urlpatterns = [
    path("projects/", projects, name="projects"),
    path("projects/<path:number>/", project, name="project"),
    path("documents/<int:pk>/", document, name="document"),
    path("files/<uuid:key>/", project_file, name="project-file"),
]

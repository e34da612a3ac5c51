from django.urls import path

from projects.documents import agreement_paper, document, project_file
from projects.hall import need, need_photo, needs
from projects.stories import stories, story, story_photo
from projects.views import project, project_facets, projects, version

urlpatterns = [
    path("projects/", projects, name="projects"),
    path("projects/facets/", project_facets, name="projects-facets"),
    path("projects/<path:number>/versions/<int:serial>/", version, name="project-version"),
    path("projects/<path:number>/", project, name="project"),
    path("needs/", needs, name="needs"),
    path("needs/<str:number>/", need, name="need"),
    path("needs/<str:number>/photos/<int:pk>/", need_photo, name="need-photo"),
    path("stories/", stories, name="stories"),
    path("stories/<int:pk>/", story, name="story"),
    path("stories/photos/<int:pk>/<slug:size>/", story_photo, name="story-photo"),
    path("documents/<int:pk>/", document, name="document"),
    path("agreements/<int:pk>/paper/", agreement_paper, name="agreement-paper"),
    path("files/<uuid:key>/", project_file, name="project-file"),
]

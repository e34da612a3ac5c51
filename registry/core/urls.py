"""Pages that belong to the person who looks at them: work in progress, messages, channels."""

from django.urls import path

from registry.core.views.jobs import cancel_job, job, jobs
from registry.core.views.lists import ask_list, made_list
from registry.core.views.notices import channels, notice, notices, read_all

urlpatterns = [
    path("jobs/", jobs, name="jobs"),
    path("jobs/<uuid:key>/", job, name="job"),
    path("jobs/<uuid:key>/cancel/", cancel_job, name="cancel-job"),
    path("lists/", ask_list, name="ask-list"),
    path("lists/<uuid:key>/", made_list, name="made-list"),
    path("notices/", notices, name="notices"),
    path("notices/<int:pk>/", notice, name="notice"),
    path("notices/read/", read_all, name="read-notices"),
    path("notices/channels/", channels, name="channels"),
]

"""Pages that belong to the person who looks at them: work in progress, messages, channels."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

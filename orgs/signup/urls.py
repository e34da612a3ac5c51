"""The addresses of signing up, under `/accounts/`."""

from django.urls import path

from . import pages

urlpatterns = [
    path("signup/", pages.code, name="signup"),
    path("signup/organisation/", pages.organisation, name="signup-organisation"),
    path("signup/account/", pages.account, name="signup-account"),
    path("signup/check/", pages.check, name="signup-check"),
    path("signup/done/", pages.done, name="signup-done"),
    path("waiting/", pages.waiting, name="waiting"),
]

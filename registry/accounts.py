"""Signing in: afterwards to the address that was asked for, to the desk for those who work there, counties and
organisations to their own pages, applicants to where they wait, else to the home."""

from django.contrib.auth.views import LoginView
from django.urls import reverse

from registry.core.roles import Role


class SignIn(LoginView):
    http_method_names = ("get", "head", "post", "options")  # Django takes a PUT for a POST

    def get_default_redirect_url(self):
        user = self.request.user
        if user.is_staff:
            return reverse("admin:index")
        if user.holds(Role.COUNTY, Role.ORGANISATION):
            return reverse("my")
        return reverse("waiting" if user.memberships.exists() else "home")

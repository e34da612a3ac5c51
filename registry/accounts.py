"""Signing in: afterwards to the address that was asked for, to the desk for those who work there, else to the home."""

from django.contrib.auth.views import LoginView
from django.urls import reverse


class SignIn(LoginView):
    def get_default_redirect_url(self):
        return reverse("admin:index" if self.request.user.is_staff else "home")
